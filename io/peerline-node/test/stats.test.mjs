// `getStats`: what it rejects, what it gives, and when.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MediaStreamTrack, RTCPeerConnection, RTCStatsReport, mediaDevices } from '../dist/index.js';

const ofType = (report, type) => [...report.values()].filter((stats) => stats.type === type);

/** Two connections with an open channel between them. */
async function connected() {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate).catch(() => {});
  b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate).catch(() => {});
  const channel = a.createDataChannel('counted');
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
  const incoming = await new Promise((resolve) => { b.ondatachannel = ({ channel: other }) => resolve(other); });
  if (channel.readyState !== 'open') await new Promise((resolve) => { channel.onopen = resolve; });
  return { a, b, channel, incoming };
}

test('a report is a read-only map of plain objects whose references resolve', async () => {
  const { a, b, channel, incoming } = await connected();
  const received = new Promise((resolve) => { incoming.onmessage = resolve; });
  channel.send('hello');
  await received;
  const report = await b.getStats();
  assert.ok(report instanceof RTCStatsReport);
  assert.equal(report.set, undefined);
  for (const [id, stats] of report) {
    assert.equal(stats.id, id);
    assert.equal(Object.getPrototypeOf(stats), Object.prototype);
    for (const [name, value] of Object.entries(stats)) {
      if (name.endsWith('Id')) assert.ok(report.has(value), `${stats.type}.${name}`);
      assert.notEqual(value, undefined, `${stats.type}.${name}`);
    }
  }
  const [data] = ofType(report, 'data-channel');
  assert.deepEqual([data.label, data.state, data.messagesReceived, data.bytesReceived, data.messagesSent], ['counted', 'open', 1, 5, 0]);
  const [transport] = ofType(report, 'transport');
  assert.equal(transport.dtlsState, 'connected');
  assert.match(transport.tlsVersion, /^FEF[CD]$/);
  assert.equal(report.get(transport.selectedCandidatePairId).state, 'succeeded');
  assert.equal(typeof ofType(report, 'sctp-transport')[0].congestionWindow, 'number');
  a.close();
  b.close();
});

test('timestamps are those of the performance clock, and grow', async () => {
  const connection = new RTCPeerConnection();
  const now = () => performance.timeOrigin + performance.now();
  const before = now();
  const first = ofType(await connection.getStats(), 'peer-connection')[0];
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  const second = ofType(await connection.getStats(), 'peer-connection')[0];
  assert.ok(before - 1 < first.timestamp && second.timestamp < now() + 1, `${before} ${first.timestamp} ${second.timestamp} ${now()}`);
  assert.ok(second.timestamp - first.timestamp >= 49);
  assert.equal(first.id, second.id);
  connection.close();
});

test('a selector is a track of exactly one sender or receiver', async () => {
  const connection = new RTCPeerConnection();
  const [track] = (await mediaDevices.getUserMedia({ audio: true })).getTracks();
  assert.ok(track instanceof MediaStreamTrack);
  await assert.rejects(connection.getStats(track), { name: 'InvalidAccessError' });
  connection.addTransceiver(track);
  assert.equal((await connection.getStats(track)).size, 0);
  connection.addTransceiver(track);
  await assert.rejects(connection.getStats(track), { name: 'InvalidAccessError' });
  await assert.rejects(connection.getStats({}), TypeError);
  connection.close();
});

test('a closed connection gives its last statistics', async () => {
  const never = new RTCPeerConnection();
  never.close();
  assert.equal((await never.getStats()).size, 1);
  const { a, b, channel } = await connected();
  channel.send('hello');
  const asked = a.getStats();
  a.close();
  b.close();
  for (const report of [await asked, await a.getStats()]) {
    assert.equal(ofType(report, 'data-channel')[0].messagesSent, 1);
    assert.ok(ofType(report, 'transport')[0].bytesSent > 0);
  }
  assert.equal(ofType(await a.getStats(), 'transport')[0].dtlsState, 'closed');
});

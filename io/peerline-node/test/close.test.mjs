// Closing: what a closed connection shows, what it still does, and what the other side hears.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RTCPeerConnection } from '../dist/index.js';
import { connectedPair, negotiate, once } from './support/connect.mjs';

const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

test('states are closed at once, and no event of the connection says so', async () => {
  const { offerer, answerer, outgoing } = await connectedPair();
  for (const type of ['signalingstatechange', 'iceconnectionstatechange', 'connectionstatechange', 'icegatheringstatechange', 'negotiationneeded']) {
    offerer.addEventListener(type, () => assert.fail(`${type} after close`));
  }
  outgoing.onclose = () => assert.fail('close of a channel after close of its connection');
  const { iceTransport } = offerer.sctp.transport;
  offerer.close();
  offerer.close();
  assert.deepEqual(
    [offerer.signalingState, offerer.iceConnectionState, offerer.connectionState, offerer.sctp.transport.state, iceTransport.state, outgoing.readyState],
    ['closed', 'closed', 'closed', 'closed', 'closed', 'closed'],
  );
  await settle();
  answerer.close();
});

test('the other side hears an error and the end of its channels', async () => {
  const { offerer, answerer, incoming } = await connectedPair();
  const events = [];
  for (const type of ['error', 'closing', 'close']) incoming.addEventListener(type, (event) => events.push(event));
  offerer.close();
  while (events.at(-1)?.type !== 'close') await settle();
  assert.deepEqual(events.map(({ type }) => type), ['error', 'close']);
  assert.equal(events[0].error.errorDetail, 'sctp-failure');
  assert.equal(incoming.readyState, 'closed');
  answerer.close();
});

test('operations of a closed connection reject, those under way never settle', async () => {
  const pc = new RTCPeerConnection();
  let settled = false;
  pc.createOffer().finally(() => (settled = true)).catch(() => {});
  pc.close();
  const rejects = { name: 'InvalidStateError' };
  await assert.rejects(pc.createOffer(), rejects);
  await assert.rejects(pc.createAnswer(), rejects);
  await assert.rejects(pc.setLocalDescription(), rejects);
  await assert.rejects(pc.setRemoteDescription({ type: 'offer', sdp: '' }), rejects);
  await assert.rejects(pc.addIceCandidate(), rejects);
  assert.throws(() => pc.createDataChannel(''), rejects);
  assert.throws(() => pc.addTransceiver('audio'), rejects);
  assert.throws(() => pc.setConfiguration({}), rejects);
  pc.restartIce();
  assert.deepEqual(pc.getConfiguration().iceServers, []);
  assert.ok((await pc.getStats()).size > 0);
  await settle();
  assert.equal(settled, false);
});

test('close() in any handler, of oneself and of the other', async () => {
  for (const type of ['signalingstatechange', 'icegatheringstatechange', 'icecandidate', 'iceconnectionstatechange', 'connectionstatechange']) {
    for (const closesBoth of [false, true]) {
      const offerer = new RTCPeerConnection();
      const answerer = new RTCPeerConnection();
      const channel = offerer.createDataChannel('');
      const closed = once(offerer, type).then(() => {
        offerer.close();
        if (closesBoth) answerer.close();
      });
      negotiate(offerer, answerer).catch(() => {});
      await closed;
      assert.equal(channel.readyState, 'closed');
      await settle();
      answerer.close();
    }
  }
});

test('close() in the handlers of a channel', async () => {
  for (const type of ['open', 'message', 'closing', 'close']) {
    const offerer = new RTCPeerConnection();
    const answerer = new RTCPeerConnection();
    const channel = offerer.createDataChannel('', { negotiated: true, id: 0 });
    const other = answerer.createDataChannel('', { negotiated: true, id: 0 });
    const closed = once(other, type).then(() => answerer.close());
    channel.onopen = () => {
      channel.send('a');
      channel.send('b');
      channel.close();
    };
    await negotiate(offerer, answerer);
    await closed;
    assert.equal(other.readyState, 'closed');
    offerer.close();
  }
});

test('a closed channel keeps what it showed', async () => {
  const { offerer, answerer, outgoing, incoming } = await connectedPair({ protocol: 'p' });
  const closed = once(outgoing, 'close');
  incoming.close();
  await closed;
  assert.deepEqual([outgoing.label, outgoing.protocol, outgoing.readyState, outgoing.ordered, typeof outgoing.id], ['test', 'p', 'closed', true, 'number']);
  assert.throws(() => outgoing.send(''), { name: 'InvalidStateError' });
  outgoing.close();
  outgoing.bufferedAmountLowThreshold = 5;
  assert.equal(outgoing.bufferedAmountLowThreshold, 5);
  offerer.close();
  answerer.close();
});

test('ids are free again: a hundred channels opened and closed', async () => {
  const { offerer, answerer } = await connectedPair();
  const ids = new Set();
  for (let n = 0; n < 100; n += 1) {
    const announced = once(answerer, 'datachannel');
    const channel = offerer.createDataChannel(`${n}`);
    const { channel: other } = await announced;
    ids.add(other.id);
    const ends = [once(channel, 'close'), once(other, 'close')];
    other.close();
    await Promise.all(ends);
  }
  assert.ok(ids.size < 10, `${ids.size} ids`);
  offerer.close();
  answerer.close();
});

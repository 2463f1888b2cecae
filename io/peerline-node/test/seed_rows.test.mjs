// The seed's rows that speak of JavaScript objects (specs/seed-rows.md): dictionaries, events, JSON.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RTCPeerConnection, RTCSessionDescription, mediaDevices } from '../dist/index.js';

const withConnection = async (use) => {
  const connection = new RTCPeerConnection();
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
};

test('S012 the legacy member url is not urls: an entry with url alone is refused as the specification has it', () => {
  assert.throws(() => new RTCPeerConnection({ iceServers: [{ url: 'stun:127.0.0.1' }] }), TypeError);
  new RTCPeerConnection({ iceServers: [{ url: 'nonsense', urls: 'stun:127.0.0.1' }] }).close();
});

test('S015 credentialType is ignored', () => {
  const server = { urls: 'turn:127.0.0.1', username: 'alice', credential: 'secret', credentialType: 'password' };
  const connection = new RTCPeerConnection({ iceServers: [server] });
  assert.ok(!('credentialType' in connection.getConfiguration().iceServers[0]));
  connection.close();
});

test('S019 the removed policy public throws a TypeError', () => {
  assert.throws(() => new RTCPeerConnection({ iceTransportPolicy: 'public' }), TypeError);
});

test('S030 unknown members of offer and answer options are ignored', () =>
  withConnection(async (connection) => {
    const { type } = await connection.createOffer({ iceRestart: false, nonsense: 7 });
    assert.equal(type, 'offer');
  }));

test('S048 a camera and a microphone are always there, and an impossible exact constraint is told by name', async () => {
  const stream = await mediaDevices.getUserMedia({ audio: true, video: true });
  assert.deepEqual(stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`).sort(), ['audio live', 'video live']);
  for (const track of stream.getTracks()) track.stop();
  const impossible = mediaDevices.getUserMedia({ video: { width: { exact: 1_000_000 } } });
  await assert.rejects(impossible, { name: 'OverconstrainedError', constraint: 'width' });
});

test('S050 the track event has receiver, streams and transceiver, after the stream told of its track', () =>
  withConnection((alice) =>
    withConnection(async (bob) => {
      const stream = await mediaDevices.getUserMedia({ video: true });
      alice.addTrack(stream.getVideoTracks()[0], stream);
      const event = new Promise((resolve) => {
        bob.ontrack = resolve;
      });
      await alice.setLocalDescription();
      await bob.setRemoteDescription(alice.localDescription);
      const { track, receiver, streams, transceiver } = await event;
      assert.equal(receiver.track, track);
      assert.equal(transceiver.receiver, receiver);
      assert.deepEqual(streams.map(({ id }) => id), [stream.id]);
      assert.ok(streams[0].getTracks().includes(track));
      stream.getVideoTracks()[0].stop();
    }),
  ));

test('S051 S052 a listener and an on-handler each get an event once, in their order, with the connection as its target', () =>
  withConnection(async (connection) => {
    const told = [];
    connection.addEventListener('signalingstatechange', ({ target }) => told.push(['first', target === connection]));
    connection.onsignalingstatechange = ({ target }) => told.push(['second', target === connection]);
    connection.addEventListener('signalingstatechange', ({ target }) => told.push(['third', target === connection]));
    await connection.setLocalDescription();
    assert.deepEqual(told, [['first', true], ['second', true], ['third', true]]);
  }));

test('S111 a description survives JSON', () =>
  withConnection(async (connection) => {
    connection.createDataChannel('chat');
    await connection.setLocalDescription();
    const copy = new RTCSessionDescription(JSON.parse(JSON.stringify(connection.localDescription)));
    assert.deepEqual([copy.type, copy.sdp], [connection.localDescription.type, connection.localDescription.sdp]);
  }));

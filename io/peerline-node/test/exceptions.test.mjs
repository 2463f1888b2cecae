// Wrong input: the exception that Web IDL and W3C name, at the moment they name, and no harm done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as peerline from '../dist/index.js';

const { RTCDataChannel, RTCIceCandidate, RTCPeerConnection, RTCSessionDescription } = peerline;

function connection(t) {
  const pc = new RTCPeerConnection();
  t.after(() => pc.close());
  return pc;
}

test('interfaces without a constructor cannot be constructed', () => {
  for (const name of ['RTCCertificate', 'RTCDataChannel', 'RTCDtlsTransport', 'RTCIceCandidatePair', 'RTCSctpTransport', 'RTCStatsReport']) {
    assert.throws(() => new peerline[name](), TypeError, name);
    assert.equal(peerline[name].length, 0);
  }
  assert.throws(() => RTCPeerConnection(), TypeError);
});

test('members called on something else: a TypeError, a rejection where a promise is promised', async () => {
  const { prototype } = RTCPeerConnection;
  assert.throws(() => prototype.signalingState, TypeError);
  assert.throws(() => prototype.close.call({}), TypeError);
  assert.throws(() => prototype.createDataChannel.call(Object.create(prototype), ''), TypeError);
  await assert.rejects(prototype.createOffer.call({}), TypeError);
  await assert.rejects(prototype.setLocalDescription.call(null), TypeError);
  await assert.rejects(prototype.getStats.call(new EventTarget()), TypeError);
  assert.throws(() => RTCDataChannel.prototype.send.call({}, ''), TypeError);
  assert.throws(() => RTCIceCandidate.prototype.toJSON.call({}), TypeError);
});

test('too few arguments', async (t) => {
  const pc = connection(t);
  assert.throws(() => pc.createDataChannel(), TypeError);
  assert.throws(() => pc.addTransceiver(), TypeError);
  assert.throws(() => pc.removeTrack(), TypeError);
  await assert.rejects(pc.setRemoteDescription(), TypeError);
  await assert.rejects(RTCPeerConnection.generateCertificate(), TypeError);
  assert.throws(() => new RTCSessionDescription(), TypeError);
});

test('overloads are chosen by the number of arguments', async (t) => {
  const pc = connection(t);
  await assert.rejects(pc.createOffer({}, () => {}), TypeError);
  await assert.rejects(pc.createOffer(() => {}, null), TypeError);
  await assert.rejects(pc.setLocalDescription({ type: 'offer' }, () => {}), TypeError);
  await assert.rejects(pc.addIceCandidate({}, () => {}), TypeError);
  assert.equal(pc.createOffer.length, 0);
  assert.equal(pc.setRemoteDescription.length, 1);
  const offer = await new Promise((resolve, reject) => void pc.createOffer(resolve, reject));
  assert.equal(offer.type, 'offer');
});

test('what createDataChannel refuses', (t) => {
  const pc = connection(t);
  const refuse = (init, error, label = '') => assert.throws(() => pc.createDataChannel(label, init), error);
  refuse({ maxRetransmits: 1, maxPacketLifeTime: 1 }, TypeError);
  refuse({ maxRetransmits: -1 }, TypeError);
  refuse({ maxPacketLifeTime: 65_536 }, TypeError);
  refuse({ negotiated: true }, TypeError);
  refuse({ negotiated: true, id: 65_535 }, TypeError);
  refuse({ priority: 'highest' }, TypeError);
  refuse({ protocol: 'p'.repeat(65_536) }, TypeError);
  refuse({}, TypeError, 'l'.repeat(65_536));
  refuse({ get id() { throw new RangeError('mine'); } }, RangeError);
  pc.createDataChannel('', { negotiated: true, id: 7 });
  refuse({ negotiated: true, id: 7 }, { name: 'OperationError' });
  assert.equal(pc.createDataChannel('a\ud800').label, 'a\ufffd');
  assert.equal(pc.createDataChannel(null).label, 'null');
});

test('a promise that is refused at once is rejected at once', async (t) => {
  const pc = connection(t);
  const order = [];
  pc.createAnswer().catch(({ name }) => order.push(name));
  await null;
  await null;
  order.push('two microtasks later');
  assert.deepEqual(order, ['InvalidStateError', 'two microtasks later']);
});

test('candidates', async (t) => {
  const pc = connection(t);
  assert.throws(() => new RTCIceCandidate({ candidate: 'x' }), TypeError);
  assert.throws(() => new RTCIceCandidate({ sdpMid: '0', relayProtocol: 'sctp' }), TypeError);
  await assert.rejects(pc.addIceCandidate({ candidate: 'candidate:1 1 udp 1 192.0.2.1 1 typ host' }), TypeError);
  await assert.rejects(pc.addIceCandidate({ candidate: 'x', sdpMid: '0' }), { name: 'InvalidStateError' });
  const candidate = new RTCIceCandidate({ candidate: 'candidate:1 1 UDP 7 192.0.2.1 9 typ srflx raddr 10.0.0.1 rport 8', sdpMid: '0', usernameFragment: 'abcd' });
  const { foundation, component, priority, address, protocol, port, type, tcpType, relatedAddress, relatedPort } = candidate;
  assert.deepEqual({ foundation, component, priority, address, protocol, port, type, tcpType, relatedAddress, relatedPort }, {
    foundation: '1', component: 'rtp', priority: 7, address: '192.0.2.1', protocol: 'udp', port: 9, type: 'srflx', tcpType: null,
    relatedAddress: '10.0.0.1', relatedPort: 8,
  });
  assert.deepEqual(Object.keys(candidate.toJSON()), ['candidate', 'sdpMid', 'sdpMLineIndex', 'usernameFragment']);
});

test('descriptions keep their identity until they change', async (t) => {
  const pc = connection(t);
  const other = connection(t);
  pc.createDataChannel('');
  await pc.setLocalDescription();
  while (pc.iceGatheringState !== 'complete') await new Promise((resolve) => (pc.onicegatheringstatechange = resolve));
  const offer = pc.localDescription;
  assert.equal(pc.localDescription, offer);
  assert.equal(pc.pendingLocalDescription, offer);
  assert.equal(pc.currentLocalDescription, null);
  assert.ok(offer instanceof RTCSessionDescription);
  assert.deepEqual(Object.keys(offer.toJSON()), ['type', 'sdp']);
  await other.setRemoteDescription(offer);
  await other.setLocalDescription();
  await pc.setRemoteDescription(other.localDescription);
  assert.equal(pc.pendingLocalDescription, null);
  assert.equal(pc.currentLocalDescription, offer);
});

test('getStats of a track that is nobody\'s: InvalidAccessError', async (t) => {
  const pc = connection(t);
  const other = connection(t);
  const { receiver } = other.addTransceiver('audio');
  await assert.rejects(pc.getStats(receiver.track), { name: 'InvalidAccessError' });
  await assert.rejects(pc.getStats({}), TypeError);
  const report = await other.getStats(receiver.track);
  assert.equal(Object.prototype.toString.call(report), '[object RTCStatsReport]');
  assert.equal(typeof report.size, 'number');
});

test('removeTrack of another connection\'s sender: InvalidAccessError', (t) => {
  const pc = connection(t);
  const { sender } = connection(t).addTransceiver('audio');
  assert.throws(() => pc.removeTrack(sender), { name: 'InvalidAccessError' });
  assert.throws(() => pc.removeTrack({}), TypeError);
});

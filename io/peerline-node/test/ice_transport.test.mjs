// RTCIceTransport as scripts make it (webrtc-ice): two of them find each other without a connection.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';

const require = createRequire(import.meta.url);
const { RTCIceTransport, RTCIceCandidate, RTCPeerConnection } = require('../dist/index.js');

function pair(t) {
  const transports = [new RTCIceTransport(), new RTCIceTransport()];
  t.after(() => transports.forEach((transport) => transport.stop()));
  transports.forEach((transport, index) => {
    transport.onicecandidate = ({ candidate }) => candidate && transports[1 - index].addRemoteCandidate(candidate);
  });
  return transports;
}

describe('a transport of its own', () => {
  test('connects to another, in the order of the specification', async (t) => {
    const [a, b] = pair(t);
    const events = [];
    for (const type of ['gatheringstatechange', 'selectedcandidatepairchange', 'statechange']) a.addEventListener(type, () => events.push(type));
    a.gather();
    b.gather();
    assert.equal(a.gatheringState, 'gathering');
    a.start(b.getLocalParameters(), 'controlling');
    b.start(a.getLocalParameters());
    assert.deepEqual([a.role, b.role, a.state], ['controlling', 'controlled', 'new']);
    await Promise.all([once(a, 'statechange'), once(b, 'statechange')]);
    assert.deepEqual([a.state, b.state], ['connected', 'connected']);
    assert.ok(events.indexOf('selectedcandidatepairchange') < events.indexOf('statechange'));
    const selected = a.getSelectedCandidatePair();
    assert.ok(a.getLocalCandidates().includes(selected.local) && a.getRemoteCandidates().includes(selected.remote));
    assert.equal(a.getSelectedCandidatePair(), selected);
    a.stop();
    assert.deepEqual([a.state, a.getSelectedCandidatePair()], ['closed', null]);
  });

  test('resolves a conflict of roles', async (t) => {
    const [a, b] = pair(t);
    a.gather();
    b.gather();
    a.start(b.getLocalParameters(), 'controlling');
    b.start(a.getLocalParameters(), 'controlling');
    await Promise.all([once(a, 'statechange'), once(b, 'statechange')]);
    assert.deepEqual([a.role, b.role].sort(), ['controlled', 'controlling']);
  });

  test('refuses what it has to', () => {
    const transport = new RTCIceTransport();
    const good = { usernameFragment: 'abcd', password: 'p'.repeat(22) };
    assert.throws(() => transport.start({}), TypeError);
    assert.throws(() => transport.start(good, 'unknown'), TypeError);
    assert.throws(() => transport.start({ ...good, usernameFragment: 'ab\n' }), { name: 'SyntaxError', constructor: DOMException });
    assert.throws(() => transport.addRemoteCandidate({ candidate: 'nonsense' }), { name: 'OperationError' });
    assert.throws(() => transport.gather({ iceServers: [{ urls: 'http://x' }] }), { name: 'SyntaxError' });
    transport.start(good);
    assert.throws(() => transport.start(good, 'controlling'), { name: 'InvalidStateError' });
    const candidate = new RTCIceCandidate({ candidate: 'candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host', sdpMid: '' });
    transport.addRemoteCandidate(candidate);
    assert.deepEqual([transport.state, transport.getRemoteCandidates()[0] === candidate], ['checking', true]);
    transport.start({ ...good, password: 'q'.repeat(22) });
    assert.deepEqual([transport.state, transport.getRemoteCandidates()], ['new', []]);
    transport.stop();
    for (const call of [() => transport.gather(), () => transport.start(good), () => transport.addRemoteCandidate(candidate)]) {
      assert.throws(call, { name: 'InvalidStateError' });
    }
  });

  test('a connection\'s transport is not for scripts to start', () => {
    const connection = new RTCPeerConnection();
    const { transport } = connection.addTransceiver('audio').sender;
    assert.equal(transport, null);
    connection.close();
  });
});

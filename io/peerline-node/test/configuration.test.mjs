// `RTCConfiguration`, certificates, and the settings that no browser has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RTCCertificate, RTCPeerConnection } from '../dist/index.js';

function connection(t, configuration) {
  const pc = new RTCPeerConnection(configuration);
  t.after(() => pc.close());
  return pc;
}

test('getConfiguration gives defaults, a new dictionary each time', (t) => {
  const pc = connection(t);
  assert.deepEqual(pc.getConfiguration(), {
    bundlePolicy: 'balanced',
    certificates: [],
    iceCandidatePoolSize: 0,
    iceServers: [],
    iceTransportPolicy: 'all',
    rtcpMuxPolicy: 'require',
  });
  assert.notEqual(pc.getConfiguration(), pc.getConfiguration());
});

test('servers: one URL or many, with and without credentials', (t) => {
  const pc = connection(t, {
    iceServers: [{ urls: 'stun:192.0.2.1' }, { urls: ['turn:192.0.2.2', 'turns:192.0.2.3?transport=tcp'], username: 'u', credential: 'c' }],
  });
  assert.deepEqual(pc.getConfiguration().iceServers, [
    { urls: ['stun:192.0.2.1'] },
    { credential: 'c', urls: ['turn:192.0.2.2', 'turns:192.0.2.3?transport=tcp'], username: 'u' },
  ]);
});

for (const [what, configuration, name] of [
  ['no URL', { iceServers: [{ urls: [] }] }, 'SyntaxError'],
  ['a URL of another scheme', { iceServers: [{ urls: 'http://example.com' }] }, 'SyntaxError'],
  ['TURN without credentials', { iceServers: [{ urls: 'turn:192.0.2.1' }] }, 'InvalidAccessError'],
  ['a server without urls', { iceServers: [{}] }, 'TypeError'],
  ['servers that are no sequence', { iceServers: 7 }, 'TypeError'],
  ['an unknown policy', { iceTransportPolicy: 'some' }, 'TypeError'],
  ['a pool out of range', { iceCandidatePoolSize: 256 }, 'TypeError'],
  ['a certificate that is none', { certificates: [{}] }, 'TypeError'],
  ['half a range of ports', { native: { udpPorts: [5000] } }, 'TypeError'],
]) {
  test(`${what}: ${name}, and nothing changes`, (t) => {
    assert.throws(() => new RTCPeerConnection(configuration), { name });
    const pc = connection(t, { iceServers: [{ urls: 'stun:192.0.2.1' }] });
    assert.throws(() => pc.setConfiguration(configuration), { name });
    assert.deepEqual(pc.getConfiguration().iceServers, [{ urls: ['stun:192.0.2.1'] }]);
  });
}

test('what may not change: InvalidModificationError', (t) => {
  const pc = connection(t, { bundlePolicy: 'max-bundle' });
  assert.throws(() => pc.setConfiguration({}), { name: 'InvalidModificationError' });
  pc.setConfiguration({ bundlePolicy: 'max-bundle', iceTransportPolicy: 'relay' });
  assert.equal(pc.getConfiguration().iceTransportPolicy, 'relay');
});

test('dictionary members are read in lexicographical order, each once', () => {
  const read = [];
  const configuration = new Proxy({}, {
    get(_target, name) {
      read.push(name);
      return undefined;
    },
  });
  new RTCPeerConnection(configuration).close();
  assert.deepEqual(read, ['bundlePolicy', 'certificates', 'iceCandidatePoolSize', 'iceServers', 'iceTransportPolicy', 'native', 'peerIdentity', 'rtcpMuxPolicy']);
});

test('certificates: made, used, given back', async (t) => {
  const ecdsa = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
  const rsa = await RTCPeerConnection.generateCertificate({
    name: 'rsassa-pkcs1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: { name: 'SHA-256' },
  });
  for (const certificate of [ecdsa, rsa]) {
    assert.ok(certificate instanceof RTCCertificate);
    assert.ok(certificate.expires > Date.now());
    const [{ algorithm, value }] = certificate.getFingerprints();
    assert.equal(algorithm, 'sha-256');
    assert.match(value, /^([0-9a-f]{2}:){31}[0-9a-f]{2}$/);
  }
  const pc = connection(t, { certificates: [ecdsa] });
  assert.deepEqual(pc.getConfiguration().certificates, [ecdsa]);
  assert.equal(pc.getConfiguration().certificates[0], ecdsa);
  pc.createDataChannel('');
  const { sdp } = await pc.createOffer();
  assert.ok(sdp.includes(ecdsa.getFingerprints()[0].value.toUpperCase()));
});

test('a certificate lives as long as it is told', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const hour = await RTCPeerConnection.generateCertificate({ ...algorithm, expires: 3_600_000 });
  assert.ok(Math.abs(hour.expires - Date.now() - 3_600_000) < 5000);
  const expired = await RTCPeerConnection.generateCertificate({ ...algorithm, expires: 0 });
  assert.throws(() => new RTCPeerConnection({ certificates: [expired] }), { name: 'InvalidAccessError' });
});

for (const [what, algorithm, name] of [
  ['an unknown name', 'nonsense', 'NotSupportedError'],
  ['an unknown name in a dictionary', { name: 'AES-GCM' }, 'NotSupportedError'],
  ['another curve', { name: 'ECDSA', namedCurve: 'P-521' }, 'NotSupportedError'],
  ['no curve', { name: 'ECDSA' }, 'TypeError'],
  ['another hash', { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' }, 'NotSupportedError'],
  ['another exponent', { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([3]), hash: 'SHA-256' }, 'NotSupportedError'],
  ['a key of no size', { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, 'NotSupportedError'],
  ['a negative life', { name: 'ECDSA', namedCurve: 'P-256', expires: -1 }, 'TypeError'],
]) {
  test(`generateCertificate of ${what} rejects with ${name}`, () => assert.rejects(RTCPeerConnection.generateCertificate(algorithm), { name }));
}

test('native.udpPorts bounds the ports of candidates', async (t) => {
  const pc = connection(t, { native: { udpPorts: [41000, 41099], includeLoopback: true } });
  const ports = [];
  pc.onicecandidate = ({ candidate }) => candidate?.port && ports.push(candidate.port);
  pc.createDataChannel('');
  await pc.setLocalDescription();
  while (pc.iceGatheringState !== 'complete') await new Promise((resolve) => (pc.onicegatheringstatechange = resolve));
  assert.ok(ports.length > 0);
  assert.ok(ports.every((port) => port >= 41000 && port <= 41099), ports.join());
});

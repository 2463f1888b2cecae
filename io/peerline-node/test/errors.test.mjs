// What goes wrong in the world and in handlers: `RTCError`s, uncaught exceptions, and a loop that goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RTCError, RTCErrorEvent, RTCPeerConnection } from '../dist/index.js';
import { connectedPair, once } from './support/connect.mjs';
import { run } from './support/child.mjs';

test('SDP that does not parse is an RTCError with its line', async () => {
  const pc = new RTCPeerConnection();
  const sdp = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=nonsense\r\n';
  await assert.rejects(pc.setRemoteDescription({ type: 'offer', sdp }), (error) => {
    assert.ok(error instanceof RTCError);
    assert.ok(error instanceof DOMException);
    assert.deepEqual([error.name, error.errorDetail, error.sdpLineNumber], ['OperationError', 'sdp-syntax-error', 5]);
    return true;
  });
  assert.equal(pc.signalingState, 'stable');
  pc.close();
});

test('an error event carries its RTCError', async () => {
  const { offerer, answerer, incoming } = await connectedPair();
  const failed = once(incoming, 'error');
  offerer.close();
  const event = await failed;
  assert.ok(event instanceof RTCErrorEvent);
  assert.ok(event.error instanceof RTCError);
  assert.equal(event.error, event.error);
  answerer.close();
});

test('DTLS with another certificate than was promised fails', async () => {
  const offerer = new RTCPeerConnection();
  const answerer = new RTCPeerConnection();
  offerer.onicecandidate = ({ candidate }) => answerer.addIceCandidate(candidate).catch(() => {});
  answerer.onicecandidate = ({ candidate }) => offerer.addIceCandidate(candidate).catch(() => {});
  const channel = offerer.createDataChannel('');
  const closed = once(channel, 'close');
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription(offerer.localDescription);
  await answerer.setLocalDescription();
  const { type, sdp } = answerer.localDescription;
  await offerer.setRemoteDescription({ type, sdp: sdp.replaceAll(/(a=fingerprint:sha-256 )[0-9A-F]{2}/g, '$100') });
  const transport = offerer.sctp.transport;
  const { error } = await once(transport, 'error');
  assert.deepEqual([error.errorDetail, transport.state], ['fingerprint-failure', 'failed']);
  assert.equal(offerer.connectionState, 'failed');
  await closed;
  offerer.close();
  answerer.close();
});

test('handlers that throw are reported, and everything goes on', async () => {
  const { code, stdout, stderr } = await run(`
    import { connectedPair } from './connect.mjs';
    const caught = [];
    process.on('uncaughtException', (error) => caught.push(error.message));
    const { offerer, answerer, outgoing, incoming } = await connectedPair();
    let count = 0;
    incoming.onmessage = ({ data }) => {
      count += 1;
      if (data === 'last') {
        offerer.close();
        answerer.close();
        setTimeout(() => console.log(JSON.stringify({ count, caught })), 20);
      }
      throw new Error(data);
    };
    incoming.addEventListener('message', ({ data }) => { throw new Error('second ' + data); });
    for (const text of ['first', 'last']) outgoing.send(text);
  `);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.deepEqual(JSON.parse(stdout), { count: 2, caught: ['first', 'second first', 'last', 'second last'] });
});

test('a handler that throws ends a process that does not catch it', async () => {
  const { code, stderr } = await run(`
    import { connectedPair } from './connect.mjs';
    const { outgoing, incoming } = await connectedPair();
    incoming.onmessage = () => { throw new Error('from the handler'); };
    outgoing.send('');
  `);
  assert.equal(code, 1);
  assert.match(stderr, /from the handler/);
});

test('a legacy callback that throws is reported, and the promise is fulfilled', async () => {
  const { code, stdout } = await run(`
    import { RTCPeerConnection } from '../../dist/index.js';
    process.on('uncaughtException', (error) => console.log(error.message));
    const connection = new RTCPeerConnection();
    console.log(await connection.createOffer(() => { throw new Error('thrown'); }, () => {}));
    console.log(await connection.setLocalDescription({ type: 'answer', sdp: '' }, () => {}, ({ name }) => console.log(name)));
  `);
  assert.equal(code, 0);
  assert.deepEqual(stdout.trim().split('\n').sort(), ['InvalidStateError', 'thrown', 'undefined', 'undefined']);
});

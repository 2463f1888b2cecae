// Events and exceptions that are interfaces: what their constructors take, and what they show.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';

const require = createRequire(import.meta.url);
const peerline = require('../dist/index.js');
const { toException, rethrow, attempt, isRefused } = require('../dist/errors.js');
const {
  DeviceChangeEvent, MediaStream, OverconstrainedError, RTCDataChannelEvent, RTCDTMFToneChangeEvent, RTCError, RTCErrorEvent, RTCIceCandidate,
  RTCPeerConnectionIceErrorEvent, RTCPeerConnectionIceEvent, RTCTrackEvent, SFrameTransformErrorEvent, MediaStreamTrackEvent,
} = peerline;

describe('events', () => {
  test('are events, with what EventInit says', () => {
    const event = new RTCDTMFToneChangeEvent('tonechange', { tone: '1', bubbles: true, cancelable: 1 });
    assert.ok(event instanceof Event);
    assert.deepEqual([event.type, event.tone, event.bubbles, event.cancelable, event.composed], ['tonechange', '1', true, true, false]);
    assert.equal(new RTCDTMFToneChangeEvent('tonechange').tone, '');
    assert.equal(Object.prototype.toString.call(event), '[object RTCDTMFToneChangeEvent]');
  });

  test('require what their dictionaries require', () => {
    for (const Interface of [RTCTrackEvent, RTCDataChannelEvent, RTCErrorEvent, MediaStreamTrackEvent, RTCPeerConnectionIceErrorEvent, SFrameTransformErrorEvent]) {
      assert.equal(Interface.length, 2, Interface.name);
      assert.throws(() => new Interface('x'), TypeError, Interface.name);
      assert.throws(() => new Interface('x', {}), TypeError, Interface.name);
      assert.throws(() => new Interface('x', null), TypeError, Interface.name);
    }
    for (const Interface of [RTCPeerConnectionIceEvent, RTCDTMFToneChangeEvent, DeviceChangeEvent]) {
      assert.equal(Interface.length, 1, Interface.name);
      assert.throws(() => new Interface(), TypeError, Interface.name);
      assert.equal(new Interface('x', null).type, 'x');
    }
  });

  test('RTCPeerConnectionIceEvent takes real candidates only', () => {
    const candidate = new RTCIceCandidate({ candidate: '', sdpMid: '0' });
    const event = new RTCPeerConnectionIceEvent('icecandidate', { candidate, url: 'stun:\ud800' });
    assert.equal(event.candidate, candidate);
    assert.equal(event.url, 'stun:\ufffd');
    assert.throws(() => new RTCPeerConnectionIceEvent('icecandidate', { candidate: { candidate: '', sdpMid: '0' } }), TypeError);
    assert.throws(() => new RTCPeerConnectionIceEvent('icecandidate', { candidate: Object.create(RTCIceCandidate.prototype) }), TypeError);
  });

  test('RTCPeerConnectionIceErrorEvent', () => {
    const { address, port, url, errorCode, errorText } = new RTCPeerConnectionIceErrorEvent('x', { errorCode: 65536 + 701, port: null });
    assert.deepEqual([address, port, url, errorCode, errorText], [null, null, '', 701, '']);
  });

  test('frozen arrays are the same object each time', () => {
    const event = new DeviceChangeEvent('devicechange', { devices: new Set() });
    assert.equal(event.devices, event.devices);
    assert.ok(Object.isFrozen(event.devices) && Object.isFrozen(event.userInsertedDevices));
  });

  test('RTCTrackEvent names what is no track', () => {
    const init = { receiver: {}, track: {}, transceiver: {}, streams: [new MediaStream()] };
    assert.throws(() => new RTCTrackEvent('track', init), { name: 'TypeError', message: /member 'receiver' of RTCTrackEventInit is not of type 'RTCRtpReceiver'/ });
  });

  test('SFrameTransformErrorEvent keeps large key numbers exact', () => {
    const event = new SFrameTransformErrorEvent('error', { errorType: 'keyID', frame: null, keyID: 2n ** 64n - 1n });
    assert.deepEqual([event.errorType, event.keyID, event.frame], ['keyID', 2n ** 64n - 1n, null]);
  });
});

describe('RTCError', () => {
  test('is a DOMException of its own kind', () => {
    const error = new RTCError({ errorDetail: 'dtls-failure', sentAlert: 40 }, 'why');
    assert.ok(error instanceof DOMException && error instanceof Error);
    assert.deepEqual([error.name, error.code, error.message, error.errorDetail, error.sentAlert, error.receivedAlert, error.sdpLineNumber], ['OperationError', 0, 'why', 'dtls-failure', 40, null, null]);
    assert.equal(Object.prototype.toString.call(error), '[object RTCError]');
    assert.throws(() => { 'use strict'; error.sentAlert = 1; }, TypeError);
    assert.throws(() => new RTCError({ errorDetail: 'none' }), TypeError);
    assert.equal(new RTCErrorEvent('error', { error }).error, error);
    assert.throws(() => new RTCErrorEvent('error', { error: new DOMException('') }), TypeError);
  });

  test('OverconstrainedError', () => {
    const error = new OverconstrainedError('width', 'too wide');
    assert.ok(error instanceof DOMException);
    assert.deepEqual([error.name, error.constraint, error.message, error.code], ['OverconstrainedError', 'width', 'too wide', 0]);
    assert.throws(() => new OverconstrainedError(), TypeError);
  });
});

describe('errors of the addon', () => {
  test('become the exceptions of W3C', () => {
    const made = (name, more) => toException({ name, message: 'm', ...more });
    assert.equal(made('TypeError').constructor, TypeError);
    assert.equal(made('RangeError').constructor, RangeError);
    assert.deepEqual([made('InvalidStateError').constructor, made('InvalidStateError').code], [DOMException, 11]);
    const rtc = made('OperationError', { errorDetail: 'sctp-failure', sctpCauseCode: 12 });
    assert.deepEqual([rtc.constructor, rtc.sctpCauseCode], [RTCError, 12]);
  });

  test('are thrown as what their code names; others as they are', () => {
    const coded = Object.assign(new Error('closed'), { code: 'InvalidStateError' });
    assert.throws(() => attempt(() => { throw coded; }), { name: 'InvalidStateError', message: 'closed' });
    const other = Object.assign(new Error('x'), { code: 'GenericFailure' });
    assert.throws(() => rethrow(other), (error) => error === other);
    assert.throws(() => rethrow('text'), (error) => error === 'text');
    assert.equal(attempt(() => 5), 5);
    assert.deepEqual([isRefused(3), isRefused({ name: 'TypeError', message: '' })], [false, true]);
  });
});

test('events that happen are trusted, whatever became of dispatchEvent; those of scripts are not', async () => {
  const { RTCPeerConnection } = peerline;
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.dispatchEvent = () => assert.fail('a script\'s own');
  a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
  const needed = new Promise((resolve) => { a.onnegotiationneeded = resolve; });
  const channel = a.createDataChannel('x');
  assert.equal((await needed).isTrusted, true);
  const message = new Promise((resolve) => { b.ondatachannel = ({ channel: other }) => { other.onmessage = resolve; }; });
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
  channel.onopen = () => channel.send('x');
  const event = await message;
  assert.deepEqual([event.isTrusted, event.data, event.constructor], [true, 'x', MessageEvent]);
  assert.equal(new RTCDTMFToneChangeEvent('x').isTrusted, false);
  a.close();
  b.close();
});

// Transceivers, senders, receivers and tones: objects, parameters, and what negotiation makes of them. No packet flows here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MediaStream, mediaDevices, nonstandard, RTCDTMFSender, RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, RTCRtpTransceiver } from '../dist/index.js';
import { negotiate, once } from './support/connect.mjs';

const audioTrack = () => new nonstandard.RTCAudioSource().createTrack();
const videoTrack = () => new nonstandard.RTCVideoSource().createTrack();

/** Connections that are closed after the test. */
function connections(t, count) {
  const made = Array.from({ length: count }, () => new RTCPeerConnection());
  t.after(() => made.forEach((connection) => connection.close()));
  return made;
}

test('a transceiver, its halves and its tone sender are the same objects for ever', (t) => {
  const [connection] = connections(t, 1);
  const transceiver = connection.addTransceiver('audio');
  assert.ok(transceiver instanceof RTCRtpTransceiver);
  assert.equal(connection.getTransceivers()[0], transceiver);
  assert.equal(connection.getSenders()[0], transceiver.sender);
  assert.equal(connection.getReceivers()[0], transceiver.receiver);
  assert.ok(transceiver.sender instanceof RTCRtpSender && transceiver.receiver instanceof RTCRtpReceiver);
  assert.ok(transceiver.sender.dtmf instanceof RTCDTMFSender);
  assert.equal(transceiver.sender.dtmf, transceiver.sender.dtmf);
  assert.equal(connection.addTransceiver('video').sender.dtmf, null);
  for (const Interface of [RTCRtpTransceiver, RTCRtpSender, RTCRtpReceiver, RTCDTMFSender]) assert.throws(() => new Interface(), TypeError);
});

test('the track of a receiver lives and is muted before anything was negotiated', (t) => {
  const [connection] = connections(t, 1);
  const { track } = connection.addTransceiver('video').receiver;
  assert.deepEqual([track.kind, track.label, track.readyState, track.muted], ['video', 'remote video', 'live', true]);
  assert.deepEqual(track.getConstraints(), {});
});

test('capabilities are told by kind', () => {
  for (const Half of [RTCRtpSender, RTCRtpReceiver]) {
    assert.equal(Half.getCapabilities('smell'), null);
    assert.throws(() => Half.getCapabilities(), TypeError);
    for (const kind of ['audio', 'video']) {
      const { codecs, headerExtensions } = Half.getCapabilities(kind);
      assert.ok(codecs.length > 0 && codecs.every(({ mimeType, clockRate }) => mimeType.startsWith(`${kind}/`) && clockRate > 0));
      assert.ok(headerExtensions.every(({ uri }) => typeof uri === 'string'));
    }
  }
});

test('parameters that were read can be changed and written, once', async (t) => {
  const [connection] = connections(t, 1);
  const { sender } = connection.addTransceiver('video', { sendEncodings: [{ rid: 'a', maxBitrate: 1000 }, { rid: 'b', active: false }] });
  const parameters = sender.getParameters();
  assert.deepEqual(parameters.encodings.map(({ rid, active, maxBitrate }) => [rid, active, maxBitrate]), [['a', true, 1000], ['b', false, undefined]]);
  assert.ok(!('codec' in parameters.encodings[0]) && !('degradationPreference' in parameters));
  parameters.encodings[1].active = true;
  parameters.degradationPreference = 'balanced';
  await sender.setParameters(parameters);
  const after = sender.getParameters();
  assert.deepEqual([after.encodings[1].active, after.degradationPreference], [true, 'balanced']);
  assert.notEqual(after.transactionId, parameters.transactionId);
});

test('parameters that may not be changed, and wrong values, are refused', async (t) => {
  const [connection] = connections(t, 1);
  const { sender } = connection.addTransceiver('video');
  const refused = async (change, expected) => {
    const parameters = sender.getParameters();
    change(parameters);
    await assert.rejects(sender.setParameters(parameters), expected);
  };
  await refused((parameters) => parameters.encodings.push({}), { name: 'InvalidModificationError' });
  await refused((parameters) => (parameters.encodings[0].rid = 'new'), { name: 'InvalidModificationError' });
  await refused((parameters) => (parameters.encodings[0].scaleResolutionDownBy = 0.5), RangeError);
  await refused((parameters) => (parameters.encodings[0].scaleResolutionDownBy = NaN), TypeError);
  await refused((parameters) => (parameters.degradationPreference = 'sometimes'), TypeError);
  await refused((parameters) => delete parameters.transactionId, TypeError);
  await assert.rejects(sender.setParameters(sender.getParameters(), { encodingOptions: [{}, {}] }), { name: 'InvalidModificationError' });
  await sender.setParameters(sender.getParameters(), { encodingOptions: [{ keyFrame: true }] });
  await assert.rejects(sender.setParameters(), TypeError);
  await assert.rejects(Reflect.apply(sender.setParameters, {}, [sender.getParameters()]), TypeError);
});

test('replaceTrack takes a track of the same kind, or none, when its promise is fulfilled', async (t) => {
  const [connection] = connections(t, 1);
  const { sender } = connection.addTransceiver('audio');
  const track = audioTrack();
  const replaced = sender.replaceTrack(track);
  await replaced;
  assert.equal(sender.track, track);
  await assert.rejects(sender.replaceTrack(videoTrack()), TypeError);
  await assert.rejects(sender.replaceTrack({}), TypeError);
  assert.equal(sender.track, track);
  await sender.replaceTrack(null);
  assert.equal(sender.track, null);
});

test('tracks arrive with their streams, which stay the same and follow what the peer does', async (t) => {
  const [offerer, answerer] = connections(t, 2);
  const [stream, other] = [new MediaStream(), new MediaStream()];
  const [sender, second] = [offerer.addTrack(audioTrack(), stream, other), offerer.addTrack(videoTrack(), stream)];
  const arrivals = [];
  answerer.ontrack = (event) => arrivals.push(event);
  await negotiate(offerer, answerer);
  assert.deepEqual(arrivals.map(({ track, streams }) => [track.kind, streams.map(({ id }) => id)]), [['audio', [stream.id, other.id]], ['video', [stream.id]]]);
  const [{ streams: [remote], track, receiver, transceiver }] = arrivals;
  assert.equal(receiver.track, track);
  assert.equal(transceiver.receiver, receiver);
  assert.equal(arrivals[1].streams[0], remote);
  assert.equal(remote.getTracks().length, 2);

  const removed = once(remote, 'removetrack');
  offerer.removeTrack(sender);
  second.setStreams(other);
  await negotiate(offerer, answerer);
  assert.equal((await removed).track, track);
  assert.deepEqual(remote.getTracks(), []);
  assert.equal(track.readyState, 'live');

  offerer.getTransceivers()[0].direction = 'sendrecv';
  sender.setStreams(stream);
  const again = once(answerer, 'track');
  await negotiate(offerer, answerer);
  assert.equal((await again).streams[0], remote);
});

test('codec preferences order the offer; a codec that nobody has is refused', async (t) => {
  const [connection] = connections(t, 1);
  const transceiver = connection.addTransceiver('video');
  const vp8 = RTCRtpReceiver.getCapabilities('video').codecs.filter(({ mimeType }) => mimeType === 'video/VP8');
  transceiver.setCodecPreferences(vp8);
  const { sdp } = await connection.createOffer();
  assert.deepEqual([...sdp.matchAll(/^a=rtpmap:\d+ (\w+)/gm)].map(([, name]) => name), ['VP8']);
  assert.throws(() => transceiver.setCodecPreferences([{ mimeType: 'video/x', clockRate: 1 }]), { name: 'InvalidModificationError' });
  assert.throws(() => transceiver.setCodecPreferences([{ mimeType: 'video/VP8' }]), TypeError);
  assert.throws(() => transceiver.setCodecPreferences({}), TypeError);
});

test('a header extension that is stopped is not offered', async (t) => {
  const [offerer, answerer] = connections(t, 2);
  const transceiver = offerer.addTransceiver('video');
  const extensions = transceiver.getHeaderExtensionsToNegotiate();
  const stopped = extensions.find(({ uri, direction }) => direction === 'sendrecv' && !uri.endsWith(':mid'));
  stopped.direction = 'stopped';
  transceiver.setHeaderExtensionsToNegotiate(extensions);
  await negotiate(offerer, answerer);
  assert.ok(!offerer.localDescription.sdp.includes(`${stopped.uri}\r\n`));
  const negotiated = transceiver.getNegotiatedHeaderExtensions().find(({ uri }) => uri === stopped.uri);
  assert.equal(negotiated.direction, 'stopped');
  assert.throws(() => transceiver.setHeaderExtensionsToNegotiate([{ uri: stopped.uri, direction: 'both' }]), TypeError);
});

test('a direction that is set takes effect with the next negotiation; an unknown one is ignored', async (t) => {
  const [offerer, answerer] = connections(t, 2);
  const transceiver = offerer.addTransceiver('audio');
  transceiver.direction = 'sendonly';
  transceiver.direction = 'sideways';
  assert.deepEqual([transceiver.direction, transceiver.currentDirection, transceiver.mid], ['sendonly', null, null]);
  assert.throws(() => (transceiver.direction = 'stopped'), TypeError);
  await negotiate(offerer, answerer);
  assert.deepEqual([transceiver.currentDirection, answerer.getTransceivers()[0].currentDirection], ['sendonly', 'recvonly']);
  assert.equal(transceiver.mid, answerer.getTransceivers()[0].mid);
});

test('stop() ends the receiver track with an event, later; and nothing can be changed any more', async (t) => {
  const [offerer, answerer] = connections(t, 2);
  const transceiver = offerer.addTransceiver(audioTrack());
  await negotiate(offerer, answerer);
  const { sender, receiver } = transceiver;
  const clone = receiver.track.clone();
  const ended = Promise.all([once(receiver.track, 'ended'), once(clone, 'ended')]);
  const parameters = sender.getParameters();
  transceiver.stop();
  transceiver.stop();
  assert.deepEqual([transceiver.direction, transceiver.stopped, receiver.track.readyState], ['stopped', false, 'live']);
  await ended;
  assert.deepEqual([receiver.track.readyState, clone.readyState], ['ended', 'ended']);
  await assert.rejects(sender.setParameters(parameters), { name: 'InvalidStateError' });
  await assert.rejects(sender.replaceTrack(audioTrack()), { name: 'InvalidStateError' });
  assert.throws(() => (transceiver.direction = 'sendrecv'), { name: 'InvalidStateError' });
  assert.throws(() => sender.dtmf.insertDTMF('1'), { name: 'InvalidStateError' });
  await negotiate(offerer, answerer);
  assert.deepEqual([transceiver.mid, transceiver.stopped, transceiver.currentDirection, offerer.getTransceivers().length], [null, true, 'stopped', 0]);
});

test('close() stops transceivers and ends receiver tracks at once, without events', async (t) => {
  const [offerer, answerer] = connections(t, 2);
  const local = audioTrack();
  const transceiver = offerer.addTransceiver(local);
  await negotiate(offerer, answerer);
  transceiver.receiver.track.onended = () => assert.fail('no event');
  offerer.close();
  assert.deepEqual([transceiver.stopped, transceiver.direction, transceiver.receiver.track.readyState], [true, 'stopped', 'ended']);
  assert.equal(transceiver.sender.track, local);
  assert.equal(local.readyState, 'live');
  assert.throws(() => transceiver.stop(), { name: 'InvalidStateError' });
  await new Promise((resolve) => setTimeout(resolve, 20));
});

test('tones are played one after the other, with an event each and an empty one at the end', async (t) => {
  const [offerer, answerer] = connections(t, 2);
  const { dtmf } = offerer.addTransceiver(audioTrack()).sender;
  assert.equal(dtmf.canInsertDTMF, false);
  assert.throws(() => dtmf.insertDTMF('1'), { name: 'InvalidStateError' });
  await negotiate(offerer, answerer);
  if (offerer.connectionState !== 'connected') {
    await new Promise((resolve) => offerer.addEventListener('connectionstatechange', () => offerer.connectionState === 'connected' && resolve()));
  }
  assert.equal(dtmf.canInsertDTMF, true);
  assert.throws(() => dtmf.insertDTMF('1Z'), { name: 'InvalidCharacterError' });
  const played = [];
  dtmf.insertDTMF('1a#', 40, 30);
  assert.equal(dtmf.toneBuffer, '1A#');
  await new Promise((resolve) => {
    dtmf.ontonechange = ({ tone }) => {
      played.push([tone, dtmf.toneBuffer]);
      if (tone === '') resolve();
    };
  });
  assert.deepEqual(played, [['1', 'A#'], ['A', '#'], ['#', ''], ['', '']]);
});

test('jitterBufferTarget is null or between 0 and 4000 milliseconds', (t) => {
  const [connection] = connections(t, 1);
  const { receiver } = connection.addTransceiver('audio');
  assert.equal(receiver.jitterBufferTarget, null);
  receiver.jitterBufferTarget = 4000;
  for (const target of [-1, 4000.5]) assert.throws(() => (receiver.jitterBufferTarget = target), RangeError);
  assert.throws(() => (receiver.jitterBufferTarget = NaN), TypeError);
  assert.equal(receiver.jitterBufferTarget, 4000);
  receiver.jitterBufferTarget = null;
  assert.equal(receiver.jitterBufferTarget, null);
});

test('a captured track can be sent, and stays the application’s', async (t) => {
  const [offerer, answerer] = connections(t, 2);
  const stream = await mediaDevices.getUserMedia({ audio: true, video: true });
  t.after(() => stream.getTracks().forEach((track) => track.stop()));
  const senders = stream.getTracks().map((track) => offerer.addTrack(track, stream));
  assert.throws(() => offerer.addTrack(stream.getTracks()[0], stream), { name: 'InvalidAccessError' });
  await negotiate(offerer, answerer);
  assert.deepEqual(senders.map(({ track }) => track), stream.getTracks());
  assert.ok(senders.every(({ transport }) => transport === senders[0].transport && transport !== null));
  assert.deepEqual(answerer.getReceivers().map(({ track }) => track.kind), ['audio', 'video']);
  assert.deepEqual(answerer.getReceivers().map((receiver) => receiver.getSynchronizationSources()), [[], []]);
});

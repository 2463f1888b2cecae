// Streams and tracks: their lives, their sources, and the frames that go through them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaDevices, MediaStream, MediaStreamTrack, nonstandard } from '../dist/index.js';
import { once } from './support/connect.mjs';

const { RTCVideoSource, RTCAudioSource, RTCVideoSink, RTCAudioSink, rgbaToI420, i420ToRgba } = nonstandard;

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const i420 = (width, height, luma = 100) => ({ width, height, data: new Uint8ClampedArray((width * height * 3) / 2).fill(luma) });
const samples = (length, value = 7) => ({ samples: new Int16Array(length).fill(value), sampleRate: 48000 });

test('a stream holds each track once and shares it with streams that are made of it', () => {
  const track = new RTCVideoSource().createTrack();
  const stream = new MediaStream([track, track]);
  stream.addTrack(track);
  assert.deepEqual(stream.getTracks(), [track]);
  assert.equal(new MediaStream(stream).getTrackById(track.id), track);
  stream.removeTrack(track);
  stream.removeTrack(track);
  assert.equal(stream.active, false);
});

test('constructors take what IDL says and nothing else', () => {
  assert.throws(() => new MediaStream(1), TypeError);
  assert.throws(() => new MediaStream([{}]), TypeError);
  assert.throws(() => MediaStream(), TypeError);
  assert.throws(() => new MediaStreamTrack(), { name: 'TypeError', message: 'Illegal constructor' });
  assert.throws(() => Object.getOwnPropertyDescriptor(MediaStreamTrack.prototype, 'id').get.call({}), TypeError);
});

test('a clone has its own id and its own life, and begins like its original', () => {
  const track = new RTCAudioSource().createTrack();
  track.enabled = false;
  track.contentHint = 'speech';
  const clone = track.clone();
  assert.notEqual(clone.id, track.id);
  assert.deepEqual([clone.enabled, clone.contentHint, clone.readyState], [false, 'speech', 'live']);
  track.stop();
  assert.deepEqual([track.readyState, clone.readyState], ['ended', 'live']);
  assert.equal(track.clone().readyState, 'ended');
});

test('stop() ends a track at once, without an event, and only its identity is left of its settings', async () => {
  const [track] = (await mediaDevices.getUserMedia({ video: true })).getTracks();
  track.onended = () => assert.fail('no event');
  const { deviceId, groupId, facingMode } = track.getSettings();
  track.stop();
  assert.equal(track.readyState, 'ended');
  assert.deepEqual(track.getSettings(), { deviceId, groupId, facingMode });
  await track.applyConstraints({ width: { exact: 100000 } });
  await pause();
});

test('content hints of the other kind, and unknown ones, change nothing', () => {
  const track = new RTCVideoSource().createTrack();
  for (const hint of ['motion', 'music', 'nonsense', 'speech']) track.contentHint = hint;
  assert.equal(track.contentHint, 'motion');
});

test('a video frame reaches the sinks of all live tracks of its source, as a copy', async () => {
  const source = new RTCVideoSource();
  const [first, second] = [source.createTrack(), source.createTrack()];
  const clone = first.clone();
  const frame = i420(4, 2, 50);
  const received = [first, second, clone].map((track) => once(new RTCVideoSink(track), 'frame'));
  source.onFrame({ ...frame, rotation: 90 });
  frame.data.fill(0);
  for (const { frame: one } of await Promise.all(received)) {
    assert.deepEqual({ width: one.width, height: one.height, rotation: one.rotation }, { width: 4, height: 2, rotation: 90 });
    assert.deepEqual([...one.data], new Array(12).fill(50));
  }
  assert.equal(first.getSettings().width, 4);
});

test('audio data reaches a sink, never in the call that gave it', async () => {
  const source = new RTCAudioSource();
  const sink = new RTCAudioSink(source.createTrack());
  let count = 0;
  sink.ondata = () => (count += 1);
  const received = once(sink, 'data');
  source.onData({ ...samples(960), channelCount: 2 });
  assert.equal(count, 0);
  const { samples: data, sampleRate, bitsPerSample, channelCount, numberOfFrames } = await received;
  assert.deepEqual({ sampleRate, bitsPerSample, channelCount, numberOfFrames }, { sampleRate: 48000, bitsPerSample: 16, channelCount: 2, numberOfFrames: 480 });
  assert.deepEqual([data.length, data[0]], [960, 7]);
  assert.equal(count, 1);
});

test('a disabled track gives black and silence', async () => {
  const video = new RTCVideoSource();
  const audio = new RTCAudioSource();
  const [picture, sound] = [video.createTrack(), audio.createTrack()];
  picture.enabled = sound.enabled = false;
  const frame = once(new RTCVideoSink(picture), 'frame');
  const data = once(new RTCAudioSink(sound), 'data');
  video.onFrame(i420(2, 2, 200));
  audio.onData(samples(480));
  assert.deepEqual([...(await frame).frame.data], [16, 16, 16, 16, 128, 128]);
  assert.ok((await data).samples.every((sample) => sample === 0));
});

test('sinks of stopped tracks, and stopped sinks, hear nothing', async () => {
  const source = new RTCVideoSource();
  const [track, other] = [source.createTrack(), source.createTrack()];
  const [sink, stopped] = [new RTCVideoSink(track), new RTCVideoSink(other)];
  sink.onframe = stopped.onframe = () => assert.fail('no frame');
  track.stop();
  stopped.stop();
  assert.deepEqual([sink.stopped, stopped.stopped], [false, true]);
  source.onFrame(i420(2, 2));
  await pause();
});

test('frames that nobody fetches are bounded', async () => {
  const source = new RTCVideoSource();
  const sink = new RTCVideoSink(source.createTrack());
  const last = [];
  sink.onframe = ({ frame }) => last.push(frame.data[0]);
  for (let number = 0; number < 200; number += 1) source.onFrame(i420(2, 2, number));
  await pause();
  assert.equal(last.length, 64);
  assert.equal(last.at(-1), 199);
});

test('sources and sinks refuse what is no frame, with a TypeError', () => {
  const video = new RTCVideoSource({ isScreencast: true });
  assert.deepEqual([video.isScreencast, video.needsDenoising], [true, null]);
  const detached = i420(2, 2);
  structuredClone(detached.data.buffer, { transfer: [detached.data.buffer] });
  const frames = [undefined, {}, i420(2, 2).data, { ...i420(2, 2), width: 4 }, { ...i420(2, 2), width: -2 }, { ...i420(2, 2), width: 1e9 },
    { ...i420(2, 2), data: [1, 2, 3, 4, 5, 6] }, { ...i420(2, 2), rotation: 45 }, detached];
  for (const frame of frames) assert.throws(() => video.onFrame(frame), TypeError);
  const audio = new RTCAudioSource();
  const blocks = [undefined, {}, { ...samples(480), samples: new Uint8Array(480) }, { ...samples(480), sampleRate: 0 }, { ...samples(480), bitsPerSample: 8 },
    { ...samples(481), channelCount: 2 }, { ...samples(480), numberOfFrames: 481 }, { ...samples(480), channelCount: 0 }, samples(0)];
  for (const block of blocks) assert.throws(() => audio.onData(block), TypeError);
  assert.throws(() => new RTCVideoSink(audio.createTrack()), TypeError);
  assert.throws(() => new RTCAudioSink({}), TypeError);
});

test('a synthetic camera shows moving pictures of the size that was asked for', async (t) => {
  const [track] = (await mediaDevices.getUserMedia({ video: { width: 320, height: 240, frameRate: 60 } })).getTracks();
  t.after(() => track.stop());
  const sink = new RTCVideoSink(track);
  const [first, second] = [await once(sink, 'frame'), await once(sink, 'frame')].map(({ frame }) => frame);
  assert.deepEqual([first.width, first.height, first.data.length], [320, 240, 115200]);
  assert.notDeepEqual(first.data, second.data);
  for (const frameRate of [20, 60, 0, 30]) {
    await track.applyConstraints({ width: 64, frameRate: { exact: frameRate } });
    if (frameRate === 0) continue;
    await once(sink, 'frame');
    assert.equal((await once(sink, 'frame')).frame.width, 64);
  }
});

test('a synthetic microphone hears a tone without a gap', async (t) => {
  const [track] = (await mediaDevices.getUserMedia({ audio: { channelCount: { exact: 2 } } })).getTracks();
  t.after(() => track.stop());
  const sink = new RTCAudioSink(track);
  const blocks = [];
  await new Promise((resolve) => (sink.ondata = ({ samples: data }) => blocks.push(...data) >= 960 * 10 && resolve()));
  const left = blocks.filter((_, index) => index % 2 === 0);
  const steepest = Math.max(...left.slice(1).map((sample, index) => Math.abs(sample - left[index])));
  assert.ok(Math.max(...left) > 8000 && steepest < 600, `${steepest}`);
});

test('RGBA becomes I420 by BT.601, and comes back', () => {
  const colours = [
    [[255, 255, 255], [235, 128, 128]],
    [[0, 0, 0], [16, 128, 128]],
    [[255, 0, 0], [82, 90, 240]],
    [[0, 255, 0], [144, 54, 34]],
    [[0, 0, 255], [41, 240, 110]],
    [[128, 128, 128], [126, 128, 128]],
  ];
  for (const [rgb, [y, u, v]] of colours) {
    const rgba = { width: 2, height: 2, data: new Uint8ClampedArray([...rgb, 255, ...rgb, 255, ...rgb, 255, ...rgb, 255]) };
    const planar = { width: 2, height: 2, data: new Uint8ClampedArray(6) };
    rgbaToI420(rgba, planar);
    assert.deepEqual([...planar.data], [y, y, y, y, u, v], rgb.join());
    const back = { width: 2, height: 2, data: new Uint8ClampedArray(16) };
    i420ToRgba(planar, back);
    assert.ok([...back.data].every((value, index) => Math.abs(value - rgba.data[index]) <= 2), rgb.join());
  }
});

test('images with odd sides have chroma for the last row and column', () => {
  const rgba = { width: 3, height: 3, data: new Uint8ClampedArray(36).fill(255) };
  const planar = { width: 3, height: 3, data: new Uint8ClampedArray(17) };
  rgbaToI420(rgba, planar);
  assert.deepEqual([...planar.data], [...new Array(9).fill(235), ...new Array(8).fill(128)]);
  const back = { width: 3, height: 3, data: new Uint8ClampedArray(36) };
  i420ToRgba(planar, back);
  assert.ok(back.data.every((value) => value === 255));
});

test('conversions refuse images of different or impossible sizes', () => {
  const rgba = (width, height) => ({ width, height, data: new Uint8ClampedArray(width * height * 4) });
  assert.throws(() => rgbaToI420(rgba(2, 2), i420(4, 2)), TypeError);
  assert.throws(() => rgbaToI420(rgba(2, 2), { ...i420(2, 2), data: new Uint8ClampedArray(5) }), TypeError);
  assert.throws(() => i420ToRgba(i420(2, 2), { ...rgba(2, 2), data: new Uint8ClampedArray(15) }), TypeError);
  assert.throws(() => i420ToRgba(), TypeError);
});

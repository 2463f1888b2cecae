// Devices and constraints: what getUserMedia, getDisplayMedia and enumerateDevices give a script.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import load from '../dist/load.js';
import { InputDeviceInfo, MediaStream, mediaDevices, nonstandard, OverconstrainedError } from '../dist/index.js';
import { once } from './support/connect.mjs';
import { run } from './support/child.mjs';

/** A stream that is stopped after the test. */
async function capture(t, constraints) {
  const stream = await mediaDevices.getUserMedia(constraints);
  t.after(() => stream.getTracks().forEach((track) => track.stop()));
  return stream;
}

async function captureVideo(t, video = true) {
  const [track] = (await capture(t, { video })).getTracks();
  return track;
}

test('device ids are the same in all threads of a process, and in no other process', async () => {
  const source = `
    Promise.all([import(process.env.PACKAGE), import('node:worker_threads')]).then(async ([{ mediaDevices }, { parentPort }]) => {
      const [track] = (await mediaDevices.getUserMedia({ video: true })).getTracks();
      parentPort.postMessage(track.getSettings().deviceId);
    });`;
  const outer = `
    import { Worker } from 'node:worker_threads';
    process.env.PACKAGE = new URL('../../dist/index.js', 'file://' + process.cwd() + '/').pathname;
    const workers = [1, 2].map(() => new Worker(${JSON.stringify(source)}, { eval: true }));
    const ids = await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
    console.log(JSON.stringify(ids));`;
  const [first, second] = await Promise.all([run(outer), run(outer)]);
  const [[a, b], [c, d]] = [JSON.parse(first.stdout), JSON.parse(second.stdout)];
  assert.equal(a, b);
  assert.equal(c, d);
  assert.notEqual(a, c);
});

test('before anything was captured, devices have a kind and nothing else', async () => {
  const { stdout } = await run(`
    import { mediaDevices } from '../../dist/index.js';
    console.log(JSON.stringify(await mediaDevices.enumerateDevices()));
  `);
  const devices = JSON.parse(stdout);
  assert.deepEqual(devices.map(({ kind }) => kind), ['audioinput', 'videoinput']);
  for (const { deviceId, groupId, label } of devices) assert.deepEqual([deviceId, groupId, label], ['', '', '']);
});

test('after a capture, devices of that kind are known by name, and stay the same', async (t) => {
  const track = await captureVideo(t);
  const [first, second] = [await mediaDevices.enumerateDevices(), await mediaDevices.enumerateDevices()];
  assert.deepEqual(JSON.parse(JSON.stringify(first)), JSON.parse(JSON.stringify(second)));
  const camera = first.find(({ deviceId }) => deviceId === track.getSettings().deviceId);
  assert.ok(camera instanceof InputDeviceInfo);
  assert.equal(camera.label, track.label);
  assert.equal(camera.groupId, track.getSettings().groupId);
  assert.deepEqual(camera.getCapabilities(), track.getCapabilities());
});

test('without constraints a camera gives 640×480 at 30, and a microphone 48 kHz with echo cancellation', async (t) => {
  const stream = await capture(t, { audio: true, video: true });
  assert.ok(stream instanceof MediaStream);
  const [video] = stream.getVideoTracks();
  const [audio] = stream.getAudioTracks();
  const { width, height, frameRate, resizeMode, aspectRatio } = video.getSettings();
  assert.deepEqual({ width, height, frameRate, resizeMode, aspectRatio }, { width: 640, height: 480, frameRate: 30, resizeMode: 'none', aspectRatio: 1.3333333333 });
  const { sampleRate, sampleSize, echoCancellation } = audio.getSettings();
  assert.deepEqual({ sampleRate, sampleSize, echoCancellation }, { sampleRate: 48000, sampleSize: 16, echoCancellation: true });
});

test('what is required but not possible is refused by its name', async () => {
  const impossible = {
    width: { min: 100000 },
    height: { exact: 0 },
    frameRate: { min: 1000 },
    aspectRatio: { max: 0 },
    facingMode: { exact: 'left' },
    resizeMode: { exact: 'stretch' },
    deviceId: { exact: 'nobody' },
    groupId: { exact: 'nowhere' },
  };
  for (const [name, constraint] of Object.entries(impossible)) {
    const refused = (error) => error instanceof OverconstrainedError && error instanceof DOMException && error.constraint === name;
    await assert.rejects(mediaDevices.getUserMedia({ video: { [name]: constraint } }), refused, name);
  }
});

test('wrong arguments are TypeErrors: nothing requested, wrong types, what may not select a device', async () => {
  const wrong = [undefined, null, {}, { doesnotexist: true }, { video: { width: { exact: {} } } }, { video: 1, audio: Symbol() }];
  for (const constraints of wrong.slice(0, 4)) await assert.rejects(mediaDevices.getUserMedia(constraints), TypeError);
  await assert.rejects(mediaDevices.getUserMedia({ video: { frameRate: { min: NaN } } }), TypeError);
  await assert.rejects(mediaDevices.getUserMedia({ video: { backgroundBlur: { exact: true } } }), TypeError);
  await assert.rejects(Reflect.apply(mediaDevices.getUserMedia, {}, [{ video: true }]), TypeError);
});

test('facing mode and device id choose the device; the empty id asks for nothing', async (t) => {
  const back = await captureVideo(t, { facingMode: 'environment' });
  assert.equal(back.getSettings().facingMode, 'environment');
  const again = await captureVideo(t, { deviceId: { exact: back.getSettings().deviceId } });
  assert.equal(again.label, back.label);
  assert.equal((await captureVideo(t, { deviceId: { exact: '' } })).readyState, 'live');
});

test('applyConstraints changes settings and constraints in one task, or neither', async (t) => {
  const track = await captureVideo(t, { width: 1280 });
  assert.deepEqual(track.getConstraints(), { width: 1280 });
  const applied = track.applyConstraints({ frameRate: { max: 5 }, advanced: [{ width: 320 }] });
  assert.equal(track.getSettings().width, 1280);
  await applied;
  assert.equal(track.getSettings().width, 320);
  assert.equal(track.getSettings().frameRate, 5);
  assert.deepEqual(track.getConstraints(), { frameRate: { max: 5 }, advanced: [{ width: 320 }] });
  await assert.rejects(track.applyConstraints({ width: { exact: 4 }, height: { exact: 100000 } }), { name: 'OverconstrainedError', constraint: 'height' });
  assert.equal(track.getSettings().width, 320);
  assert.deepEqual(track.getConstraints(), { frameRate: { max: 5 }, advanced: [{ width: 320 }] });
});

test('what a script does to a returned dictionary changes nothing', async (t) => {
  const track = await captureVideo(t, { width: { ideal: 640 } });
  track.getSettings().width = 1;
  track.getConstraints().width.ideal = 1;
  track.getCapabilities().facingMode.push('left');
  assert.equal(track.getSettings().width, 640);
  assert.equal(track.getConstraints().width.ideal, 640);
  assert.deepEqual(track.getCapabilities().facingMode, ['user']);
});

test('a display is captured as video, and nothing may be demanded of it', async (t) => {
  const stream = await mediaDevices.getDisplayMedia();
  t.after(() => stream.getTracks().forEach((track) => track.stop()));
  const [track] = stream.getTracks();
  assert.equal(track.getSettings().displaySurface, 'monitor');
  for (const video of [false, { width: { exact: 640 } }, { width: { min: 1 } }, { advanced: [] }]) {
    await assert.rejects(mediaDevices.getDisplayMedia({ video }), TypeError);
  }
});

test('a permission that is taken back refuses new captures and ends the present ones with an event', async (t) => {
  t.after(() => nonstandard.setPermission('camera', 'granted'));
  const stream = await capture(t, { audio: true, video: true });
  const [video] = stream.getVideoTracks();
  const ended = once(video, 'ended');
  nonstandard.setPermission('camera', 'denied');
  assert.equal(video.readyState, 'live');
  await ended;
  assert.equal(video.readyState, 'ended');
  assert.equal(stream.getAudioTracks()[0].readyState, 'live');
  await assert.rejects(mediaDevices.getUserMedia({ video: { width: { min: 100000 } } }), { name: 'NotAllowedError' });
  await mediaDevices.getUserMedia({ audio: true });
  nonstandard.setPermission('camera', 'granted');
  await captureVideo(t);
});

test('statistics of a camera track count by the clock, stand still within a task, and while it is disabled', async (t) => {
  const track = await captureVideo(t, { frameRate: 20 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { totalFrames, deliveredFrames, discardedFrames } = track.stats;
  assert.ok(deliveredFrames >= 5 && discardedFrames >= 2, `${deliveredFrames}, ${discardedFrames}`);
  assert.equal(totalFrames, deliveredFrames + discardedFrames);
  const before = performance.now();
  while (performance.now() - before < 100);
  assert.equal(track.stats.totalFrames, totalFrames);
  track.enabled = false;
  await Promise.resolve();
  const frozen = JSON.stringify(track.stats);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(JSON.stringify(track.stats), frozen);
});

test('a process that captures and does not look ends by itself; one that looks goes on until it stops', async () => {
  const source = (rest) => `
    import { mediaDevices, nonstandard } from '../../dist/index.js';
    const [track] = (await mediaDevices.getUserMedia({ video: true })).getTracks();
    ${rest}`;
  assert.equal((await run(source(''))).code, 0);
  const { code, stdout } = await run(source(`
    let count = 0;
    new nonstandard.RTCVideoSink(track).onframe = () => { if (++count === 3) { console.log('three'); track.stop(); } };`));
  assert.deepEqual([code, stdout], [0, 'three\n']);
});

test('every supported constraint is one that the addon decides', () => {
  const devices = new load.native.CaptureDevices();
  for (const name of Object.keys(mediaDevices.getSupportedConstraints())) {
    const constraints = { basic: { [name]: { exact: ['nobody has this'] } }, advanced: [] };
    const failed = ['audio', 'video'].map((kind) => devices.select(kind, constraints).failedConstraint);
    assert.ok(failed.includes(name), name);
  }
});

test('the addon survives constraints that no shell lets through', () => {
  const devices = new load.native.CaptureDevices(NaN);
  const values = [undefined, null, -1, NaN, Infinity, 1e300, '', 'x'.repeat(10000), true, {}, [], [1], [[]], { exact: [NaN] }, { min: 1e300, max: -1e300 }, { bare: [{}] }];
  const survive = (call) => {
    try {
      call();
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  };
  for (const value of values) {
    for (const name of ['width', 'aspectRatio', 'frameRate', 'facingMode', 'deviceId', 'latency', 'echoCancellation', '__proto__']) {
      for (const kind of ['audio', 'video', 'smell']) {
        survive(() => devices.select(kind, { basic: { [name]: value }, advanced: [{ [name]: value }] }));
        survive(() => devices.unsatisfied(kind, { basic: { [name]: value }, advanced: [] }, { [name]: value }));
      }
    }
    survive(() => devices.select(value, value, value));
    survive(() => load.native.syntheticPicture(value, value, value));
    survive(() => load.native.syntheticTone(value, value, value, value));
  }
  assert.ok(devices.list().length > 0);
});

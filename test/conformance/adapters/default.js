// For modules that export the W3C interfaces under their own names and, perhaps, node-webrtc's sources and sinks as `nonstandard`.

import { syntheticDevices } from './synthetic_devices.js';

const INTERFACE = /^(RTC|Media|SFrame|OverconstrainedError|InputDevice|CanvasCapture|DOMException$)/;

/** @returns {import('./load.js').Adapter} */
export default function adapt(module) {
  const globals = Object.fromEntries(Object.entries(module).filter(([name, value]) => INTERFACE.test(name) && typeof value === 'function'));
  const raw = module.nonstandard ?? {};
  const adapter = {
    globals,
    mediaDevices: module.mediaDevices ?? module.navigator?.mediaDevices,
    createVideoSource: raw.RTCVideoSource && (() => videoSource(raw)),
    createAudioSource: raw.RTCAudioSource && (() => audioSource(raw)),
    attachVideoSink: raw.RTCVideoSink && ((track, onPicture) => videoSink(raw, track, onPicture)),
    attachAudioSink: raw.RTCAudioSink && ((track, onBlock) => audioSink(raw, track, onBlock)),
  };
  if (!adapter.mediaDevices && globals.MediaStream && adapter.createVideoSource && adapter.createAudioSource) {
    adapter.mediaDevices = syntheticDevices(adapter);
  }
  return adapter;
}

function videoSource({ RTCVideoSource, rgbaToI420 }) {
  const source = new RTCVideoSource();
  return {
    track: source.createTrack(),
    push({ width, height, rgba }) {
      const data = new Uint8ClampedArray(i420Length(width, height));
      rgbaToI420({ width, height, data: rgba }, { width, height, data });
      source.onFrame({ width, height, data });
    },
  };
}

/** I420 halves both sides of the colours, rounded up. */
const i420Length = (width, height) => width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);

function audioSource({ RTCAudioSource }) {
  const source = new RTCAudioSource();
  return {
    track: source.createTrack(),
    push({ samples, sampleRate, channels }) {
      source.onData({ samples, sampleRate, bitsPerSample: 16, channelCount: channels, numberOfFrames: samples.length / channels });
    },
  };
}

function videoSink({ RTCVideoSink, i420ToRgba }, track, onPicture) {
  const sink = new RTCVideoSink(track);
  sink.onframe = ({ frame }) => onPicture({
    width: frame.width,
    height: frame.height,
    rgba() {
      const data = new Uint8ClampedArray(frame.width * frame.height * 4);
      i420ToRgba(frame, { width: frame.width, height: frame.height, data });
      return data;
    },
  });
  return () => sink.stop();
}

function audioSink({ RTCAudioSink }, track, onBlock) {
  const sink = new RTCAudioSink(track);
  sink.ondata = ({ samples, channelCount }) => onBlock({ samples, channels: channelCount });
  return () => sink.stop();
}

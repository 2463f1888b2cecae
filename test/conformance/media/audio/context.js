// AudioContext: the clock of its nodes, and the two nodes that join it to MediaStreams. Web Audio API §1.2, §1.24, §1.25.

import {
  AnalyserNode, AudioNode, AudioParam, BLOCK, BLOCK_TIME, ConstantSourceNode, GainNode, OscillatorNode, SAMPLE_RATE,
} from './nodes.js';

// A process that was held up does not try to make up for more than this.
const MOST_BEHIND = 100;
const FULL_SCALE = 32767;

/** @param {import('../../adapters/load.js').Adapter} adapter one with an audio source */
export function createAudioContext({ createAudioSource, attachAudioSink }) {
  class MediaStreamAudioSourceNode extends AudioNode {
    #waiting = [];
    constructor(context, { mediaStream }) {
      super(context);
      this.mediaStream = mediaStream;
      const [track] = mediaStream.getAudioTracks();
      if (!track) throw new DOMException('the stream has no audio', 'InvalidStateError');
      attachAudioSink?.(track, ({ samples, channels = 1 }) => this.#take(samples, channels));
    }
    #take(samples, channels) {
      for (let at = 0; at < samples.length; at += channels) this.#waiting.push(samples[at] / (FULL_SCALE + 1));
      if (this.#waiting.length > SAMPLE_RATE) this.#waiting.splice(0, this.#waiting.length - SAMPLE_RATE);
    }
    render(length) {
      const block = new Float32Array(length);
      block.set(this.#waiting.splice(0, length));
      return block;
    }
  }

  class MediaStreamAudioDestinationNode extends AudioNode {
    #source = createAudioSource({ sampleRate: SAMPLE_RATE });
    #due = performance.now();
    constructor(context) {
      super(context);
      this.stream = new globalThis.MediaStream([this.#source.track]);
      context.every(BLOCK_TIME, stop => (this.#source.track.readyState === 'ended' ? stop() : this.#catchUp()));
    }
    #catchUp() {
      const now = performance.now();
      for (this.#due = Math.max(this.#due, now - MOST_BEHIND); this.#due <= now; this.#due += BLOCK_TIME) {
        const samples = Int16Array.from(this.mix(BLOCK), value => Math.max(-1, Math.min(1, value)) * FULL_SCALE);
        this.#source.push({ samples, sampleRate: SAMPLE_RATE, channels: 1 });
      }
    }
  }

  class ScriptProcessorNode extends AudioNode {
    onaudioprocess = null;
    constructor(context, length) {
      super(context);
      context.every((length * 1000) / SAMPLE_RATE, () => {
        const inputBuffer = buffer(this.mix(length));
        this.onaudioprocess?.({ inputBuffer, outputBuffer: buffer(new Float32Array(length)) });
      });
    }
  }

  class BaseAudioContext extends EventTarget {}
  class AudioContext extends BaseAudioContext {
    sampleRate = SAMPLE_RATE;
    state = 'running';
    destination = new AudioNode(this);
    #clocks = new Set();
    #began = performance.now();

    get currentTime() { return (performance.now() - this.#began) / 1000; }
    createOscillator() { return new OscillatorNode(this); }
    createConstantSource() { return new ConstantSourceNode(this); }
    createGain() { return new GainNode(this); }
    createScriptProcessor(length = 1024) { return new ScriptProcessorNode(this, length || 1024); }
    createMediaStreamSource(mediaStream) { return new MediaStreamAudioSourceNode(this, { mediaStream }); }
    createMediaStreamDestination() { return new MediaStreamAudioDestinationNode(this); }
    createAnalyser() {
      const analyser = new AnalyserNode(this);
      this.every(BLOCK_TIME, () => analyser.take(BLOCK));
      return analyser;
    }
    async resume() { this.state = 'running'; }
    async suspend() { this.state = 'suspended'; }
    async close() {
      this.state = 'closed';
      for (const clock of this.#clocks) clearInterval(clock);
    }
    every(time, tick) {
      const clock = setInterval(() => tick(() => clearInterval(clock)), time);
      this.#clocks.add(clock);
    }
  }
  return {
    AnalyserNode, AudioContext, AudioNode, AudioParam, BaseAudioContext, ConstantSourceNode, GainNode, MediaStreamAudioDestinationNode,
    MediaStreamAudioSourceNode, OscillatorNode, ScriptProcessorNode,
  };
}

const buffer = samples => ({
  length: samples.length, sampleRate: SAMPLE_RATE, numberOfChannels: 1, duration: samples.length / SAMPLE_RATE, getChannelData: () => samples,
});

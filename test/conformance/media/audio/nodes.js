// Web Audio nodes in mono: each renders the block that the nodes after it ask for. Web Audio API §1.

export const SAMPLE_RATE = 48000;
export const BLOCK_TIME = 10;
export const BLOCK = (SAMPLE_RATE * BLOCK_TIME) / 1000;

export class AudioParam {
  constructor(value) { this.value = value; }
  setValueAtTime(value) { this.value = value; return this; }
  setTargetAtTime(value) { this.value = value; return this; }
  linearRampToValueAtTime(value) { this.value = value; return this; }
  exponentialRampToValueAtTime(value) { this.value = value; return this; }
}

export class AudioNode extends EventTarget {
  #inputs = new Set();
  #outputs = new Set();

  constructor(context) {
    super();
    this.context = context;
  }
  connect(node) {
    node.#inputs.add(this);
    this.#outputs.add(node);
    return node;
  }
  disconnect() {
    for (const node of this.#outputs) node.#inputs.delete(this);
    this.#outputs.clear();
  }
  /** The sum of what comes in. */
  mix(length) {
    const sum = new Float32Array(length);
    for (const input of this.#inputs) input.render(length).forEach((value, at) => { sum[at] += value; });
    return sum;
  }
  render(length) { return this.mix(length); }
}

class ScheduledSource extends AudioNode {
  isRunning = false;
  onended = null;
  start() { this.isRunning = true; }
  stop() { this.isRunning = false; }
}

export class OscillatorNode extends ScheduledSource {
  type = 'sine';
  frequency = new AudioParam(440);
  #phase = 0;
  render(length) {
    const step = (2 * Math.PI * this.frequency.value) / SAMPLE_RATE;
    return new Float32Array(length).map(() => (this.isRunning ? Math.sin((this.#phase += step)) : 0));
  }
}

export class ConstantSourceNode extends ScheduledSource {
  offset = new AudioParam(1);
  render(length) { return new Float32Array(length).fill(this.isRunning ? this.offset.value : 0); }
}

export class GainNode extends AudioNode {
  gain = new AudioParam(1);
  render(length) { return this.mix(length).map(value => value * this.gain.value); }
}

/** Keeps the last samples; `take` is called by the context's clock. */
export class AnalyserNode extends AudioNode {
  fftSize = 2048;
  #recent = new Float32Array(32768);
  get frequencyBinCount() { return this.fftSize / 2; }
  take(length) {
    this.#recent.copyWithin(0, length);
    this.#recent.set(this.mix(length), this.#recent.length - length);
  }
  getFloatTimeDomainData(out) { out.set(this.#recent.subarray(this.#recent.length - out.length)); }
  getByteTimeDomainData(out) {
    const recent = this.#recent.subarray(this.#recent.length - out.length);
    recent.forEach((value, at) => { out[at] = Math.min(255, Math.max(0, 128 * (1 + value))); });
  }
  getByteFrequencyData(out) {
    // A discrete Fourier transform of the few bins asked for: tests look for one tone.
    const recent = this.#recent.subarray(this.#recent.length - this.fftSize);
    for (let bin = 0; bin < out.length; bin++) out[bin] = decibels(magnitude(recent, bin));
  }
}

function magnitude(samples, bin) {
  let real = 0;
  let imaginary = 0;
  for (let at = 0; at < samples.length; at++) {
    const angle = (2 * Math.PI * bin * at) / samples.length;
    real += samples[at] * Math.cos(angle);
    imaginary += samples[at] * Math.sin(angle);
  }
  return Math.hypot(real, imaginary) / samples.length;
}

// Web Audio API §1.8.6: -100 dB to -30 dB are 0 to 255.
const decibels = value => Math.min(255, Math.max(0, (255 / 70) * (20 * Math.log10(value || 1e-9) + 100)));

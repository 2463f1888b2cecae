// `<canvas>`: pixels that can be drawn, read back, and captured as a video track. HTML §4.12.5, Media Capture from DOM Elements §4.

import { HTMLElement } from '../dom/html_element.js';
import { Context2D } from './context_2d.js';
import { Surface } from './surface.js';
import { ClearingContext } from './webgl.js';

const FRAME_TIME = 33;
// A canvas that nobody draws on is sent again now and then, so that a late receiver gets a picture.
const REPEAT_TIME = 1000;
const CONTEXTS = { '2d': Context2D, webgl: ClearingContext, webgl2: ClearingContext };

/** @param {import('../adapters/load.js').Adapter} adapter */
export function createCanvasClass({ createVideoSource }) {
  class HTMLCanvasElement extends HTMLElement {
    #surface = new Surface(300, 150);
    #context = null;

    get surface() { return this.#surface; }
    get width() { return this.#surface.width; }
    set width(value) { this.#surface.resize(pixels(value), this.height); }
    get height() { return this.#surface.height; }
    set height(value) { this.#surface.resize(this.width, pixels(value)); }
    attributeSet(name, value) {
      if (name === 'width' || name === 'height') this[name] = value;
    }
    getContext(type) {
      const Context = CONTEXTS[type];
      return Context ? (this.#context ??= new Context(this)) : null;
    }
  }
  if (createVideoSource) {
    HTMLCanvasElement.prototype.captureStream = function captureStream() {
      return new globalThis.MediaStream([capture(this.surface, createVideoSource)]);
    };
  }
  return HTMLCanvasElement;
}

/** As Web IDL makes an `unsigned long` of it. */
const pixels = value => Math.max(0, Math.trunc(Number(value)) || 0);

function capture(surface, createVideoSource) {
  const source = createVideoSource({ width: surface.width, height: surface.height });
  let version = -1;
  let sentAt = 0;
  const clock = setInterval(() => {
    if (source.track.readyState === 'ended') {
      clearInterval(clock);
      source.close?.();
      return;
    }
    const isStill = surface.version === version && performance.now() - sentAt < REPEAT_TIME;
    if (isStill || surface.isEmpty || !surface.isDrawn) return;
    version = surface.version;
    sentAt = performance.now();
    source.push({ width: surface.width, height: surface.height, rgba: surface.pixels });
  }, FRAME_TIME);
  return source.track;
}

// Stand-ins for the media elements and Web Audio of a browser. They hold no media engine: they move raw frames and samples between
// the sources and sinks of the module under test, which the adapter names. What the module lacks is absent here, too.

import { createAudioContext } from './audio/context.js';
import { createCanvasClass } from './canvas.js';
import { createMediaElementClasses } from './media_element.js';

/** @param {import('../adapters/load.js').Adapter} adapter */
export function createMedia(adapter) {
  const { HTMLMediaElement, HTMLVideoElement, HTMLAudioElement } = createMediaElementClasses(adapter);
  const HTMLCanvasElement = createCanvasClass(adapter);
  const audio = adapter.createAudioSource ? createAudioContext(adapter) : {};
  return {
    classes: { HTMLMediaElement, HTMLVideoElement, HTMLAudioElement, HTMLCanvasElement, ...audio },
    elements: { video: HTMLVideoElement, audio: HTMLAudioElement, canvas: HTMLCanvasElement },
  };
}

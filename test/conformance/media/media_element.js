// `<video>` and `<audio>` that play a MediaStream: ready states and events follow the frames that come. HTML §4.8.11, Media Capture §6.

import { defineHandlers } from '../dom/handlers.js';
import { HTMLElement } from '../dom/html_element.js';
import { createVideoClass } from './video.js';

const READY = { HAVE_NOTHING: 0, HAVE_METADATA: 1, HAVE_CURRENT_DATA: 2, HAVE_FUTURE_DATA: 3, HAVE_ENOUGH_DATA: 4 };
const NETWORK = { NETWORK_EMPTY: 0, NETWORK_IDLE: 1, NETWORK_LOADING: 2, NETWORK_NO_SOURCE: 3 };
const EVENTS = ['loadstart', 'loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough', 'play', 'playing', 'pause', 'ended', 'timeupdate',
  'resize', 'durationchange', 'emptied', 'stalled', 'waiting', 'volumechange'];
const FIRST_DATA = ['durationchange', 'loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough'];
const BETWEEN_TIME_UPDATES = 250;

/** @param {import('../adapters/load.js').Adapter} adapter */
export function createMediaElementClasses(adapter) {
  class HTMLMediaElement extends HTMLElement {
    readyState = READY.HAVE_NOTHING;
    networkState = NETWORK.NETWORK_EMPTY;
    paused = true;
    ended = false;
    volume = 1;
    preload = 'auto';
    error = null;
    playbackRate = 1;
    defaultPlaybackRate = 1;
    buffered = { length: 0 };
    seekable = { length: 0 };
    #stream = null;
    #sinks = new Map();
    #muted = null;
    #autoplay = null;
    #waiting = [];
    #playingSince = null;
    #lastUpdate = 0;
    #onTrackSet = () => this.#attach();

    get muted() { return this.#muted ?? this.hasAttribute('muted'); }
    set muted(value) { this.#muted = Boolean(value); }
    get autoplay() { return this.#autoplay ?? this.hasAttribute('autoplay'); }
    set autoplay(value) {
      this.#autoplay = Boolean(value);
      this.#startIfReady();
    }
    get duration() { return this.#stream ? Infinity : NaN; }
    get currentTime() { return this.#playingSince === null ? 0 : (performance.now() - this.#playingSince) / 1000; }
    // A live stream cannot be sought in.
    set currentTime(_value) {}

    get srcObject() { return this.#stream; }
    set srcObject(value) {
      const stream = value ?? null;
      if (stream !== null && !(stream instanceof globalThis.MediaStream)) throw new TypeError('srcObject takes a MediaStream');
      this.#detach();
      this.#stream?.removeEventListener('addtrack', this.#onTrackSet);
      this.#stream = stream;
      this.readyState = READY.HAVE_NOTHING;
      this.#playingSince = null;
      this.networkState = stream ? NETWORK.NETWORK_NO_SOURCE : NETWORK.NETWORK_EMPTY;
      if (!stream) return;
      stream.addEventListener('addtrack', this.#onTrackSet);
      this.queue('loadstart');
      this.#attach();
    }

    load() {}
    canPlayType() { return ''; }
    pause() {
      if (this.paused) return;
      this.paused = true;
      this.queue('pause');
    }
    async play() {
      if (this.paused) {
        this.paused = false;
        this.queue('play');
      }
      if (this.readyState < READY.HAVE_FUTURE_DATA) await new Promise(resolve => this.#waiting.push(resolve));
      this.#begin();
    }

    queue(type) { setTimeout(() => this.dispatchEvent(new Event(type)), 0); }
    /** What a video element does with a picture. */
    show(_picture) {}
    /** The track whose pictures this element shows. */
    pictured(_tracks) { return undefined; }

    #data(picture) {
      if (picture) this.show(picture);
      if (this.readyState < READY.HAVE_ENOUGH_DATA) {
        this.readyState = READY.HAVE_ENOUGH_DATA;
        this.networkState = NETWORK.NETWORK_LOADING;
        for (const type of FIRST_DATA) this.queue(type);
        this.#startIfReady();
      }
      const now = performance.now();
      if (this.#playingSince === null || now - this.#lastUpdate < BETWEEN_TIME_UPDATES) return;
      this.#lastUpdate = now;
      this.queue('timeupdate');
    }

    #startIfReady() {
      if (this.readyState < READY.HAVE_FUTURE_DATA) return;
      if (this.autoplay && this.paused) {
        this.paused = false;
        this.queue('play');
      }
      if (!this.paused) this.#begin();
    }

    #begin() {
      if (this.#playingSince === null && !this.paused) {
        this.#playingSince = performance.now();
        this.queue('playing');
      }
      for (const resolve of this.#waiting.splice(0)) resolve();
    }

    #attach() {
      const tracks = this.#stream?.getTracks() ?? [];
      const video = this.pictured(tracks);
      if (video) this.#listen(video, adapter.attachVideoSink, picture => this.#data(picture));
      for (const track of tracks.filter(each => each.kind === 'audio')) {
        this.#listen(track, adapter.attachAudioSink, () => { if (!video) this.#data(null); });
      }
    }

    #listen(track, attach, onData) {
      if (attach && !this.#sinks.has(track)) this.#sinks.set(track, attach(track, onData));
    }

    #detach() {
      for (const detach of this.#sinks.values()) detach();
      this.#sinks.clear();
    }
  }
  for (const [name, value] of Object.entries({ ...READY, ...NETWORK })) {
    for (const owner of [HTMLMediaElement, HTMLMediaElement.prototype]) Object.defineProperty(owner, name, { value, enumerable: true });
  }
  defineHandlers(HTMLMediaElement.prototype, EVENTS);

  class HTMLAudioElement extends HTMLMediaElement {}
  return { HTMLMediaElement, HTMLAudioElement, HTMLVideoElement: createVideoClass(HTMLMediaElement) };
}

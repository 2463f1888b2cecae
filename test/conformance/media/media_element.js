// `<video>` and `<audio>` that play a MediaStream: ready states and events follow the frames that come. HTML §4.8.11, Media Capture §6.

import { defineHandlers } from '../dom/handlers.js';
import { HTMLElement } from '../dom/html_element.js';
import { PlaybackPosition, timeRanges } from './playback_position.js';
import { createVideoClass } from './video.js';

const READY = { HAVE_NOTHING: 0, HAVE_METADATA: 1, HAVE_CURRENT_DATA: 2, HAVE_FUTURE_DATA: 3, HAVE_ENOUGH_DATA: 4 };
const NETWORK = { NETWORK_EMPTY: 0, NETWORK_IDLE: 1, NETWORK_LOADING: 2, NETWORK_NO_SOURCE: 3 };
const EVENTS = ['loadstart', 'loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough', 'play', 'playing', 'pause', 'ended', 'timeupdate',
  'resize', 'durationchange', 'emptied', 'stalled', 'suspend', 'waiting', 'volumechange', 'ratechange'];
const FIRST_DATA = ['loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough'];
const BETWEEN_TIME_UPDATES = 250;
// Tracks stop and leave a stream without an event; a browser sees it in its next turn of the event loop.
const LOOK_AGAIN = 1;

/** @param {import('../adapters/load.js').Adapter} adapter */
export function createMediaElementClasses(adapter) {
  class HTMLMediaElement extends HTMLElement {
    readyState = READY.HAVE_NOTHING;
    networkState = NETWORK.NETWORK_EMPTY;
    paused = true;
    volume = 1;
    loop = false;
    seeking = false;
    error = null;
    buffered = timeRanges();
    seekable = timeRanges();
    #stream = null;
    #sinks = new Map();
    #watch = null;
    #muted = null;
    #autoplay = null;
    #ended = false;
    #waiting = [];
    #position = new PlaybackPosition();
    #lastUpdate = 0;
    // What these say is fixed while a stream is played (Media Capture §6.2).
    #own = { preload: 'auto', defaultPlaybackRate: 1, playbackRate: 1 };

    get muted() { return this.#muted ?? this.hasAttribute('muted'); }
    set muted(value) { this.#muted = Boolean(value); }
    get autoplay() { return this.#autoplay ?? this.hasAttribute('autoplay'); }
    set autoplay(value) {
      this.#autoplay = Boolean(value);
      this.#startIfReady();
    }
    get preload() { return this.#stream ? 'none' : this.#own.preload; }
    set preload(value) { if (!this.#stream) this.#own.preload = value; }
    get defaultPlaybackRate() { return this.#stream ? 1 : this.#own.defaultPlaybackRate; }
    set defaultPlaybackRate(value) { if (!this.#stream) this.#own.defaultPlaybackRate = value; }
    get playbackRate() { return this.#stream ? 1 : this.#own.playbackRate; }
    set playbackRate(value) { if (!this.#stream) this.#own.playbackRate = value; }

    get ended() { return this.#ended; }
    get duration() { return this.readyState < READY.HAVE_METADATA ? NaN : this.#ended ? this.currentTime : Infinity; }
    get currentTime() { return this.#position.seconds; }
    // A live stream cannot be sought in.
    set currentTime(_value) {}
    get played() { return this.currentTime > 0 ? timeRanges(this.currentTime) : timeRanges(); }

    get srcObject() { return this.#stream; }
    set srcObject(value) {
      const stream = value ?? null;
      if (stream !== null && !(stream instanceof globalThis.MediaStream)) throw new TypeError('srcObject takes a MediaStream');
      this.#leave();
      this.#stream = stream;
      if (stream) this.#enter();
      else this.#restoreRate();
    }

    load() {}
    canPlayType() { return ''; }
    pause() {
      if (this.paused) return;
      this.paused = true;
      this.#position.hold();
      this.queue('timeupdate');
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
    /** Nothing is shown any more. */
    forget() {}
    /** What a video element does with a picture. */
    show(_picture) {}
    /** The track whose pictures this element shows. */
    pictured(_tracks) { return undefined; }
    /** The tracks that keep it from its end. */
    rendered(tracks) { return tracks.filter(track => track.kind === 'audio'); }

    #enter() {
      this.networkState = NETWORK.NETWORK_NO_SOURCE;
      this.queue('loadstart');
      this.#attach();
      this.#watch = setInterval(() => this.#look(), LOOK_AGAIN);
    }

    #leave() {
      clearInterval(this.#watch);
      for (const detach of this.#sinks.values()) detach();
      this.#sinks.clear();
      this.#position = new PlaybackPosition();
      this.#ended = false;
      // The load algorithm pauses what has played before.
      if (this.networkState !== NETWORK.NETWORK_EMPTY) this.paused = true;
      this.forget();
      this.readyState = READY.HAVE_NOTHING;
      this.networkState = NETWORK.NETWORK_EMPTY;
    }

    #restoreRate() {
      const { playbackRate, defaultPlaybackRate } = this.#own;
      this.#own.playbackRate = defaultPlaybackRate;
      if (playbackRate !== defaultPlaybackRate) this.queue('ratechange');
    }

    #look() {
      this.#attach();
      this.#position.advance();
      this.#updateTime();
      if (this.readyState < READY.HAVE_METADATA || this.#ended) return;
      if (!this.rendered(this.#stream.getTracks()).some(track => track.readyState === 'live')) this.#end();
    }

    #end() {
      this.#position.hold();
      this.#ended = true;
      const events = ['durationchange', 'timeupdate', ...(this.paused ? [] : ['pause']), 'ended'];
      this.paused = true;
      for (const type of events) this.dispatchEvent(new Event(type));
    }

    #data(picture) {
      if (this.#ended) return;
      const isFirst = this.readyState < READY.HAVE_ENOUGH_DATA;
      if (isFirst) {
        this.readyState = READY.HAVE_ENOUGH_DATA;
        this.networkState = NETWORK.NETWORK_LOADING;
        this.queue('durationchange');
      }
      if (picture) this.show(picture);
      if (isFirst) {
        for (const type of FIRST_DATA) this.queue(type);
        this.#startIfReady();
      }
    }

    #updateTime() {
      const now = performance.now();
      if (!this.#position.isRunning || now - this.#lastUpdate < BETWEEN_TIME_UPDATES) return;
      this.#lastUpdate = now;
      this.dispatchEvent(new Event('timeupdate'));
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
      if (!this.#position.isRunning && !this.paused && !this.#ended) {
        this.#position.run();
        this.#lastUpdate = performance.now();
        this.queue('playing');
      }
      for (const resolve of this.#waiting.splice(0)) resolve();
    }

    #attach() {
      const tracks = this.#stream.getTracks();
      const video = this.pictured(tracks);
      const wanted = new Set(tracks.filter(track => track === video || track.kind === 'audio'));
      for (const [track, detach] of this.#sinks) {
        if (wanted.has(track)) continue;
        detach();
        this.#sinks.delete(track);
      }
      for (const track of wanted) if (!this.#sinks.has(track)) this.#sinks.set(track, this.#listen(track));
    }

    #listen(track) {
      const nothing = () => {};
      if (track.kind === 'video') return adapter.attachVideoSink?.(track, picture => this.#data(picture)) ?? nothing;
      // Where pictures are shown they set the pace.
      return adapter.attachAudioSink?.(track, () => { if (!this.pictured(this.#stream?.getTracks() ?? [])) this.#data(null); }) ?? nothing;
    }
  }
  for (const [name, value] of Object.entries({ ...READY, ...NETWORK })) {
    for (const owner of [HTMLMediaElement, HTMLMediaElement.prototype]) Object.defineProperty(owner, name, { value, enumerable: true });
  }
  defineHandlers(HTMLMediaElement.prototype, EVENTS);

  class HTMLAudioElement extends HTMLMediaElement {}
  return { HTMLMediaElement, HTMLAudioElement, HTMLVideoElement: createVideoClass(HTMLMediaElement) };
}

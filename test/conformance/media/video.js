// `<video>`: the size of what it shows, and callbacks for each picture. HTML §4.8.8, requestVideoFrameCallback.

/** @param {Function} HTMLMediaElement */
export function createVideoClass(HTMLMediaElement) {
  return class HTMLVideoElement extends HTMLMediaElement {
    videoWidth = 0;
    videoHeight = 0;
    playsInline = true;
    #picture = null;
    #shown = 0;
    #callbacks = new Map();
    #lastHandle = 0;

    get width() { return Number(this.getAttribute('width') ?? 0); }
    set width(value) { this.setAttribute('width', value); }
    get height() { return Number(this.getAttribute('height') ?? 0); }
    set height(value) { this.setAttribute('height', value); }

    /** What a canvas draws of it: `{width, height, rgba()}`. */
    get picture() { return this.#picture; }

    rendered(tracks) { return tracks; }
    pictured(tracks) { return tracks.find(track => track.kind === 'video'); }

    forget() {
      this.#picture = null;
      this.videoWidth = 0;
      this.videoHeight = 0;
    }

    show(picture) {
      this.#picture = picture;
      this.#shown++;
      if (picture.width !== this.videoWidth || picture.height !== this.videoHeight) {
        this.videoWidth = picture.width;
        this.videoHeight = picture.height;
        this.queue('resize');
      }
      const waiting = [...this.#callbacks.values()];
      this.#callbacks.clear();
      const now = performance.now();
      const metadata = {
        presentationTime: now, expectedDisplayTime: now, mediaTime: this.currentTime,
        width: picture.width, height: picture.height, presentedFrames: this.#shown, ...picture.metadata,
      };
      for (const callback of waiting) callback(now, metadata);
    }

    requestVideoFrameCallback(callback) {
      this.#callbacks.set(++this.#lastHandle, callback);
      return this.#lastHandle;
    }
    cancelVideoFrameCallback(handle) { this.#callbacks.delete(handle); }
    getVideoPlaybackQuality() {
      return { creationTime: performance.now(), totalVideoFrames: this.#shown, droppedVideoFrames: 0, corruptedVideoFrames: 0 };
    }
  };
}

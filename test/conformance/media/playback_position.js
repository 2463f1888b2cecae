// The official playback position: it stands still unless the element plays, and between two steps of the event loop. HTML §4.8.11.6.

export class PlaybackPosition {
  #seconds = 0;
  #runsSince = null;

  get seconds() { return this.#seconds; }
  get isRunning() { return this.#runsSince !== null; }

  run() { this.#runsSince ??= performance.now(); }

  hold() {
    this.advance();
    this.#runsSince = null;
  }

  /** Takes over the time that has passed. */
  advance() {
    if (this.#runsSince === null) return;
    const now = performance.now();
    this.#seconds += (now - this.#runsSince) / 1000;
    this.#runsSince = now;
  }
}

/** TimeRanges of what was played, or of nothing. HTML §4.8.11.13. */
export const timeRanges = (...ends) => ({ length: ends.length, start: () => 0, end: at => ends[at] });

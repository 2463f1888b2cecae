/** Statistics that stand still while a script runs (mediacapture-extensions, section 4: "expose … counters steps"). */

/** Reads once; the same answer until the microtask after. */
export class OnceACycle<T> {
  readonly #read: () => T;
  #last: T | null = null;

  constructor(read: () => T) {
    this.#read = read;
  }

  get value(): T {
    if (this.#last === null) {
      this.#last = this.#read();
      queueMicrotask(() => (this.#last = null));
    }
    return this.#last;
  }

  /** Something was changed by the script itself: the next answer is a new one. */
  forget(): void {
    this.#last = null;
  }
}

/** Time during which something ran, in milliseconds. */
export class Stopwatch {
  #before = 0;
  #startedAt: number | null = null;

  get elapsed(): number {
    return this.#before + (this.#startedAt === null ? 0 : performance.now() - this.#startedAt);
  }

  set running(running: boolean) {
    if (running === (this.#startedAt !== null)) return;
    this.#before = this.elapsed;
    this.#startedAt = running ? performance.now() : null;
  }
}

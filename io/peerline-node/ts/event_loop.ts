/**
 * The pump between the addon's queued tasks and JavaScript (HTML, "event loops"; W3C webrtc-pc "queue a task").
 *
 * The addon says which connections have tasks. A turn runs their tasks one by one, a connection after the other; each task's events are
 * dispatched in order, and before the next dispatch all microtasks and `process.nextTick` callbacks have run, as between the callbacks of
 * a browser. A turn is bounded; what is left goes on in the next turn of Node's event loop, so that timers and sockets get theirs.
 *
 * Life: the loop holds a connection while it is active (an event may still come although nobody calls anything) or has tasks waiting;
 * otherwise only scripts hold it, and a connection that nobody holds is collected and thereby closed. The process is kept alive while
 * some connection is active.
 */

import type { EventLoop as NativeEventLoop } from './native';
import { native } from './load';

/** What the loop runs: a connection, or an ICE transport of its own. */
export interface Runner {
  readonly native: { readonly key: number; isActive(): boolean };
  /** The next task; null if none waits. */
  nextWork(): Work | null;
}

/** A task that dispatches its events one at a time. */
export interface Work {
  /** Dispatches one event; false if there was none left. */
  dispatchNext(): boolean;
}

/** Dispatches in one turn, before Node's other work gets its share. */
const DISPATCHES_A_TURN = 256;

/** One a JavaScript environment: main thread or worker. */
export class EventLoop {
  readonly #native: NativeEventLoop;
  readonly #connections = new Map<number, WeakRef<Runner>>();
  readonly #collected = new FinalizationRegistry<number>((key) => this.#connections.delete(key));
  /** Held because an event may come. */
  readonly #active = new Set<Runner>();
  /** Held because tasks wait; in the order in which they get their turns, each once. */
  readonly #ready = new Set<Runner>();
  /** What is being dispatched, and whose it is. */
  #work: Work | null = null;
  #owner: Runner | null = null;
  #budget = 0;
  #isScheduled = false;
  #isAlive = false;

  constructor() {
    this.#native = new native.EventLoop(() => this.#wake());
    // `process.exit` ends the process without a word to the addon: this is the last moment to tell the peers.
    process.on('exit', () => this.#native.shut());
  }

  /** What the constructor of a native connection wants. */
  get native(): NativeEventLoop {
    return this.#native;
  }

  /** Takes in a new connection. */
  add(runner: Runner): void {
    const { key } = runner.native;
    this.#connections.set(key, new WeakRef(runner));
    this.#collected.register(runner, key);
  }

  /** An API call may have queued tasks: they run in a turn of their own, never in a microtask of the caller's. */
  schedule(runner: Runner): void {
    this.#ready.add(runner);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#turn);
    }
  }

  /** The addon has connections with tasks. Runs as a task of Node's event loop. */
  #wake(): void {
    this.#takeReady();
    if (!this.#isScheduled && this.#ready.size > 0) {
      this.#isScheduled = true;
      this.#turn();
    }
  }

  #takeReady(): void {
    for (const key of this.#native.takeReady()) {
      const runner = this.#connections.get(key)?.deref();
      if (runner) {
        this.#ready.add(runner);
      }
    }
  }

  readonly #turn = (): void => {
    this.#takeReady();
    this.#budget = DISPATCHES_A_TURN;
    this.#step();
  };

  /** Dispatches one event, and comes back once all microtasks have run. */
  readonly #step = (): void => {
    try {
      if (!this.#dispatchOne()) {
        this.#isScheduled = false;
        return;
      }
    } catch (error) {
      this.#abandonWork(error);
    }
    this.#budget -= 1;
    if (this.#budget > 0) {
      // A microtask behind all others, then a tick behind all that they queue.
      queueMicrotask(this.#stepInTick);
    } else {
      setImmediate(this.#turn);
    }
  };

  readonly #stepInTick = (): void => {
    process.nextTick(this.#step);
  };

  /** Runs tasks until something was dispatched; false if nothing is left. */
  #dispatchOne(): boolean {
    for (;;) {
      if (this.#work?.dispatchNext()) return true;
      this.#finishWork();
      const [runner] = this.#ready;
      if (!runner) return false;
      this.#ready.delete(runner);
      this.#work = runner.nextWork();
      if (this.#work) {
        this.#owner = runner;
      } else {
        this.#refresh(runner);
      }
    }
  }

  /** Handlers that throw are reported by `EventTarget`; this is a fault of ours. It must not stop the others. */
  #abandonWork(error: unknown): void {
    this.#finishWork();
    process.nextTick(() => {
      throw error;
    });
  }

  /** Its owner queues up for its next task behind the others: also behind those that have got tasks meanwhile, which came before its own. */
  #finishWork(): void {
    if (this.#owner) {
      this.#takeReady();
      this.#ready.add(this.#owner);
    }
    this.#work = null;
    this.#owner = null;
  }

  /** A connection has no task left: hold it, and keep the process alive, only if more may come. */
  #refresh(runner: Runner): void {
    if (runner.native.isActive()) {
      this.#active.add(runner);
    } else {
      this.#active.delete(runner);
    }
    const isAlive = this.#active.size > 0;
    if (isAlive !== this.#isAlive) {
      this.#isAlive = isAlive;
      this.#native.setAlive(isAlive);
    }
  }
}

let loop: EventLoop | null = null;

/** The loop of this environment; made with the first connection. */
export function eventLoop(): EventLoop {
  loop ??= new EventLoop();
  return loop;
}

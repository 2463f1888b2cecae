/**
 * The pump between the addon's queued tasks and JavaScript (HTML, "event loops"; W3C webrtc-pc "queue a task").
 *
 * The addon lists a connection once for each task that it queues, in the order in which a browser would run them. A turn runs them one by
 * one; each task's events are dispatched in order, and before the next dispatch all microtasks and `process.nextTick` callbacks have run,
 * as between the callbacks of a browser. A turn is bounded; what is left goes on in the next turn of Node's event loop, so that timers and
 * sockets get theirs.
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
  /** Held because they have had or may have tasks in this turn. */
  readonly #busy = new Set<Runner>();
  /** What comes next: a runner stands for its next task. The first ones were taken already. */
  #queue: (Runner | Work)[] = [];
  #taken = 0;
  /** Tasks of our own, which wait until what the addon has listed is queued. */
  #own: Work[] = [];
  /** What is being dispatched. */
  #work: Work | null = null;
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
    this.#busy.add(runner);
    this.#scheduleTurn();
  }

  /** Queues a task of our own, behind those that the addon has listed. */
  queue(work: Work): void {
    this.#own.push(work);
    this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#turn);
    }
  }

  /** The addon has tasks. Runs as a task of Node's event loop. */
  #wake(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#turn();
    }
  }

  readonly #turn = (): void => {
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
      this.#work = null;
      const next = this.#next();
      if (!next) {
        this.#letGo();
        return false;
      }
      this.#work = 'nextWork' in next ? next.nextWork() : next;
    }
  }

  /** Takes the next of the queue. Once it is used up, it is filled with what the addon has listed meanwhile and with tasks of our own. */
  #next(): Runner | Work | undefined {
    if (this.#taken === this.#queue.length) {
      const listed = this.#native.takeReady().flatMap((key) => this.#connections.get(key)?.deref() ?? []);
      for (const runner of listed) this.#busy.add(runner);
      this.#queue = [...listed, ...this.#own];
      this.#own = [];
      this.#taken = 0;
    }
    const next = this.#queue[this.#taken];
    if (next) this.#taken += 1;
    return next;
  }

  /** Nothing is left to do: holds only those that are active, and keeps the process alive only if there is one. */
  #letGo(): void {
    for (const runner of this.#busy) {
      if (runner.native.isActive()) {
        this.#active.add(runner);
      } else {
        this.#active.delete(runner);
      }
    }
    this.#busy.clear();
    const isAlive = this.#active.size > 0;
    if (isAlive !== this.#isAlive) {
      this.#isAlive = isAlive;
      this.#native.setAlive(isAlive);
    }
  }

  /** Handlers that throw are reported by `EventTarget`; this is a fault of ours. It must not stop the others. */
  #abandonWork(error: unknown): void {
    this.#work = null;
    process.nextTick(() => {
      throw error;
    });
  }
}

let loop: EventLoop | null = null;

/** The loop of this environment; made with the first connection. */
export function eventLoop(): EventLoop {
  loop ??= new EventLoop();
  return loop;
}

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

import type { Registry } from './peer_connection/registry';
import type { EventLoop as NativeEventLoop } from './native';
import { native } from './load';

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
  readonly #connections = new Map<number, WeakRef<Registry>>();
  readonly #collected = new FinalizationRegistry<number>((key) => this.#connections.delete(key));
  /** Held because an event may come. */
  readonly #active = new Set<Registry>();
  /** Held because tasks wait; in the order in which they get their turns, each once. */
  readonly #ready = new Set<Registry>();
  /** What is being dispatched, and whose it is. */
  #work: Work | null = null;
  #owner: Registry | null = null;
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
  add(registry: Registry): void {
    const { key } = registry.native;
    this.#connections.set(key, new WeakRef(registry));
    this.#collected.register(registry, key);
  }

  /** An API call may have queued tasks: they run in a turn of their own, never in a microtask of the caller's. */
  schedule(registry: Registry): void {
    this.#ready.add(registry);
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
      const registry = this.#connections.get(key)?.deref();
      if (registry) {
        this.#ready.add(registry);
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
    if (!this.#dispatchOne()) {
      this.#isScheduled = false;
      return;
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
      if (this.#work?.dispatchNext()) {
        return true;
      }
      this.#finishWork();
      const [registry] = this.#ready;
      if (!registry) {
        return false;
      }
      this.#ready.delete(registry);
      this.#work = registry.nextWork();
      if (this.#work) {
        this.#owner = registry;
      } else {
        this.#refresh(registry);
      }
    }
  }

  /** Its owner queues up behind the others for its next task. */
  #finishWork(): void {
    if (this.#owner) {
      this.#ready.add(this.#owner);
    }
    this.#work = null;
    this.#owner = null;
  }

  /** A connection has no task left: hold it, and keep the process alive, only if more may come. */
  #refresh(registry: Registry): void {
    if (registry.native.isActive()) {
      this.#active.add(registry);
    } else {
      this.#active.delete(registry);
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

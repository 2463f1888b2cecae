/** What a dedicated worker's global scope gets: `rtctransform` events, and the interfaces that only workers have (webrtc-encoded-transform, section 4.6). */
import { isMainThread, receiveMessageOnPort, threadId } from 'node:worker_threads';
import { KeyFrameRequestEvent } from '../events/key_frame_request_event';
import { unpack } from '../structured_clone';
import { internal } from '../webidl';
import { getHandler, setHandler } from '../webidl/event_target';
import { RTCRtpScriptTransformer } from './rtc_rtp_script_transformer';
import { RTCTransformEvent } from './rtc_transform_event';
import type { ToWorker } from './script_messages';
import { isOpening, openChannel, type Announcement, type Channel, type Opening, OPENING } from './worker_link';

/** Interfaces that a window does not have. */
const workerInterfaces = { KeyFrameRequestEvent, RTCRtpScriptTransformer, RTCTransformEvent };

/** Whether this is a worker: Deno's own are no threads to it, and say what they are. */
export const isWorker: boolean = !isMainThread || Object.prototype.toString.call(globalThis) === '[object DedicatedWorkerGlobalScope]';

/** Fires `rtctransform`. The options wait in the port: they were sent before it. */
function open(scope: EventTarget, opening: Opening): void {
  const { [OPENING]: port } = opening;
  const first = receiveMessageOnPort(port)?.message as ToWorker | undefined;
  const options = first?.is === 'options' ? unpack(first.options) : undefined;
  const transformer = new RTCRtpScriptTransformer(internal, port, options);
  scope.dispatchEvent(new RTCTransformEvent(internal, transformer));
}

/** Ports that come as a thread's messages. While it is held the thread lives on, as one that listens to its parent does. */
class ThreadEntrance {
  readonly #channel: Channel;

  constructor(scope: EventTarget) {
    // An event of newer Node versions; older ones never fire it.
    (process as NodeJS.EventEmitter).on('workerMessage', (message: unknown) => {
      if (isOpening(message)) open(scope, message);
    });
    const here: Announcement = { listens: threadId };
    this.#channel = openChannel((announcement) => {
      if ('asked' in announcement && announcement.asked === threadId) this.#channel.postMessage(here);
    });
    this.#channel.postMessage(here);
  }

  hold(wanted: boolean): void {
    if (wanted) this.#channel.ref?.();
    else this.#channel.unref?.();
  }
}

/** Stands for the global scope of a thread of Node's, which is no event target. */
class ThreadScope extends EventTarget {
  readonly #listeners = new Set<unknown>();
  #entrance: ThreadEntrance | undefined;

  override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
    super.addEventListener(...given);
    const [type, listener] = given;
    if (type !== 'rtctransform' || !listener) return;
    this.#listeners.add(listener);
    this.#entrance ??= new ThreadEntrance(this);
    this.#entrance.hold(true);
  }

  override removeEventListener(...given: Parameters<EventTarget['removeEventListener']>): void {
    super.removeEventListener(...given);
    const [type, listener] = given;
    if (type === 'rtctransform' && this.#listeners.delete(listener)) this.#entrance?.hold(this.#listeners.size > 0);
  }
}

/** Where `rtctransform` fires in a thread of Node's. */
export const workerScope: EventTarget = new ThreadScope();

/** Ports that come as messages to a global scope of the web's kind: they are none for the script. */
function listenAt(scope: EventTarget): void {
  scope.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (!isOpening(data)) return;
    event.stopImmediatePropagation();
    open(scope, data);
  });
}

/** Bun's global object is an event target that does not say so. */
function isEventTarget(global: object): global is EventTarget {
  return typeof (global as Partial<EventTarget>).addEventListener === 'function';
}

/** Gives a dedicated worker's global object what it lacks: the interfaces, `onrtctransform` and, if it is an event target, its events. */
export function enterWorker(global: object): void {
  const define = (name: string, descriptor: PropertyDescriptor): void => {
    if (!(name in global)) Object.defineProperty(global, name, { configurable: true, ...descriptor });
  };
  for (const [name, value] of Object.entries(workerInterfaces)) define(name, { value, writable: true });
  const ofWeb = isEventTarget(global);
  const scope = ofWeb ? global : workerScope;
  const entrance = ofWeb ? new ThreadEntrance(global) : undefined;
  if (ofWeb) listenAt(global);
  define('onrtctransform', {
    get: () => getHandler(scope, 'rtctransform'),
    set: (value: unknown) => {
      setHandler(scope, 'rtctransform', value);
      entrance?.hold(getHandler(scope, 'rtctransform') !== null);
    },
    enumerable: true,
  });
}

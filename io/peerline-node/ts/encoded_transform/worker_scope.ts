/** What a dedicated worker's global scope gets: `rtctransform` events, and the interfaces that only workers have (webrtc-encoded-transform, section 4.6). */
import { receiveMessageOnPort, threadId } from 'node:worker_threads';
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

/** Fires `rtctransform`. The options wait in the port: they were sent before it. */
function open(scope: EventTarget, opening: Opening): void {
  const { [OPENING]: port } = opening;
  const first = receiveMessageOnPort(port)?.message as ToWorker | undefined;
  const options = first?.is === 'options' ? unpack(first.options) : undefined;
  const transformer = new RTCRtpScriptTransformer(internal, port, options);
  scope.dispatchEvent(new RTCTransformEvent(internal, transformer));
}

/** Stands for the global scope of a thread of Node's, which is no event target. While someone listens to it the thread lives on. */
class ThreadScope extends EventTarget {
  readonly #listeners = new Set<unknown>();
  #channel: Channel | undefined;

  override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
    super.addEventListener(...given);
    const [type, listener] = given;
    if (type !== 'rtctransform' || !listener) return;
    this.#listeners.add(listener);
    this.#listen().ref();
  }

  override removeEventListener(...given: Parameters<EventTarget['removeEventListener']>): void {
    super.removeEventListener(...given);
    const [type, listener] = given;
    if (type === 'rtctransform' && this.#listeners.delete(listener) && this.#listeners.size === 0) this.#channel?.unref();
  }

  #listen(): Channel {
    if (this.#channel) return this.#channel;
    // An event of newer Node versions; older ones never fire it.
    (process as NodeJS.EventEmitter).on('workerMessage', (message: unknown) => {
      if (isOpening(message)) open(this, message);
    });
    const here: Announcement = { listens: threadId };
    const channel = openChannel((announcement) => {
      if ('asked' in announcement && announcement.asked === threadId) channel.postMessage(here);
    });
    channel.postMessage(here);
    return (this.#channel = channel);
  }
}

/** Makes a global scope of the web's kind fire `rtctransform`: the messages for us are none for the script. */
function listenAt(scope: EventTarget): void {
  scope.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (!isOpening(data)) return;
    event.stopImmediatePropagation();
    open(scope, data);
  });
}

/** Where `rtctransform` fires in a thread of Node's. */
export const workerScope: EventTarget = globalThis instanceof EventTarget ? (globalThis as unknown as EventTarget) : new ThreadScope();

/** Gives a dedicated worker's global object what it lacks: the interfaces, `onrtctransform` and, if it is an event target, its events. */
export function enterWorker(global: object): void {
  const define = (name: string, descriptor: PropertyDescriptor): void => {
    if (!(name in global)) Object.defineProperty(global, name, { configurable: true, ...descriptor });
  };
  const scope = global instanceof EventTarget ? global : workerScope;
  for (const [name, value] of Object.entries(workerInterfaces)) define(name, { value, writable: true });
  define('onrtctransform', {
    get: () => getHandler(scope, 'rtctransform'),
    set: (value: unknown) => setHandler(scope, 'rtctransform', value),
    enumerable: true,
  });
  if (scope === global) listenAt(scope);
}

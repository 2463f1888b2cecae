/** What a dedicated worker's global scope gets: `onrtctransform`, and the interfaces that only workers have (webrtc-encoded-transform, section 4.6). */
import { parentPort } from 'node:worker_threads';
import { KeyFrameRequestEvent } from '../events/key_frame_request_event';
import { internal } from '../webidl';
import { getHandler, setHandler } from '../webidl/event_target';
import { OPENING, type Opening } from './frame_message';
import { RTCRtpScriptTransformer } from './rtc_rtp_script_transformer';
import { RTCTransformEvent } from './rtc_transform_event';

/** Interfaces that a window does not have. */
export const workerInterfaces = { KeyFrameRequestEvent, RTCRtpScriptTransformer, RTCTransformEvent };

/** The global scope if it is an event target; Node's isn't. */
const scope: EventTarget = globalThis instanceof EventTarget ? (globalThis as unknown as EventTarget) : new EventTarget();

function isOpening(data: unknown): data is Opening {
  return typeof data === 'object' && data !== null && OPENING in data;
}

function receive(event: Event): void {
  const { data } = event as MessageEvent<unknown>;
  if (!isOpening(data)) return;
  // Not a message for the script's own listeners.
  event.stopImmediatePropagation();
  const transformer = new RTCRtpScriptTransformer(internal, data[OPENING], data.options);
  scope.dispatchEvent(new RTCTransformEvent(internal, transformer));
}

let listening = false;

/** While there is a handler the worker stays alive, as it does while it listens for messages. */
function listen(wanted: boolean): void {
  if (wanted === listening) return;
  listening = wanted;
  const port = parentPort as unknown as EventTarget | null;
  if (wanted) port?.addEventListener('message', receive);
  else port?.removeEventListener('message', receive);
}

/** `attribute EventHandler onrtctransform`, for the global object. */
export const onrtctransform: PropertyDescriptor = {
  get: () => getHandler(scope, 'rtctransform'),
  set: (value: unknown) => {
    setHandler(scope, 'rtctransform', value);
    listen(getHandler(scope, 'rtctransform') !== null);
  },
  enumerable: true,
  configurable: true,
};

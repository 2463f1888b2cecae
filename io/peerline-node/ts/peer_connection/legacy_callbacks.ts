/** The overloads with callbacks of `RTCPeerConnection` (webrtc-pc, section 4.4.3): each is its promise form with two functions for an ending. */
import { callback } from '../webidl';

type FailureCallback = (error: DOMException) => void;

export const RTCSessionDescriptionCallback = callback<RTCSessionDescriptionCallback>('RTCSessionDescriptionCallback');
export const RTCPeerConnectionErrorCallback = callback<FailureCallback>('RTCPeerConnectionErrorCallback');
export const VoidFunction = callback<VoidFunction>('VoidFunction');

/** Calls one of the two when the promise has settled; what is returned is fulfilled with nothing, and at once. */
export function withCallbacks<T>(promise: Promise<T>, success: (value: T) => unknown, failure: FailureCallback): Promise<void> {
  promise.then(
    (value) => report(() => success(value)),
    (error: DOMException) => report(() => failure(error)),
  );
  return Promise.resolve();
}

/** HTML "report an exception": as Node reports what an event listener throws. */
function report(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** `RTCDTMFSender` (webrtc-pc, section 7.2). */
import { attempt } from '../errors';
import { RTCDTMFToneChangeEvent } from '../events';
import {
  assertInternal, DOMString, eventHandler, eventTarget, expose, fire, type Internal, operation, optional, readonly, unsignedLong,
} from '../webidl';
import type { Handle } from './handle';

interface RTCDTMFSenderEventMap {
  tonechange: globalThis.RTCDTMFToneChangeEvent;
}

export class RTCDTMFSender extends eventTarget<RTCDTMFSenderEventMap>() implements globalThis.RTCDTMFSender {
  readonly #handle: Handle;

  declare ontonechange: globalThis.RTCDTMFSender['ontonechange'];

  /** @internal */
  constructor(token: Internal, handle: Handle) {
    assertInternal(token);
    super();
    this.#handle = handle;
  }

  get canInsertDTMF(): boolean {
    return this.#handle.view.canInsertDTMF;
  }

  get toneBuffer(): string {
    return this.#handle.view.toneBuffer;
  }

  insertDTMF(tones: string, duration?: number, interToneGap?: number): void;
  insertDTMF(tones: string, duration: number, interToneGap: number): void {
    const { registry, id } = this.#handle;
    attempt(() => registry.native.insertDTMF(id, tones, duration, interToneGap));
    registry.touch();
  }

  static {
    expose(this, {
      brand: (value) => #handle in value,
      members: {
        insertDTMF: operation(DOMString, optional(unsignedLong, 100), optional(unsignedLong, 70)),
        ontonechange: eventHandler,
        canInsertDTMF: readonly,
        toneBuffer: readonly,
      },
    });
  }
}

/** A tone begins, or (the empty string) the last one has ended. */
export function fireToneChange(sender: RTCDTMFSender, tone: string): void {
  fire(sender, new RTCDTMFToneChangeEvent('tonechange', { tone }));
}

/** `RTCSessionDescription` (webrtc-pc, section 4.6). */
import { constructorOf, defaulted, dictionary, DOMString, enumeration, expose, operation, readonly, required } from '../webidl';
import type { NativeDescription } from '../native';

const RTCSdpType = enumeration('RTCSdpType', ['offer', 'pranswer', 'answer', 'rollback']);

export const RTCSessionDescriptionInit = dictionary('RTCSessionDescriptionInit', { sdp: defaulted(DOMString, ''), type: required(RTCSdpType) });
/** What `setLocalDescription` takes: without a type, the next description is made by itself. */
export const RTCLocalSessionDescriptionInit = dictionary('RTCLocalSessionDescriptionInit', { sdp: defaulted(DOMString, ''), type: RTCSdpType });

const construct = constructorOf('RTCSessionDescription', RTCSessionDescriptionInit);

export class RTCSessionDescription implements globalThis.RTCSessionDescription {
  readonly #type: RTCSdpType;
  readonly #sdp: string;

  constructor(descriptionInitDict: RTCSessionDescriptionInit);
  constructor(...given: unknown[]) {
    const [init] = construct.convert(given);
    this.#type = init.type;
    this.#sdp = init.sdp;
  }

  get type(): RTCSdpType {
    return this.#type;
  }

  get sdp(): string {
    return this.#sdp;
  }

  toJSON(): { type: RTCSdpType; sdp: string } {
    return { type: this.#type, sdp: this.#sdp };
  }

  static {
    expose(this, {
      brand: (value) => #sdp in value,
      construct,
      members: { type: readonly, sdp: readonly, toJSON: operation() },
    });
  }
}

/**
 * The current and the pending description of one side: the same object for as long as the core gives the same description, also when the
 * pending one becomes the current one.
 */
export class DescriptionPair {
  /** The last description shown as the current one, and the last shown as the pending one. */
  readonly #last: { current: RTCSessionDescription | null; pending: RTCSessionDescription | null } = { current: null, pending: null };

  /** The object that shows `description` as the current or the pending one. */
  show(which: 'current' | 'pending', description: NativeDescription | null): RTCSessionDescription | null {
    if (!description) return null;
    const shown = this.#find(description) ?? new RTCSessionDescription(description as RTCSessionDescriptionInit);
    this.#last[which] = shown;
    return shown;
  }

  #find({ type, sdp }: NativeDescription): RTCSessionDescription | undefined {
    return Object.values(this.#last).find((shown) => shown?.type === type && shown.sdp === sdp) ?? undefined;
  }
}

/** `KeyFrameRequestEvent` (webrtc-encoded-transform, section 5). */
import { constructorOf, DOMString, expose, optional, readonly } from '../webidl';

const construct = constructorOf('KeyFrameRequestEvent', DOMString, optional(DOMString));

export class KeyFrameRequestEvent extends Event {
  readonly #rid: string | null;

  constructor(type: string, rid?: string);
  constructor(...given: unknown[]) {
    const [type, rid] = construct.convert(given);
    super(type);
    this.#rid = rid ?? null;
  }

  get rid(): string | null {
    return this.#rid;
  }

  static {
    expose(this, { brand: (value) => #rid in value, construct, members: { rid: readonly } });
  }
}

/** `KeyFrameRequestEvent` (webrtc-encoded-transform, section 5). */
import { constructorOf, DOMString, expose, internal, optional, readonly, type Internal } from '../webidl';

const construct = constructorOf('KeyFrameRequestEvent', DOMString, optional(DOMString));

export class KeyFrameRequestEvent extends Event {
  readonly #rid: string | null;

  constructor(type: string, rid?: string);
  /** @internal A peer's request: to cancel it is to refuse the key frame. */
  constructor(type: string, rid: string | undefined, token: Internal);
  constructor(...given: unknown[]) {
    const [type, rid] = construct.convert(given);
    super(type, { cancelable: given[2] === internal });
    this.#rid = rid ?? null;
  }

  get rid(): string | null {
    return this.#rid;
  }

  static {
    expose(this, { brand: (value) => #rid in value, construct, members: { rid: readonly } });
  }
}

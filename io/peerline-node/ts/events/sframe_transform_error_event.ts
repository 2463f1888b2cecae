/** `SFrameTransformErrorEvent` (webrtc-encoded-transform, section 6). */
import {
  any, bigint, constructorOf, dictionary, DOMString, enforceRange, enumeration, expose, nullable, readonly, required, union, unsignedLongLong, type Converted,
} from '../webidl';
import { EventInit } from './event_init';

const SFrameTransformErrorEventType = enumeration('SFrameTransformErrorEventType', ['authentication', 'keyID', 'syntax']);
export type SFrameTransformErrorEventType = Converted<typeof SFrameTransformErrorEventType>;

/** A key's number: exact beyond 2^53 as a bigint. */
export const CryptoKeyID = union(enforceRange(unsignedLongLong), bigint);

const SFrameTransformErrorEventInit = dictionary(
  'SFrameTransformErrorEventInit',
  {
    errorType: required(SFrameTransformErrorEventType),
    frame: required(any),
    keyID: nullable(CryptoKeyID),
  },
  EventInit,
);

export type SFrameTransformErrorEventInit = globalThis.EventInit & Omit<Converted<typeof SFrameTransformErrorEventInit>, keyof globalThis.EventInit>;

const construct = constructorOf('SFrameTransformErrorEvent', DOMString, SFrameTransformErrorEventInit);

export class SFrameTransformErrorEvent extends Event {
  readonly #errorType: SFrameTransformErrorEventType;
  readonly #keyID: number | bigint | null;
  readonly #frame: unknown;

  constructor(type: string, eventInitDict: SFrameTransformErrorEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#errorType = init.errorType;
    this.#keyID = init.keyID ?? null;
    this.#frame = init.frame;
  }

  get errorType(): SFrameTransformErrorEventType {
    return this.#errorType;
  }

  get keyID(): number | bigint | null {
    return this.#keyID;
  }

  get frame(): unknown {
    return this.#frame;
  }

  static {
    expose(this, {
      brand: (value) => #errorType in value,
      construct,
      members: { errorType: readonly, keyID: readonly, frame: readonly },
    });
  }
}

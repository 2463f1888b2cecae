/** `RTCDTMFToneChangeEvent` (webrtc-pc, section 7.3). */
import { constructorOf, defaulted, dictionary, DOMString, expose, optional, readonly } from '../webidl';
import { EventInit } from './event_init';

const RTCDTMFToneChangeEventInit = dictionary(
  'RTCDTMFToneChangeEventInit',
  {
    tone: defaulted(DOMString, ''),
  },
  EventInit,
);

const construct = constructorOf('RTCDTMFToneChangeEvent', DOMString, optional(RTCDTMFToneChangeEventInit, {}));

export class RTCDTMFToneChangeEvent extends Event implements globalThis.RTCDTMFToneChangeEvent {
  readonly #tone: string;

  constructor(type: string, eventInitDict?: globalThis.RTCDTMFToneChangeEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#tone = init.tone;
  }

  get tone(): string {
    return this.#tone;
  }

  static {
    expose(this, {
      brand: (value) => #tone in value,
      construct,
      members: { tone: readonly },
    });
  }
}

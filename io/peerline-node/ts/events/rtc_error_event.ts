/** `RTCErrorEvent` (webrtc-pc, section 11.2). */
import { constructorOf, dictionary, DOMString, expose, interfaceType, readonly, required } from '../webidl';
import { EventInit } from './event_init';
import { RTCError } from './rtc_error';

const RTCErrorEventInit = dictionary(
  'RTCErrorEventInit',
  {
    error: required(interfaceType('RTCError', () => RTCError)),
  },
  EventInit,
);

const construct = constructorOf('RTCErrorEvent', DOMString, RTCErrorEventInit);

export class RTCErrorEvent extends Event implements globalThis.RTCErrorEvent {
  readonly #error: RTCError;

  constructor(type: string, eventInitDict: globalThis.RTCErrorEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#error = init.error;
  }

  get error(): RTCError {
    return this.#error;
  }

  static {
    expose(this, {
      brand: (value) => #error in value,
      construct,
      members: { error: readonly },
    });
  }
}

/** `RTCPeerConnectionIceErrorEvent` (webrtc-pc, section 4.8.3). */
import { constructorOf, dictionary, DOMString, expose, nullable, readonly, required, unsignedShort, USVString } from '../webidl';
import { EventInit } from './event_init';

const RTCPeerConnectionIceErrorEventInit = dictionary(
  'RTCPeerConnectionIceErrorEventInit',
  {
    address: nullable(DOMString),
    port: nullable(unsignedShort),
    url: USVString,
    errorCode: required(unsignedShort),
    errorText: USVString,
  },
  EventInit,
);

const construct = constructorOf('RTCPeerConnectionIceErrorEvent', DOMString, RTCPeerConnectionIceErrorEventInit);

export class RTCPeerConnectionIceErrorEvent extends Event implements globalThis.RTCPeerConnectionIceErrorEvent {
  readonly #address: string | null;
  readonly #port: number | null;
  readonly #url: string;
  readonly #errorCode: number;
  readonly #errorText: string;

  constructor(type: string, eventInitDict: globalThis.RTCPeerConnectionIceErrorEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#address = init.address ?? null;
    this.#port = init.port ?? null;
    this.#url = init.url ?? '';
    this.#errorCode = init.errorCode;
    this.#errorText = init.errorText ?? '';
  }

  get address(): string | null {
    return this.#address;
  }

  get port(): number | null {
    return this.#port;
  }

  get url(): string {
    return this.#url;
  }

  get errorCode(): number {
    return this.#errorCode;
  }

  get errorText(): string {
    return this.#errorText;
  }

  static {
    expose(this, {
      brand: (value) => #address in value,
      construct,
      members: { address: readonly, port: readonly, url: readonly, errorCode: readonly, errorText: readonly },
    });
  }
}

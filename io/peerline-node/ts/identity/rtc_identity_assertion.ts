/** `RTCIdentityAssertion` (webrtc-identity, section 7): who a peer is, and who says so. */
import { attribute, constructorOf, DOMString, expose } from '../webidl';

const construct = constructorOf('RTCIdentityAssertion', DOMString, DOMString);

export class RTCIdentityAssertion {
  #idp: string;
  #name: string;

  constructor(idp: string, name: string);
  constructor(...given: unknown[]) {
    [this.#idp, this.#name] = construct.convert(given);
  }

  get idp(): string {
    return this.#idp;
  }

  set idp(value: string) {
    this.#idp = value;
  }

  get name(): string {
    return this.#name;
  }

  set name(value: string) {
    this.#name = value;
  }

  static {
    expose(this, {
      brand: (value) => #idp in value,
      construct,
      members: { idp: attribute(DOMString), name: attribute(DOMString) },
    });
  }
}

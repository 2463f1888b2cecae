/** `RTCIdentityProviderRegistrar` (webrtc-identity, section 6). Its text runs in the realm of an identity provider's script; see `realm.ts`. */
import type { Tools } from './tools';

type Callback = (...args: unknown[]) => unknown;

export interface Provider {
  generateAssertion: Callback;
  validateAssertion: Callback;
}

export function registrar({ expose }: Tools): { close(): Provider | null } {
  let provider: Provider | null = null;
  let isOpen = true;

  class RTCIdentityProviderRegistrar {
    register(idp: unknown): void {
      const { generateAssertion, validateAssertion } = Object(idp) as { generateAssertion?: unknown; validateAssertion?: unknown };
      if (typeof generateAssertion !== 'function' || typeof validateAssertion !== 'function') {
        throw new TypeError('an identity provider has generateAssertion and validateAssertion');
      }
      if (isOpen) provider = { generateAssertion: generateAssertion as Callback, validateAssertion: validateAssertion as Callback };
    }
  }
  expose('RTCIdentityProviderRegistrar', RTCIdentityProviderRegistrar);
  expose('rtcIdentityProvider', new RTCIdentityProviderRegistrar());

  return {
    close() {
      isOpen = false;
      return provider;
    },
  };
}

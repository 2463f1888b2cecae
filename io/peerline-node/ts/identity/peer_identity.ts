/** Who the peer is (webrtc-identity, section 5): the promise that `peerIdentity` shows, and the questions to identity providers. */
import { toException } from '../errors';
import type { NativeEvent } from '../native';
import type { Registry } from '../peer_connection/registry';
import { RTCIdentityAssertion } from './rtc_identity_assertion';

type IdentityEvent = Extract<NativeEvent, { type: 'identityrequest' | 'peeridentity' }>;

interface Deferred {
  promise: Promise<RTCIdentityAssertion>;
  resolve(assertion: RTCIdentityAssertion): void;
  reject(error: Error): void;
}

function defer(): Deferred {
  const deferred = {} as Deferred;
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  // Nobody need look at it.
  deferred.promise.catch(() => {});
  return deferred;
}

export class PeerIdentity {
  readonly #registry: Registry;
  readonly #hasTarget: boolean;
  #identity = defer();

  constructor(registry: Registry, hasTarget: boolean) {
    this.#registry = registry;
    this.#hasTarget = hasTarget;
  }

  get promise(): Promise<RTCIdentityAssertion> {
    return this.#identity.promise;
  }

  get errorInfo(): string | null {
    return null;
  }

  dispatch(event: IdentityEvent): void {
    if (event.type === 'identityrequest') {
      this.#registry.native.answerIdentity(event.request, { error: 'idp-load-failure' });
      this.#registry.touch();
      return;
    }
    if (!event.error) {
      this.#identity.resolve(new RTCIdentityAssertion(event.idp!, event.name!));
      return;
    }
    this.#identity.reject(toException(event.error));
    if (!this.#hasTarget) {
      this.#identity = defer();
    }
  }
}

/** Who the peer is (webrtc-identity, section 10): the promise that `peerIdentity` shows, and the questions to identity providers. */
import { toException } from '../errors';
import type { NativeEvent } from '../native';
import type { Registry } from '../peer_connection/registry';
import { askProvider, type Question } from './proxy';
import { RTCIdentityAssertion } from './rtc_identity_assertion';

type IdentityEvent = Extract<NativeEvent, { type: 'identityrequest' | 'peeridentity' }>;
type Request = Extract<IdentityEvent, { type: 'identityrequest' }>;

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
  /** Somebody is expected: by the configuration, or because the peer has been identified. */
  #hasTarget: boolean;
  #identity = defer();
  /** The application has asked for `peerIdentity`. */
  #isWanted = false;
  /** The latest assertion of the peer's, as long as nobody wants to know. */
  #unasked: Request | null = null;

  constructor(registry: Registry, hasTarget: boolean) {
    this.#registry = registry;
    this.#hasTarget = hasTarget;
  }

  get promise(): Promise<RTCIdentityAssertion> {
    this.#isWanted = true;
    const request = this.#unasked;
    this.#unasked = null;
    if (request) this.#ask(request);
    return this.#identity.promise;
  }

  get errorInfo(): string | null {
    return this.#registry.native.idpErrorInfo();
  }

  dispatch(event: IdentityEvent): void {
    if (event.type === 'peeridentity') {
      this.#settle(event);
    } else if (event.contents !== undefined || this.#hasTarget || this.#isWanted) {
      this.#ask(event);
    } else {
      // Validation has no effect but on `peerIdentity`. Until somebody looks at that, no description of a stranger makes this process load
      // a script from an address of the stranger's choice.
      this.#unasked = event;
    }
  }

  #ask(request: Request): void {
    const { domain, protocol = 'default', contents, assertion, usernameHint, peerIdentity } = request;
    const question: Question = { domain, protocol, contents, assertion, origin: originOfScripts() };
    if (contents !== undefined) question.options = { protocol, usernameHint, peerIdentity };
    void askProvider(question).then((answer) => {
      this.#registry.native.answerIdentity(request.request, answer);
      this.#registry.touch();
    });
  }

  #settle({ idp, name, error }: Extract<IdentityEvent, { type: 'peeridentity' }>): void {
    if (!error) {
      this.#hasTarget = true;
      this.#identity.resolve(new RTCIdentityAssertion(idp!, name!));
      return;
    }
    this.#identity.reject(toException(error));
    if (!this.#hasTarget) this.#identity = defer();
  }
}

/** The origin that a page's scripts have; Node's have none, which HTML writes as "null". */
function originOfScripts(): string {
  const { origin } = globalThis as { origin?: unknown };
  return typeof origin === 'string' ? origin : 'null';
}

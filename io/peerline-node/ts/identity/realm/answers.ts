/** What a provider answers, converted as Web IDL does it (webrtc-identity, section 6), or how it fails (section 9). Its text runs in the realm of an identity provider's script; see `realm.ts`. */
import type { Tools } from './tools';

export function answers({ stringify, tell }: Tools): { fail(error: unknown): void; succeed(isGeneration: boolean, result: unknown): void } {
  const MAX_TEXT = 256 * 1024;

  function answer(value: object): void {
    const text = stringify(value);
    tell('answer', text.length > MAX_TEXT ? '{}' : text, 0);
  }

  function textIn(value: unknown, name: string): string | undefined {
    try {
      const member = (value as Record<string, unknown>)[name];
      return member === undefined || member === null ? undefined : `${member}`.slice(0, 64 * 1024);
    } catch {
      return undefined;
    }
  }

  function fail(error: unknown): void {
    const detail = textIn(error, 'errorDetail');
    const own = ['idp-need-login', 'idp-token-expired', 'idp-token-invalid'];
    answer({
      error: detail !== undefined && own.includes(detail) ? detail : 'idp-execution-failure',
      loginUrl: textIn(error, 'idpLoginUrl'),
      errorInfo: textIn(error, 'idpErrorInfo'),
    });
  }

  /** Web IDL's conversion of a required string. */
  function required(dictionary: unknown, name: string): string {
    const value = (dictionary as Record<string, unknown>)[name];
    if (value === undefined) throw new TypeError(`${name} is missing`);
    return `${value}`;
  }

  function succeed(isGeneration: boolean, result: unknown): void {
    let converted: object = {};
    try {
      if ((typeof result !== 'object' && typeof result !== 'function') || result === null) throw new TypeError('not an object');
      if (isGeneration) {
        const assertion = required(result, 'assertion');
        const idp = (result as { idp?: unknown }).idp;
        if ((typeof idp !== 'object' && typeof idp !== 'function') || idp === null) throw new TypeError('no idp');
        const domain = required(idp, 'domain');
        const protocol = (idp as { protocol?: unknown }).protocol;
        converted = { assertion, domain, protocol: protocol === undefined ? 'default' : `${protocol}` };
      } else {
        converted = { contents: required(result, 'contents'), identity: required(result, 'identity') };
      }
    } catch {
      // Something else than was asked.
    }
    answer(converted);
  }

  return { fail, succeed };
}

/** `OverconstrainedError` (mediacapture-streams, section 12.3). */
import { constructorOf, DOMString, expose, optional, readonly } from '../webidl';

const construct = constructorOf('OverconstrainedError', DOMString, optional(DOMString, ''));

export class OverconstrainedError extends DOMException implements globalThis.OverconstrainedError {
  readonly #constraint: string;

  constructor(constraint: string, message?: string);
  constructor(...given: unknown[]) {
    const [constraint, message] = construct.convert(given);
    super(message, 'OverconstrainedError');
    this.#constraint = constraint;
  }

  get constraint(): string {
    return this.#constraint;
  }

  static {
    expose(this, { brand: (value) => #constraint in value, construct, members: { constraint: readonly } });
  }
}

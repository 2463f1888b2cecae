/**
 * `RTCError`, by which a provider says what is wrong; earlier drafts had the detail as the first argument. Its text runs in the realm of an identity
 * provider's script; see `realm.ts`.
 */
import type { Tools } from './tools';

export function errors({ expose }: Tools): void {
  class RTCError extends Error {
    readonly errorDetail: string;
    constructor(init: unknown, message?: unknown) {
      super(message === undefined ? '' : `${message}`);
      const detail = typeof init === 'object' && init !== null ? (init as { errorDetail?: unknown }).errorDetail : init;
      this.errorDetail = `${detail}`;
    }
    override get name(): string { return 'OperationError'; }
  }
  expose('RTCError', RTCError);
}

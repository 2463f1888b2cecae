/** `RTCStatsReport` (webrtc-pc, section 8.5). */
import { assertInternal, expose, internal, type Internal, maplike, maplikeMembers } from '../webidl';
import type { NativeStats } from '../native';

type ForEach = (value: unknown, key: string, report: RTCStatsReport) => void;

export interface RTCStatsReport extends Omit<globalThis.RTCStatsReport, 'forEach'> {
  forEach(callbackfn: ForEach, thisArg?: unknown): void;
}

export class RTCStatsReport {
  readonly #stats: Map<string, object>;

  /** @internal */
  constructor(token: Internal, stats: Map<string, object>) {
    assertInternal(token);
    this.#stats = stats;
  }

  static {
    maplike(this, (report) => report.#stats);
    expose(this, { brand: (value) => #stats in value, others: [...maplikeMembers, Symbol.iterator] });
  }
}

/** A report of what the core counted. */
export function createStatsReport(stats: NativeStats[]): RTCStatsReport {
  return new RTCStatsReport(internal, new Map(stats.map((one) => [one.id, one])));
}

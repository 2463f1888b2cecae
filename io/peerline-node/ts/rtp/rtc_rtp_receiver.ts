/** `RTCRtpReceiver` (webrtc-pc, section 5.3; webrtc-extensions; webrtc-encoded-transform, section 2). */
import { RTCRtpTransformOrNull, type RTCRtpTransform } from '../encoded_transform/rtc_rtp_transform';
import { TransformSlot } from '../encoded_transform/rtp_transform';
import { attempt } from '../errors';
import { native } from '../load';
import { createTrack, trackFriend, type MediaStreamTrack } from '../media/media_stream_track';
import type { RTCDtlsTransport } from '../peer_connection/rtc_dtls_transport';
import { createStatsReport, type RTCStatsReport } from '../peer_connection/rtc_stats_report';
import {
  assertInternal, attribute, DOMString, expose, highResTimeStamp, type Internal, nullable, operation, promiseOperation, readonly,
} from '../webidl';
import type { Handle } from './handle';
import { fromNativeCapabilities, fromNativeReceiveParameters } from './parameters';
import { RemoteSource } from './remote_source';

/** Webrtc-pc, section 5.3: the largest jitterBufferTarget, in milliseconds. */
const MAX_JITTER_BUFFER_TARGET = 4000;

export class RTCRtpReceiver implements globalThis.RTCRtpReceiver {
  readonly #handle: Handle;
  readonly #track: MediaStreamTrack;
  readonly #transform: TransformSlot<RTCRtpTransform>;
  #jitterBufferTarget: number | null = null;

  /** @internal */
  constructor(token: Internal, handle: Handle) {
    assertInternal(token);
    this.#handle = handle;
    const { id, ended } = handle.view.receiverTrack;
    this.#track = createTrack(new RemoteSource(handle), { id, ended });
    this.#transform = new TransformSlot({ half: 'receiver', kind: handle.kind });
  }

  static getCapabilities(kind: string): RTCRtpCapabilities | null {
    return fromNativeCapabilities(native.getCapabilities(kind, 'receiver'));
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  get transport(): RTCDtlsTransport | null {
    const { receiverTransport } = this.#handle.view;
    return receiverTransport === undefined ? null : this.#handle.registry.transportOf(receiverTransport);
  }

  get transform(): RTCRtpTransform | null {
    return this.#transform.value;
  }

  set transform(transform: RTCRtpTransform | null) {
    this.#transform.value = transform;
  }

  /** Chromium's, older than `transform`. */
  createEncodedStreams(): { readable: ReadableStream<unknown>; writable: WritableStream<unknown> } {
    return this.#transform.createEncodedStreams();
  }

  get jitterBufferTarget(): number | null {
    return this.#jitterBufferTarget;
  }

  set jitterBufferTarget(target: number | null) {
    if (target !== null && (target < 0 || target > MAX_JITTER_BUFFER_TARGET)) {
      throw new RangeError(`jitterBufferTarget must be between 0 and ${MAX_JITTER_BUFFER_TARGET} milliseconds`);
    }
    this.#jitterBufferTarget = target;
  }

  getParameters(): RTCRtpReceiveParameters {
    const { registry, id } = this.#handle;
    return fromNativeReceiveParameters(attempt(() => registry.native.getReceiveParameters(id)));
  }

  /** Nobody has spoken as long as no packet came. */
  getContributingSources(): RTCRtpContributingSource[] {
    return [];
  }

  getSynchronizationSources(): RTCRtpSynchronizationSource[] {
    return [];
  }

  getStats(): Promise<RTCStatsReport> {
    const { registry, id } = this.#handle;
    return registry.start(registry.native.getStats(id, 'receiver'), ({ stats = [] }) => createStatsReport(stats));
  }

  static {
    expose(this, {
      brand: (value) => #handle in value,
      members: {
        track: readonly,
        transport: readonly,
        getParameters: operation(),
        getContributingSources: operation(),
        getSynchronizationSources: operation(),
        getStats: promiseOperation(),
        jitterBufferTarget: attribute(nullable(highResTimeStamp)),
        transform: attribute(RTCRtpTransformOrNull),
        createEncodedStreams: operation(),
      },
      statics: { getCapabilities: operation(DOMString) },
    });
  }
}

/** Whatever comes from the peer (muted, unmuted, ended) comes to the receiver's track and to all its clones. */
export function forEachRemoteTrack(receiver: RTCRtpReceiver, change: 'mute' | 'unmute' | 'ended'): void {
  const source = trackFriend.source(receiver.track);
  if (change === 'ended') source.tracks.forEach(trackFriend.end);
  else source.setMuted(change === 'mute', (track) => trackFriend.setMuted(track, change === 'mute'));
}

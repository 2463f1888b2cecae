/** `RTCRtpSender` (webrtc-pc, section 5.2; webrtc-encoded-transform, section 2). */
import { RTCRtpTransformOrNull, type RTCRtpTransform } from '../encoded_transform/rtc_rtp_transform';
import { TransformSlot } from '../encoded_transform/rtp_transform';
import { attempt } from '../errors';
import { native } from '../load';
import { MediaStream } from '../media/media_stream';
import { MediaStreamTrack } from '../media/media_stream_track';
import type { TransceiverId } from '../native';
import type { Registry } from '../peer_connection/registry';
import type { RTCDtlsTransport } from '../peer_connection/rtc_dtls_transport';
import { createStatsReport, type RTCStatsReport } from '../peer_connection/rtc_stats_report';
import {
  assertInternal, attribute, DOMString, expose, interfaceType, internal, type Internal, nullable, operation, optional, promiseOperation, readonly, rest,
  type Converted,
} from '../webidl';
import type { Handle } from './handle';
import { fromNativeCapabilities, fromNativeSendParameters, RTCRtpSendParameters, RTCSetParameterOptions, toNativeSendParameters } from './parameters';
import { RTCDTMFSender } from './rtc_dtmf_sender';

let handleOf: (sender: RTCRtpSender) => Handle;

export class RTCRtpSender implements globalThis.RTCRtpSender {
  readonly #handle: Handle;
  readonly #dtmf: RTCDTMFSender | null;
  readonly #transform: TransformSlot<RTCRtpTransform>;

  /** @internal */
  constructor(token: Internal, handle: Handle) {
    assertInternal(token);
    this.#handle = handle;
    this.#dtmf = handle.kind === 'audio' ? new RTCDTMFSender(internal, handle) : null;
    this.#transform = new TransformSlot({ half: 'sender', kind: handle.kind });
  }

  static getCapabilities(kind: string): RTCRtpCapabilities | null {
    return fromNativeCapabilities(native.getCapabilities(kind, 'sender'));
  }

  get track(): MediaStreamTrack | null {
    const { senderTrack } = this.#handle.view;
    return senderTrack === undefined ? null : this.#handle.registry.trackOf(senderTrack);
  }

  get transport(): RTCDtlsTransport | null {
    const { senderTransport } = this.#handle.view;
    return senderTransport === undefined ? null : this.#handle.registry.transportOf(senderTransport);
  }

  get dtmf(): RTCDTMFSender | null {
    return this.#dtmf;
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

  setParameters(parameters: globalThis.RTCRtpSendParameters, options?: { encodingOptions?: { keyFrame?: boolean }[] }): Promise<void>;
  setParameters(parameters: globalThis.RTCRtpSendParameters, options: Converted<typeof RTCSetParameterOptions>): Promise<void> {
    const { registry, id, kind } = this.#handle;
    // Webrtc-extensions, section 4.2: of audio they are ignored. Key frames themselves are the encoders' business.
    const { length } = kind === 'video' ? options.encodingOptions : [];
    if (length !== 0 && length !== parameters.encodings.length) {
      throw new DOMException('There must be as many encodingOptions as encodings', 'InvalidModificationError');
    }
    const converted = toNativeSendParameters(parameters as Converted<typeof RTCRtpSendParameters>);
    const operation = attempt(() => registry.native.setParameters(id, converted));
    return registry.start(operation, () => undefined);
  }

  getParameters(): globalThis.RTCRtpSendParameters {
    const { registry, id } = this.#handle;
    const parameters = attempt(() => registry.native.getSendParameters(id));
    registry.touch();
    return fromNativeSendParameters(parameters);
  }

  replaceTrack(withTrack: globalThis.MediaStreamTrack | null): Promise<void>;
  replaceTrack(withTrack: MediaStreamTrack | null): Promise<void> {
    const { registry, id } = this.#handle;
    if (withTrack) registry.registerTrack(withTrack);
    const operation = attempt(() => registry.native.replaceTrack(id, withTrack && { id: withTrack.id, kind: withTrack.kind }));
    return registry.start(operation, () => undefined);
  }

  setStreams(...streams: globalThis.MediaStream[]): void {
    const { registry, id } = this.#handle;
    const ids = streams.map((stream) => stream.id);
    attempt(() => registry.native.setStreams(id, ids));
    registry.touch();
  }

  getStats(): Promise<RTCStatsReport> {
    const { registry, id } = this.#handle;
    return registry.start(registry.native.getStats(id, 'sender'), ({ stats = [] }) => createStatsReport(stats));
  }

  static {
    expose(this, {
      brand: (value) => #handle in value,
      members: {
        track: readonly,
        transport: readonly,
        setParameters: promiseOperation(RTCRtpSendParameters, optional(RTCSetParameterOptions, {})),
        getParameters: operation(),
        replaceTrack: promiseOperation(nullable(interfaceType('MediaStreamTrack', () => MediaStreamTrack))),
        setStreams: operation(rest(interfaceType('MediaStream', () => MediaStream))),
        getStats: promiseOperation(),
        dtmf: readonly,
        transform: attribute(RTCRtpTransformOrNull),
        createEncodedStreams: operation(),
      },
      statics: { getCapabilities: operation(DOMString) },
    });
    handleOf = (sender) => sender.#handle;
  }
}

/** The transceiver that a sender belongs to. */
export function ownerOf(sender: RTCRtpSender): { registry: Registry; id: TransceiverId } {
  return handleOf(sender);
}

/** `RTCRtpTransceiver` (webrtc-pc, section 5.4; webrtc-extensions, section 5). */
import { attempt } from '../errors';
import type { TransceiverId } from '../native';
import type { Registry } from '../peer_connection/registry';
import { assertInternal, attribute, expose, internal, type Internal, operation, readonly, sequence, type Converted } from '../webidl';
import { Handle } from './handle';
import {
  fromNativeHeaderExtensionCapabilities, RTCRtpCodec, RTCRtpHeaderExtensionCapability, RTCRtpTransceiverDirection, type HeaderExtensionCapability,
} from './parameters';
import { RTCRtpReceiver } from './rtc_rtp_receiver';
import { RTCRtpSender } from './rtc_rtp_sender';

export { RTCRtpTransceiverInit, toNativeInit } from './parameters';

type Direction = Converted<typeof RTCRtpTransceiverDirection>;

export class RTCRtpTransceiver implements globalThis.RTCRtpTransceiver {
  readonly #handle: Handle;
  readonly #sender: RTCRtpSender;
  readonly #receiver: RTCRtpReceiver;

  /** @internal */
  constructor(token: Internal, handle: Handle) {
    assertInternal(token);
    this.#handle = handle;
    this.#sender = new RTCRtpSender(internal, handle);
    this.#receiver = new RTCRtpReceiver(internal, handle);
  }

  get mid(): string | null {
    return this.#handle.view.mid ?? null;
  }

  get sender(): RTCRtpSender {
    return this.#sender;
  }

  get receiver(): RTCRtpReceiver {
    return this.#receiver;
  }

  get direction(): Direction {
    return this.#handle.view.direction as Direction;
  }

  set direction(direction: Direction) {
    this.#call((native, id) => native.setDirection(id, direction));
  }

  get currentDirection(): Direction | null {
    return (this.#handle.view.currentDirection as Direction | undefined) ?? null;
  }

  /** No longer in the specification; browsers kept it. */
  get stopped(): boolean {
    return this.#handle.view.stopped;
  }

  stop(): void {
    this.#call((native, id) => native.stopTransceiver(id));
  }

  setCodecPreferences(codecs: RTCRtpCodec[]): void {
    this.#call((native, id) => native.setCodecPreferences(id, codecs));
  }

  getHeaderExtensionsToNegotiate(): HeaderExtensionCapability[] {
    return fromNativeHeaderExtensionCapabilities(this.#call((native, id) => native.getHeaderExtensionsToNegotiate(id)));
  }

  setHeaderExtensionsToNegotiate(extensions: HeaderExtensionCapability[]): void {
    this.#call((native, id) => native.setHeaderExtensionsToNegotiate(id, extensions));
  }

  getNegotiatedHeaderExtensions(): HeaderExtensionCapability[] {
    return fromNativeHeaderExtensionCapabilities(this.#call((native, id) => native.getNegotiatedHeaderExtensions(id)));
  }

  #call<T>(call: (native: Registry['native'], id: TransceiverId) => T): T {
    const { registry, id } = this.#handle;
    const result = attempt(() => call(registry.native, id));
    registry.touch();
    return result;
  }

  static {
    expose(this, {
      brand: (value) => #handle in value,
      members: {
        mid: readonly,
        sender: readonly,
        receiver: readonly,
        direction: attribute(RTCRtpTransceiverDirection),
        currentDirection: readonly,
        stopped: readonly,
        stop: operation(),
        setCodecPreferences: operation(sequence(RTCRtpCodec)),
        getHeaderExtensionsToNegotiate: operation(),
        setHeaderExtensionsToNegotiate: operation(sequence(RTCRtpHeaderExtensionCapability)),
        getNegotiatedHeaderExtensions: operation(),
      },
    });
  }
}

/** The transceiver of a number, with its sender and receiver. */
export function createTransceiver(registry: Registry, id: TransceiverId): RTCRtpTransceiver {
  const transceiver = new RTCRtpTransceiver(internal, new Handle(registry, id));
  registry.registerTrack(transceiver.receiver.track);
  return transceiver;
}

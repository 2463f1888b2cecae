/** `RTCTrackEvent` (webrtc-pc, section 5.7). */
import { MediaStream } from '../media/media_stream';
import { MediaStreamTrack } from '../media/media_stream_track';
import { RTCRtpReceiver } from '../rtp/rtc_rtp_receiver';
import { RTCRtpTransceiver } from '../rtp/rtc_rtp_transceiver';
import { constructorOf, defaulted, dictionary, DOMString, expose, interfaceType, readonly, required, sequence } from '../webidl';
import { EventInit } from './event_init';

const RTCTrackEventInit = dictionary(
  'RTCTrackEventInit',
  {
    receiver: required(interfaceType('RTCRtpReceiver', () => RTCRtpReceiver)),
    track: required(interfaceType('MediaStreamTrack', () => MediaStreamTrack)),
    streams: defaulted(sequence(interfaceType('MediaStream', () => MediaStream)), []),
    transceiver: required(interfaceType('RTCRtpTransceiver', () => RTCRtpTransceiver)),
  },
  EventInit,
);

const construct = constructorOf('RTCTrackEvent', DOMString, RTCTrackEventInit);

export class RTCTrackEvent extends Event implements globalThis.RTCTrackEvent {
  readonly #receiver: RTCRtpReceiver;
  readonly #track: MediaStreamTrack;
  readonly #streams: readonly MediaStream[];
  readonly #transceiver: RTCRtpTransceiver;

  constructor(type: string, eventInitDict: globalThis.RTCTrackEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#receiver = init.receiver;
    this.#track = init.track;
    this.#streams = Object.freeze(init.streams);
    this.#transceiver = init.transceiver;
  }

  get receiver(): RTCRtpReceiver {
    return this.#receiver;
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  get streams(): readonly MediaStream[] {
    return this.#streams;
  }

  get transceiver(): RTCRtpTransceiver {
    return this.#transceiver;
  }

  static {
    expose(this, {
      brand: (value) => #receiver in value,
      construct,
      members: { receiver: readonly, track: readonly, streams: readonly, transceiver: readonly },
    });
  }
}

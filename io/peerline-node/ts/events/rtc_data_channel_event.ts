/** `RTCDataChannelEvent` (webrtc-pc, section 6.3). */
import { RTCDataChannel } from '../peer_connection/rtc_data_channel';
import { constructorOf, dictionary, DOMString, expose, interfaceType, readonly, required } from '../webidl';
import { EventInit } from './event_init';

const RTCDataChannelEventInit = dictionary(
  'RTCDataChannelEventInit',
  {
    channel: required(interfaceType('RTCDataChannel', () => RTCDataChannel)),
  },
  EventInit,
);

const construct = constructorOf('RTCDataChannelEvent', DOMString, RTCDataChannelEventInit);

export class RTCDataChannelEvent extends Event implements globalThis.RTCDataChannelEvent {
  readonly #channel: RTCDataChannel;

  constructor(type: string, eventInitDict: globalThis.RTCDataChannelEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#channel = init.channel;
  }

  get channel(): RTCDataChannel {
    return this.#channel;
  }

  static {
    expose(this, {
      brand: (value) => #channel in value,
      construct,
      members: { channel: readonly },
    });
  }
}

/** Events of tracks, streams, and tones (webrtc-pc, sections 5.7, 7.3 and 9.3): which object they go to. */
import { RTCTrackEvent } from '../events';
import { streamFriend } from '../media/media_stream';
import type { NativeEvent } from '../native';
import type { Registry } from '../peer_connection/registry';
import { fireToneChange } from './rtc_dtmf_sender';
import { forEachRemoteTrack } from './rtc_rtp_receiver';
import { fire } from '../webidl';

type MediaEventType = 'track' | 'addtrack' | 'removetrack' | 'mute' | 'unmute' | 'ended' | 'tonechange';

/** The native events that this room dispatches. */
export type NativeMediaEvent = Extract<NativeEvent, { type: MediaEventType }>;

/** Changes what the event says, and fires it. */
export function dispatchMediaEvent(registry: Registry, event: NativeMediaEvent): void {
  const transceiver = registry.transceiverOf(event.transceiver);
  const { receiver, sender } = transceiver;
  switch (event.type) {
    case 'track': {
      const streams = event.streams.map((id) => registry.streamOf(id));
      fire(registry.connection, new RTCTrackEvent('track', { receiver, track: receiver.track, streams, transceiver }));
      break;
    }
    case 'addtrack':
      streamFriend.add(registry.streamOf(event.stream), receiver.track);
      break;
    case 'removetrack':
      streamFriend.remove(registry.streamOf(event.stream), receiver.track);
      break;
    case 'tonechange':
      if (sender.dtmf) fireToneChange(sender.dtmf, event.tone);
      break;
    default:
      forEachRemoteTrack(receiver, event.type);
  }
}

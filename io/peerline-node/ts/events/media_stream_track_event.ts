/** `MediaStreamTrackEvent` (mediacapture-streams, section 4.4). */
import { MediaStreamTrack } from '../media/media_stream_track';
import { constructorOf, dictionary, DOMString, expose, interfaceType, readonly, required } from '../webidl';
import { EventInit } from './event_init';

const MediaStreamTrackEventInit = dictionary(
  'MediaStreamTrackEventInit',
  {
    track: required(interfaceType('MediaStreamTrack', () => MediaStreamTrack)),
  },
  EventInit,
);

const construct = constructorOf('MediaStreamTrackEvent', DOMString, MediaStreamTrackEventInit);

export class MediaStreamTrackEvent extends Event implements globalThis.MediaStreamTrackEvent {
  readonly #track: MediaStreamTrack;

  constructor(type: string, eventInitDict: globalThis.MediaStreamTrackEventInit);
  constructor(...given: unknown[]) {
    const [type, init] = construct.convert(given);
    super(type, init);
    this.#track = init.track;
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  static {
    expose(this, {
      brand: (value) => #track in value,
      construct,
      members: { track: readonly },
    });
  }
}

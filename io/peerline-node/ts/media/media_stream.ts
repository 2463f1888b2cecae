/** `MediaStream` (mediacapture-main, section 4.2). */
import { randomUUID } from 'node:crypto';
import { MediaStreamTrackEvent } from '../events';
import {
  constructorOf, DOMString, eventHandler, eventTarget, expose, fire, interfaceType, internal, type Internal, isInstance, operation,
  optional, readonly, sequence, union,
} from '../webidl';
import { MediaStreamTrack } from './media_stream_track';

const track = interfaceType<MediaStreamTrack>('MediaStreamTrack', () => MediaStreamTrack);
const construct = constructorOf(
  'MediaStream',
  optional(union(interfaceType<MediaStream>('MediaStream', () => MediaStream), sequence(track))),
);

interface MediaStreamEventMap {
  addtrack: globalThis.MediaStreamTrackEvent;
  removetrack: globalThis.MediaStreamTrackEvent;
}

/** What other files of ours may do with streams. */
interface Friend {
  /** "Add a track" by the user agent: fires `addtrack` if it is new. */
  add(stream: MediaStream, track: MediaStreamTrack): void;
  /** "Remove a track" by the user agent: fires `removetrack` if it was there. */
  remove(stream: MediaStream, track: MediaStreamTrack): void;
}

let friend: Friend;

export class MediaStream extends eventTarget<MediaStreamEventMap>() implements globalThis.MediaStream {
  readonly #id: string;
  readonly #tracks: Set<MediaStreamTrack>;

  declare onaddtrack: globalThis.MediaStream['onaddtrack'];
  declare onremovetrack: globalThis.MediaStream['onremovetrack'];

  constructor();
  constructor(stream: globalThis.MediaStream);
  constructor(tracks: Iterable<globalThis.MediaStreamTrack>);
  /** @internal */
  constructor(token: Internal, id: string);
  constructor(...given: unknown[]) {
    const [token, id] = given;
    const [init = []] = token === internal ? [] : construct.convert(given);
    super();
    this.#id = token === internal ? (id as string) : randomUUID();
    this.#tracks = new Set(isInstance(MediaStream, init) ? init.#tracks : init);
  }

  get id(): string {
    return this.#id;
  }

  get active(): boolean {
    return this.getTracks().some(({ readyState }) => readyState === 'live');
  }

  getAudioTracks(): MediaStreamTrack[] {
    return this.#ofKind('audio');
  }

  getVideoTracks(): MediaStreamTrack[] {
    return this.#ofKind('video');
  }

  getTracks(): MediaStreamTrack[] {
    return [...this.#tracks];
  }

  getTrackById(trackId: string): MediaStreamTrack | null {
    return [...this.#tracks].find(({ id }) => id === trackId) ?? null;
  }

  addTrack(added: globalThis.MediaStreamTrack): void;
  addTrack(added: MediaStreamTrack): void {
    this.#tracks.add(added);
  }

  removeTrack(removed: globalThis.MediaStreamTrack): void;
  removeTrack(removed: MediaStreamTrack): void {
    this.#tracks.delete(removed);
  }

  clone(): MediaStream {
    return new MediaStream([...this.#tracks].map((original) => original.clone()));
  }

  #ofKind(kind: string): MediaStreamTrack[] {
    return [...this.#tracks].filter((one) => one.kind === kind);
  }

  static {
    expose(this, {
      brand: (value) => #tracks in value,
      construct,
      members: {
        id: readonly,
        getAudioTracks: operation(),
        getVideoTracks: operation(),
        getTracks: operation(),
        getTrackById: operation(DOMString),
        addTrack: operation(track),
        removeTrack: operation(track),
        clone: operation(),
        active: readonly,
        onaddtrack: eventHandler,
        onremovetrack: eventHandler,
      },
    });
    friend = {
      add: (stream, added) => {
        if (stream.#tracks.has(added)) return;
        stream.#tracks.add(added);
        fire(stream, new MediaStreamTrackEvent('addtrack', { track: added }));
      },
      remove: (stream, removed) => {
        if (!stream.#tracks.delete(removed)) return;
        fire(stream, new MediaStreamTrackEvent('removetrack', { track: removed }));
      },
    };
  }
}

/** @internal */
export const streamFriend = friend!;

/** A remote stream, without tracks yet. */
export function createMediaStream(id: string): MediaStream {
  return new MediaStream(internal, id);
}

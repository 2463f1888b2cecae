/**
 * What all shells of one connection share: the native object, and the map from its numbers to the objects that scripts see.
 *
 * Object identity lives here (`[SameObject]`): the core names things by number, and the same number gives the same shell for as long as
 * the connection lives. Shells import this file as a type only; it imports their factories. So there is no import cycle at run time.
 *
 * Nothing here keeps a connection alive: shells and registry hold one another, and the event loop holds the registry while the
 * connection is active.
 */

import type { RTCPeerConnection } from './rtc_peer_connection';
import type { RTCDataChannel } from './rtc_data_channel';
import type { RTCDtlsTransport } from './rtc_dtls_transport';
import type { RTCSctpTransport } from './rtc_sctp_transport';
import type { RTCRtpTransceiver } from '../rtp/rtc_rtp_transceiver';
import type { MediaStream } from '../media/media_stream';
import type { MediaStreamTrack } from '../media/media_stream_track';
import type { ChannelId, Connection, NativeError, NativeEvent, Operation, OperationId, TransceiverId, TransportId } from '../native';
import type { EventLoop, Work } from '../event_loop';
import { toException } from '../errors';
import { PeerIdentity } from '../identity/peer_identity';
import { EventsWork } from './dispatch';
import type { Inbox } from './inbox';
import { channelFriend, createDataChannel } from './rtc_data_channel';
import { createDtlsTransport } from './rtc_dtls_transport';
import { Candidates } from './rtc_ice_candidate';
import { createSctpTransport } from './rtc_sctp_transport';
import { createTransceiver } from '../rtp/rtc_rtp_transceiver';
import { createMediaStream } from '../media/media_stream';

/** How an operation ended. */
export type Settled = Extract<NativeEvent, { type: 'settled' }>;

interface Waiter {
  resolve(settled: Settled): void;
  reject(error: NativeError): void;
}

/** The shared state of the shells of one connection. */
export class Registry {
  readonly native: Connection;
  readonly connection: RTCPeerConnection;
  /** The candidates that events and transports show. */
  readonly candidates = new Candidates();
  readonly identity: PeerIdentity;
  readonly #loop: EventLoop;
  readonly #operations = new Map<OperationId, Waiter>();
  readonly #transceivers = new Map<TransceiverId, RTCRtpTransceiver>();
  readonly #channels = new Map<ChannelId, RTCDataChannel>();
  readonly #transports = new Map<TransportId, RTCDtlsTransport>();
  readonly #tracks = new Map<string, MediaStreamTrack>();
  readonly #streams = new Map<string, MediaStream>();
  #sctp: RTCSctpTransport | null = null;
  #isClosed = false;

  constructor(native: Connection, connection: RTCPeerConnection, loop: EventLoop, hasTargetPeer: boolean) {
    this.native = native;
    this.connection = connection;
    this.#loop = loop;
    this.identity = new PeerIdentity(this, hasTargetPeer);
    loop.add(this);
  }

  /** `close` was called: no message is delivered any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** `RTCPeerConnection.close`. */
  close(): void {
    this.#isClosed = true;
    this.native.close();
    this.#channels.forEach(channelFriend.end);
    this.touch();
  }

  /** The next task of the core. */
  nextWork(): Work | null {
    const events = this.native.runTask();
    return events && new EventsWork(this, events);
  }

  /** The messages of a channel are to be delivered, in a task of their own. */
  deliverFrom(inbox: Inbox): void {
    this.#loop.queue(this.slabOf(inbox));
  }

  /** A task that delivers one slab of messages; others get their turns before the next slab. */
  slabOf(inbox: Inbox): Work {
    return inbox.slab(() => this.deliverFrom(inbox));
  }

  /** To be called after every native call that may have queued a task, or made the connection active or idle: the loop looks at it in a turn of its own. */
  touch(): void {
    this.#loop.schedule(this);
  }

  /**
   * The promise of an operation: fulfilled with what `convert` makes of the outcome, in the position of its `settled` event; rejected
   * already if the operation was refused at once.
   */
  start<T>(operation: Operation, convert: (settled: Settled) => T): Promise<T> {
    if (typeof operation !== 'number') return Promise.reject(toException(operation));
    this.touch();
    return new Promise<T>((resolve, reject) => {
      this.#operations.set(operation, {
        resolve: (settled) => {
          try {
            resolve(convert(settled));
          } catch (error) {
            reject(error);
          }
        },
        reject: (error) => reject(toException(error)),
      });
    });
  }

  /** Settles the promise of an operation. */
  settle(settled: Settled): void {
    const waiter = this.#operations.get(settled.operation);
    this.#operations.delete(settled.operation);
    if (settled.error) {
      waiter?.reject(settled.error);
    } else {
      waiter?.resolve(settled);
    }
  }

  /** The transceiver of a number; its sender and receiver hang on it. */
  transceiverOf(id: TransceiverId): RTCRtpTransceiver {
    return getOrCreate(this.#transceivers, id, () => createTransceiver(this, id));
  }

  /** The data channel of a number. */
  channelOf(id: ChannelId): RTCDataChannel {
    return getOrCreate(this.#channels, id, () => createDataChannel(this, id));
  }

  /** The data channel of a number, if a script has it. */
  existingChannel(id: ChannelId): RTCDataChannel | undefined {
    return this.#channels.get(id);
  }

  /** Forgets a closed channel: from now on only scripts hold it. */
  forgetChannel(id: ChannelId): void {
    this.#channels.delete(id);
  }

  /** The DTLS transport of a number; its ICE transport hangs on it. */
  transportOf(id: TransportId): RTCDtlsTransport {
    return getOrCreate(this.#transports, id, () => createDtlsTransport(this, id));
  }

  /** The SCTP transport, once there is one. */
  sctp(): RTCSctpTransport | null {
    const view = this.native.sctp();
    if (!view) {
      this.#sctp = null;
    } else {
      this.#sctp ??= createSctpTransport(this, view);
    }
    return this.#sctp;
  }

  /** Makes a track known by its id: what the script gave to a sender, or what a receiver made. */
  registerTrack(track: MediaStreamTrack): void {
    this.#tracks.set(track.id, track);
  }

  /** The track of an id that {@link registerTrack} was told. */
  trackOf(id: string): MediaStreamTrack | null {
    return this.#tracks.get(id) ?? null;
  }

  /** The remote stream of an id; made when it is asked for first. */
  streamOf(id: string): MediaStream {
    return getOrCreate(this.#streams, id, () => createMediaStream(id));
  }
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

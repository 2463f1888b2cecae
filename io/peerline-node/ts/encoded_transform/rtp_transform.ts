/**
 * The way of encoded frames through a sender or receiver, and its `transform` attribute (webrtc-encoded-transform, sections 2.1 to 2.3).
 *
 * The seam to the media plane: a {@link TransformSlot} stands between the two halves of a codec's pipeline, which never see a transform.
 *
 * ```text
 *   sender:    encoder      -> slot.produce(frame) -> [ transform ] -> owner.consume(frame) -> packetizer
 *   receiver:  depacketizer -> slot.produce(frame) -> [ transform ] -> owner.consume(frame) -> decoder
 * ```
 *
 * - `produce` takes frames in the encoder's order, as data: type (video), an `ArrayBuffer` that is the slot's from then on, metadata. The slot
 *   numbers them. Without a transform `consume` is called before `produce` returns: the addon need not hand frames over to JavaScript at
 *   all while {@link TransformSlot.isIdentity}.
 * - `consume` gets each frame at most once and in order. What a script made up, kept or reordered does not come through.
 * - Nothing waits for a slow script (the specification has no backpressure); a script's stream holds so many frames and then loses some,
 *   after which the media plane should make or ask for a key frame.
 * - `generateKeyFrame` and `sendKeyFrameRequest` are what a script asks of the media plane; `slot.keyFrameRequested(rid)` is what it tells
 *   the script when the peer asks (PLI, FIR).
 */
import { threadId } from 'node:worker_threads';
import { EncodedStreams } from './encoded_streams';
import { frameFromData, FrameGate, isFrame, takeFrame, type EncodedFrame, type FrameData } from './encoded_frame';

/** What a transform can be given to: a sender or a receiver. */
export interface TransformOwner {
  readonly half: 'sender' | 'receiver';
  readonly kind: 'audio' | 'video';
  /** To the packetizer or the decoder. */
  consume?(frame: FrameData): void;
  /** Of a sender with an encoder: makes a key frame, and resolves with its RTP timestamp just before it comes; `NotFoundError` if no encoding is active. */
  generateKeyFrame?(rid?: string): Promise<number>;
  /** Of a receiver: asks its peer for a key frame. */
  sendKeyFrameRequest?(): Promise<void>;
}

/** How a kind of transform takes part. */
export interface RtpTransform {
  /** The association steps; `id` names the owner among all of the process. */
  associate(owner: TransformOwner, id: string): void;
  /** The peer asked for a key frame. */
  keyFrameRequested?(rid?: string): void;
  /** The streams that only the slot reads and writes from then on. */
  readonly streams: { readonly readable: ReadableStream<unknown>; readonly writable: WritableStream<unknown> };
}

/** A transform in use. */
interface Route {
  readonly transform: RtpTransform;
  readonly reader: ReadableStreamDefaultReader<unknown>;
  readonly writer: WritableStreamDefaultWriter<unknown>;
}

const transforms = new WeakMap<object, RtpTransform>();
const taken = new WeakSet<object>();
let owners = 0;

/** Makes an object one that can be the value of a `transform` attribute. */
export function registerTransform(object: object, transform: RtpTransform): void {
  transforms.set(object, transform);
}

/** The frames' way through one sender or receiver; `T` is `RTCRtpTransform`. */
export class TransformSlot<T extends object> {
  readonly #owner: TransformOwner;
  readonly #id = `${threadId}/${owners++}`;
  readonly #gate = new FrameGate(this.#id);
  #value: T | null = null;
  #route: Route | null = null;
  #encodedStreams: EncodedStreams | null = null;
  #produced = 0;

  constructor(owner: TransformOwner) {
    this.#owner = owner;
  }

  get value(): T | null {
    return this.#value;
  }

  /** Once given to one, a transform is never another's, and never this one's again. */
  set value(value: T | null) {
    if (value === this.#value) return;
    const route = value && this.#take(value);
    const former = this.#route;
    this.#route = route;
    this.#value = value;
    if (former) leave(former);
    if (!route) return;
    route.transform.associate(this.#owner, this.#id);
    void this.#pump(route);
  }

  /** Frames don't pass through a script or a transform of ours. */
  get isIdentity(): boolean {
    return this.#route === null && this.#encodedStreams === null;
  }

  /** `createEncodedStreams()`, which Chromium had first: the script reads and writes the frames itself, for good. */
  createEncodedStreams(): { readable: ReadableStream<unknown>; writable: WritableStream<unknown> } {
    if (!this.isIdentity) throw new DOMException('The frames pass through a transform, or encoded streams, already', 'InvalidStateError');
    const streams = new EncodedStreams((frame) => this.#consume(frame));
    this.#encodedStreams = streams;
    return { readable: streams.readable, writable: streams.writable };
  }

  /** A frame of the encoder's or the depacketizer's. */
  produce(data: FrameData): void {
    const frame = frameFromData({ ...data, origin: { owner: this.#id, counter: ++this.#produced } });
    if (this.#encodedStreams) this.#encodedStreams.push(frame);
    else if (this.#route) this.#route.writer.write(frame).catch(() => undefined);
    else this.#consume(frame);
  }

  /** The peer asked for a key frame; false if no script is there to be told. */
  keyFrameRequested(rid?: string): boolean {
    const transform = this.#route?.transform;
    transform?.keyFrameRequested?.(rid);
    return transform?.keyFrameRequested !== undefined;
  }

  #take(value: T): Route {
    if (this.#encodedStreams) throw new DOMException('The frames pass through encoded streams', 'InvalidStateError');
    if (taken.has(value)) throw new DOMException('The transform was given to a sender or receiver already', 'InvalidStateError');
    const transform = transforms.get(value)!;
    const { readable, writable } = transform.streams;
    if (readable.locked || writable.locked) throw new TypeError("The transform's streams are in use");
    taken.add(value);
    return { transform, reader: readable.getReader(), writer: writable.getWriter() };
  }

  /** False if the frame is none of ours, or not the next. Its data is gone from the script's hands otherwise. */
  #consume(frame: EncodedFrame): boolean {
    if (!this.#gate.admits(frame)) return false;
    const data = takeFrame(frame);
    this.#owner.consume?.(data);
    return true;
  }

  async #pump(route: Route): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await route.reader.read();
        if (done || this.#route !== route) return;
        if (isFrame(value)) this.#consume(value);
      }
    } catch {
      // The transform's stream has failed; it has told its script. Nothing comes through any more.
    }
  }
}

/** A transform whose turn is over. Its streams stay locked; what is in them is lost. */
function leave({ reader, writer }: Route): void {
  writer.abort().catch(() => undefined);
  reader.cancel().catch(() => undefined);
}

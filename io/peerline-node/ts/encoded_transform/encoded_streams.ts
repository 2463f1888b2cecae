/** `createEncodedStreams()` of senders and receivers: what Chromium has had since before `transform`, and web-platform-tests still ask for. */
import { isFrame, type EncodedFrame } from './encoded_frame';

/** Frames that may wait for a script that does not read; then some are lost. */
export const FRAMES_WAITING = 512;

const readables = new WeakSet<object>();
const writables = new WeakSet<object>();

/** A pair of streams that a script reads encoded frames from, and writes them to. */
export class EncodedStreams {
  readonly readable: ReadableStream<unknown>;
  readonly writable: WritableStream<unknown>;
  #controller!: ReadableStreamDefaultController<unknown>;

  /** `consume` says whether it took the frame. */
  constructor(consume: (frame: EncodedFrame) => boolean) {
    const start = (controller: ReadableStreamDefaultController<unknown>): void => {
      this.#controller = controller;
    };
    this.readable = new ReadableStream({ start }, { highWaterMark: FRAMES_WAITING });
    this.writable = new WritableStream({
      write(frame) {
        if (!isFrame(frame)) throw new TypeError('Not an encoded frame');
        if (!consume(frame)) throw new DOMException('The frame was written before, or is of another stream', 'OperationError');
      },
    });
    readables.add(this.readable);
    writables.add(this.writable);
  }

  /** Whether the stream is one that a script reads frames from. */
  static isReadable(value: object): value is ReadableStream<unknown> {
    return readables.has(value);
  }

  /** Whether the stream is one that a script writes frames to. */
  static isWritable(value: object): value is WritableStream<unknown> {
    return writables.has(value);
  }

  /** A frame for the script. */
  push(frame: EncodedFrame): void {
    if ((this.#controller.desiredSize ?? 0) > 0) this.#controller.enqueue(frame);
  }
}

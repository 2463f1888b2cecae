/** `RTCRtpScriptTransformer` (webrtc-encoded-transform, section 4.6): the worker's end of a script transform. */
import type { MessagePort, Transferable } from 'node:worker_threads';
import { KeyFrameRequestEvent } from '../events/key_frame_request_event';
import {
  assertInternal, DOMString, eventHandler, eventTarget, expose, fire, internal, type Internal, optional, promiseOperation, readonly,
} from '../webidl';
import { FrameGate, frameFromData, isFrame, takeFrame } from './encoded_frame';
import { FRAMES_WAITING } from './encoded_streams';
import type { TransformOwner } from './rtp_transform';
import { hear, type Answer, type FromWorker, type OwnerFacts, type ToWorker } from './script_messages';

/** `rid-identifier` (RFC 8851, section 10). */
const RID = /^[A-Za-z0-9]+$/;

type Request = { is: 'generateKeyFrame'; rid?: string } | { is: 'sendKeyFrameRequest' };

export class RTCRtpScriptTransformer extends eventTarget<{ keyframerequest: KeyFrameRequestEvent }>() {
  readonly #port: MessagePort;
  readonly #options: unknown;
  readonly #readable: ReadableStream<unknown>;
  readonly #writable: WritableStream<unknown>;
  readonly #waiting = new Map<number, PromiseWithResolvers>();
  #owner: OwnerFacts | null = null;
  #gate: FrameGate | null = null;
  /** No frames come any more: the sender or receiver has another transform. */
  #ended = false;
  #requests = 0;
  declare onkeyframerequest: ((this: RTCRtpScriptTransformer, event: KeyFrameRequestEvent) => unknown) | null;

  /** @internal */
  constructor(token: Internal, port: MessagePort, options: unknown) {
    assertInternal(token);
    super();
    this.#port = port;
    this.#options = options;
    const start = (controller: ReadableStreamDefaultController<unknown>): void => {
      hear(port, (message: ToWorker) => this.#receive(message, controller));
    };
    this.#readable = new ReadableStream({ start }, { highWaterMark: FRAMES_WAITING });
    this.#writable = new WritableStream({ write: (frame) => this.#write(frame) });
  }

  get readable(): ReadableStream<unknown> {
    return this.#readable;
  }

  /** Resolves with the key frame's RTP timestamp, as earlier drafts have it. */
  generateKeyFrame(rid?: string): Promise<number | undefined>;
  async generateKeyFrame(rid: string | undefined): Promise<number | undefined> {
    this.#assertVideo('sender');
    // A `TypeError` in the draft since October 2025; web-platform-tests and browsers are where they were.
    if (rid !== undefined && !RID.test(rid)) throw new DOMException(`'${rid}' is not a RID`, 'NotAllowedError');
    return this.#ask({ is: 'generateKeyFrame', rid });
  }

  async sendKeyFrameRequest(): Promise<void> {
    this.#assertVideo('receiver');
    await this.#ask({ is: 'sendKeyFrameRequest' });
  }

  get writable(): WritableStream<unknown> {
    return this.#writable;
  }

  get options(): unknown {
    return this.#options;
  }

  #send(message: FromWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #assertVideo(half: TransformOwner['half']): void {
    if (this.#owner?.half !== half || this.#owner.kind !== 'video') throw new DOMException(`The transform is not that of a video ${half}`, 'InvalidStateError');
  }

  #ask(what: Request): Promise<number | undefined> {
    const request = this.#requests++;
    this.#send({ ...what, request });
    return new Promise((resolve, reject) => this.#waiting.set(request, { resolve, reject }));
  }

  /** A frame that was written before, or that others gave, is dropped. */
  #write(frame: unknown): void {
    if (!isFrame(frame)) throw new TypeError('Not an encoded frame');
    if (this.#ended || !this.#gate?.admits(frame)) return;
    const data = takeFrame(frame);
    this.#send({ is: 'frame', frame: data }, [data.data]);
  }

  #receive(message: ToWorker, controller: ReadableStreamDefaultController<unknown>): void {
    if (message.is === 'frame') {
      // A script that does not read loses frames: they must not pile up.
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(frameFromData(message.frame));
    } else if (message.is === 'owner') {
      this.#owner = message.owner;
      this.#gate = new FrameGate(message.owner.id);
    } else if (message.is === 'end') {
      // Ended, not failed: a rejection that nobody handles is the end of a worker of Node's.
      if (!this.#ended) controller.close();
      this.#ended = true;
    } else if (message.is === 'answer') {
      this.#settle(message);
    } else if (message.is === 'keyframerequest') {
      this.#requested(message.rid);
    }
  }

  /** A script that cancels the event refuses the key frame. */
  #requested(rid: string | undefined): void {
    if (!fire(this, new KeyFrameRequestEvent('keyframerequest', rid, internal))) return;
    this.#ask({ is: 'generateKeyFrame', rid }).catch(() => undefined);
  }

  #settle({ request, name, message, value }: Answer): void {
    const promise = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (name === undefined) promise?.resolve(value);
    else promise?.reject(new DOMException(message, name));
  }

  static {
    expose(this, {
      brand: (value) => #port in value,
      members: {
        readable: readonly,
        generateKeyFrame: promiseOperation(optional(DOMString)),
        sendKeyFrameRequest: promiseOperation(),
        writable: readonly,
        onkeyframerequest: eventHandler,
        options: readonly,
      },
    });
  }
}

interface PromiseWithResolvers {
  resolve(value: number | undefined): void;
  reject(reason: unknown): void;
}

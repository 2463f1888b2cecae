/** `RTCRtpScriptTransformer` (webrtc-encoded-transform, section 4.6): the worker's end of a script transform. */
import type { MessagePort, Transferable } from 'node:worker_threads';
import { KeyFrameRequestEvent } from '../events/key_frame_request_event';
import { assertInternal, DOMString, eventHandler, eventTarget, expose, internal, optional, promiseOperation, readonly, type Internal } from '../webidl';
import { frameFromData, frameToData, isFrame, type Answer, type FromWorker, type ToWorker } from './frame_message';
import type { TransformOwner } from './rtp_transform';

/** `rid-identifier` (RFC 8851, section 10). */
const RID = /^[A-Za-z0-9]+$/;

type Request = { is: 'generateKeyFrame'; rid?: string } | { is: 'sendKeyFrameRequest' };

export class RTCRtpScriptTransformer extends eventTarget<{ keyframerequest: KeyFrameRequestEvent }>() {
  readonly #port: MessagePort;
  readonly #options: unknown;
  readonly #readable: ReadableStream<unknown>;
  readonly #writable: WritableStream<unknown>;
  readonly #waiting = new Map<number, PromiseWithResolvers>();
  #owner: TransformOwner | null = null;
  #requests = 0;
  declare onkeyframerequest: ((this: RTCRtpScriptTransformer, event: KeyFrameRequestEvent) => unknown) | null;

  /** @internal */
  constructor(token: Internal, port: MessagePort, options: unknown) {
    assertInternal(token);
    super();
    this.#port = port;
    this.#options = options;
    this.#readable = new ReadableStream({
      start: (controller) => {
        port.on('message', (message: ToWorker) => this.#receive(message, controller));
        port.unref();
      },
    });
    this.#writable = new WritableStream({
      write: (frame) => {
        if (!isFrame(frame)) throw new TypeError('Not an encoded frame');
        const data = frameToData(frame);
        this.#send({ is: 'frame', frame: data }, [data.data]);
      },
    });
  }

  get readable(): ReadableStream<unknown> {
    return this.#readable;
  }

  generateKeyFrame(rid?: string): Promise<void>;
  async generateKeyFrame(rid: string | undefined): Promise<void> {
    this.#assertVideo('sender');
    if (rid !== undefined && !RID.test(rid)) throw new TypeError(`'${rid}' is not a RID`);
    return this.#ask({ is: 'generateKeyFrame', rid });
  }

  async sendKeyFrameRequest(): Promise<void> {
    this.#assertVideo('receiver');
    return this.#ask({ is: 'sendKeyFrameRequest' });
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

  #ask(what: Request): Promise<void> {
    const request = this.#requests++;
    this.#send({ ...what, request });
    return new Promise((resolve, reject) => this.#waiting.set(request, { resolve, reject }));
  }

  #receive(message: ToWorker, controller: ReadableStreamDefaultController<unknown>): void {
    if (message.is === 'owner') this.#owner = message.owner;
    else if (message.is === 'frame') controller.enqueue(frameFromData(message.frame));
    else if (message.is === 'answer') this.#settle(message);
    else this.#requested(message.rid);
  }

  /** A script that cancels the event refuses the key frame. */
  #requested(rid: string | undefined): void {
    if (!this.dispatchEvent(new KeyFrameRequestEvent('keyframerequest', rid, internal))) return;
    this.#ask({ is: 'generateKeyFrame', rid }).catch(() => undefined);
  }

  #settle({ request, name, message }: Answer): void {
    const promise = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (name === undefined) promise?.resolve();
    else promise?.reject(name === 'TypeError' ? new TypeError(message) : new DOMException(message, name));
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
  resolve(): void;
  reject(reason: unknown): void;
}

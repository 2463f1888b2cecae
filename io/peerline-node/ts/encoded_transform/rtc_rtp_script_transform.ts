/** `RTCRtpScriptTransform` (webrtc-encoded-transform, section 4.7): a transform that a worker's script does. */
import { MessageChannel, Worker, type MessagePort, type Transferable } from 'node:worker_threads';
import { pack } from '../structured_clone';
import { any, constructorOf, converter, expose, object, optional, refuse, sequence } from '../webidl';
import { frameFromData, isFrame, takeFrame } from './encoded_frame';
import { registerTransform, type TransformOwner } from './rtp_transform';
import { hear, type Answer, type FromWorker, type ToWorker } from './script_messages';
import { sendPort, type AnyWorker } from './worker_link';

const worker = converter<AnyWorker>({ idlName: 'Worker', kind: 'interface' }, (value, context) => {
  const ofEnvironment = (globalThis as { Worker?: unknown }).Worker;
  const matches = value instanceof Worker || (typeof ofEnvironment === 'function' && value instanceof ofEnvironment);
  return matches ? (value as AnyWorker) : refuse(context, "is not of type 'Worker'");
});

const construct = constructorOf('RTCRtpScriptTransform', worker, optional(any), optional(sequence(object), []));

export class RTCRtpScriptTransform implements globalThis.RTCRtpScriptTransform {
  readonly #port: MessagePort;
  #owner: TransformOwner | null = null;

  constructor(worker: Worker | globalThis.Worker, options?: unknown, transfer?: object[]);
  constructor(...given: unknown[]) {
    const [worker, options, transfer] = construct.convert(given);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    // Serialized now, whenever the worker gets the port: what cannot be cloned is the caller's exception.
    const packed = pack(options, transfer);
    this.#send({ is: 'options', options: packed.data }, packed.transfer as Transferable[]);
    sendPort(worker, port2);
    registerTransform(this, {
      streams: this.#streams(),
      associate: (owner, id) => this.#associate(owner, id),
      keyFrameRequested: (rid) => this.#send({ is: 'keyframerequest', rid }),
    });
  }

  /** The streams that the media plane writes to and reads from: their other ends are the transformer's, in the worker. */
  #streams(): { readable: ReadableStream<unknown>; writable: WritableStream<unknown> } {
    const port = this.#port;
    let ended = false;
    const readable = new ReadableStream({
      start: (controller) => {
        hear(port, (message: FromWorker) => {
          if (message.is !== 'frame') void this.#request(message);
          else if (!ended) controller.enqueue(frameFromData(message.frame));
        });
      },
      cancel: () => {
        ended = true;
      },
    });
    const writable = new WritableStream({
      write: (frame) => {
        if (!isFrame(frame)) throw new TypeError('Not an encoded frame');
        const data = takeFrame(frame);
        this.#send({ is: 'frame', frame: data }, [data.data]);
      },
      abort: () => this.#send({ is: 'end' }),
    });
    return { readable, writable };
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #associate(owner: TransformOwner, id: string): void {
    this.#owner = owner;
    this.#send({ is: 'owner', owner: { id, half: owner.half, kind: owner.kind } });
  }

  /** The owner's half of the media plane does what the worker asks. */
  async #request(message: Exclude<FromWorker, { is: 'frame' }>): Promise<void> {
    const answer: Answer = { is: 'answer', request: message.request };
    try {
      if (message.is === 'sendKeyFrameRequest') await this.#owner?.sendKeyFrameRequest?.();
      else if (this.#owner?.generateKeyFrame) answer.value = await this.#owner.generateKeyFrame(message.rid);
      else throw new DOMException('Nothing is being encoded', 'NotFoundError');
      this.#send(answer);
    } catch (error) {
      const { name, message } = error as Error;
      this.#send({ ...answer, name, message });
    }
  }

  static {
    expose(this, { brand: (value) => #port in value, construct });
  }
}

/** What the two ends of a script transform say to each other, over the port between their threads. */
import type { MessagePort } from 'node:worker_threads';
import type { FrameData } from './encoded_frame';
import type { TransformOwner } from './rtp_transform';

/** The sender or receiver that a transform was given to, as its worker has to know it. */
export type OwnerFacts = Pick<TransformOwner, 'half' | 'kind'> & { id: string };

/** From the connection's thread to the worker's. `options` is the first: it waits in the port. */
export type ToWorker =
  | { is: 'options'; options: unknown }
  | { is: 'owner'; owner: OwnerFacts }
  | { is: 'frame'; frame: FrameData }
  | { is: 'end' }
  | { is: 'keyframerequest'; rid?: string }
  | Answer;

/** From the worker's thread to the connection's. */
export type FromWorker = { is: 'frame'; frame: FrameData } | { is: 'generateKeyFrame'; request: number; rid?: string } | { is: 'sendKeyFrameRequest'; request: number };

/** What became of a request; without `name` it was done. */
export interface Answer {
  is: 'answer';
  request: number;
  name?: string;
  message?: string;
  /** Of a key frame: its RTP timestamp. */
  value?: number;
}

/**
 * Hears what the other end says. The port does not keep the process alive: the connection does, or the worker. A port may be Node's or the
 * web's (Deno gives the web's), so it is used in the way both have.
 */
export function hear<M>(port: MessagePort, receive: (message: M) => void): void {
  (port as unknown as globalThis.MessagePort).onmessage = ({ data }: MessageEvent<M>) => receive(data);
  (port as Partial<MessagePort>).unref?.();
}

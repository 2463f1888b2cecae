/** What the two ends of a script transform say to each other, over the port between their threads. */
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

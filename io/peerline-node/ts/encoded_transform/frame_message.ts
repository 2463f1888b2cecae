/** Encoded frames and requests as they cross from one thread to another: what the two ends of a script transform say to each other. */
import { internal, isInstance } from '../webidl';
import { RTCEncodedAudioFrame, type EncodedAudioFrameInit } from './rtc_encoded_audio_frame';
import { RTCEncodedVideoFrame, type EncodedVideoFrameInit } from './rtc_encoded_video_frame';
import type { TransformOwner } from './rtp_transform';

export type EncodedFrame = RTCEncodedAudioFrame | RTCEncodedVideoFrame;

/** A frame as data. Only video has a `type`. */
export type FrameData = EncodedVideoFrameInit | EncodedAudioFrameInit;

/** From the connection's thread to the worker's. */
export type ToWorker = { is: 'owner'; owner: TransformOwner } | { is: 'frame'; frame: FrameData } | { is: 'keyframerequest'; rid?: string } | Answer;

/** From the worker's thread to the connection's. */
export type FromWorker = { is: 'frame'; frame: FrameData } | { is: 'generateKeyFrame'; request: number; rid?: string } | { is: 'sendKeyFrameRequest'; request: number };

/** What became of a request; without `name` it was done. */
export interface Answer {
  is: 'answer';
  request: number;
  name?: string;
  message?: string;
}

/** What opens the conversation: sent to the worker itself, with the port for all the rest. */
export const OPENING = 'peerline:rtctransform';

export interface Opening {
  [OPENING]: import('node:worker_threads').MessagePort;
  options: unknown;
}

export function isFrame(value: unknown): value is EncodedFrame {
  return isInstance(RTCEncodedVideoFrame, value) || isInstance(RTCEncodedAudioFrame, value);
}

/** The frame as data; its buffer is to be transferred. */
export function frameToData(frame: EncodedFrame): FrameData {
  const { data } = frame;
  return isInstance(RTCEncodedVideoFrame, frame) ? { type: frame.type, data, metadata: frame.getMetadata() } : { data, metadata: frame.getMetadata() };
}

export function frameFromData(data: FrameData): EncodedFrame {
  return 'type' in data ? new RTCEncodedVideoFrame(internal, data) : new RTCEncodedAudioFrame(internal, data);
}

/** Encoded frames as a whole: as data that crosses from one thread to another, and where they came from (webrtc-encoded-transform, section 2.2). */
import { cloneNative, registerSerializable } from '../structured_clone';
import { internal, isInstance } from '../webidl';
import { RTCEncodedAudioFrame, initOfAudio, type EncodedAudioFrameInit } from './rtc_encoded_audio_frame';
import { RTCEncodedVideoFrame, initOfVideo, type EncodedVideoFrameInit } from './rtc_encoded_video_frame';

export type EncodedFrame = RTCEncodedAudioFrame | RTCEncodedVideoFrame;

/** A frame as data. Only video has a `type`. */
export type FrameData = EncodedVideoFrameInit | EncodedAudioFrameInit;

export function isFrame(value: unknown): value is EncodedFrame {
  return isInstance(RTCEncodedVideoFrame, value) || isInstance(RTCEncodedAudioFrame, value);
}

/** The frame as data. Its buffer is the frame's own. */
export function frameToData(frame: EncodedFrame): FrameData {
  return isInstance(RTCEncodedVideoFrame, frame) ? initOfVideo(frame) : initOfAudio(frame);
}

export function frameFromData(data: FrameData): EncodedFrame {
  return 'type' in data ? new RTCEncodedVideoFrame(internal, data) : new RTCEncodedAudioFrame(internal, data);
}

/** The frame as data, out of the script's hands: its `data` is detached. */
export function takeFrame(frame: EncodedFrame): FrameData {
  const data = frameToData(frame);
  return cloneNative(data, { transfer: [data.data] });
}

/** Lets the frames of one sender or receiver through, each once and in order: a script cannot make frames up, move or reorder them. */
export class FrameGate {
  readonly #owner: string;
  #last = 0;

  constructor(owner: string) {
    this.#owner = owner;
  }

  admits(frame: EncodedFrame): boolean {
    const { origin } = frameToData(frame);
    if (origin?.owner !== this.#owner || origin.counter <= this.#last) return false;
    this.#last = origin.counter;
    return true;
  }
}

registerSerializable<EncodedFrame, FrameData>({ name: 'RTCEncodedFrame', matches: isFrame, serialize: frameToData, deserialize: frameFromData });

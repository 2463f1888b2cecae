/** Encoded frames as a whole, and as data that crosses from one thread to another (webrtc-encoded-transform, "serialization steps"). */
import { internal, isInstance } from '../webidl';
import { RTCEncodedAudioFrame, type EncodedAudioFrameInit } from './rtc_encoded_audio_frame';
import { RTCEncodedVideoFrame, type EncodedVideoFrameInit } from './rtc_encoded_video_frame';

export type EncodedFrame = RTCEncodedAudioFrame | RTCEncodedVideoFrame;

/** A frame as data. Only video has a `type`. */
export type FrameData = EncodedVideoFrameInit | EncodedAudioFrameInit;

export function isFrame(value: unknown): value is EncodedFrame {
  return isInstance(RTCEncodedVideoFrame, value) || isInstance(RTCEncodedAudioFrame, value);
}

/** The frame as data. Its buffer is the frame's own. */
export function frameToData(frame: EncodedFrame): FrameData {
  const { data } = frame;
  return isInstance(RTCEncodedVideoFrame, frame) ? { type: frame.type, data, metadata: frame.getMetadata() } : { data, metadata: frame.getMetadata() };
}

export function frameFromData(data: FrameData): EncodedFrame {
  return 'type' in data ? new RTCEncodedVideoFrame(internal, data) : new RTCEncodedAudioFrame(internal, data);
}

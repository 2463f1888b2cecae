/** `RTCEncodedVideoFrameMetadata`, `RTCEncodedAudioFrameMetadata` (webrtc-encoded-transform, sections 4.1 to 4.4), and what a script may change of them. */
import { cloneNative } from '../structured_clone';
import {
  type Converted, dictionary, DOMString, double, highResTimeStamp, longLong, octet, sequence, short, unsignedLong, unsignedLongLong,
  unsignedShort,
} from '../webidl';

const RTCEncodedFrameMetadata = dictionary('RTCEncodedFrameMetadata', {
  synchronizationSource: unsignedLong,
  payloadType: octet,
  contributingSources: sequence(unsignedLong),
  rtpTimestamp: unsignedLong,
  receiveTime: highResTimeStamp,
  captureTime: highResTimeStamp,
  senderCaptureTimeOffset: highResTimeStamp,
  mimeType: DOMString,
});

export const RTCEncodedVideoFrameMetadata = dictionary(
  'RTCEncodedVideoFrameMetadata',
  {
    frameId: unsignedLongLong,
    dependencies: sequence(unsignedLongLong),
    width: unsignedShort,
    height: unsignedShort,
    spatialIndex: unsignedLong,
    temporalIndex: unsignedLong,
    timestamp: longLong,
  },
  RTCEncodedFrameMetadata,
);
export type RTCEncodedVideoFrameMetadata = Converted<typeof RTCEncodedVideoFrameMetadata>;

export const RTCEncodedAudioFrameMetadata = dictionary('RTCEncodedAudioFrameMetadata', { sequenceNumber: short, audioLevel: double }, RTCEncodedFrameMetadata);
export type RTCEncodedAudioFrameMetadata = Converted<typeof RTCEncodedAudioFrameMetadata>;

/** What tells whose stream a frame is of: the RTP sender's own, not a script's. */
const STREAM_MEMBERS = ['synchronizationSource', 'contributingSources', 'payloadType', 'sequenceNumber', 'mimeType'] as const;

/** The metadata with the members replaced that `changes` has. */
export function changeMetadata<M extends object>(metadata: M, changes: Partial<M> | undefined): M {
  const before = metadata as Record<string, unknown>;
  const after = { ...metadata, ...changes } as Record<string, unknown>;
  const changed = STREAM_MEMBERS.find((name) => String(before[name]) !== String(after[name]));
  if (changed) throw new DOMException(`A frame's ${changed} cannot be changed`, 'InvalidModificationError');
  return cloneNative(after) as M;
}

/** Which sender or receiver made a frame, and the how-manieth it was. Copies of a frame have its origin. */
export interface FrameOrigin {
  readonly owner: string;
  readonly counter: number;
}

/** `RTCEncodedVideoFrameMetadata`, `RTCEncodedAudioFrameMetadata` (webrtc-encoded-transform, sections 4.1 to 4.4). */
import { dictionary, DOMString, double, highResTimeStamp, longLong, octet, sequence, short, unsignedLong, unsignedLongLong, unsignedShort, type Converted } from '../webidl';

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

/** The dictionaries of senders, receivers and transceivers (webrtc-pc, section 5.2; webrtc-extensions; webrtc-priority; webrtc-svc; mst-content-hint). */
import { MediaStream } from '../media/media_stream';
import type { NativeCodec, NativeEncoding, NativeHeaderExtension, NativeReceiveParameters, NativeSendParameters, NativeTransceiverInit } from '../native';
import {
  boolean, defaulted, dictionary, DOMString, double, enumeration, interfaceType, octet, required, sequence, unsignedLong, unsignedShort, type Converted,
} from '../webidl';
import { RTCPriorityType } from './rtc_priority_type';

export const RTCRtpTransceiverDirection = enumeration('RTCRtpTransceiverDirection', ['sendrecv', 'sendonly', 'recvonly', 'inactive', 'stopped']);
const RTCDegradationPreference = enumeration('RTCDegradationPreference', [
  'maintain-framerate', 'maintain-resolution', 'balanced', 'maintain-framerate-and-resolution',
]);

export const RTCRtpCodec = dictionary('RTCRtpCodec', {
  mimeType: required(DOMString),
  clockRate: required(unsignedLong),
  channels: unsignedShort,
  sdpFmtpLine: DOMString,
});

const RTCRtpCodecParameters = dictionary('RTCRtpCodecParameters', { payloadType: required(octet) }, RTCRtpCodec);

const RTCResolutionRestriction = dictionary('RTCResolutionRestriction', { maxWidth: unsignedLong, maxHeight: unsignedLong });

const RTCRtpEncodingParameters = dictionary(
  'RTCRtpEncodingParameters',
  {
    active: defaulted(boolean, true),
    codec: RTCRtpCodec,
    maxBitrate: unsignedLong,
    maxFramerate: double,
    scaleResolutionDownBy: double,
    scaleResolutionDownTo: RTCResolutionRestriction,
    scalabilityMode: DOMString,
    adaptivePtime: defaulted(boolean, false),
    priority: defaulted(RTCPriorityType, 'low'),
    networkPriority: RTCPriorityType,
  },
  dictionary('RTCRtpCodingParameters', { rid: DOMString }),
);

const RTCRtpHeaderExtensionParameters = dictionary('RTCRtpHeaderExtensionParameters', {
  uri: required(DOMString),
  id: required(unsignedShort),
  encrypted: defaulted(boolean, false),
});

const RTCRtpParameters = dictionary('RTCRtpParameters', {
  headerExtensions: required(sequence(RTCRtpHeaderExtensionParameters)),
  rtcp: required(dictionary('RTCRtcpParameters', { cname: DOMString, reducedSize: boolean })),
  // IDL requires them, but browsers never did: codecs that are left out are codecs that were changed (InvalidModificationError).
  codecs: defaulted(sequence(RTCRtpCodecParameters), []),
});

export const RTCRtpSendParameters = dictionary(
  'RTCRtpSendParameters',
  {
    transactionId: required(DOMString),
    encodings: required(sequence(RTCRtpEncodingParameters)),
    degradationPreference: RTCDegradationPreference,
  },
  RTCRtpParameters,
);

export const RTCSetParameterOptions = dictionary('RTCSetParameterOptions', {
  encodingOptions: defaulted(sequence(dictionary('RTCEncodingOptions', { keyFrame: defaulted(boolean, false) })), []),
});

export const RTCRtpHeaderExtensionCapability = dictionary('RTCRtpHeaderExtensionCapability', {
  uri: required(DOMString),
  direction: required(RTCRtpTransceiverDirection),
});

export const RTCRtpTransceiverInit = dictionary('RTCRtpTransceiverInit', {
  direction: defaulted(RTCRtpTransceiverDirection, 'sendrecv'),
  streams: defaulted(sequence(interfaceType('MediaStream', () => MediaStream)), []),
  sendEncodings: defaulted(sequence(RTCRtpEncodingParameters), []),
});

/** What scripts get and give: without the members that only the border has. */
export interface HeaderExtensionCapability {
  uri: string;
  direction: RTCRtpTransceiverDirection;
}

export function toNativeInit({ direction, streams, sendEncodings }: Converted<typeof RTCRtpTransceiverInit>): NativeTransceiverInit {
  return { direction, streams: streams.map(({ id }) => id), sendEncodings: sendEncodings.map(toNativeEncoding) };
}

function toNativeEncoding({ scaleResolutionDownTo, ...encoding }: Converted<typeof RTCRtpEncodingParameters>): NativeEncoding {
  if (!scaleResolutionDownTo) return encoding;
  // A side that is left out is not restricted.
  const { maxWidth = 0xffffffff, maxHeight = 0xffffffff } = scaleResolutionDownTo;
  return { ...encoding, scaleResolutionDownTo: { maxWidth, maxHeight } };
}

export function toNativeSendParameters(parameters: Converted<typeof RTCRtpSendParameters>): NativeSendParameters {
  const { cname = '', reducedSize = false } = parameters.rtcp;
  return { ...parameters, encodings: parameters.encodings.map(toNativeEncoding), rtcp: { cname, reducedSize } };
}

export function fromNativeSendParameters(native: NativeSendParameters): globalThis.RTCRtpSendParameters {
  const { transactionId, encodings, headerExtensions, rtcp, codecs, degradationPreference } = native;
  return present({
    transactionId,
    encodings: encodings.map(fromNativeEncoding),
    headerExtensions: headerExtensions.map(fromNativeHeaderExtension),
    rtcp,
    codecs: codecs.map(present),
    degradationPreference,
  }) as globalThis.RTCRtpSendParameters;
}

export function fromNativeReceiveParameters({ headerExtensions, rtcp, codecs }: NativeReceiveParameters): globalThis.RTCRtpReceiveParameters {
  return {
    headerExtensions: headerExtensions.map(fromNativeHeaderExtension),
    // The peer's CNAME is not told.
    rtcp: { reducedSize: rtcp.reducedSize },
    codecs: codecs.map(present) as RTCRtpCodecParameters[],
  };
}

export function fromNativeCapabilities(
  native: { codecs: NativeCodec[]; headerExtensions: NativeHeaderExtension[] } | null,
): globalThis.RTCRtpCapabilities | null {
  if (!native) return null;
  return {
    codecs: native.codecs.map(present),
    headerExtensions: native.headerExtensions.map(({ uri, direction }) => present({ uri, direction })),
  };
}

export function fromNativeHeaderExtensionCapabilities(extensions: NativeHeaderExtension[]): HeaderExtensionCapability[] {
  return extensions.map(({ uri, direction }) => ({ uri, direction: direction as RTCRtpTransceiverDirection }));
}

function fromNativeEncoding({ codec, ...encoding }: NativeEncoding): RTCRtpEncodingParameters {
  return present({ ...encoding, codec: codec && present(codec) }) as RTCRtpEncodingParameters;
}

function fromNativeHeaderExtension({ uri, id = 0, encrypted = false }: NativeHeaderExtension): RTCRtpHeaderExtensionParameters {
  return { uri, id, encrypted };
}

/** A dictionary without the members that are absent. */
function present<T extends object>(dictionaryWithGaps: T): T {
  return Object.fromEntries(Object.entries(dictionaryWithGaps).filter(([, value]) => value !== undefined)) as T;
}

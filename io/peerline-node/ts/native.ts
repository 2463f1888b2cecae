/**
 * The border between the shells and the addon: what the Rust side (`src/`) gives.
 *
 * One native object a connection. What lives in a connection (transceivers, channels, transports) is named by a number that is never
 * used again in that connection; the shells own object identity. Nothing here converts: the shells have done what WebIDL asks.
 *
 * A method that can fail throws an `Error` whose `code` is the exception's W3C name (`InvalidStateError`, `TypeError` …); `rethrow` in
 * `errors.ts` makes the real exception of it. A method that W3C makes a promise of returns an {@link Operation}: a number that a
 * `settled` event answers, or what it was refused with before anything was queued.
 */

/** An exception as data; with `errorDetail` it is an `RTCError`. */
export interface NativeError {
  /** `InvalidStateError`, `TypeError`, `OperationError` … */
  name: string;
  message: string;
  errorDetail?: string;
  sdpLineNumber?: number;
  sctpCauseCode?: number;
  receivedAlert?: number;
  sentAlert?: number;
  httpRequestStatusCode?: number;
}

export type OperationId = number;
export type TransceiverId = number;
export type ChannelId = number;
export type TransportId = number;

/** A promise of the core: its number, or what it was refused with at once. */
export type Operation = OperationId | NativeError;

export interface NativeIceServer {
  urls: string[];
  username?: string;
  credential?: string;
  /** RFC 7635, in the place of the two. */
  oauth?: { kid: string; macKey: string; accessToken: string };
}

export interface NativeConfiguration {
  iceServers: NativeIceServer[];
  iceTransportPolicy: string;
  bundlePolicy: string;
  rtcpMuxPolicy: string;
  peerIdentity?: string;
  certificates: NativeCertificate[];
  iceCandidatePoolSize: number;
  /** Beyond W3C (`nonstandard`). */
  native?: NativeSettings;
}

/** Settings that no browser has. */
export interface NativeSettings {
  includeLoopback?: boolean;
  /** First and last UDP port. */
  udpPorts?: [number, number];
  maxMessageSize?: number;
  maxSendBuffer?: number;
  maxReceiveBuffer?: number;
}

export interface NativeDescription {
  type: string;
  sdp: string;
}

export interface NativeCandidateInit {
  candidate: string;
  sdpMid?: string;
  sdpMLineIndex?: number;
  usernameFragment?: string;
}

/** What an `RTCIceCandidate` shows of its candidate-attribute; all absent if it does not parse. */
export interface NativeCandidateFields {
  foundation?: string;
  component?: string;
  priority?: number;
  address?: string;
  protocol?: string;
  port?: number;
  type?: string;
  tcpType?: string;
  relatedAddress?: string;
  relatedPort?: number;
  usernameFragment?: string;
  relayProtocol?: string;
  url?: string;
}

export interface NativeChannelInit {
  ordered: boolean;
  maxPacketLifeTime?: number;
  maxRetransmits?: number;
  protocol: string;
  negotiated: boolean;
  id?: number;
  priority: string;
}

export interface NativeChannelView extends NativeChannelInit {
  label: string;
  readyState: string;
  bufferedAmount: number;
  bufferedAmountLowThreshold: number;
}

/** Messages that came over one channel: `data` holds them one after the other. */
export interface NativeMessages {
  data: ArrayBuffer;
  /** Two numbers a message: its length in bytes, and 1 for text (UTF-8, checked) or 0 for bytes. */
  lengths: Uint32Array;
  /** Messages are left behind: ask again. */
  more: boolean;
}

export interface NativeCodec {
  mimeType: string;
  clockRate: number;
  channels?: number;
  sdpFmtpLine?: string;
  payloadType?: number;
}

export interface NativeHeaderExtension {
  uri: string;
  id?: number;
  encrypted?: boolean;
  direction?: string;
}

export interface NativeEncoding {
  rid?: string;
  active: boolean;
  codec?: NativeCodec;
  maxBitrate?: number;
  maxFramerate?: number;
  scaleResolutionDownBy?: number;
  scaleResolutionDownTo?: { maxWidth: number; maxHeight: number };
  scalabilityMode?: string;
  adaptivePtime?: boolean;
  priority: string;
  networkPriority?: string;
}

export interface NativeSendParameters {
  transactionId: string;
  encodings: NativeEncoding[];
  headerExtensions: NativeHeaderExtension[];
  rtcp: { cname: string; reducedSize: boolean };
  codecs: NativeCodec[];
  degradationPreference?: string;
}

export type NativeReceiveParameters = Pick<NativeSendParameters, 'headerExtensions' | 'rtcp' | 'codecs'>;

export interface NativeTransceiverInit {
  direction: string;
  streams: string[];
  sendEncodings: NativeEncoding[];
}

export interface NativeTrack {
  id: string;
  kind: string;
}

export interface NativeTransceiverView {
  kind: string;
  mid?: string;
  /** `stopped` once it is stopping. */
  direction: string;
  /** Absent before the first negotiation. */
  currentDirection?: string;
  stopping: boolean;
  stopped: boolean;
  /** Id of the sender's track. */
  senderTrack?: string;
  senderTransport?: TransportId;
  receiverTransport?: TransportId;
  receiverTrack: { id: string; muted: boolean; ended: boolean; isolated: boolean };
  toneBuffer: string;
  canInsertDTMF: boolean;
}

export interface NativeIceParameters {
  usernameFragment: string;
  password: string;
  iceLite?: boolean;
}

export interface NativeTransportView {
  iceState: string;
  gatheringState: string;
  /** `unknown` before it is decided. */
  role: string;
  dtlsState: string;
  localCandidates: NativeCandidateInit[];
  remoteCandidates: NativeCandidateInit[];
  localParameters?: NativeIceParameters;
  remoteParameters?: NativeIceParameters;
  selectedPair?: { local: NativeCandidateInit; remote: NativeCandidateInit };
  /** DER. */
  remoteCertificates: ArrayBuffer[];
}

export interface NativeSctpView {
  transport: TransportId;
  state: string;
  /** `Infinity` if the peer sets no limit. */
  maxMessageSize: number;
  maxChannels?: number;
}

/** One member of an `RTCStatsReport`: `id`, `type`, `timestamp` (ms since the epoch) and what the type has. */
export type NativeStats = Record<string, unknown> & { id: string; type: string; timestamp: number };

/** What happened, in the order in which W3C fires it. All events of one {@link Connection.runTask} belong to one task. */
export type NativeEvent =
  | { type: 'settled'; operation: OperationId; error?: NativeError; description?: NativeDescription; assertion?: string; stats?: NativeStats[] }
  | { type: 'identityrequest'; request: number; domain: string; protocol?: string; usernameHint?: string; peerIdentity?: string; /** `generateAssertion` if present. */ contents?: string; /** `validateAssertion` if present. */ assertion?: string }
  | { type: 'peeridentity'; idp?: string; name?: string; error?: NativeError }
  | { type: 'negotiationneeded' | 'signalingstatechange' | 'icegatheringstatechange' | 'iceconnectionstatechange' | 'connectionstatechange' }
  | { type: 'icecandidate'; candidate?: NativeCandidateInit; url?: string }
  | { type: 'icecandidateerror'; address?: string; port?: number; url: string; errorCode: number; errorText: string }
  | { type: 'track'; transceiver: TransceiverId; streams: string[] }
  | { type: 'addtrack' | 'removetrack'; stream: string; transceiver: TransceiverId }
  | { type: 'mute' | 'unmute' | 'ended'; transceiver: TransceiverId }
  | { type: 'tonechange'; transceiver: TransceiverId; tone: string }
  | { type: 'datachannel' | 'open' | 'readable' | 'bufferedamountlow' | 'closing' | 'close'; channel: ChannelId }
  | { type: 'channelerror'; channel: ChannelId; error: NativeError }
  | { type: 'icestatechange' | 'icetransportgatheringstatechange' | 'selectedcandidatepairchange' | 'dtlsstatechange'; transport: TransportId }
  | { type: 'dtlserror'; transport: TransportId; error: NativeError }
  | { type: 'sctpstatechange' };

/** One `RTCPeerConnection`. Everything returns at once; nothing calls back. */
export interface Connection {
  /** The number that {@link EventLoop.takeReady} names it by. */
  readonly key: number;
  /** Runs exactly one queued task; `null` if none waits. */
  runTask(): NativeEvent[] | null;
  /** An event may still come although nobody calls anything: keep the objects and the process alive. */
  isActive(): boolean;
  close(): void;

  createOffer(options: { iceRestart: boolean; offerToReceiveAudio?: boolean; offerToReceiveVideo?: boolean }): Operation;
  createAnswer(): Operation;
  setLocalDescription(type?: string, sdp?: string): Operation;
  setRemoteDescription(type: string, sdp: string): Operation;
  /** Without a candidate: no more will come. */
  addIceCandidate(candidate?: NativeCandidateInit): Operation;
  /** For the whole connection, or for the sender or receiver of a transceiver. */
  getStats(transceiver?: TransceiverId, half?: 'sender' | 'receiver'): Operation;
  restartIce(): void;
  getConfiguration(): NativeConfiguration;
  setConfiguration(configuration: NativeConfiguration): void;

  signalingState(): string;
  iceGatheringState(): string;
  iceConnectionState(): string;
  connectionState(): string;
  canTrickleIceCandidates(): boolean | null;
  description(which: 'currentLocal' | 'pendingLocal' | 'currentRemote' | 'pendingRemote'): NativeDescription | null;

  addTrack(track: NativeTrack, streams: string[]): TransceiverId;
  removeTrack(transceiver: TransceiverId): void;
  addTransceiver(kind: string, track: NativeTrack | null, init: NativeTransceiverInit): TransceiverId;
  /** In the order they were added; stopped ones are left out. */
  transceivers(): TransceiverId[];
  /** `null` once it is gone: stopped, or rolled back. */
  transceiver(id: TransceiverId): NativeTransceiverView | null;
  setDirection(id: TransceiverId, direction: string): void;
  stopTransceiver(id: TransceiverId): void;
  setCodecPreferences(id: TransceiverId, codecs: NativeCodec[]): void;
  getHeaderExtensionsToNegotiate(id: TransceiverId): NativeHeaderExtension[];
  setHeaderExtensionsToNegotiate(id: TransceiverId, extensions: NativeHeaderExtension[]): void;
  getNegotiatedHeaderExtensions(id: TransceiverId): NativeHeaderExtension[];
  getSendParameters(id: TransceiverId): NativeSendParameters;
  getReceiveParameters(id: TransceiverId): NativeReceiveParameters;
  setParameters(id: TransceiverId, parameters: NativeSendParameters): Operation;
  replaceTrack(id: TransceiverId, track: NativeTrack | null): Operation;
  setStreams(id: TransceiverId, streams: string[]): void;
  insertDTMF(id: TransceiverId, tones: string, duration: number, interToneGap: number): void;

  createDataChannel(label: string, init: NativeChannelInit): ChannelId;
  /** `null` once it is forgotten. */
  channel(id: ChannelId): NativeChannelView | null;
  bufferedAmount(id: ChannelId): number;
  /** `readyState`, without the rest of the view; `closed` once it is forgotten. */
  channelState(id: ChannelId): string;
  setBufferedAmountLowThreshold(id: ChannelId, threshold: number): void;
  sendText(id: ChannelId, text: string): void;
  sendBinary(id: ChannelId, bytes: Uint8Array): void;
  /** Takes messages that came, at least one and about `maxBytes`; `null` if there is none. */
  receive(id: ChannelId, maxBytes: number): NativeMessages | null;
  closeChannel(id: ChannelId): void;
  /** Forgets a closed channel, or throws away what comes over an open one: nobody has it any more. */
  releaseChannel(id: ChannelId): void;

  transport(id: TransportId): NativeTransportView | null;
  sctp(): NativeSctpView | null;

  setIdentityProvider(domain: string, protocol?: string, usernameHint?: string, peerIdentity?: string): void;
  getIdentityAssertion(): Operation;
  idpLoginUrl(): string | null;
  idpErrorInfo(): string | null;
  /**
   * Answers an `identityrequest`: `{assertion, domain, protocol}`, or `{identity, contents}`, or `{error}` (an `RTCErrorDetailTypeIdp`; `loginUrl` with
   * `idp-need-login`, `status` with `idp-load-failure`, `errorInfo` with any), or nothing if the provider answered something else than was asked.
   */
  answerIdentity(request: number, answer: NativeIdentityAnswer): void;
}

/** What an identity provider answered. */
export interface NativeIdentityAnswer {
  assertion?: string;
  domain?: string;
  protocol?: string;
  identity?: string;
  contents?: string;
  error?: string;
  loginUrl?: string;
  errorInfo?: string;
  /** HTTP status code. */
  status?: number;
}

/** What an `RTCCertificate` holds. */
export interface NativeCertificate {
  /** Milliseconds since the epoch. */
  readonly expires: number;
  getFingerprints(): { algorithm: string; value: string }[];
}

/** One a JavaScript environment (main thread or worker). */
export interface EventLoop {
  /** Connections with tasks: a number for each task, in the order in which they were queued. Empties the list. */
  takeReady(): number[];
  /** Whether this loop keeps the process alive. */
  setAlive(alive: boolean): void;
  /** The environment ends: closes its connections and gives them a moment to tell their peers. */
  shut(): void;
}

/** What a constraint or setting may be. */
export type NativeValue = number | string | boolean;

/** One constraint; `bare` values are ideal in the basic set and exact in an advanced one. */
export interface NativeConstraint {
  min?: number;
  max?: number;
  exact?: NativeValue[];
  ideal?: NativeValue[];
  bare?: NativeValue[];
}

/** By the property's W3C name. */
export type NativeConstraintSet = Record<string, NativeConstraint>;

export interface NativeConstraints {
  basic: NativeConstraintSet;
  advanced: NativeConstraintSet[];
}

export interface NativeDevice {
  deviceId: string;
  groupId: string;
  label: string;
  kind: 'audio' | 'video';
  /** By the property's W3C name: a range of numbers, a list of values, or the one identifier. */
  capabilities: Record<string, { min: number; max: number } | NativeValue[] | string>;
}

/** What SelectSettings came to: a device with its settings, or the name of the constraint that no device satisfies. */
export type NativeSelection =
  | { deviceId: string; settings: Record<string, NativeValue>; /** Of the camera mode behind it. */ nativeFrameRate?: number }
  | { failedConstraint: string };

/** The devices of one process (mediacapture-main): made-up ones for now. */
export interface CaptureDevices {
  /** The first of a kind is the default. */
  list(): NativeDevice[];
  /** What `getDisplayMedia` captures; never in the list. */
  display(): NativeDevice;
  /** SelectSettings over all devices of a kind, or over one device. */
  select(kind: 'audio' | 'video', constraints: NativeConstraints, deviceId?: string): NativeSelection;
  /** The name of the first required constraint that may not select a device; `null` if there is none. */
  refusedForSelection(kind: 'audio' | 'video', constraints: NativeConstraints): string | null;
  /** The name of the first required constraint that these settings break; `null` if there is none. For sources that cannot change. */
  unsatisfied(kind: 'audio' | 'video', constraints: NativeConstraints, settings: Record<string, NativeValue>): string | null;
}

/** How the secrets of an SFrame key are derived: what Web Crypto's HKDF is told besides an empty salt. */
export interface NativeSFrameSchedule {
  /** As Web Crypto names it. */
  hash: string;
  keyLabel: Uint8Array;
  /** In bytes. */
  keyLength: number;
  saltLabel: Uint8Array;
  saltLength: number;
}

/** Why an SFrame ciphertext did not open. */
export interface NativeSFrameFailure {
  errorType: 'authentication' | 'keyID' | 'syntax';
  /** With `keyID`. */
  keyId?: bigint;
}

/** SFrame's sending half. */
export interface SFrameEncrypter {
  /** Encrypts from now on with this key. */
  setKey(keyId: bigint, key: Uint8Array, salt: Uint8Array): void;
  /** Throws `OperationError` without a key. */
  encrypt(frame: Uint8Array): ArrayBuffer;
}

/** SFrame's receiving half. */
export interface SFrameDecrypter {
  /** Adds a key, or replaces the one of the same number. */
  setKey(keyId: bigint, key: Uint8Array, salt: Uint8Array): void;
  decrypt(ciphertext: Uint8Array): ArrayBuffer | NativeSFrameFailure;
}

/** What one task of an {@link IceTransport} fires; an `icecandidate` without a candidate is the last. */
export interface NativeIceTransportEvent {
  type: 'statechange' | 'gatheringstatechange' | 'selectedcandidatepairchange' | 'icecandidate';
  candidate?: string;
}

/** An ICE transport without a connection (webrtc-ice). */
export interface IceTransport {
  readonly key: number;
  /** Runs exactly one queued task; `null` if none waits. */
  runTask(): NativeIceTransportEvent[] | null;
  isActive(): boolean;
  gather(policy: string, servers: NativeIceServer[]): void;
  start(usernameFragment: string, password: string, role: string): void;
  addRemoteCandidate(candidate: string): void;
  stop(): void;
  view(): {
    state: string;
    gatheringState: string;
    /** `unknown` before `start`. */
    role: string;
    localParameters: NativeIceParameters;
    remoteParameters?: NativeIceParameters;
    selectedPair?: { local: string; remote: string };
  };
}

export interface Native {
  /** `wake` is called on this thread when {@link EventLoop.takeReady} has something, once until it was called. It does not keep the process alive by itself. */
  EventLoop: new (wake: () => void) => EventLoop;
  Connection: new (loop: EventLoop, configuration: NativeConfiguration) => Connection;
  IceTransport: new (loop: EventLoop) => IceTransport;
  /** `ECDSA` on P-256, or `RSA` with a modulus length in bits; `expires` in milliseconds from now. Rejects with `NotSupportedError`. */
  generateCertificate(algorithm: 'ECDSA' | 'RSA', modulusLength?: number, expires?: number): Promise<NativeCertificate>;
  certificateFromPem(pem: string): NativeCertificate;
  certificateToPem(certificate: NativeCertificate): string;
  parseCandidate(candidate: string): NativeCandidateFields;
  /** `RTCRtpSender.getCapabilities`, `RTCRtpReceiver.getCapabilities`; `null` for an unknown kind. */
  getCapabilities(kind: string, half: 'sender' | 'receiver'): { codecs: NativeCodec[]; headerExtensions: NativeHeaderExtension[] } | null;
  /** `seed`: the device ids depend on it and on nothing else; without it, they are the same in all threads of a process. */
  CaptureDevices: new (seed?: number) => CaptureDevices;
  /** What a synthetic camera sees (I420). */
  syntheticPicture(width: number, height: number, number: number): Uint8Array;
  /** What a synthetic microphone hears, from frame number `first` on (16 bits, interleaved). */
  syntheticTone(sampleRate: number, channels: number, first: number, frames: number): Int16Array;
  sframeKeySchedule(cipherSuite: string, keyId: bigint): NativeSFrameSchedule;
  SFrameEncrypter: new (cipherSuite: string) => SFrameEncrypter;
  SFrameDecrypter: new (cipherSuite: string) => SFrameDecrypter;
}

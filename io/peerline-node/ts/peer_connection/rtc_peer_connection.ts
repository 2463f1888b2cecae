/** `RTCPeerConnection` (webrtc-pc, section 4.4, with the parts that sections 4.9, 5.1, 6.1, 8.2 and webrtc-identity add). */
import {
  boolean, constructorOf, type Converted, defaulted, dictionary, DOMString, eventHandler, eventTarget, expose, interfaceType, nullable,
  operation, optional, overloads, promiseOperation, readonly, readonlyPromise, rest, signature, union, USVString,
} from '../webidl';
import { native } from '../load';
import { attempt } from '../errors';
import { eventLoop } from '../event_loop';
import { RTCIdentityProviderOptions } from '../identity/rtc_identity_provider_options';
import type { RTCIdentityAssertion } from '../identity/rtc_identity_assertion';
import { MediaStream } from '../media/media_stream';
import { MediaStreamTrack } from '../media/media_stream_track';
import type { RTCRtpReceiver } from '../rtp/rtc_rtp_receiver';
import { ownerOf, RTCRtpSender } from '../rtp/rtc_rtp_sender';
import { RTCRtpTransceiverInit, toNativeInit, type RTCRtpTransceiver } from '../rtp/rtc_rtp_transceiver';
import { AlgorithmIdentifier, generateCertificate } from './certificate_generation';
import { RTCPeerConnectionErrorCallback, RTCSessionDescriptionCallback, VoidFunction, withCallbacks } from './legacy_callbacks';
import { Registry, type Settled } from './registry';
import type { RTCCertificate } from './rtc_certificate';
import { fromNativeConfiguration, RTCConfiguration, toNativeConfiguration, type ConvertedConfiguration, type PeerConfiguration } from './rtc_configuration';
import { RTCDataChannelInit, toNativeChannelInit, type RTCDataChannel } from './rtc_data_channel';
import { RTCIceCandidateInit, toNativeCandidate } from './rtc_ice_candidate';
import type { RTCSctpTransport } from './rtc_sctp_transport';
import { DescriptionPair, RTCLocalSessionDescriptionInit, RTCSessionDescriptionInit, type RTCSessionDescription } from './rtc_session_description';
import { createStatsReport, type RTCStatsReport } from './rtc_stats_report';

const RTCOfferOptions = dictionary('RTCOfferOptions', {
  iceRestart: defaulted(boolean, false),
  offerToReceiveAudio: boolean,
  offerToReceiveVideo: boolean,
});
const RTCAnswerOptions = dictionary('RTCAnswerOptions', {});
const track = interfaceType('MediaStreamTrack', () => MediaStreamTrack);
const stream = interfaceType('MediaStream', () => MediaStream);
const sender = interfaceType('RTCRtpSender', () => RTCRtpSender);
const construct = constructorOf('RTCPeerConnection', optional(RTCConfiguration, {}));

type Success<T> = (value: T) => unknown;
type Failure = (error: DOMException) => void;
type Handler<E extends Event = Event> = ((this: globalThis.RTCPeerConnection, event: E) => unknown) | null;
type DescriptionInit = globalThis.RTCSessionDescriptionInit;
type OnDescription = globalThis.RTCSessionDescriptionCallback;
type OnDone = globalThis.VoidFunction;
type OnError = globalThis.RTCPeerConnectionErrorCallback;

export class RTCPeerConnection extends eventTarget<RTCPeerConnectionEventMap>() implements globalThis.RTCPeerConnection {
  readonly #registry: Registry;
  readonly #local = new DescriptionPair();
  readonly #remote = new DescriptionPair();
  /** The script's own objects; the core has what they hold. */
  readonly #certificates: readonly RTCCertificate[];
  declare onnegotiationneeded: Handler;
  declare onicecandidate: Handler<RTCPeerConnectionIceEvent>;
  declare onicecandidateerror: Handler<RTCPeerConnectionIceErrorEvent>;
  declare onsignalingstatechange: Handler;
  declare oniceconnectionstatechange: Handler;
  declare onicegatheringstatechange: Handler;
  declare onconnectionstatechange: Handler;
  declare ontrack: Handler<RTCTrackEvent>;
  declare ondatachannel: Handler<RTCDataChannelEvent>;

  constructor(configuration?: PeerConfiguration);
  constructor(...given: unknown[]) {
    const [configuration] = construct.convert(given);
    const loop = eventLoop();
    const connection = attempt(() => new native.Connection(loop.native, toNativeConfiguration(configuration)));
    super();
    this.#certificates = configuration.certificates;
    this.#registry = new Registry(connection, this, loop, configuration.peerIdentity !== undefined);
  }

  static generateCertificate(keygenAlgorithm: AlgorithmIdentifier): Promise<RTCCertificate> {
    return generateCertificate(keygenAlgorithm);
  }

  /** A call of the addon that may queue tasks. */
  #call<T>(call: (connection: Registry['native']) => T): T {
    const result = attempt(() => call(this.#registry.native));
    this.#registry.touch();
    return result;
  }

  // Session descriptions (section 4.4.2), and their callback forms (section 4.4.3).

  createOffer(options?: globalThis.RTCOfferOptions): Promise<DescriptionInit>;
  createOffer(successCallback: OnDescription, failureCallback: OnError, options?: globalThis.RTCOfferOptions): Promise<void>;
  createOffer(first?: globalThis.RTCOfferOptions | Success<DescriptionInit>, failure?: Failure, last?: globalThis.RTCOfferOptions): Promise<unknown> {
    const options = (typeof first === 'function' ? last : first) as ConvertedOfferOptions;
    const offer = this.#registry.start(this.#registry.native.createOffer(options), descriptionOf);
    return typeof first === 'function' ? withCallbacks(offer, first, failure!) : offer;
  }

  createAnswer(options?: globalThis.RTCAnswerOptions): Promise<DescriptionInit>;
  createAnswer(successCallback: OnDescription, failureCallback: OnError): Promise<void>;
  createAnswer(first?: object | Success<DescriptionInit>, failure?: Failure): Promise<unknown> {
    const answer = this.#registry.start(this.#registry.native.createAnswer(), descriptionOf);
    return typeof first === 'function' ? withCallbacks(answer, first as Success<DescriptionInit>, failure!) : answer;
  }

  setLocalDescription(description?: globalThis.RTCLocalSessionDescriptionInit): Promise<void>;
  setLocalDescription(description: globalThis.RTCLocalSessionDescriptionInit, successCallback: OnDone, failureCallback: OnError): Promise<void>;
  setLocalDescription({ type, sdp }: Converted<typeof RTCLocalSessionDescriptionInit>, success?: Success<void>, failure?: Failure): Promise<void> {
    const done = this.#registry.start(this.#registry.native.setLocalDescription(type, sdp), nothing);
    return success ? withCallbacks(done, success, failure!) : done;
  }

  setRemoteDescription(description: DescriptionInit): Promise<void>;
  setRemoteDescription(description: DescriptionInit, successCallback: OnDone, failureCallback: OnError): Promise<void>;
  setRemoteDescription({ type, sdp }: Converted<typeof RTCSessionDescriptionInit>, success?: Success<void>, failure?: Failure): Promise<void> {
    const done = this.#registry.start(this.#registry.native.setRemoteDescription(type, sdp), nothing);
    return success ? withCallbacks(done, success, failure!) : done;
  }

  addIceCandidate(candidate?: globalThis.RTCIceCandidateInit | null): Promise<void>;
  addIceCandidate(candidate: globalThis.RTCIceCandidateInit, successCallback: OnDone, failureCallback: OnError): Promise<void>;
  addIceCandidate(candidate: Converted<typeof RTCIceCandidateInit>, success?: Success<void>, failure?: Failure): Promise<void> {
    const done = this.#registry.start(this.#registry.native.addIceCandidate(toNativeCandidate(candidate)), nothing);
    return success ? withCallbacks(done, success, failure!) : done;
  }

  get localDescription(): RTCSessionDescription | null {
    return this.pendingLocalDescription ?? this.currentLocalDescription;
  }

  get currentLocalDescription(): RTCSessionDescription | null {
    return this.#local.show('current', this.#registry.native.description('currentLocal'));
  }

  get pendingLocalDescription(): RTCSessionDescription | null {
    return this.#local.show('pending', this.#registry.native.description('pendingLocal'));
  }

  get remoteDescription(): RTCSessionDescription | null {
    return this.pendingRemoteDescription ?? this.currentRemoteDescription;
  }

  get currentRemoteDescription(): RTCSessionDescription | null {
    return this.#remote.show('current', this.#registry.native.description('currentRemote'));
  }

  get pendingRemoteDescription(): RTCSessionDescription | null {
    return this.#remote.show('pending', this.#registry.native.description('pendingRemote'));
  }

  // States.

  get signalingState(): RTCSignalingState {
    return this.#registry.native.signalingState() as RTCSignalingState;
  }

  get iceGatheringState(): RTCIceGatheringState {
    return this.#registry.native.iceGatheringState() as RTCIceGatheringState;
  }

  get iceConnectionState(): RTCIceConnectionState {
    return this.#registry.native.iceConnectionState() as RTCIceConnectionState;
  }

  get connectionState(): RTCPeerConnectionState {
    return this.#registry.native.connectionState() as RTCPeerConnectionState;
  }

  get canTrickleIceCandidates(): boolean | null {
    return this.#registry.native.canTrickleIceCandidates();
  }

  restartIce(): void {
    this.#call((connection) => connection.restartIce());
  }

  getConfiguration(): globalThis.RTCConfiguration {
    return fromNativeConfiguration(this.#registry.native.getConfiguration(), this.#certificates);
  }

  setConfiguration(configuration?: PeerConfiguration): void;
  setConfiguration(configuration: ConvertedConfiguration): void {
    this.#call((connection) => connection.setConfiguration(toNativeConfiguration(configuration)));
  }

  close(): void {
    this.#registry.close();
  }

  // RTP media (section 5.1).

  getSenders(): RTCRtpSender[] {
    return this.#liveTransceivers().map((transceiver) => transceiver.sender);
  }

  getReceivers(): RTCRtpReceiver[] {
    return this.#liveTransceivers().map((transceiver) => transceiver.receiver);
  }

  /** Those whose senders and receivers count: a stopped one stays in the set until the answer that rejects its m-section. */
  #liveTransceivers(): RTCRtpTransceiver[] {
    const { native } = this.#registry;
    return native.transceivers().filter((id) => !native.transceiver(id)?.stopped).map((id) => this.#registry.transceiverOf(id));
  }

  getTransceivers(): RTCRtpTransceiver[] {
    return this.#registry.native.transceivers().map((id) => this.#registry.transceiverOf(id));
  }

  addTrack(track: globalThis.MediaStreamTrack, ...streams: globalThis.MediaStream[]): RTCRtpSender {
    this.#registry.registerTrack(track as MediaStreamTrack);
    const id = this.#call((connection) => connection.addTrack({ id: track.id, kind: track.kind }, streams.map((stream) => stream.id)));
    return this.#registry.transceiverOf(id).sender;
  }

  removeTrack(sender: globalThis.RTCRtpSender): void;
  removeTrack(sender: RTCRtpSender): void {
    const owner = ownerOf(sender);
    if (this.signalingState !== 'closed' && owner.registry !== this.#registry) {
      throw new DOMException("Failed to execute 'removeTrack' on 'RTCPeerConnection': the sender is another connection's.", 'InvalidAccessError');
    }
    this.#call((connection) => connection.removeTrack(owner.id));
  }

  addTransceiver(trackOrKind: globalThis.MediaStreamTrack | string, init?: globalThis.RTCRtpTransceiverInit): RTCRtpTransceiver;
  addTransceiver(trackOrKind: MediaStreamTrack | string, init: Converted<typeof RTCRtpTransceiverInit>): RTCRtpTransceiver {
    const track = typeof trackOrKind === 'string' ? null : { id: trackOrKind.id, kind: trackOrKind.kind };
    if (typeof trackOrKind !== 'string') {
      this.#registry.registerTrack(trackOrKind);
    }
    const kind = track ? track.kind : (trackOrKind as string);
    return this.#registry.transceiverOf(this.#call((connection) => connection.addTransceiver(kind, track, toNativeInit(init))));
  }

  // Data channels (section 6.1).

  get sctp(): RTCSctpTransport | null {
    return this.#registry.sctp();
  }

  createDataChannel(label: string, dataChannelDict?: globalThis.RTCDataChannelInit): RTCDataChannel;
  createDataChannel(label: string, init: Converted<typeof RTCDataChannelInit>): RTCDataChannel {
    return this.#registry.channelOf(this.#call((connection) => connection.createDataChannel(label, toNativeChannelInit(init))));
  }

  // Statistics (section 8.2).

  getStats(selector?: globalThis.MediaStreamTrack | null): Promise<RTCStatsReport>;
  getStats(selector: MediaStreamTrack | null): Promise<RTCStatsReport> {
    const convert = ({ stats }: Settled): RTCStatsReport => createStatsReport(stats ?? []);
    if (selector === null) return this.#registry.start(this.#registry.native.getStats(), convert);
    const found = this.#registry.native.transceivers().flatMap((id) => {
      const { sender, receiver } = this.#registry.transceiverOf(id);
      const halves = [sender.track === selector && ('sender' as const), receiver.track === selector && ('receiver' as const)];
      return halves.filter((half) => half !== false).map((half) => ({ id, half }));
    });
    const [only] = found;
    if (!only || found.length > 1) {
      const message = "Failed to execute 'getStats' on 'RTCPeerConnection': not exactly one sender or receiver has the track.";
      return Promise.reject(new DOMException(message, 'InvalidAccessError'));
    }
    return this.#registry.start(this.#registry.native.getStats(only.id, only.half), convert);
  }

  // Identity (webrtc-identity, section 5).

  setIdentityProvider(provider: string, options?: Partial<ConvertedIdentityOptions>): void;
  setIdentityProvider(provider: string, options: ConvertedIdentityOptions): void {
    this.#call((connection) => connection.setIdentityProvider(provider, options.protocol, options.usernameHint, options.peerIdentity));
  }

  getIdentityAssertion(): Promise<string> {
    return this.#registry.start(this.#registry.native.getIdentityAssertion(), ({ assertion }) => assertion!);
  }

  get peerIdentity(): Promise<RTCIdentityAssertion> {
    return this.#registry.identity.promise;
  }

  get idpLoginUrl(): string | null {
    return this.#registry.native.idpLoginUrl();
  }

  get idpErrorInfo(): string | null {
    return this.#registry.identity.errorInfo;
  }

  static {
    expose(this, {
      brand: (value) => #registry in value,
      construct,
      members: {
        createOffer: promiseOperation(
          overloads(
            signature(optional(RTCOfferOptions, {})),
            signature(RTCSessionDescriptionCallback, RTCPeerConnectionErrorCallback, optional(RTCOfferOptions, {})),
          ),
        ),
        createAnswer: promiseOperation(
          overloads(signature(optional(RTCAnswerOptions, {})), signature(RTCSessionDescriptionCallback, RTCPeerConnectionErrorCallback)),
        ),
        setLocalDescription: promiseOperation(
          overloads(
            signature(optional(RTCLocalSessionDescriptionInit, {})),
            signature(RTCLocalSessionDescriptionInit, VoidFunction, RTCPeerConnectionErrorCallback),
          ),
        ),
        setRemoteDescription: promiseOperation(
          overloads(signature(RTCSessionDescriptionInit), signature(RTCSessionDescriptionInit, VoidFunction, RTCPeerConnectionErrorCallback)),
        ),
        addIceCandidate: promiseOperation(
          overloads(signature(optional(RTCIceCandidateInit, {})), signature(RTCIceCandidateInit, VoidFunction, RTCPeerConnectionErrorCallback)),
        ),
        localDescription: readonly,
        currentLocalDescription: readonly,
        pendingLocalDescription: readonly,
        remoteDescription: readonly,
        currentRemoteDescription: readonly,
        pendingRemoteDescription: readonly,
        signalingState: readonly,
        iceGatheringState: readonly,
        iceConnectionState: readonly,
        connectionState: readonly,
        canTrickleIceCandidates: readonly,
        restartIce: operation(),
        getConfiguration: operation(),
        setConfiguration: operation(optional(RTCConfiguration, {})),
        close: operation(),
        onnegotiationneeded: eventHandler,
        onicecandidate: eventHandler,
        onicecandidateerror: eventHandler,
        onsignalingstatechange: eventHandler,
        oniceconnectionstatechange: eventHandler,
        onicegatheringstatechange: eventHandler,
        onconnectionstatechange: eventHandler,
        getSenders: operation(),
        getReceivers: operation(),
        getTransceivers: operation(),
        addTrack: operation(track, rest(stream)),
        removeTrack: operation(sender),
        addTransceiver: operation(union(track, DOMString), optional(RTCRtpTransceiverInit, {})),
        ontrack: eventHandler,
        sctp: readonly,
        createDataChannel: operation(USVString, optional(RTCDataChannelInit, {})),
        ondatachannel: eventHandler,
        getStats: promiseOperation(optional(nullable(track), null)),
        setIdentityProvider: operation(DOMString, optional(RTCIdentityProviderOptions, {})),
        getIdentityAssertion: promiseOperation(),
        peerIdentity: readonlyPromise,
        idpLoginUrl: readonly,
        idpErrorInfo: readonly,
      },
      statics: { generateCertificate: promiseOperation(AlgorithmIdentifier) },
    });
  }
}

type ConvertedIdentityOptions = Converted<typeof RTCIdentityProviderOptions>;
type ConvertedOfferOptions = Converted<typeof RTCOfferOptions>;

function descriptionOf({ description }: Settled): DescriptionInit {
  return { type: description!.type as RTCSdpType, sdp: description!.sdp };
}

function nothing(): void {}

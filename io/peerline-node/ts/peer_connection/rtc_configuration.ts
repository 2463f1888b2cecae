/** `RTCConfiguration` (webrtc-pc, section 4.2): from the script to the addon, and back. What its values mean, and which are refused, the core knows. */
import {
  boolean, type Converted, defaulted, dictionary, DOMString, enforceRange, enumeration, interfaceType, octet, required, sequence, union,
  unsignedLong, unsignedShort, USVString,
} from '../webidl';
import type { NativeConfiguration, NativeIceServer } from '../native';
import { nativeCertificate, RTCCertificate } from './rtc_certificate';

const RTCOAuthCredential = dictionary('RTCOAuthCredential', { accessToken: required(DOMString), macKey: required(DOMString) });

/** `credentialType` is no longer in the specification; the core still knows third-party authorization (RFC 7635). */
export const RTCIceServer = dictionary('RTCIceServer', {
  credential: union(DOMString, RTCOAuthCredential),
  credentialType: enumeration('RTCIceCredentialType', ['password', 'oauth']),
  urls: required(union(USVString, sequence(USVString))),
  username: DOMString,
});

export const RTCIceTransportPolicy = enumeration('RTCIceTransportPolicy', ['relay', 'all']);

/** Settings that no browser has, as a member `native` of the configuration. */
const NativeSettings = dictionary('NativeSettings', {
  includeLoopback: boolean,
  maxMessageSize: enforceRange(unsignedLong),
  maxReceiveBuffer: enforceRange(unsignedLong),
  maxSendBuffer: enforceRange(unsignedLong),
  udpPorts: sequence(enforceRange(unsignedShort)),
});

export const RTCConfiguration = dictionary('RTCConfiguration', {
  bundlePolicy: defaulted(enumeration('RTCBundlePolicy', ['balanced', 'max-compat', 'max-bundle']), 'balanced'),
  certificates: defaulted(sequence(interfaceType('RTCCertificate', () => RTCCertificate)), []),
  iceCandidatePoolSize: defaulted(enforceRange(octet), 0),
  iceServers: defaulted(sequence(RTCIceServer), []),
  iceTransportPolicy: defaulted(RTCIceTransportPolicy, 'all'),
  native: NativeSettings,
  peerIdentity: DOMString,
  rtcpMuxPolicy: defaulted(enumeration('RTCRtcpMuxPolicy', ['require', 'negotiate']), 'require'),
});

/** A server as scripts give it. */
export interface IceServer extends Omit<globalThis.RTCIceServer, 'credential'> {
  credential?: string | { accessToken: string; macKey: string };
  credentialType?: 'password' | 'oauth';
}

/** What the constructor and `setConfiguration` take: W3C's dictionary, and the settings that no browser has. */
export interface PeerConfiguration extends Omit<globalThis.RTCConfiguration, 'iceServers' | 'rtcpMuxPolicy'> {
  iceServers?: IceServer[];
  native?: Converted<typeof NativeSettings>;
  peerIdentity?: string;
  /** `negotiate` is no longer in the specification; the core still knows it. */
  rtcpMuxPolicy?: 'require' | 'negotiate';
}

export type ConvertedConfiguration = Converted<typeof RTCConfiguration>;

/** For the addon: each server's `urls` is a list. */
export function toNativeConfiguration(configuration: ConvertedConfiguration): NativeConfiguration {
  const { certificates, iceServers, native, ...others } = configuration;
  return {
    ...others,
    certificates: certificates.map(nativeCertificate),
    iceServers: iceServers.map(toNativeServer),
    ...(native && { native: { ...native, udpPorts: portRange(native.udpPorts) } }),
  };
}

/** One server for the addon. A credential that is not of the type it is said to be is none. */
export function toNativeServer({ credential, credentialType, urls, username }: Converted<typeof RTCIceServer>): NativeIceServer {
  const server: NativeIceServer = { urls: typeof urls === 'string' ? [urls] : urls, username };
  if (credentialType !== 'oauth') {
    if (typeof credential === 'string') server.credential = credential;
  } else if (typeof credential === 'object' && username !== undefined) {
    server.oauth = { kid: username, ...credential };
  }
  return server;
}

function portRange(ports: number[] | undefined): [number, number] | undefined {
  if (ports === undefined) return undefined;
  const [first, last] = ports;
  if (first === undefined || last === undefined || ports.length !== 2) {
    throw new TypeError('native.udpPorts must be the first and the last port.');
  }
  return [first, last];
}

/** What `getConfiguration` returns: a new dictionary each time, with the script's own certificates. */
export function fromNativeConfiguration(configuration: NativeConfiguration, certificates: readonly RTCCertificate[]): globalThis.RTCConfiguration {
  const { bundlePolicy, iceCandidatePoolSize, iceServers, iceTransportPolicy, peerIdentity, rtcpMuxPolicy } = configuration;
  return {
    bundlePolicy: bundlePolicy as RTCBundlePolicy,
    certificates: [...certificates],
    iceCandidatePoolSize,
    iceServers: iceServers.map(fromNativeServer),
    iceTransportPolicy: iceTransportPolicy as RTCIceTransportPolicy,
    ...(peerIdentity !== undefined && { peerIdentity }),
    rtcpMuxPolicy: rtcpMuxPolicy as RTCRtcpMuxPolicy,
  };
}

function fromNativeServer({ credential, oauth, urls, username }: NativeIceServer): globalThis.RTCIceServer {
  if (oauth) {
    const { accessToken, kid, macKey } = oauth;
    return { credential: { accessToken, macKey }, credentialType: 'oauth', urls, username: kid } as object as globalThis.RTCIceServer;
  }
  return { ...(credential !== undefined && { credential }), urls, ...(username !== undefined && { username }) };
}

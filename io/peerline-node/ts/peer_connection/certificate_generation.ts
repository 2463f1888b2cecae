/** `RTCPeerConnection.generateCertificate` (webrtc-pc, section 4.9) and the part of Web Cryptography's "normalize an algorithm" that it needs. */
import { dictionary, DOMString, enforceRange, isObject, object, required, uint8Array, union, unsignedLong, unsignedLongLong } from '../webidl';
import { native } from '../load';
import { toException } from '../errors';
import type { NativeCertificate, NativeError } from '../native';
import { createCertificate, type RTCCertificate } from './rtc_certificate';

/** `(object or DOMString)`. */
export const AlgorithmIdentifier = union(object, DOMString);

const RTCCertificateExpiration = dictionary('RTCCertificateExpiration', { expires: enforceRange(unsignedLongLong) });
const Algorithm = dictionary('Algorithm', { name: required(DOMString) });
const EcKeyGenParams = dictionary('EcKeyGenParams', { namedCurve: required(DOMString) }, Algorithm);
const RsaHashedKeyGenParams = dictionary(
  'RsaHashedKeyGenParams',
  { hash: required(AlgorithmIdentifier), modulusLength: required(enforceRange(unsignedLong)), publicExponent: required(uint8Array) },
  Algorithm,
);

/** A certificate is valid for a year at most; without `expires`, for thirty days. */
const LONGEST_MS = 365 * 24 * 3600 * 1000;
const CONTEXT = "Failed to execute 'generateCertificate' on 'RTCPeerConnection': parameter 1";

type Key = { algorithm: 'ECDSA' } | { algorithm: 'RSA'; modulusLength: number };

/** A certificate with a key of the given algorithm. */
export async function generateCertificate(keygenAlgorithm: object | string): Promise<RTCCertificate> {
  const { expires } = isObject(keygenAlgorithm) ? RTCCertificateExpiration(keygenAlgorithm, CONTEXT) : {};
  const key = normalize(keygenAlgorithm);
  const modulusLength = key.algorithm === 'RSA' ? key.modulusLength : undefined;
  return createCertificate(await make(key.algorithm, modulusLength, expires === undefined ? undefined : Math.min(expires, LONGEST_MS)));
}

async function make(algorithm: 'ECDSA' | 'RSA', modulusLength?: number, expires?: number): Promise<NativeCertificate> {
  try {
    return await native.generateCertificate(algorithm, modulusLength, expires);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw toException({ name: code ?? 'OperationError', message } satisfies NativeError);
  }
}

/** What key to make, of an algorithm that we can and will use; a `NotSupportedError` for the others. */
function normalize(identifier: object | string): Key {
  const given = isObject(identifier) ? identifier : { name: identifier };
  const name = Algorithm(given, CONTEXT).name.toLowerCase();
  if (name === 'ecdsa') {
    const { namedCurve } = EcKeyGenParams(given, CONTEXT);
    if (namedCurve === 'P-256') return { algorithm: 'ECDSA' };
    throw notSupported(`the curve '${namedCurve}'`);
  }
  if (name === 'rsassa-pkcs1-v1_5') {
    const { hash, modulusLength, publicExponent } = RsaHashedKeyGenParams(given, CONTEXT);
    const digest = isObject(hash) ? Algorithm(hash, `${CONTEXT}: hash`).name : hash;
    if (digest.toLowerCase() !== 'sha-256') throw notSupported(`the hash '${digest}'`);
    if (!isF4(publicExponent)) throw notSupported('a public exponent other than 65537');
    return { algorithm: 'RSA', modulusLength };
  }
  throw notSupported(`the algorithm '${name}'`);
}

/** 65537, big-endian, perhaps with zeros before it. */
function isF4(exponent: Uint8Array): boolean {
  return exponent.reduce((value, byte) => value * 256 + byte, 0) === 65537;
}

function notSupported(what: string): DOMException {
  return new DOMException(`${CONTEXT} asks for ${what}, which is not supported.`, 'NotSupportedError');
}

/** `SFrameCipherSuite`, `SFrameTransformOptions` (webrtc-encoded-transform, section 3). */
import { defaulted, dictionary, enumeration, type Converted } from '../webidl';

export const SFrameCipherSuite = enumeration('SFrameCipherSuite', [
  'AES_128_CTR_HMAC_SHA256_80',
  'AES_128_CTR_HMAC_SHA256_64',
  'AES_128_CTR_HMAC_SHA256_32',
  'AES_128_GCM_SHA256_128',
  'AES_256_GCM_SHA512_128',
]);
export type SFrameCipherSuite = Converted<typeof SFrameCipherSuite>;

/** The draft requires `cipherSuite`, and lets one leave out the dictionary that has it: the first suite is the default. */
const cipherSuite = defaulted(SFrameCipherSuite, 'AES_128_CTR_HMAC_SHA256_80');

export const SFrameTransformOptions = dictionary('SFrameTransformOptions', { cipherSuite });
export type SFrameTransformOptions = Partial<Converted<typeof SFrameTransformOptions>>;

const SFrameTransformRole = enumeration('SFrameTransformRole', ['encrypt', 'decrypt']);
export type SFrameTransformRole = Converted<typeof SFrameTransformRole>;

/** `options` of an `SFrameTransform`: it has a role of its own while no sender and no receiver has it (earlier drafts). */
export const SFrameTransformRoleOptions = dictionary('SFrameTransformOptions', { cipherSuite, role: defaulted(SFrameTransformRole, 'encrypt') });

/** `RTCIdentityProviderOptions` (webrtc-identity, section 5). */
import { defaulted, dictionary, DOMString } from '../webidl';

export const RTCIdentityProviderOptions = dictionary('RTCIdentityProviderOptions', {
  peerIdentity: DOMString,
  protocol: defaulted(DOMString, 'default'),
  usernameHint: DOMString,
});

/** `RTCPriorityType` (webrtc-priority, section 4): of encodings and of data channels. */
import { enumeration } from '../webidl';

export const RTCPriorityType = enumeration('RTCPriorityType', ['very-low', 'low', 'medium', 'high']);

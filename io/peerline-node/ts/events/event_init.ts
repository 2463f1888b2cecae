/** `EventInit` (DOM, section 2.2): what every event's dictionary inherits. */
import { boolean, defaulted, dictionary } from '../webidl';

export const EventInit = dictionary('EventInit', {
  bubbles: defaulted(boolean, false),
  cancelable: defaulted(boolean, false),
  composed: defaulted(boolean, false),
});

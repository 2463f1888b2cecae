// Takes the addresses of this machine out of a description: each becomes an address for documentation (RFC 5737, RFC 3849).
import { networkInterfaces } from 'node:os';
import { isIP } from 'node:net';

const KEPT = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);

/// Every address but those that say nothing, the same address always to the same one; nothing else changes, not even a line ending.
export function scrub(sdp) {
  const replaced = new Map();
  const replacement = (address) => {
    if (KEPT.has(address)) return address;
    if (!replaced.has(address)) {
      const number = replaced.size + 1;
      replaced.set(address, isIP(address) === 4 ? `192.0.2.${number}` : `2001:db8::${number.toString(16)}`);
    }
    return replaced.get(address);
  };
  const scrubbed = sdp.replace(/^(?:[oc]=|a=candidate:|a=rtcp:).*$/gm, (line) =>
    line
      .split(' ')
      .map((field) => {
        const [text, ending] = field.endsWith('\r') ? [field.slice(0, -1), '\r'] : [field, ''];
        const bare = text.split('%')[0];
        return isIP(bare) ? `${replacement(bare)}${ending}` : field;
      })
      .join(' '),
  );
  for (const { address } of Object.values(networkInterfaces()).flat()) {
    if (!KEPT.has(address) && scrubbed.includes(address)) throw new Error('an address of this machine is left in a description');
  }
  return scrubbed;
}

/**
 * The SFrame header (RFC 9605, section 4.3): a byte `X KKK Y CCC`, then the key's number if it is beyond 7, then the counter if it is.
 * With `X` set `KKK` is the length of the key's number less one, else the number itself; likewise `Y` and the counter.
 */

/** Which key, and which of its frames. */
export interface Header {
  keyId: bigint;
  counter: bigint;
}

const LARGEST_INLINE = 7n;

function bigEndian(value: bigint): number[] {
  const bytes: number[] = [];
  for (let left = value; left > 0n; left >>= 8n) bytes.unshift(Number(left & 0xffn));
  return bytes;
}

/** Writes the header. */
export function encodeHeader({ keyId, counter }: Header): Uint8Array {
  const field = (value: bigint): { bits: number; bytes: number[] } => {
    if (value <= LARGEST_INLINE) return { bits: Number(value), bytes: [] };
    const bytes = bigEndian(value);
    return { bits: 0b1000 | (bytes.length - 1), bytes };
  };
  const key = field(keyId);
  const count = field(counter);
  return Uint8Array.of((key.bits << 4) | count.bits, ...key.bytes, ...count.bytes);
}

/** Reads the header at the beginning of a frame; `null` if the frame ends too early. */
export function parseHeader(frame: Uint8Array): (Header & { length: number }) | null {
  const [config] = frame;
  if (config === undefined) return null;
  let length = 1;
  const field = (bits: number): bigint => {
    if ((bits & 0b1000) === 0) return BigInt(bits);
    let value = 0n;
    for (let left = (bits & 0b111) + 1; left > 0; left--) value = (value << 8n) | BigInt(frame[length++] ?? 0);
    return value;
  };
  const keyId = field(config >> 4);
  const counter = field(config & 0b1111);
  return length <= frame.length ? { keyId, counter, length } : null;
}

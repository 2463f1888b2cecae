/**
 * RGBA to I420 and back (ITU-R BT.601, studio range), with node-webrtc's names and shapes. The target is written in place, and must have
 * the size that the dimensions say; an odd last row or column has chroma samples of its own.
 */
import { i420Size } from '../media/blank';
import { converter, dictionary, enforceRange, refuse, required, unsignedLong, type Converted } from '../webidl';

/** Wider or higher is nobody's video. */
const MAX_SIDE = 16384;

/** Bytes of an image: a view, so that a detached or shared buffer is told from one of the right size by its length. */
export const imageBytes = converter<Uint8Array | Uint8ClampedArray>({ idlName: 'Uint8ClampedArray', kind: 'buffer' }, (value, context) =>
  value instanceof Uint8ClampedArray || value instanceof Uint8Array ? value : refuse(context, 'is neither a Uint8ClampedArray nor a Uint8Array'),
);

const side = converter<number>({ idlName: 'unsigned long', kind: 'numeric' }, (value, context) => {
  const length = enforceRange(unsignedLong)(value, context);
  return length >= 1 && length <= MAX_SIDE ? length : refuse(context, `is not between 1 and ${MAX_SIDE}`);
});

/** The members that every image has. */
export const imageMembers = { width: required(side), height: required(side), data: required(imageBytes) };

const Image = dictionary('ImageFrame', imageMembers);
export type ImageFrame = Converted<typeof Image>;

/** Throws unless the image has exactly the bytes that it should. */
export function checkSize({ width, height, data }: ImageFrame, expected: number, what: string): void {
  if (data.byteLength !== expected) {
    throw new TypeError(`${what}: ${width}×${height} has ${expected} bytes, but its data has ${data.byteLength}`);
  }
}

function convertPair(rgba: unknown, i420: unknown, doing: string): { rgba: ImageFrame; i420: ImageFrame } {
  const pair = { rgba: Image(rgba, `${doing}: the RGBA frame`), i420: Image(i420, `${doing}: the I420 frame`) };
  const { width, height } = pair.rgba;
  if (width !== pair.i420.width || height !== pair.i420.height) throw new TypeError(`${doing}: the frames differ in size`);
  checkSize(pair.rgba, width * height * 4, `${doing}: the RGBA frame`);
  checkSize(pair.i420, i420Size(width, height), `${doing}: the I420 frame`);
  return pair;
}

/** Where the planes of an I420 image begin, and how long a chroma row is. */
function planes(width: number, height: number): { u: number; v: number; stride: number } {
  const stride = Math.ceil(width / 2);
  const u = width * height;
  return { u, v: u + stride * Math.ceil(height / 2), stride };
}

/** Writes an RGBA image as I420; alpha is left out. */
export function rgbaToI420(rgbaFrame: ImageFrame, i420Frame: ImageFrame): void {
  const { rgba, i420 } = convertPair(rgbaFrame, i420Frame, 'rgbaToI420');
  const { width, height, data: from } = rgba;
  const to = i420.data;
  const { u, v, stride } = planes(width, height);
  for (let pixel = 0, at = 0; pixel < width * height; pixel += 1, at += 4) {
    to[pixel] = ((66 * from[at]! + 129 * from[at + 1]! + 25 * from[at + 2]! + 128) >> 8) + 16;
  }
  for (let y = 0; y < height; y += 2) {
    const below = y + 1 < height ? width * 4 : 0;
    for (let x = 0; x < width; x += 2) {
      const right = x + 1 < width ? 4 : 0;
      const at = (y * width + x) * 4;
      const mean = (channel: number): number =>
        (from[at + channel]! + from[at + channel + right]! + from[at + channel + below]! + from[at + channel + right + below]! + 2) >> 2;
      const [r, g, b] = [mean(0), mean(1), mean(2)];
      const chroma = (y >> 1) * stride + (x >> 1);
      to[u + chroma] = ((-38 * r - 74 * g + 112 * b + 128) >> 8) + 128;
      to[v + chroma] = ((112 * r - 94 * g - 18 * b + 128) >> 8) + 128;
    }
  }
}

/** Writes an I420 image as opaque RGBA. */
export function i420ToRgba(i420Frame: ImageFrame, rgbaFrame: ImageFrame): void {
  const { rgba, i420 } = convertPair(rgbaFrame, i420Frame, 'i420ToRgba');
  const { width, height, data: from } = i420;
  // Stores clamp by themselves.
  const to = new Uint8ClampedArray(rgba.data.buffer, rgba.data.byteOffset, rgba.data.byteLength);
  const { u, v, stride } = planes(width, height);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const chroma = (y >> 1) * stride + (x >> 1);
      const luma = 298 * (from[y * width + x]! - 16) + 128;
      const blue = from[u + chroma]! - 128;
      const red = from[v + chroma]! - 128;
      to[at] = (luma + 409 * red) >> 8;
      to[at + 1] = (luma - 100 * blue - 208 * red) >> 8;
      to[at + 2] = (luma + 516 * blue) >> 8;
      to[at + 3] = 255;
    }
  }
}

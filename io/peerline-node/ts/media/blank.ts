/** Media without content (mediacapture-main, section 4.3.1): what a track that is disabled gives. */
import type { AudioData, VideoFrame } from './media_stream_track';

/** Bytes of an I420 image: a byte a pixel, and two for each block of 2×2. */
export function i420Size(width: number, height: number): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}

/** A black picture of the same size. */
export function black(frame: VideoFrame): VideoFrame {
  const { width, height } = frame;
  const data = new Uint8ClampedArray(i420Size(width, height)).fill(128);
  return { ...frame, data: data.fill(16, 0, width * height) };
}

/** Silence of the same length. */
export function silence(data: AudioData): AudioData {
  return { ...data, samples: new Int16Array(data.samples.length) };
}

/** `RTCAudioSource`: an audio track from samples that the application makes. The name and shape are node-webrtc's. */
import { silence } from '../media/blank';
import { createTrack, type AudioData, type MediaStreamTrack } from '../media/media_stream_track';
import { converter, defaulted, dictionary, enforceRange, expose, operation, refuse, required, unsignedLong, unsignedShort, type Converted } from '../webidl';
import { FedSource } from './fed_source';

const samples = converter<Int16Array>({ idlName: 'Int16Array', kind: 'buffer' }, (value, context) =>
  value instanceof Int16Array ? value : refuse(context, 'is not an Int16Array'),
);
const count = enforceRange(unsignedShort);
const RTCAudioData = dictionary('RTCAudioData', {
  samples: required(samples),
  sampleRate: required(enforceRange(unsignedLong)),
  bitsPerSample: defaulted(count, 16),
  channelCount: defaulted(count, 1),
  numberOfFrames: enforceRange(unsignedLong),
});

const MAX_SAMPLE_RATE = 384_000;
const MAX_CHANNELS = 24;

function describe({ sampleRate, channelCount, bitsPerSample }: AudioData): MediaTrackSettings {
  return { sampleRate, channelCount, sampleSize: bitsPerSample };
}

export class RTCAudioSource {
  readonly #source = new FedSource<AudioData>('audio', { describe, blank: silence });

  /** Another track of this source. */
  createTrack(): MediaStreamTrack {
    return createTrack(this.#source);
  }

  /** Sends 16-bit samples, interleaved, to all tracks; they are copied. */
  onData(data: { samples: Int16Array; sampleRate: number; bitsPerSample?: number; channelCount?: number; numberOfFrames?: number }): void;
  onData({ samples, sampleRate, bitsPerSample, channelCount, numberOfFrames }: Converted<typeof RTCAudioData>): void {
    const doing = 'RTCAudioSource.onData';
    if (bitsPerSample !== 16) throw new TypeError(`${doing}: only 16 bits a sample are taken`);
    if (sampleRate < 1 || sampleRate > MAX_SAMPLE_RATE) throw new TypeError(`${doing}: a sample rate of ${sampleRate} Hz is not possible`);
    if (channelCount < 1 || channelCount > MAX_CHANNELS) throw new TypeError(`${doing}: ${channelCount} channels are not possible`);
    const frames = numberOfFrames ?? samples.length / channelCount;
    if (frames < 1 || !Number.isInteger(frames) || frames * channelCount !== samples.length) {
      throw new TypeError(`${doing}: ${samples.length} samples are not a number of frames of ${channelCount} channels`);
    }
    const copy = this.#source.hasSinks ? samples.slice() : new Int16Array(0);
    this.#source.feed({ samples: copy, sampleRate, bitsPerSample, channelCount, numberOfFrames: frames });
  }

  static {
    expose(this, {
      brand: (value) => #source in value,
      construct: { length: 0, convert: () => [] },
      members: { createTrack: operation(), onData: operation(RTCAudioData) },
    });
  }
}

// Media devices for modules that have none: a silent microphone and a black camera out of the module's own sources.

const AUDIO_BLOCK = { samples: new Int16Array(480), sampleRate: 48000, channels: 1 };
const PICTURE = { width: 640, height: 480, rgba: new Uint8ClampedArray(640 * 480 * 4) };

/** @param {import('./load.js').Adapter} adapter one with both sources */
export function syntheticDevices({ globals: { MediaStream }, createAudioSource, createVideoSource }) {
  return {
    async getUserMedia({ audio, video } = {}) {
      if (!audio && !video) throw new TypeError('audio or video has to be asked for');
      const tracks = [];
      if (audio) tracks.push(fed(createAudioSource({ sampleRate: AUDIO_BLOCK.sampleRate }), 10, AUDIO_BLOCK));
      if (video) tracks.push(fed(createVideoSource({ width: PICTURE.width, height: PICTURE.height }), 33, PICTURE));
      return new MediaStream(tracks);
    },
  };
}

function fed(source, time, data) {
  const clock = setInterval(() => {
    if (source.track.readyState === 'ended') clearInterval(clock);
    else source.push(data);
  }, time);
  return source.track;
}

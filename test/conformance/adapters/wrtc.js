// @roamhq/wrtc. Two departures from Web IDL are evened out, since nearly every test's helpers trip over them: methods of its tracks
// cannot be replaced on an object (the helpers wrap `stop`), and its exceptions are those of the npm package domexception.

import { createRequire } from 'node:module';
import path from 'node:path';
import adaptDefault from './default.js';

/** @returns {import('./load.js').Adapter} */
export default function adapt(module) {
  const adapter = adaptDefault(module);
  const DOMException = exceptionsOf('@roamhq/wrtc');
  if (DOMException) adapter.globals.DOMException = DOMException;
  for (const name of ['createVideoSource', 'createAudioSource']) {
    const create = adapter[name];
    adapter[name] = options => {
      const source = create(options);
      Object.defineProperty(source.track, 'stop', { value: source.track.stop, writable: true, configurable: true });
      // Its pictures have even sides.
      const { push } = source;
      source.push = frame => { if (!(frame.width % 2 || frame.height % 2)) push(frame); };
      return source;
    };
  }
  return adapter;
}

function exceptionsOf(name) {
  try {
    const require = createRequire(path.join(process.cwd(), 'package.json'));
    return createRequire(require.resolve(name))('domexception');
  } catch {
    return null;
  }
}

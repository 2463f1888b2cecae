// Says that its transform has begun.
import '../../io/peerline-node/dist/polyfill.js';

globalThis.onrtctransform = ({ transformer: { options, readable } }) => {
  options.port.postMessage(`${readable.locked ? 'locked' : 'began'} ${options.name}`);
};

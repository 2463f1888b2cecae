// A worker whose transform does what its options say, and tells what happened over their port.
const { threadId, workerData } = require('node:worker_threads');

function start() {
  require('../../dist/polyfill.js');
  onrtctransform = ({ transformer }) => {
    const { mode, port } = transformer.options;
    const tell = (...what) => port.postMessage(what);
    const outcome = (promise) => promise.then((value) => ['done', value], ({ name }) => ['refused', name]);
    transformer.onkeyframerequest = (event) => {
      tell('keyframerequest', event.rid, event.cancelable);
      if (mode === 'refuse key frames') event.preventDefault();
    };
    port.on('message', async ([method, ...given]) => tell(method, ...(await outcome(transformer[method](...given)))));
    port.unref();
    if (mode !== 'do not read') transform(transformer, mode, tell);
    tell('started', threadId);
  };
}

async function transform({ readable, writable }, mode, tell) {
  const writer = writable.getWriter();
  for await (const frame of readable) {
    const name = frame.constructor.name;
    if (mode === 'add a byte') frame.data = Uint8Array.of(...new Uint8Array(frame.data), frame.type === 'key' ? 1 : 2).buffer;
    if (mode === 'copy') {
      const copy = new frame.constructor(frame);
      await writer.write(copy);
      await writer.write(frame);
      tell('copied', name, frame.data.byteLength > 0, copy.data.byteLength);
      continue;
    }
    if (mode === 'write nonsense') {
      tell('nonsense', ...(await writer.write(null).then(() => ['done'], (error) => [error.name])));
      return;
    }
    await writer.write(frame);
  }
  tell('ended');
}

setTimeout(start, workerData?.delay ?? 0);

// A worker that takes data channels: it echoes what comes, and does what it is told.
const { parentPort } = require('node:worker_threads');
const { nonstandard } = require('../../dist/index.js');

let channel;

function take(received) {
  channel = received;
  channel.bufferedAmountLowThreshold = 1000;
  for (const type of ['open', 'closing', 'close', 'error', 'bufferedamountlow']) {
    channel.addEventListener(type, () => parentPort.postMessage([type, channel.readyState, channel.bufferedAmount]));
  }
  channel.onmessage = ({ data }) => channel.send(data);
  parentPort.postMessage(['taken', channel.readyState, channel.label, channel.constructor.name]);
}

parentPort.on('message', (message) => {
  const { transferred, run } = nonstandard.unpack(message);
  if (transferred) take(transferred);
  if (run === 'close') channel.close();
  if (run === 'exit') process.exit();
  if (run === 'flood') {
    const outcomes = new Set();
    for (let n = 0; n < 400; n += 1) {
      try {
        channel.send(new Uint8Array(60_000).fill(n));
      } catch ({ name }) {
        outcomes.add(name);
      }
    }
    parentPort.postMessage(['flooded', channel.bufferedAmount > 0, [...outcomes]]);
  }
});

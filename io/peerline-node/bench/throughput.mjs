// How fast messages go through: `node bench/throughput.mjs [package …]`, `peerline` if none is named.
//
// Each package runs in a process of its own: two connections in it, one channel, one direction; the sender keeps about a megabyte
// buffered. Rivals are not among our dependencies: install them (`@roamhq/wrtc`, `node-datachannel`) anywhere and run there, or set
// NODE_PATH. Results are medians of three runs of two seconds.
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { argv, execPath, pid } from 'node:process';

const require = createRequire(`${process.cwd()}/`);
const HIGH = 1024 * 1024;
const LOW = 256 * 1024;
const SECONDS = 2;

/** The constructor of a package's connections. */
function constructorOf(name) {
  if (name === 'peerline') return createRequire(import.meta.url)('../dist/index.js').RTCPeerConnection;
  if (name === 'node-datachannel') return require('node-datachannel/polyfill').RTCPeerConnection;
  return require(name).RTCPeerConnection;
}

const once = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

async function connect(RTCPeerConnection) {
  const [offerer, answerer] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const relay = (from, to) =>
    from.addEventListener('icecandidate', ({ candidate }) => candidate && to.addIceCandidate(candidate).catch(() => {}));
  const outgoing = offerer.createDataChannel('bench');
  const opened = once(outgoing, 'open');
  const announced = once(answerer, 'datachannel');
  await offerer.setLocalDescription(await offerer.createOffer());
  await answerer.setRemoteDescription(offerer.localDescription);
  relay(offerer, answerer);
  relay(answerer, offerer);
  await answerer.setLocalDescription(await answerer.createAnswer());
  await offerer.setRemoteDescription(answerer.localDescription);
  await opened;
  const { channel: incoming } = await announced;
  incoming.binaryType = 'arraybuffer';
  return { outgoing, incoming };
}

/** Messages a second at the receiver. */
async function flood({ outgoing, incoming }, message) {
  outgoing.bufferedAmountLowThreshold = LOW;
  let count = 0;
  let isRunning = true;
  incoming.onmessage = () => (count += 1);
  // Bounded, for those whose bufferedAmount does not grow with the call.
  const burst = Math.ceil(HIGH / (message.length ?? message.byteLength));
  const fill = () => {
    for (let n = 0; n < burst && isRunning && outgoing.bufferedAmount < HIGH; n += 1) outgoing.send(message);
  };
  outgoing.onbufferedamountlow = fill;
  // For those that do not tell.
  const timer = setInterval(fill, 2);
  fill();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const start = performance.now();
  const before = count;
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const rate = ((count - before) / (performance.now() - start)) * 1000;
  isRunning = false;
  clearInterval(timer);
  // What is under way must not count for the next run.
  for (let last = -1; last !== count; ) {
    last = count;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return rate;
}

/** Messages there and back a second, one at a time. */
async function pingPong({ outgoing, incoming }) {
  incoming.onmessage = ({ data }) => incoming.send(data);
  let count = 0;
  outgoing.onmessage = ({ data }) => {
    count += 1;
    outgoing.send(data);
  };
  outgoing.send('x');
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  incoming.onmessage = () => {};
  return count / SECONDS;
}

async function median(run) {
  const results = [];
  for (let round = 0; round < 3; round += 1) results.push(await run());
  return results.sort((a, b) => a - b)[1];
}

async function measure(name) {
  const pair = await connect(constructorOf(name));
  const result = {
    'messages/s of 100 bytes': Math.round(await median(() => flood(pair, new Uint8Array(100)))),
    'texts/s of 100 characters': Math.round(await median(() => flood(pair, 'x'.repeat(100)))),
    'MB/s in 16 KiB': Number(((await median(() => flood(pair, new Uint8Array(16_384)))) * 0.016384).toFixed(1)),
    'MB/s in 256 KB': Number(((await median(() => flood(pair, new Uint8Array(256_000)))) * 0.256).toFixed(1)),
    'round trips/s': Math.round(await median(() => pingPong(pair))),
  };
  process.send(result, () => process.kill(pid, 'SIGKILL'));
}

if (process.send) {
  await measure(argv[2]);
} else {
  const table = {};
  for (const name of argv.length > 2 ? argv.slice(2) : ['peerline']) {
    table[name] = await new Promise((resolve) => {
      const child = fork(new URL(import.meta.url).pathname, [name], { execPath });
      child.once('message', resolve).once('exit', (code) => resolve({ failed: code }));
    });
  }
  console.table(table);
}

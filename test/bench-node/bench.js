// Throughput through the packages, side by side: two processes a connection, every byte checked, rounds interleaved, medians and ratios within a round.

import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { STACKS } from './stacks.js';

const HELP = `node bench.js [options]      (npm start -- [options])
  --only NAME,…     packages (default: all): ${Object.keys(STACKS).join(', ')}
  --sizes BYTES,…   message sizes (default 64,1024,16384,65536)
  --rounds N        rounds (default 3)
  --scale X         times the bytes of a run (default 1: 8 MiB of 64 B, 32 MiB of 1 KiB, 128 MiB of the larger)
  --json            one JSON document on stdout instead of tables
Build the package first, as a release: npm run build in io/peerline-node.`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(STACKS).join(',') },
    sizes: { type: 'string', default: '64,1024,16384,65536' },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const names = options.only.split(',');
const sizes = options.sizes.split(',').map(Number);
const rounds = Number(options.rounds);
const LIMIT_MS = 120_000;
const MIB = 1024 * 1024;
const bytesOf = (size) => (size < 256 ? 8 : size < 4096 ? 32 : 128) * MIB * Number(options.scale);

/** A child with a promise for each kind of message it sends. */
class Peer {
  #waiting = new Map();
  #known = new Map();
  onSignal = () => {};

  constructor(name, role) {
    this.child = fork(fileURLToPath(new URL('./peer.js', import.meta.url)), [name, role], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.child.on('message', (message) => {
      if (message.signal) return this.onSignal(message.signal);
      const [[kind, value]] = Object.entries(message);
      const waiting = this.#waiting.get(kind);
      if (waiting) waiting(value);
      else this.#known.set(kind, value);
    });
  }

  next(kind) {
    const known = this.#known.get(kind);
    if (known !== undefined) {
      this.#known.delete(kind);
      return Promise.resolve(known);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(kind, (value) => {
        this.#waiting.delete(kind);
        resolve(value);
      });
      this.#waiting.set('failed', (why) => reject(new Error(why)));
      this.child.once('exit', (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)));
    });
  }

  send(message) {
    this.child.send(message);
  }
}

/** One run: MB/s from the first send to the last message, and CPU seconds of both processes a GB. */
async function measure(name, size) {
  const receiver = new Peer(name, 'answerer');
  await receiver.next('loaded');
  const sender = new Peer(name, 'offerer');
  sender.onSignal = (signal) => receiver.send({ signal });
  receiver.onSignal = (signal) => sender.send({ signal });
  try {
    await Promise.all([sender.next('open'), receiver.next('open')]);
    const count = Math.ceil(bytesOf(size) / size);
    receiver.send({ expect: { size, count } });
    await receiver.next('ready');
    const received = receiver.next('received');
    sender.send({ go: { size, count } });
    const [{ start, cpu }, { at, cpu: receiverCpu }] = await Promise.all([sender.next('sent'), received]);
    sender.send({ clock: true });
    const senderCpu = (await sender.next('clock')) - cpu;
    const bytes = count * size;
    return {
      megabytesPerSecond: bytes / 1e3 / (at - start),
      messagesPerSecond: (count * 1000) / (at - start),
      cpuSecondsPerGigabyte: (senderCpu + receiverCpu) / 1e3 / (bytes / 1e9),
    };
  } finally {
    sender.child.kill('SIGKILL');
    receiver.child.kill('SIGKILL');
  }
}

const withLimit = (promise) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** results[size][name] = one entry a round, or what failed. */
const results = {};
for (const size of sizes) {
  const ofSize = (results[size] = Object.fromEntries(names.map((name) => [name, []])));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      process.stderr.write(`\r\x1b[K${size} B, round ${round + 1} of ${rounds}: ${name}`);
      const outcome = await withLimit(measure(name, size)).catch((error) => ({ failed: error.message }));
      ofSize[name].push(outcome);
    }
  }
}
process.stderr.write('\r\x1b[K');

function row(size, name) {
  const runs = results[size][name];
  const failed = runs.find((run) => run.failed);
  if (failed) return `| ${size} | ${name} | ${failed.failed} | | | | |`;
  const ours = results[size].peerline;
  const ratio = (of) => (ours && name !== 'peerline' ? `${median(runs.map((run, round) => of(run, ours[round]))).toFixed(1)}` : '');
  const of = (member) => median(runs.map((run) => run[member]));
  return `| ${size} | ${name} | ${of('megabytesPerSecond').toFixed(1)} | ${Math.round(of('messagesPerSecond')).toLocaleString('en')} | ${of('cpuSecondsPerGigabyte').toFixed(1)} | ${ratio(
    (theirs, own) => own.megabytesPerSecond / theirs.megabytesPerSecond,
  )} | ${ratio((theirs, own) => theirs.cpuSecondsPerGigabyte / own.cpuSecondsPerGigabyte)} |`;
}

if (options.json) console.log(JSON.stringify(results, null, 1));
else {
  console.log('| bytes | package | MB/s | messages/s | CPU s/GB | our speed : its | its CPU : ours |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const size of sizes) for (const name of names) console.log(row(size, name));
}

// One end of a measured connection in a process of its own, driven over IPC by bench.js.

import { HIGH, LOW, STACKS } from './stacks.js';

const [name, role] = process.argv.slice(2);
const { load, create } = STACKS[name];
const tell = (message) => process.send(message);
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Every message is this pattern, with its number in the first four bytes. */
function patterned(size) {
  return Buffer.from(Uint8Array.from({ length: size }, (_, index) => (index * 7 + 3) & 0xff));
}

let receiving = null;

function receive(data) {
  if (!receiving) return;
  const bytes = data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const { expected, count } = receiving;
  expected.writeUInt32LE(receiving.number, 0);
  if (!bytes.equals(expected)) {
    tell({ failed: `message ${receiving.number} is not what was sent` });
    receiving = null;
    return;
  }
  receiving.number += 1;
  if (receiving.number < count) return;
  tell({ received: { at: Date.now(), cpu: cpuMs() - receiving.cpu } });
  receiving = null;
}

/** Waits until the queue is low. The look at the clock is for packages that forget the event. */
function room(end) {
  return new Promise((resolve) => {
    const timer = setInterval(() => end.buffered() <= LOW && done(), 20);
    const done = () => {
      clearInterval(timer);
      resolve();
    };
    end.onLow(done);
  });
}

async function send({ size, count }) {
  const message = patterned(size);
  const cpu = cpuMs();
  const start = Date.now();
  for (let number = 0; number < count; number += 1) {
    message.writeUInt32LE(number, 0);
    end.send(message);
    if (number % 16 === 15 && end.buffered() > HIGH) {
      await room(end);
    }
  }
  // What it takes until all has left belongs to the sender's cost as well: the runner asks for the clock at the end.
  tell({ sent: { start, cpu } });
}

const module = await load();
const end = create(module, role === 'offerer', (signal) => tell({ signal }), {
  open: () => tell({ open: true }),
  message: receive,
});

// Descriptions before candidates: not every package keeps a candidate that comes early.
let described = Promise.resolve();
process.on('message', ({ signal, expect, go, clock, stop }) => {
  if (signal?.description) described = end.setRemote(signal.description);
  else if (signal?.candidate) described = described.then(() => end.addCandidate(signal.candidate));
  else if (expect) {
    receiving = { ...expect, number: 0, expected: patterned(expect.size), cpu: cpuMs() };
    tell({ ready: true });
  } else if (go) send(go);
  else if (clock) tell({ clock: cpuMs() });
  else if (stop) process.exit(0);
});
tell({ loaded: true });

// Peerline in both roles against each other implementation: channels, messages both ways, what the options become, the end.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { happened, prepare, until } from './call.js';
import { others, peerline } from './stacks.js';

const LABEL = 'interop';
const SIZES = [1, 1200, 16_384, 65_535];
const IN_ORDER = 200;

const messagesFor = (largest, faults = []) => {
  const sizes = [...new Set([...SIZES, largest].filter(size => size <= largest))];
  const binary = sizes.map((length, seed) => ({ kind: 'binary', length, seed }));
  // A character of the text takes up to three bytes.
  const text = sizes.map((size, seed) => ({ kind: 'text', length: Math.max(1, Math.floor(size / 3)), seed }));
  const empty = faults.includes('empty') ? [] : [{ kind: 'text', length: 0, seed: 0 }, { kind: 'binary', length: 0, seed: 0 }];
  return [...binary, ...empty, ...text];
};

for (const other of others) {
  after(other.end);
  for (const [offerer, answerer] of [[peerline, other], [other, peerline]]) {
    const who = `${offerer.name} calls ${answerer.name}`;

    test(`${who}: messages both ways are the same`, async t => {
      const call = await open(t, offerer, answerer, {});
      await exchange(call.a, call.b, messagesFor(other.largest, offerer.faults));
      await exchange(call.b, call.a, messagesFor(other.largest, answerer.faults));
      assert.deepEqual(call.faults, []);
    });

    test(`${who}: many messages come in order`, async t => {
      const call = await open(t, offerer, answerer, {});
      const messages = Array.from({ length: IN_ORDER }, (_, at) => ({ kind: at % 2 ? 'text' : 'binary', length: 1 + ((at * 97) % 3000), seed: at }));
      await Promise.all([exchange(call.a, call.b, messages), exchange(call.b, call.a, messages)]);
    });

    if (!answerer.faults.includes('options')) test(`${who}: the options of a channel arrive`, async t => {
      const call = await open(t, offerer, answerer, { ordered: false, maxRetransmits: 2, protocol: 'chat' });
      const expected = { ordered: false, maxRetransmits: 2, maxPacketLifeTime: null, protocol: 'chat', negotiated: false };
      const unreliable = new Set([...answerer.faults, ...(offerer.faults.includes('unordered') ? ['ordered'] : [])]);
      const seen = await call.b.channel(LABEL);
      for (const [name, value] of Object.entries(expected)) if (!unreliable.has(name)) assert.equal(seen[name], value, name);
    });

    test(`${who}: a closed channel closes at the other end`, async t => {
      const call = await open(t, offerer, answerer, {});
      await call.b.closeChannel(LABEL);
      await happened(call.a, `close ${LABEL}`);
      await happened(call.b, `close ${LABEL}`);
    });

    if (other.media && !answerer.faults.includes('rejects')) {
      test(`${who}: audio and video are negotiated`, async t => {
        const call = await prepare(offerer, answerer);
        t.after(call.close);
        await call.a.addTransceiver('audio', 'recvonly');
        await call.a.addTransceiver('video', 'recvonly');
        await call.a.createChannel(LABEL, {});
        await call.a.offer();
        await happened(call.b, `datachannel ${LABEL}`);
        const of = async peer => (await peer.transceivers()).map(({ mid, currentDirection }) => `${mid} ${currentDirection}`);
        assert.deepEqual(await of(call.a), await of(call.b));
        assert.equal((await of(call.a)).length, 2);
        assert.deepEqual(call.faults, []);
      });
    }
  }
}

async function open(t, offerer, answerer, options) {
  const call = await prepare(offerer, answerer);
  t.after(call.close);
  await call.a.createChannel(LABEL, options);
  await call.a.offer();
  await Promise.all([happened(call.a, `open ${LABEL}`), happened(call.b, `datachannel ${LABEL}`)]);
  await until('the channel is open', async () => (await call.b.channel(LABEL)).readyState === 'open');
  return call;
}

async function exchange(from, to, messages) {
  const before = (await to.received()).length;
  const sent = [];
  for (const message of messages) sent.push({ label: LABEL, ...await from.send(LABEL, message) });
  await until(`${messages.length} messages`, async () => (await to.received()).length - before >= messages.length);
  assert.deepEqual((await to.received()).slice(before), sent);
}

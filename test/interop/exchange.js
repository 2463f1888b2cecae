// Sending messages from a page and comparing what comes back; runs in any browser that has `evaluate`.

export const MESSAGES = [
  { kind: 'text', length: 5 },
  { kind: 'text', length: 0 },
  { kind: 'binary', length: 1 },
  { kind: 'binary', length: 0 },
  { kind: 'binary', length: 1200 },
  { kind: 'binary', length: 65_536 },
  { kind: 'binary', length: 262_144 },
  { kind: 'text', length: 65_536 },
];

// Sends each over the echo call's chat channel and gives what comes back: its kind, and whether it is the same.
export function exchange(page, specs = MESSAGES) {
  return page.evaluate(async (specs) => {
    const { chat } = [...globalThis.peerline.calls.values()].find((call) => call.echo);
    const make = ({ kind, length }) => {
      if (kind === 'text') return 'ä€😀x'.repeat(Math.ceil(length / 5)).slice(0, length);
      return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
    };
    const same = (sent, back) => {
      if (typeof sent === 'string') return sent === back;
      const bytes = new Uint8Array(back);
      return bytes.length === sent.length && bytes.every((byte, i) => byte === sent[i]);
    };
    const results = [];
    for (const spec of specs) {
      const sent = make(spec);
      const back = new Promise((resolve, reject) => {
        chat.addEventListener('message', ({ data }) => resolve(data), { once: true });
        setTimeout(() => reject(new Error(`no echo of ${spec.kind} ${spec.length}`)), 20_000);
      });
      chat.send(sent);
      const data = await back;
      results.push({ ...spec, kindBack: typeof data === 'string' ? 'text' : 'binary', same: same(sent, data) });
    }
    return results;
  }, specs);
}

// Two peers and the wire between them.

const PATIENCE = Number(process.env.PATIENCE_MS ?? 20_000);

/**
 * Makes both peers; signals go from one to the other in order.
 * @param {import('./stacks.js').Stack} offerer @param {import('./stacks.js').Stack} answerer
 */
export async function prepare(offerer, answerer) {
  const faults = [];
  const wire = () => {
    const waiting = [];
    let peer = null;
    let last = Promise.resolve();
    const deliver = signal => { last = last.then(() => peer.receive(signal)).catch(error => faults.push(error)); };
    return {
      send: signal => (peer ? deliver(signal) : waiting.push(signal)),
      connect: to => {
        peer = to;
        for (const signal of waiting.splice(0)) deliver(signal);
      },
    };
  };
  const [toAnswerer, toOfferer] = [wire(), wire()];
  const a = await offerer.create(toAnswerer.send);
  const b = await answerer.create(toOfferer.send);
  toAnswerer.connect(b);
  toOfferer.connect(a);
  return { a, b, faults, close: async () => { await a.close(); await b.close(); } };
}

/** Waits until a peer has seen an event. */
export const happened = (peer, event) => until(event, async () => (await peer.events()).includes(event));

/** Waits until a check holds. */
export async function until(what, holds) {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

// What a call can do: the pair in use and its figures from getStats, round trips and throughput through its own channels.

// Bytes on their way at most: the other side sends all of it back and can't hold more than its send buffer takes.
const WINDOW = 6 * 1024 * 1024;
const MIB = 1024 * 1024;

export async function pathOf(pc) {
  const report = await pc.getStats();
  const all = [...report.values()];
  const transport = all.find((stat) => stat.type === 'transport' && stat.selectedCandidatePairId);
  const pair = report.get(transport?.selectedCandidatePairId)
    ?? all.find((stat) => stat.type === 'candidate-pair' && stat.nominated && stat.state === 'succeeded');
  if (!pair) return null;
  return {
    local: report.get(pair.localCandidateId),
    remote: report.get(pair.remoteCandidateId),
    rtt: pair.currentRoundTripTime,
    sent: pair.bytesSent,
    received: pair.bytesReceived,
    dtls: transport?.tlsVersion,
    cipher: transport?.dtlsCipher,
  };
}

// Calls `tell` with each round trip in milliseconds, one a second, until the channel closes.
export function ping(channel, tell) {
  let timer = 0;
  const send = () => {
    if (channel.readyState === 'open' && channel.bufferedAmount === 0) channel.send(`ping ${performance.now()}`);
  };
  channel.onmessage = ({ data }) => {
    const sent = Number(String(data).slice(5));
    if (Number.isFinite(sent)) tell(performance.now() - sent);
  };
  const start = () => {
    send();
    timer = setInterval(send, 1000);
  };
  channel.addEventListener('close', () => clearInterval(timer));
  if (channel.readyState === 'open') start();
  else channel.addEventListener('open', start);
}

// Sends so many MiB, waits for all of it to come back, compares. Gives seconds and MB/s in each direction.
export function throughput(channel, maxMessageSize, mebibytes, progress) {
  const size = Math.min(64 * 1024, maxMessageSize || 64 * 1024);
  const total = mebibytes * MIB;
  const chunk = new Uint8Array(size);
  for (let i = 0; i < size; i += 1) chunk[i] = (i * 31 + (i >> 8)) & 255;
  let sent = 0;
  let back = 0;
  const started = performance.now();

  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      channel.onmessage = null;
      channel.onbufferedamountlow = null;
      channel.removeEventListener('close', lost);
      settle(value);
    };
    const lost = () => finish(reject, new Error('the channel closed'));
    const push = () => {
      try {
        while (sent < total && sent - back < WINDOW && channel.bufferedAmount < WINDOW / 2) {
          const length = Math.min(size, total - sent);
          channel.send(length === size ? chunk : chunk.subarray(0, length));
          sent += length;
        }
      } catch (error) {
        finish(reject, error);
      }
    };
    channel.bufferedAmountLowThreshold = WINDOW / 8;
    channel.onbufferedamountlow = push;
    channel.addEventListener('close', lost);
    channel.onmessage = ({ data }) => {
      const bytes = new Uint8Array(data);
      const last = bytes.length - 1;
      if (bytes[0] !== chunk[0] || bytes[last] !== chunk[last] || bytes[last >> 1] !== chunk[last >> 1]) {
        return finish(reject, new Error('what came back differs from what was sent'));
      }
      back += bytes.length;
      progress(back / total);
      if (back < total) return push();
      const seconds = (performance.now() - started) / 1000;
      finish(resolve, { seconds, rate: total / seconds / 1e6 });
    };
    push();
  });
}

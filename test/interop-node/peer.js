// One end of a call, written against the W3C interface alone: it runs with any implementation in Node.js and, as it is, in a browser.
// Everything that crosses its border is JSON, so that the other end may be in another process.

/**
 * @param {typeof RTCPeerConnection} Connection
 * @param {object} configuration
 * @param {(signal: {description?: object, candidate?: object}) => void} send to the other end
 */
export function createPeer(Connection, configuration, send) {
  const connection = new Connection(configuration);
  const channels = new Map();
  const received = [];
  const events = [];

  const bytesOf = ({ length, seed }) => Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) * 7 + seed) & 255);
  const textOf = ({ length, seed }) => Array.from({ length }, (_, at) => 'aä€z'[(at + seed) % 4]).join('');
  // A message as {kind, length, sum}: enough to tell whether it is the one that was sent.
  const digest = bytes => bytes.reduce((sum, byte, at) => (Math.imul(sum, 16777619) ^ (byte + (at & 255))) >>> 0, 2166136261);
  const describe = data => {
    if (typeof data === 'string') return { kind: 'text', length: data.length, sum: digest(new TextEncoder().encode(data)) };
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { kind: 'binary', length: bytes.length, sum: digest(bytes) };
  };

  const adopt = channel => {
    channels.set(channel.label, channel);
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => events.push(`open ${channel.label}`);
    channel.onclose = () => events.push(`close ${channel.label}`);
    channel.onmessage = ({ data }) => received.push({ label: channel.label, ...describe(data) });
  };
  connection.ondatachannel = ({ channel }) => {
    events.push(`datachannel ${channel.label}`);
    adopt(channel);
  };
  connection.onicecandidate = ({ candidate }) => { if (candidate) send({ candidate: plain(candidate) }); };
  connection.onconnectionstatechange = () => events.push(`connection ${connection.connectionState}`);
  const plain = candidate => (typeof candidate.toJSON === 'function' ? candidate.toJSON()
    : { candidate: candidate.candidate, sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex });
  const description = () => ({ type: connection.localDescription.type, sdp: connection.localDescription.sdp });
  // Implementations differ in whether a candidate may come before the description it belongs to.
  const early = [];
  const addCandidate = async candidate => {
    if (!connection.remoteDescription) early.push(candidate);
    else await connection.addIceCandidate(candidate);
  };
  const flush = async () => { for (const candidate of early.splice(0)) await connection.addIceCandidate(candidate); };

  return {
    createChannel(label, options) { adopt(connection.createDataChannel(label, options)); },
    addTransceiver(kind, direction) { connection.addTransceiver(kind, { direction }); },
    async offer() {
      await connection.setLocalDescription(await connection.createOffer());
      send({ description: description() });
    },
    async receive({ description: remote, candidate }) {
      if (candidate) return addCandidate(candidate);
      await connection.setRemoteDescription(remote);
      await flush();
      if (remote.type !== 'offer') return;
      await connection.setLocalDescription(await connection.createAnswer());
      send({ description: description() });
    },
    send(label, message) {
      const data = message.kind === 'text' ? textOf(message) : bytesOf(message);
      channels.get(label).send(data);
      return describe(data);
    },
    received: () => received,
    events: () => events,
    channel(label) {
      const channel = channels.get(label);
      const { readyState, ordered, maxRetransmits, maxPacketLifeTime, protocol, negotiated, id } = channel;
      return { readyState, ordered, maxRetransmits: maxRetransmits ?? null, maxPacketLifeTime: maxPacketLifeTime ?? null, protocol, negotiated, id };
    },
    transceivers: () => connection.getTransceivers().map(({ mid, currentDirection }) => ({ mid, currentDirection })),
    closeChannel(label) { channels.get(label).close(); },
    close() { connection.close(); },
  };
}

// The packages under test. Each entry makes one end of a connection with one data channel, through the API that its users use.
// An end: { setRemote(description), addCandidate(candidate), send(bytes), buffered(), onLow(callback), close() };
// `signal(message)` and `events` ({open(), message(bytes)}) are what it calls.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** The sender waits at HIGH bytes queued, and goes on at LOW. */
export const HIGH = 1024 * 1024;
export const LOW = 256 * 1024;

export const STACKS = {
  peerline: { load: () => require('../../io/peerline-node'), create: w3c },
  'node-datachannel': { load: () => import('node-datachannel'), create: nodeDataChannel },
  'node-datachannel/polyfill': { load: () => import('node-datachannel/polyfill'), create: w3c },
  '@roamhq/wrtc': { load: () => require('@roamhq/wrtc'), create: w3c },
  // It keeps what it is given instead of a copy, so it is given a copy.
  werift: { load: () => require('werift'), create: (...given) => sendingCopies(w3c(...given)) },
};

/** Any package with the browser's API. */
function w3c({ RTCPeerConnection }, isOfferer, signal, events) {
  const connection = new RTCPeerConnection({ iceServers: [] });
  let channel;
  connection.onicecandidate = ({ candidate }) => candidate && signal({ candidate: candidate.toJSON?.() ?? candidate });
  const adopt = (opened) => {
    channel = opened;
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }) => events.message(data);
    if (channel.readyState === 'open') events.open();
    else channel.onopen = () => events.open();
  };
  const describe = async (make) => {
    await connection.setLocalDescription(await make.call(connection));
    const { type, sdp } = connection.localDescription;
    signal({ description: { type, sdp } });
  };
  if (isOfferer) {
    adopt(connection.createDataChannel('bench'));
    describe(connection.createOffer);
  } else {
    connection.ondatachannel = ({ channel: opened }) => adopt(opened);
  }
  return {
    async setRemote(description) {
      await connection.setRemoteDescription(description);
      if (description.type === 'offer') await describe(connection.createAnswer);
    },
    addCandidate: (candidate) => connection.addIceCandidate(candidate),
    send: (bytes) => channel.send(bytes),
    buffered: () => channel.bufferedAmount,
    onLow(callback) {
      channel.bufferedAmountLowThreshold = LOW;
      channel.onbufferedamountlow = callback;
    },
    close: () => connection.close(),
  };
}

function sendingCopies(end) {
  return { ...end, send: (bytes) => end.send(Buffer.from(bytes)) };
}

/** node-datachannel's own API, which is the faster of its two. */
function nodeDataChannel({ default: module }, isOfferer, signal, events) {
  const connection = new module.PeerConnection('bench', { iceServers: [] });
  let channel;
  connection.onLocalDescription((sdp, type) => signal({ description: { type, sdp } }));
  connection.onLocalCandidate((candidate, sdpMid) => signal({ candidate: { candidate, sdpMid } }));
  const adopt = (opened) => {
    channel = opened;
    channel.onMessage((data) => events.message(data));
    if (channel.isOpen()) events.open();
    else channel.onOpen(() => events.open());
  };
  if (isOfferer) adopt(connection.createDataChannel('bench'));
  else connection.onDataChannel(adopt);
  return {
    setRemote: async ({ type, sdp }) => connection.setRemoteDescription(sdp, type),
    addCandidate: async ({ candidate, sdpMid }) => connection.addRemoteCandidate(candidate, sdpMid),
    send: (bytes) => channel.sendMessageBinary(bytes),
    buffered: () => channel.bufferedAmount(),
    onLow(callback) {
      channel.setBufferedAmountLowThreshold(LOW);
      channel.onBufferedAmountLow(callback);
    },
    close: () => connection.close(),
  };
}

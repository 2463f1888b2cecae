// Two connections in one process, connected.
import { RTCPeerConnection } from '../../dist/index.js';

/** Resolves with the first event of that type. */
export function once(target, type) {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

/** Signals between two connections: candidates as they come, then offer and answer. */
export async function negotiate(offerer, answerer) {
  offerer.onicecandidate = ({ candidate }) => answerer.addIceCandidate(candidate).catch(() => {});
  answerer.onicecandidate = ({ candidate }) => offerer.addIceCandidate(candidate).catch(() => {});
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription(offerer.localDescription);
  await answerer.setLocalDescription();
  await offerer.setRemoteDescription(answerer.localDescription);
}

/** Two connections with an open channel: `{ offerer, answerer, outgoing, incoming }`. */
export async function connectedPair(init) {
  const offerer = new RTCPeerConnection();
  const answerer = new RTCPeerConnection();
  const outgoing = offerer.createDataChannel('test', init);
  const opened = once(outgoing, 'open');
  const announced = once(answerer, 'datachannel');
  await negotiate(offerer, answerer);
  await opened;
  const { channel: incoming } = await announced;
  return { offerer, answerer, outgoing, incoming };
}

// Code as it is written for a browser: it has to compile against our declarations. `types.test.mjs` does that; nothing runs it.
import { mediaDevices, MediaStream, RTCDataChannel, RTCError, RTCIceTransport, RTCPeerConnection, RTCSessionDescription, RTCStatsReport, SFrameTransform } from '../../dist/index.js';

const connection = new RTCPeerConnection({ iceServers: [{ urls: 'stun:stun.example.org' }] });
// What takes a browser's connection takes ours.
export const asInABrowser: globalThis.RTCPeerConnection = connection;

connection.onicecandidate = ({ candidate }) => console.log(candidate?.candidate);
connection.ondatachannel = ({ channel }) => {
  channel.onmessage = ({ data }) => console.log(data);
};
connection.addEventListener('track', ({ track, streams }) => console.log(track.kind, streams[0]?.id));
connection.addEventListener('icecandidateerror', ({ errorCode }) => console.log(errorCode));
connection.addEventListener('anything', ({ type }) => console.log(type), { once: true });

const channel: RTCDataChannel = connection.createDataChannel('chat', { ordered: false, maxRetransmits: 0 });
channel.addEventListener('message', ({ data }) => console.log(data));
channel.send('text');
channel.send(new Uint8Array(1));
channel.send(new Blob([]));
// @ts-expect-error a channel sends no numbers
channel.send(5);
// @ts-expect-error read-only
channel.label = 'other';

export async function call(): Promise<void> {
  await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
  await connection.setRemoteDescription(new RTCSessionDescription({ type: 'answer', sdp: '' }));
  const stream: MediaStream = await mediaDevices.getUserMedia({ audio: true, video: { width: 640 } });
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
  const { sender, receiver } = connection.addTransceiver('video', { direction: 'recvonly' });
  await sender.setParameters(sender.getParameters());
  receiver.track.onunmute = () => console.log('flows');
  const report: RTCStatsReport = await connection.getStats();
  for (const [id, stats] of report) console.log(id, stats);
  const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA' });
  new RTCPeerConnection({ certificates: [certificate] }).close();
  sender.transform = new SFrameTransform({ cipherSuite: 'AES_128_GCM_SHA256_128' });
  const transport = new RTCIceTransport();
  transport.gather();
  transport.start({ usernameFragment: 'abcd', password: 'p'.repeat(22) }, 'controlling');
  try {
    await connection.addIceCandidate({ candidate: '' });
  } catch (error) {
    if (error instanceof RTCError) console.log(error.errorDetail);
  }
}

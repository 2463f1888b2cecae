// A process that answers its parent's connection, and exits when it is told to over the channel.
import { RTCPeerConnection } from '../../dist/index.js';

const connection = new RTCPeerConnection();
connection.onicecandidate = ({ candidate }) => process.send({ candidate: candidate?.toJSON() });
connection.ondatachannel = ({ channel }) => {
  channel.onmessage = () => process.exit(3);
};
process.on('message', async ({ description, candidate }) => {
  if (!description) return connection.addIceCandidate(candidate);
  await connection.setRemoteDescription(description);
  await connection.setLocalDescription();
  process.send({ description: connection.localDescription.toJSON() });
});

// One call between two connections, as a user of any runtime writes it: text and bytes both ways, then a clean end by itself.
import { RTCPeerConnection } from '../../io/peerline-node/dist/index.js';

const alice = new RTCPeerConnection();
const bob = new RTCPeerConnection();
alice.onicecandidate = ({ candidate }) => bob.addIceCandidate(candidate);
bob.onicecandidate = ({ candidate }) => alice.addIceCandidate(candidate);

const next = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

const chat = alice.createDataChannel('chat', { protocol: 'echo' });
chat.binaryType = 'arraybuffer';
bob.ondatachannel = ({ channel }) => {
  channel.onmessage = ({ data }) => channel.send(data);
};

await alice.setLocalDescription();
await bob.setRemoteDescription(alice.localDescription);
await bob.setLocalDescription();
await alice.setRemoteDescription(bob.localDescription);
await next(chat, 'open');

chat.send('hello');
const text = (await next(chat, 'message')).data;
const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
chat.send(bytes);
const echoed = new Uint8Array((await next(chat, 'message')).data);
const stats = await alice.getStats();
const closed = next(chat, 'close');
bob.close();
await closed;
alice.close();

console.log(JSON.stringify({
  text,
  equal: echoed.length === bytes.length && echoed.every((byte, index) => byte === bytes[index]),
  channels: [...stats.values()].filter(({ type }) => type === 'data-channel').length,
  states: [alice.connectionState, chat.readyState],
  isEventTarget: alice instanceof EventTarget,
}));

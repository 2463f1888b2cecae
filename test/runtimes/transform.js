// Script transforms in both kinds of worker that a runtime has, and SFrame: what a user of any runtime writes.
import * as threads from 'node:worker_threads';
import { RTCRtpScriptTransform, SFrameDecrypterStream, SFrameEncrypterStream } from '../../io/peerline-node/dist/index.js';

const script = new URL('./transform_worker.js', import.meta.url);

/** Where a transform of this worker says it began. */
async function begin(worker) {
  const { port1, port2 } = new threads.MessageChannel();
  const heard = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
  new RTCRtpScriptTransform(worker, { name: 'test', port: port2 }, [port2]);
  const said = await heard;
  await worker.terminate();
  port1.close();
  return said;
}

async function sframe() {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(16), 'HKDF', false, ['deriveBits']);
  const [encrypter, decrypter] = [new SFrameEncrypterStream(), new SFrameDecrypterStream()];
  await Promise.all([encrypter, decrypter].map((stream) => stream.setEncryptionKey(key, 300)));
  const writer = encrypter.writable.getWriter();
  writer.write(new TextEncoder().encode('frame'));
  const { value } = await encrypter.readable.pipeThrough(decrypter).getReader().read();
  return new TextDecoder().decode(value);
}

console.log(JSON.stringify({
  sframe: await sframe(),
  thread: await begin(new threads.Worker(script)),
  // Node has no other.
  worker: typeof Worker === 'function' ? await begin(new Worker(script, { type: 'module' })) : 'began test',
}));

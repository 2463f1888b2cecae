/** Encoded streams in another thread than their sender or receiver: frames cross over a port, one object each way. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { registerTransferable } from '../structured_clone';
import { frameFromData, isFrame, takeFrame, type FrameData } from './encoded_frame';
import { EncodedStreams, FRAMES_WAITING } from './encoded_streams';
import { hear } from './script_messages';

/** What a stream's two halves say: a frame, or that the script wants no more or has no more. */
type Message = { frame: FrameData } | { ended: true };

function post(port: MessagePort, frame: unknown): void {
  if (!isFrame(frame)) throw new TypeError('Not an encoded frame');
  const data = takeFrame(frame);
  port.postMessage({ frame: data } satisfies Message, [data.data]);
}

/** The script's half of a readable stream, over there. */
function readableFrom(port: MessagePort): ReadableStream<unknown> {
  return new ReadableStream(
    {
      start: (controller) => hear(port, (message: Message) => {
        if ('frame' in message && (controller.desiredSize ?? 0) > 0) controller.enqueue(frameFromData(message.frame));
      }),
      cancel: () => port.postMessage({ ended: true } satisfies Message),
    },
    { highWaterMark: FRAMES_WAITING },
  );
}

/** Passes the frames of a stream on, until the other side has enough. */
async function passOn(stream: ReadableStream<unknown>, port: MessagePort): Promise<void> {
  const reader = stream.getReader();
  hear(port, () => void reader.cancel());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return port.close();
    post(port, value);
  }
}

registerTransferable<ReadableStream<unknown>, MessagePort>({
  name: 'RTCEncodedReadableStream',
  matches: EncodedStreams.isReadable,
  isTransferable: (stream) => !stream.locked,
  transfer(stream) {
    const { port1, port2 } = new MessageChannel();
    void passOn(stream, port1);
    return { data: port2, transfer: [port2] };
  },
  receive: readableFrom,
});

registerTransferable<WritableStream<unknown>, MessagePort>({
  name: 'RTCEncodedWritableStream',
  matches: EncodedStreams.isWritable,
  isTransferable: (stream) => !stream.locked,
  transfer(stream) {
    const { port1, port2 } = new MessageChannel();
    const writer = stream.getWriter();
    hear(port1, (message: Message) => {
      // A frame that is refused here is lost: its writer is far away.
      if ('frame' in message) writer.write(frameFromData(message.frame)).catch(() => undefined);
    });
    return { data: port2, transfer: [port2] };
  },
  receive: (port) => new WritableStream({ write: (frame) => post(port, frame) }),
});

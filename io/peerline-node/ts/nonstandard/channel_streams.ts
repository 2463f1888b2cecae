/** A data channel as a pair of WHATWG streams, with back pressure in both directions. */
import { channelFriend, type RTCDataChannel } from '../peer_connection/rtc_data_channel';
import { iterateMessages } from '../peer_connection/message_iteration';

/** Writing pauses when more than this waits unsent … */
const HIGH_BYTES = 1024 * 1024;
/** … until it has fallen to this. */
const LOW_BYTES = 256 * 1024;

type Outgoing = string | Blob | ArrayBuffer | ArrayBufferView;

/** The two directions of a channel. */
export interface ChannelStreams {
  /** What comes: strings, and bytes as the channel's `binaryType` says. It ends when the channel closes. */
  readable: ReadableStream<string | ArrayBuffer | Blob>;
  /** What goes: each chunk is one message. Closing it closes the channel behind what was written. */
  writable: WritableStream<Outgoing>;
}

/**
 * The messages of a channel as streams. From now on no `message` event fires; not reading holds the peer back, and `write` is fulfilled
 * when there is room for more. It sets the channel's `bufferedAmountLowThreshold`.
 */
export function streams(channel: RTCDataChannel): ChannelStreams {
  const messages = iterateMessages(channel);
  channel.bufferedAmountLowThreshold = LOW_BYTES;
  return {
    readable: new ReadableStream(
      {
        async pull(controller): Promise<void> {
          const { value, done } = await messages.next();
          if (done) {
            controller.close();
          } else {
            controller.enqueue(value);
          }
        },
        async cancel(): Promise<void> {
          channel.close();
          await messages.return();
        },
      },
      { highWaterMark: 0 },
    ),
    writable: new WritableStream<Outgoing>({
      start: () => until(channel, 'open', () => channel.readyState !== 'connecting'),
      async write(message): Promise<void> {
        channel.send(message as string);
        await until(channel, 'bufferedamountlow', () => channel.bufferedAmount <= HIGH_BYTES);
      },
      async close(): Promise<void> {
        channel.close();
        await until(channel, 'close', () => false);
      },
      abort: () => channel.close(),
    }),
  };
}

/** Waits for one event, unless things are so already or the channel ends. */
async function until(channel: RTCDataChannel, type: string, isSo: () => boolean): Promise<void> {
  if (isSo() || channel.readyState === 'closed') return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      channel.removeEventListener(type, done);
      stopListening();
      resolve();
    };
    const stopListening = channelFriend.onEnd(channel, done);
    channel.addEventListener(type, done);
  });
}

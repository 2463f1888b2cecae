/**
 * How a port gets to the package in another thread, past the script's own messages.
 *
 * Node's workers: `postMessageToThread`, once the package there has said that it listens (nobody can
 * send to a thread that doesn't). It says so on a broadcast channel, on its own when it begins and again whenever it is asked.
 * Workers of the web's kind (Bun, Deno): an ordinary message, which the package there takes before the script's listeners see it.
 */
import * as threads from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/** The one property of the message that carries a port. */
export const OPENING = 'peerline:rtctransform';

export interface Opening {
  readonly [OPENING]: MessagePort;
}

export function isOpening(data: unknown): data is Opening {
  return typeof data === 'object' && data !== null && OPENING in data;
}

/** On the broadcast channel: who listens, and who should say whether he does. */
export type Announcement = { readonly listens: number } | { readonly asked: number };

/** A worker of Node's, or one of the environment's own class. */
export type AnyWorker = threads.Worker | { postMessage(message: unknown, transfer: readonly unknown[]): void };

/** In Node it is a handle that may keep the process alive, which @types/node leaves out. */
export type Channel = threads.BroadcastChannel & { ref?(): void; unref?(): void };

export function openChannel(receive: (announcement: Announcement) => void): Channel {
  const channel = new threads.BroadcastChannel(OPENING) as Channel;
  channel.onmessage = ({ data }: { data: unknown }) => receive(data as Announcement);
  channel.unref?.();
  return channel;
}

/** The number of a thread that is no more. */
const HAS_ENDED = -1;

/** Threads that someone waits for, by their number. */
const waiting = new Map<number, () => void>();
const listening = new WeakMap<threads.Worker, Promise<void>>();
let channel: Channel | undefined;

/** Resolves when the package in the worker listens; never if it is not loaded there. */
function untilItListens(worker: threads.Worker): Promise<void> {
  const { threadId } = worker;
  channel ??= openChannel((announcement) => {
    if (!('listens' in announcement)) return;
    waiting.get(announcement.listens)?.();
    waiting.delete(announcement.listens);
  });
  const known = listening.get(worker);
  if (known) return known;
  const promise = new Promise<void>((resolve) => waiting.set(threadId, resolve));
  listening.set(worker, promise);
  worker.once('exit', () => waiting.delete(threadId));
  channel.postMessage({ asked: threadId } satisfies Announcement);
  return promise;
}

/** Gives the port to the package in the worker, as soon as it is there. */
export function sendPort(worker: AnyWorker, port: MessagePort): void {
  const message: Opening = { [OPENING]: port };
  if (!(worker instanceof threads.Worker)) {
    worker.postMessage(message, [port]);
    return;
  }
  if (!('postMessageToThread' in threads)) throw new DOMException('Transforms in threads need Node 20.19, 22.5 or later', 'NotSupportedError');
  const { threadId } = worker;
  if (threadId === HAS_ENDED) return port.close();
  const send = async (): Promise<void> => {
    await untilItListens(worker);
    await threads.postMessageToThread(threadId, message, [port]);
  };
  // The worker has ended: then nobody transforms.
  send().catch(() => port.close());
}

// `new Worker(…)` of a page: a thread with a dedicated worker global scope (worker_scope.js). HTML §10.2.6.

import { resolveObjectURL } from 'node:buffer';
import { Worker as Thread } from 'node:worker_threads';
import { defineHandlers } from '../dom/handlers.js';
import { ErrorEvent } from './events.js';
import { messageEvent } from './messages.js';

const SCOPE = new URL('./worker_scope.js', import.meta.url);

/**
 * @param {import('./browsing_context.js').Environment} environment @param {URL} base of relative addresses
 * @returns {typeof EventTarget} the interface, of which module and page see the same
 */
export function createWorkerClass({ job, messages, server }, base) {
  class Worker extends EventTarget {
    #thread;

    constructor(address, { name = '', type = 'classic' } = {}) {
      super();
      if (type !== 'classic') throw new DOMException('only classic workers are there', 'NotSupportedError');
      const url = new URL(String(address), base);
      const { port1: ours, port2: theirs } = new MessageChannel();
      const workerData = { job, url: url.href, base: base.href, name, control: theirs };
      this.#thread = new Thread(SCOPE, { workerData, transferList: [theirs], execArgv: ['--no-warnings'] });
      this.#thread.on('message', ({ data, ports }) => this.dispatchEvent(messageEvent(messages.unpack(data), { ports })));
      this.#thread.on('messageerror', () => this.dispatchEvent(new Event('messageerror')));
      this.#thread.on('error', error => this.#failed(String(error?.message ?? error)));
      ours.on('message', ({ uncaught }) => this.#failed(uncaught));
      ours.unref();
      // The address is read at once: a page may revoke it in its next line.
      sourceOf(url, server).then(script => ours.postMessage({ script }), error => this.#failed(error.message));
    }

    // Just as the page has it: the module under test may have its own conversation with its half in the worker.
    postMessage(data, options) {
      const parcel = messages.pack(data, options);
      this.#thread.postMessage(parcel.data, parcel.transfer);
    }

    terminate() { this.#thread.terminate(); }

    #failed(message) {
      this.dispatchEvent(new ErrorEvent('error', { cancelable: true, message }));
    }
  }
  defineHandlers(Worker.prototype, ['message', 'messageerror', 'error']);
  return Worker;
}

async function sourceOf(url, server) {
  if (url.protocol === 'blob:') {
    const blob = resolveObjectURL(url.href);
    if (!blob) throw new DOMException(`${url} is not there`, 'NetworkError');
    return blob.text();
  }
  if (url.protocol === 'data:') return (await fetch(url)).text();
  return server.text(url);
}

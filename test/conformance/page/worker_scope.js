// The thread of a dedicated worker: its global scope, then its script. HTML §10.2.1, §10.3.

import vm from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { loadAdapter } from '../adapters/load.js';
import { defineHandlers } from '../dom/handlers.js';
import { Server } from '../server/server.js';
import { ErrorEvent, PromiseRejectionEvent, reportException, reportUncaught } from './events.js';
import { createFetch } from './fetch.js';
import { becomeEventTarget, expose } from './global_scope.js';
import { completeLanguage } from './language.js';
import { Messages, messageEvent } from './messages.js';
import { mainRealm } from './realm.js';
import { createWorkerClass } from './worker.js';

class WorkerGlobalScope extends EventTarget {}
class DedicatedWorkerGlobalScope extends WorkerGlobalScope {}
class WorkerLocation {}
class WorkerNavigator {}
defineHandlers(DedicatedWorkerGlobalScope.prototype, ['message', 'messageerror', 'error', 'unhandledrejection']);

const { job, url, base, name } = workerData;
const server = new Server(job.root);
const adapter = await loadAdapter(job);
const messages = new Messages(adapter);
const location = new URL(url);
// What `blob:` and `data:` scripts import is relative to their page.
const importBase = /^(blob|data):/.test(url) ? new URL(base) : location;
const scope = globalThis;

const evaluate = (code, filename) => vm.runInThisContext(code, { filename });

function importScripts(...addresses) {
  for (const address of addresses) {
    const found = server.get(new URL(String(address), importBase));
    if (!found) throw new DOMException(`${address} is not there`, 'NetworkError');
    evaluate(String(found.body), String(address));
  }
}

function furnish() {
  becomeEventTarget(scope, DedicatedWorkerGlobalScope);
  completeLanguage(mainRealm());
  scope.self = scope;
  const secure = importBase.protocol === 'https:';
  const fixed = { location, name, origin: importBase.origin, isSecureContext: secure, navigator: Object.assign(new WorkerNavigator(), { userAgent: 'conformance' }) };
  for (const [key, value] of Object.entries(fixed)) Object.defineProperty(scope, key, { value, configurable: true, enumerable: true });
  expose(scope, { WorkerGlobalScope, DedicatedWorkerGlobalScope, WorkerLocation, WorkerNavigator, ErrorEvent, PromiseRejectionEvent });
  expose(scope, adapter.workerGlobals ?? adapter.globals);
  expose(scope, { Worker: createWorkerClass({ job, messages, server }, importBase) });
  Object.assign(scope, {
    importScripts,
    fetch: createFetch(server, importBase),
    structuredClone: (value, options) => messages.clone(value, options).data,
    close: () => process.exit(),
    postMessage: (data, options) => {
      const { transfer, ...parcel } = messages.pack(data, options);
      parentPort.postMessage(parcel, transfer);
    },
  });
}

furnish();
// HTML §10.2.5: what a worker does not handle is an error event at its owner.
const tellOwner = uncaught => parentPort.postMessage({ uncaught });
reportUncaught(scope, tellOwner);
adapter.enterWorker?.(scope);

// The first message is the script; those that the page sent before it was read wait in `early`.
const early = [];
let running = false;
const deliver = ({ data, ports }) => scope.dispatchEvent(messageEvent(messages.unpack(data), { ports }));
parentPort.on('message', message => {
  if (running) return deliver(message);
  if (!('start' in message)) return early.push(message);
  try {
    evaluate(message.start, url);
  } catch (error) {
    reportException(scope, error, tellOwner);
  }
  running = true;
  for (const each of early.splice(0)) deliver(each);
});

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

// Before the module under test is loaded: it may want to listen for events of the scope.
const scope = globalThis;
becomeEventTarget(scope, DedicatedWorkerGlobalScope);

const { job, url, base, name, control } = workerData;
const server = new Server(job.root);
const adapter = await loadAdapter(job);
const messages = new Messages(adapter);
const location = new URL(url);
// What `blob:` and `data:` scripts import is relative to their page.
const importBase = /^(blob|data):/.test(url) ? new URL(base) : location;
const evaluate = (code, filename) => vm.runInThisContext(code, { filename });

function importScripts(...addresses) {
  for (const address of addresses) {
    const found = server.get(new URL(String(address), importBase));
    if (!found) throw new DOMException(`${address} is not there`, 'NetworkError');
    evaluate(String(found.body), String(address));
  }
}

function furnish() {
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

// HTML §10.2.5: what a worker does not handle is an error event at its owner.
const tellOwner = uncaught => control.postMessage({ uncaught });

furnish();
reportUncaught(scope, tellOwner);
adapter.enterWorker?.(scope);

control.once('message', ({ script }) => {
  try {
    evaluate(script, url);
  } catch (error) {
    reportException(scope, error, tellOwner);
  }
  // After the script: what the module under test listens for there is not for the script.
  parentPort.addEventListener('message', ({ data, ports }) => scope.dispatchEvent(messageEvent(messages.unpack(data), { ports: [...ports] })));
  parentPort.start();
});

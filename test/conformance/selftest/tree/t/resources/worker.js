importScripts('worker_helper.js');
if (!(self instanceof DedicatedWorkerGlobalScope) || typeof document !== 'undefined') throw new Error('this is no worker');
onmessage = ({ data, ports }) => (ports[0] ?? self).postMessage(answer(data));

// Loads the module under test and the adapter that says where its things are.

import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What an adapter (a function of the loaded module) returns. Only `globals` must be there.
 * @typedef {object} Adapter
 * @property {Record<string, unknown>} globals interface objects by name
 * @property {Record<string, unknown>} [workerGlobals] those of a dedicated worker; all of them unless said
 * @property {object} [mediaDevices] becomes `navigator.mediaDevices` in secure contexts
 * @property {(name: string, state: string) => void} [setPermission] tells the module what the user answered
 * @property {(options: {width: number, height: number}) => {track: object, push: Function, close?: Function}} [createVideoSource]
 *   `push({width, height, rgba})`; without it a canvas cannot be captured
 * @property {(options: {sampleRate: number}) => {track: object, push: Function, close?: Function}} [createAudioSource]
 *   `push({samples, sampleRate, channels})`; without it there is no Web Audio
 * @property {(track: object, onPicture: Function) => () => void} [attachVideoSink] called back with `{width, height, rgba()}`; returns what detaches
 * @property {(track: object, onBlock: Function) => () => void} [attachAudioSink] called back with `{samples, channels}`; returns what detaches
 * @property {(data: unknown, transfer: object[]) => {data: unknown, transfer: object[]}} [pack] makes platform objects fit to be cloned by Node.js
 * @property {(data: unknown) => unknown} [unpack] makes them again
 * @property {(scope: object) => void} [enterWorker] called in a worker before its script
 */

/**
 * @param {{module: string, adapter: string, base: string}} job @returns {Promise<Adapter>}
 */
export async function loadAdapter({ module, adapter, base }) {
  const require = createRequire(path.join(base, 'package.json'));
  const file = require.resolve(module.startsWith('.') ? path.resolve(base, module) : module);
  const { default: adapt } = await import(pathToFileURL(adapter));
  return adapt(await loadModule(require, file));
}

/** CommonJS first, since that is what a module shared by `require` and `import` is. */
async function loadModule(require, file) {
  try {
    return require(file);
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM') throw error;
    return import(pathToFileURL(file));
  }
}

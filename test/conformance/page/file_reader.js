// FileReader over Node's Blob. File API §6.2.

import { defineHandlers } from '../dom/handlers.js';

export class FileReader extends EventTarget {
  readyState = 0;
  result = null;
  error = null;

  readAsArrayBuffer(blob) { this.#read(blob.arrayBuffer()); }
  readAsText(blob) { this.#read(blob.text()); }

  async #read(bytes) {
    this.readyState = 1;
    let outcome;
    try {
      this.result = await bytes;
      outcome = 'load';
    } catch (error) {
      this.error = error;
      outcome = 'error';
    }
    this.readyState = 2;
    this.dispatchEvent(new Event(outcome));
    this.dispatchEvent(new Event('loadend'));
  }
}
defineHandlers(FileReader.prototype, ['load', 'error', 'loadend']);

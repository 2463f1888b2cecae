// The signaling protocol over a WebSocket: says hello, stays in the room, comes back after a lost connection.

const VERSION = 1;

export class Signaling extends EventTarget {
  #socket = null;
  #room = null;
  #name;
  #attempt = 0;
  #closed = false;
  me = null;
  stun = [];
  state = 'connecting';

  constructor(url, name) {
    super();
    this.url = url;
    this.#name = name;
    this.#open();
  }

  #open() {
    this.#become('connecting');
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#write({ type: 'hello', version: VERSION });
      if (this.#room) this.#write({ type: 'join', room: this.#room, name: this.#name });
    };
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => {
      if (this.#closed || this.#socket !== socket) return;
      this.me = null;
      this.#become('lost');
      const wait = Math.min(10_000, 250 * 2 ** this.#attempt++) * (0.5 + Math.random());
      setTimeout(() => this.#closed || this.#open(), wait);
    };
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }

  #write(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #hear(message) {
    if (message.type === 'welcome') {
      this.me = message.peer;
      this.stun = message.stun ?? [];
      this.#attempt = 0;
      this.#become('connected');
    }
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
    this.dispatchEvent(new CustomEvent('message', { detail: message }));
  }

  get iceServers() {
    const host = location.hostname;
    return this.stun.length ? [{ urls: this.stun.map((port) => `stun:${host}:${port}`) }] : [];
  }

  join(room) {
    this.#room = room;
    if (this.me) this.#write({ type: 'join', room, name: this.#name });
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#write({ type: 'join', room, name: this.#name });
  }

  send(message) {
    this.#write(message);
  }

  close() {
    this.#closed = true;
    this.#socket?.close();
  }
}

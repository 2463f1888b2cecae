// One call on the page: its card, kept up to date from the call's events and its statistics.

import { pathOf, ping, throughput } from './measure.js';

const TONES = {
  new: 'wait', connecting: 'wait', checking: 'wait', gathering: 'wait', disconnected: 'wait', closing: 'wait',
  'have-local-offer': 'wait', 'have-remote-offer': 'wait',
  connected: 'good', completed: 'good', complete: 'good', stable: 'good', open: 'good',
  failed: 'bad', closed: 'bad',
};

export class CallView {
  #call;
  #rtts = [];
  #timer;

  constructor(call, onGone) {
    this.#call = call;
    const card = document.getElementById('call-template').content.firstElementChild.cloneNode(true);
    this.card = card;
    card.dataset.peer = call.peer;
    card.dataset.kind = call.echo ? 'echo' : 'peer';
    const at = (selector) => card.querySelector(selector);
    this.at = at;
    at('.title').textContent = call.echo ? 'Echo peer' : call.name || `Peer ${call.peer.slice(0, 4)}`;
    at('.subtitle').textContent = call.echo
      ? (call.initiator ? 'native, inside the server; you called' : 'native, inside the server; it called you')
      : (call.initiator ? 'in this room; you called' : 'in this room; it called you');

    call.addEventListener('state', () => this.#states());
    call.addEventListener('story', () => this.#story());
    call.addEventListener('said', ({ detail }) => this.#said('theirs', detail));
    call.addEventListener('end', ({ detail }) => this.#ended(detail));
    at('.say').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send(at('.text'));
    });
    at('.measure').addEventListener('click', () => this.#measure());
    at('.hang-up').addEventListener('click', () => (call.closed ? onGone(this) : call.hangUp()));
    if (call.channels.ping) this.#startPing();
    this.#timer = setInterval(() => this.#path(), 1000);
    this.#states();
    this.#story();
  }

  #startPing() {
    if (this.pinging || !this.#call.channels.ping) return;
    this.pinging = true;
    ping(this.#call.channels.ping, (ms) => this.#rtt(ms));
  }

  #states() {
    const { pc, chat, dtlsState, closed } = this.#call;
    const states = {
      signaling: pc.signalingState,
      gathering: pc.iceGatheringState,
      ice: pc.iceConnectionState,
      dtls: dtlsState,
      channel: chat?.readyState ?? 'new',
    };
    for (const [name, state] of Object.entries(states)) {
      const cell = this.at(`[data-state="${name}"]`);
      cell.textContent = state;
      cell.dataset.tone = TONES[state] ?? 'wait';
    }
    const state = closed ? 'closed' : pc.connectionState;
    const pill = this.at('.state');
    pill.textContent = state;
    pill.dataset.tone = TONES[state] ?? 'wait';
    const open = !closed && chat?.readyState === 'open';
    this.card.toggleAttribute('data-live', open);
    for (const control of this.card.querySelectorAll('.say input, .say button')) control.disabled = !open;
    this.at('.measure').disabled = !open || this.measuring;
    this.at('.hang-up').textContent = closed ? 'Remove' : 'Hang up';
    this.#startPing();
    if (open) this.#path();
  }

  #story() {
    const list = this.at('.events');
    for (const { at, what } of this.#call.story.slice(list.children.length)) {
      const item = document.createElement('li');
      const time = document.createElement('time');
      time.textContent = `${at.toFixed(0)} ms`;
      item.append(time, what);
      list.append(item);
    }
  }

  async #path() {
    if (this.#call.closed) return;
    const path = await pathOf(this.#call.pc).catch(() => null);
    if (!path || this.#call.closed) return;
    this.path = path;
    this.#end('local', path.local);
    this.#end('remote', path.remote);
    this.at('.protocol').textContent = [path.local?.protocol?.toUpperCase(), path.dtls && dtlsName(path.dtls)].filter(Boolean).join(', ');
    this.at('.ice-rtt').textContent = path.rtt === undefined ? '–' : `${(path.rtt * 1000).toFixed(1)} ms`;
    this.at('.traffic').textContent = `${bytes(path.sent)} sent, ${bytes(path.received)} received`;
  }

  #end(side, candidate) {
    if (!candidate) return;
    const ip = candidate.address ?? candidate.ip;
    const host = ip ? (ip.includes(':') ? `[${ip}]` : ip) : 'address hidden';
    this.at(`.${side}-kind`).textContent = { host: 'host', srflx: 'server-reflexive', prflx: 'peer-reflexive', relay: 'relayed' }[candidate.candidateType] ?? '–';
    this.at(`.${side}-address`).textContent = `${host}:${candidate.port ?? '?'}`;
  }

  #rtt(ms) {
    this.#rtts.push(ms);
    if (this.#rtts.length > 60) this.#rtts.shift();
    this.at('.rtt').textContent = ms < 10 ? ms.toFixed(2) : ms.toFixed(0);
    const top = Math.max(...this.#rtts, 0.5);
    const step = 120 / Math.max(1, this.#rtts.length - 1);
    const points = this.#rtts.map((value, i) => `${(i * step).toFixed(1)},${(30 - (value / top) * 28).toFixed(1)}`);
    this.at('.spark path').setAttribute('d', points.length > 1 ? `M${points.join('L')}` : '');
  }

  async #measure() {
    const { channels, pc } = this.#call;
    const progress = this.at('.progress');
    this.measuring = true;
    this.at('.measure').disabled = true;
    this.at('.measured').textContent = 'Running …';
    try {
      const amount = Number(this.at('.size').value);
      const { seconds, rate } = await throughput(channels.bulk, pc.sctp?.maxMessageSize, amount, (done) => { progress.value = done; });
      this.at('.rate').textContent = rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
      this.at('.measured').textContent = `${amount} MiB there and back in ${seconds.toFixed(2)} s, intact.`;
    } catch (error) {
      this.at('.measured').textContent = `Failed: ${error.message}.`;
    }
    this.measuring = false;
    this.#states();
  }

  #send(input) {
    const text = input.value;
    try {
      this.#call.say(text);
      this.#said('mine', text);
      input.value = '';
    } catch (error) {
      this.#said('note', `not sent: ${error.message}`);
    }
  }

  #said(who, data) {
    const item = document.createElement('li');
    item.className = who;
    item.textContent = typeof data === 'string' ? (data === '' ? '(empty text)' : data.slice(0, 4000)) : `${data.byteLength} bytes of binary`;
    const log = this.at('.log');
    log.append(item);
    while (log.children.length > 500) log.firstElementChild.remove();
    log.scrollTop = log.scrollHeight;
  }

  #ended(why) {
    clearInterval(this.#timer);
    this.#said('note', why);
  }

  remove() {
    clearInterval(this.#timer);
    this.card.remove();
  }
}

function dtlsName(version) {
  return { FEFF: 'DTLS 1.0', FEFD: 'DTLS 1.2', FEFC: 'DTLS 1.3' }[version.toUpperCase()] ?? `DTLS ${version}`;
}

function bytes(count = 0) {
  if (count < 1e3) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

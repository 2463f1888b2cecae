// The page: the room of the address bar, the echo peer, and a card for each call.

import { Signaling } from './signaling.js';
import { Call } from './call.js';
import { CallView } from './view.js';

const $ = (id) => document.getElementById(id);
const calls = new Map();
const views = new Map();
const url = new URL('signal', location.href);
url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
url.hash = '';
url.search = '';

const signaling = new Signaling(url.href, deviceName());
let echoWanted = new URLSearchParams(location.search).get('echo') ?? 'answer';
let echoOffers = false;

signaling.addEventListener('state', ({ detail: state }) => {
  const pill = $('signaling');
  pill.textContent = { connecting: 'connecting to the server', connected: 'connected to the server', lost: 'server lost, trying again' }[state];
  pill.dataset.tone = { connecting: 'wait', connected: 'good', lost: 'bad' }[state];
  $('me').textContent = signaling.me ?? '…';
  $('call-echo').disabled = $('be-called').disabled = state !== 'connected';
});

signaling.addEventListener('welcome', ({ detail }) => {
  $('echo-panel').hidden = !detail.echo;
  if (detail.echo && echoWanted !== 'none') callEcho(echoWanted === 'offer');
  echoWanted = 'none';
});

signaling.addEventListener('joined', ({ detail: { peers } }) => {
  // After a lost server everybody has a new id: calls from before are over.
  for (const call of [...calls.values()]) if (!call.echo) call.lose('the room was entered anew');
  for (const { id, name } of peers) begin(id, { name, initiator: true });
});

signaling.addEventListener('peer-left', ({ detail: { peer } }) => calls.get(peer)?.lose('the other side left'));

signaling.addEventListener('echo-ready', ({ detail: { peer } }) => begin(peer, { echo: true, initiator: !echoOffers }));

for (const type of ['description', 'candidate', 'bye']) {
  signaling.addEventListener(type, ({ detail: message }) => {
    let call = calls.get(message.from);
    if (!call && type === 'description' && message.description.type === 'offer') call = begin(message.from, {});
    call?.hear(message);
  });
}

const names = new Map();
signaling.addEventListener('peer-joined', ({ detail: { peer } }) => names.set(peer.id, peer.name));

signaling.addEventListener('error', ({ detail }) => {
  if (detail.reason === 'no-such-peer') return;
  const notice = $('notice');
  notice.textContent = detail.message;
  notice.hidden = false;
  setTimeout(() => { notice.hidden = true; }, 8000);
});

function begin(peer, options) {
  const call = new Call(signaling, peer, { name: names.get(peer), ...options });
  calls.set(peer, call);
  const view = new CallView(call, (gone) => gone.remove());
  views.set(peer, view);
  // A new call takes the place of an ended one of the same kind.
  for (const old of $('calls').children) {
    if (old !== view.card && calls.get(old.dataset.peer) === undefined && old.dataset.kind === view.card.dataset.kind) old.remove();
  }
  if (call.echo) $('calls').prepend(view.card);
  else $('calls').append(view.card);
  call.addEventListener('end', () => calls.delete(peer));
  window.dispatchEvent(new CustomEvent('call', { detail: call }));
  return call;
}

function callEcho(offers) {
  for (const call of calls.values()) if (call.echo) call.hangUp();
  echoOffers = offers;
  signaling.send({ type: 'echo', offer: offers });
}

$('call-echo').addEventListener('click', () => callEcho(false));
$('be-called').addEventListener('click', () => callEcho(true));

$('room-form').addEventListener('submit', (event) => {
  event.preventDefault();
  location.hash = $('room').value;
});

$('copy').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  const link = location.href;
  try {
    await navigator.clipboard.writeText(link);
    button.textContent = 'Copied';
  } catch {
    prompt('The link of this room:', link);
  }
  setTimeout(() => { button.textContent = 'Copy link'; }, 1500);
});

window.addEventListener('hashchange', enter);
window.addEventListener('pagehide', () => {
  for (const call of calls.values()) call.hangUp();
});

function enter() {
  const room = decodeURIComponent(location.hash.slice(1));
  if (!room) {
    history.replaceState(null, '', '#lobby');
    return enter();
  }
  $('room').value = room;
  signaling.join(room);
}

function deviceName() {
  const agent = navigator.userAgent;
  const browser = /Firefox/.test(agent) ? 'Firefox' : /Edg/.test(agent) ? 'Edge' : /Chrom/.test(agent) ? 'Chromium' : /Safari/.test(agent) ? 'Safari' : 'Browser';
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Mac/.test(agent) ? 'Mac' : /Windows/.test(agent) ? 'Windows' : /Linux/.test(agent) ? 'Linux' : '';
  return [browser, system].filter(Boolean).join(' on ');
}

enter();
// For tests and for people with the console open.
window.peerline = { signaling, calls, views, callEcho, begin };

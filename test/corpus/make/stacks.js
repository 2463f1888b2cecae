// The stacks, each with its version, its way to run the scenarios, and what it needs to be there.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import './scenarios.js';

const require = createRequire(import.meta.url);
const beside = (name) => new URL(name, import.meta.url).pathname;
const run = promisify(execFile);

async function packageVersion(name) {
  return JSON.parse(await readFile(beside(`node_modules/${name}/package.json`), 'utf8')).version;
}

/// Runs in the page: the stack is the browser itself. Tracks come from a canvas and an oscillator, so that nobody has to be asked for a
/// camera; with `devices`, getUserMedia is asked once, after which browsers no longer hide host addresses behind mDNS names.
const inPage = async ({ devices, only }) => {
  if (devices) await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const sound = new AudioContext();
  const track = (kind) => {
    if (kind === 'audio') return sound.createMediaStreamDestination().stream.getAudioTracks()[0];
    const canvas = document.createElement('canvas');
    canvas.getContext('2d');
    return canvas.captureStream(1).getVideoTracks()[0];
  };
  return globalThis.peerlineCorpus.run({ RTCPeerConnection, RTCRtpReceiver, MediaStream, track }, only);
};

/// A page on localhost (a secure context), for as long as `work` runs.
async function withPage(work) {
  const server = createServer((request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>corpus</title>'));
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    return await work(`http://localhost:${server.address().port}/`);
  } finally {
    server.close();
  }
}

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

const chromium = (name, { devices = false, only = '', flags = [] } = {}) => ({
  name,
  needs: () => (existsSync(CHROMIUM) ? null : `${CHROMIUM} (Debian: chromium)`),
  async run() {
    const { chromium: playwright } = await import('playwright-core');
    const browser = await playwright.launch({ executablePath: CHROMIUM, headless: true, args: [...CHROMIUM_FLAGS, ...flags] });
    try {
      const result = await withPage(async (url) => {
        const page = await browser.newPage();
        await page.goto(url);
        await page.addScriptTag({ path: beside('scenarios.js') });
        return page.evaluate(inPage, { devices, only });
      });
      return { version: browser.version().split('.')[0], ...result };
    } finally {
      await browser.close();
    }
  },
});

const firefox = (name, { devices = false, only = '' } = {}) => ({
  name,
  needs: () => (existsSync(FIREFOX) ? null : `${FIREFOX} (Debian: firefox-esr)`),
  async run() {
    const { default: puppeteer } = await import('puppeteer-core');
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: FIREFOX,
      headless: true,
      protocolTimeout: 600_000,
      extraPrefsFirefox: {
        'media.navigator.permission.disabled': true,
        'media.navigator.streams.fake': true,
        'media.peerconnection.ice.loopback': true,
        'media.gmp-manager.updateEnabled': false,
      },
    });
    try {
      const result = await withPage(async (url) => {
        const page = await browser.newPage();
        await page.goto(url);
        await page.addScriptTag({ path: beside('scenarios.js') });
        return page.evaluate(inPage, { devices, only });
      });
      return { version: (await browser.version()).replace(/^\D*/, '').split('.')[0], ...result };
    } finally {
      await browser.close();
    }
  },
});

/// A stack that is a Node package with the W3C's names.
const inNode = (name, packageName, load, only = '') => ({
  name,
  needs: () => null,
  async run() {
    const stack = await load();
    return { version: await packageVersion(packageName), ...(await globalThis.peerlineCorpus.run(stack, only)) };
  },
});

const wrtc = inNode('wrtc', '@roamhq/wrtc', () => {
  const { RTCPeerConnection, RTCRtpReceiver, MediaStream, nonstandard } = require('@roamhq/wrtc');
  const track = (kind) => (kind === 'audio' ? new nonstandard.RTCAudioSource() : new nonstandard.RTCVideoSource()).createTrack();
  return { RTCPeerConnection, RTCRtpReceiver, MediaStream, track };
});

const werift = inNode('werift', 'werift', () => {
  const { RTCPeerConnection, MediaStream, MediaStreamTrack } = require('werift');
  // Its answers come without host candidates of other families, and it needs no server for what is asked here.
  const Connection = class extends RTCPeerConnection {
    constructor(configuration) {
      super({ iceServers: [], ...configuration });
    }
  };
  return { RTCPeerConnection: Connection, MediaStream, track: (kind) => new MediaStreamTrack({ kind }) };
});

const libdatachannel = inNode('libdatachannel', 'node-datachannel', async () => {
  const { RTCPeerConnection } = await import('node-datachannel/polyfill');
  const track = () => {
    throw new Error('the package has no W3C tracks');
  };
  return { RTCPeerConnection, MediaStream: Object, track };
}, '^data_only|^data_negotiated|^legacy_sctpmap|^setup_');

/// A stack whose runner is another program: it prints what `run` above returns, as JSON.
const program = (name, command, args, missing) => ({
  name,
  needs: () => (existsSync(command) ? null : missing),
  async run() {
    const { stdout } = await run(command, args, { maxBuffer: 1 << 26 });
    return JSON.parse(stdout);
  },
});

const RUST = `${process.env.CARGO_TARGET_DIR ?? beside('rust/target')}/release/corpus-rust`;
const PYTHON = process.env.AIORTC_PYTHON ?? beside('venv/bin/python');

export const stacks = [
  chromium('chromium'),
  chromium('chromium-devices', { devices: true, only: '_gathered' }),
  chromium('chromium-flexfec', {
    flags: ['--force-fieldtrials=WebRTC-FlexFEC-03-Advertised/Enabled/WebRTC-FlexFEC-03/Enabled/'],
    only: '^(audio_video|codec_preferences_with_fec|simulcast_rids)$',
  }),
  chromium('chromium-snap', {
    flags: ['--force-fieldtrials=WebRTC-Sctp-Snap/Enabled/'],
    only: '^(data_only|audio_video_data|ice_restart|media_added_later)$',
  }),
  firefox('firefox'),
  firefox('firefox-devices', { devices: true, only: '_gathered' }),
  wrtc,
  werift,
  libdatachannel,
  program('aiortc', PYTHON, [beside('aiortc_stack.py')], 'venv (make.sh makes it)'),
  program('str0m', RUST, ['str0m'], 'cargo (make.sh builds it)'),
  program('webrtc-rs', RUST, ['webrtc-rs'], 'cargo (make.sh builds it)'),
  program('gstreamer', '/usr/bin/python3', [beside('gstreamer_stack.py')], '/usr/bin/python3'),
];

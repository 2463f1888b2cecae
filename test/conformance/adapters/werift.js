// werift. It has no media engine, its tracks carry RTP: sources send packets that nobody decodes, so that what is not about pictures can
// run. One departure from the interface is evened out: its `close` returns a promise, which testharness.js takes for an error in a cleanup.

import { syntheticDevices } from './synthetic_devices.js';

const INTERFACE = /^(RTC(Certificate|DataChannel|DtlsTransport|IceCandidate|IceTransport|PeerConnection|Rtp(Receiver|Sender|Transceiver)|SctpTransport|SessionDescription|StatsReport|TrackEvent)|MediaStream(Track)?)$/;
const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);
const PICTURE = Buffer.alloc(200, 0x10);

/** @returns {import('./load.js').Adapter} */
export default function adapt(module) {
  const { close } = module.RTCPeerConnection.prototype;
  module.RTCPeerConnection.prototype.close = function () { close.call(this); };
  const adapter = {
    globals: Object.fromEntries(Object.entries(module).filter(([name, value]) => INTERFACE.test(name) && typeof value === 'function')),
    createAudioSource: () => packetSource(module, 'audio', 20, 48, SILENCE),
    createVideoSource: () => packetSource(module, 'video', 33, 90, PICTURE),
    attachAudioSink: (track, onBlock) => track.onReceiveRtp.subscribe(() => onBlock({ samples: new Int16Array(960), channels: 1 })).unSubscribe,
  };
  return { ...adapter, mediaDevices: syntheticDevices(adapter) };
}

function packetSource({ MediaStreamTrack, RtpHeader, RtpPacket }, kind, time, ticks, payload) {
  const track = new MediaStreamTrack({ kind });
  let sequenceNumber = 0;
  const clock = setInterval(() => {
    if (track.stopped) {
      clearInterval(clock);
      return;
    }
    sequenceNumber++;
    const header = new RtpHeader({ payloadType: 96, sequenceNumber: sequenceNumber & 0xffff, timestamp: (sequenceNumber * ticks * time) >>> 0, marker: true });
    track.writeRtp(new RtpPacket(header, payload));
  }, time);
  return { track, push() {} };
}

// What two W3C peer connections say to each other in each situation (webrtc-pc §4.4, RFC 9429). Runs in a page as a classic script and in
// Node as an import, so it declares nothing outside of this block: it sets globalThis.peerlineCorpus.
{
  const PATIENCE = 5000;

  /// One run of one scenario: the connections it made, and what they said.
  class Take {
    constructor(stack) {
      this.stack = stack;
      this.records = [];
      this.connections = [];
    }

    pc(configuration = {}) {
      const pc = new this.stack.RTCPeerConnection(configuration);
      this.connections.push(pc);
      return pc;
    }

    pair(configuration) {
      return [this.pc(configuration), this.pc(configuration)];
    }

    track(kind) {
      return this.stack.track(kind);
    }

    stream(...tracks) {
      return new this.stack.MediaStream(tracks);
    }

    /// Adds a new track of each kind, all in one stream.
    add(pc, ...kinds) {
      const tracks = kinds.map((kind) => this.track(kind));
      const stream = this.stream(...tracks);
      return tracks.map((track) => pc.addTrack(track, stream));
    }

    /// Offer of `a`, answer of `b`, both kept. `gathered` waits for all candidates; `offerText` and `answerText` edit what goes over the
    /// wire; `before` runs between the offer's arrival and the answer.
    async exchange(a, b, { options, gathered, offerText, answerText, before } = {}) {
      const offer = await this.describe(a, await a.createOffer(options), gathered);
      if (offerText) offer.sdp = offerText(offer.sdp);
      this.records.push({ type: 'offer', sdp: offer.sdp });
      await b.setRemoteDescription(offer);
      if (before) await before(b);
      const answer = await this.describe(b, await b.createAnswer(), gathered);
      if (answerText) answer.sdp = answerText(answer.sdp);
      this.records.push({ type: 'answer', sdp: answer.sdp });
      if (!offerText && !answerText) await a.setRemoteDescription(answer);
    }

    async describe(pc, { type, sdp }, gathered) {
      await pc.setLocalDescription({ type, sdp });
      if (!gathered) return { type, sdp };
      const end = Date.now() + PATIENCE;
      while (pc.iceGatheringState !== 'complete' && Date.now() < end) await new Promise((later) => setTimeout(later, 20));
      return { type, sdp: pc.localDescription.sdp };
    }

    close() {
      for (const pc of this.connections) {
        try {
          pc.close();
        } catch {
          // A stack that can't close has said what we want to know all the same.
        }
      }
    }
  }

  /// Scenario of two connections: `set` prepares the offering side, `answer` the answering one.
  const simple = (set, { configuration, answer, ...rest } = {}) => async (take) => {
    const [a, b] = take.pair(configuration);
    await set(a, take);
    if (answer) await answer(b, take);
    await take.exchange(a, b, rest);
  };

  const data = (pc) => void pc.createDataChannel('chat');
  const media = (pc, take) => void take.add(pc, 'audio', 'video');
  const everything = (pc, take) => {
    media(pc, take);
    data(pc);
  };
  const crowd = (pc, take) => {
    take.add(pc, 'audio', 'video');
    take.add(pc, 'audio', 'video');
    data(pc);
  };
  const directions = (direction) => (pc) => {
    pc.addTransceiver('audio', { direction });
    pc.addTransceiver('video', { direction });
  };
  const encodings = ['hi', 'mid', 'lo'].map((rid, index) => ({ rid, scaleResolutionDownBy: 1 << index, maxBitrate: 1_200_000 >> index }));

  const codecs = (take, kind) => take.stack.RTCRtpReceiver.getCapabilities(kind).codecs;
  const named = (...names) => (all) => names.flatMap((name) => all.filter((codec) => codec.mimeType.toLowerCase() === name.toLowerCase()));
  /// A video (or audio) section with the codecs that `choose` leaves.
  const preferring = (kind, choose, answer) => simple(
    (pc, take) => {
      const chosen = choose(codecs(take, kind));
      if (chosen.length === 0) throw new Error('the stack has no such codec');
      pc.addTransceiver(kind).setCodecPreferences(chosen);
    },
    { answer },
  );

  /// Splits a description behind the session level and before each m= line.
  const sections = (sdp) => sdp.split(/(?=^m=)/m);
  const inSections = (kind, edit) => (sdp) => sections(sdp).map((part) => (part.startsWith(`m=${kind}`) ? edit(part) : part)).join('');
  const withoutLines = (pattern) => (sdp) => sdp.split('\r\n').filter((line) => !pattern.test(line)).join('\r\n');

  const scenarios = {
    data_only: simple(data),
    data_only_gathered: simple(data, { gathered: true }),
    data_negotiated: simple((pc) => void pc.createDataChannel('fixed', { negotiated: true, id: 7, ordered: false, maxRetransmits: 0 })),
    audio_only: simple((pc, take) => void take.add(pc, 'audio')),
    video_only: simple((pc, take) => void take.add(pc, 'video')),
    audio_video: simple(media, { answer: media }),
    audio_video_one_way: simple(media),
    audio_video_data: simple(everything, { answer: media }),
    audio_video_data_gathered: simple(everything, { answer: media, gathered: true }),
    recvonly: simple(directions('recvonly'), { answer: media }),
    recvonly_answered_inactive: simple(directions('recvonly')),
    sendonly: simple(directions('sendonly')),
    inactive: simple(directions('inactive')),
    two_audio_two_video: simple((pc, take) => {
      take.add(pc, 'audio', 'video');
      take.add(pc, 'audio', 'video');
    }),
    no_stream: simple((pc, take) => {
      pc.addTrack(take.track('audio'));
      pc.addTrack(take.track('video'));
    }),
    two_streams_of_a_track: simple((pc, take) => {
      const track = take.track('video');
      pc.addTrack(track, take.stream(track), take.stream(track));
    }),
    many_sections: simple((pc, take) => {
      for (let index = 0; index < 8; index += 1) take.add(pc, 'audio', 'video');
      data(pc);
    }),

    simulcast_rids: simple((pc, take) => {
      pc.addTransceiver(take.track('video'), { direction: 'sendonly', sendEncodings: encodings });
    }),
    simulcast_rids_one_paused: simple((pc, take) => {
      const sendEncodings = encodings.map((encoding, index) => ({ ...encoding, active: index !== 1 }));
      pc.addTransceiver(take.track('audio'), { direction: 'sendonly' });
      pc.addTransceiver(take.track('video'), { direction: 'sendonly', sendEncodings });
    }),
    // As a selective forwarding unit offers: it wants three layers, the browser answers that it sends them.
    simulcast_asked_for: simple((pc) => void pc.addTransceiver('video', { direction: 'recvonly' }), {
      answer: (pc, take) => void take.add(pc, 'video'),
      offerText: inSections('video', (part) => {
        const lines = ['a=rid:hi recv', 'a=rid:mid recv', 'a=rid:lo recv', 'a=simulcast:recv hi;mid;lo'];
        return `${part}${lines.map((line) => `${line}\r\n`).join('')}`;
      }),
    }),
    // As applications did before rids: three SSRCs in a SIM group, written into the text.
    simulcast_of_ssrcs: simple((pc, take) => void take.add(pc, 'video'), {
      offerText: inSections('video', (part) => {
        const [, ssrc] = /a=ssrc:(\d+) cname/.exec(part) ?? [];
        if (!ssrc) throw new Error('the stack writes no a=ssrc');
        const own = part.split('\r\n').filter((line) => line.startsWith(`a=ssrc:${ssrc} `));
        const more = [1, 2].map((step) => String((Number(ssrc) + step) >>> 0));
        const lines = more.flatMap((each) => own.map((line) => line.replace(ssrc, each)));
        return `${withoutLines(/^a=ssrc-group:FID/)(part)}a=ssrc-group:SIM ${ssrc} ${more.join(' ')}\r\n${lines.join('\r\n')}\r\n`;
      }),
    }),

    bundle_balanced: simple(crowd, { configuration: { bundlePolicy: 'balanced' } }),
    bundle_max_compat: simple(crowd, { configuration: { bundlePolicy: 'max-compat' } }),
    bundle_max_bundle: simple(crowd, { configuration: { bundlePolicy: 'max-bundle' } }),
    bundle_balanced_gathered: simple(crowd, { configuration: { bundlePolicy: 'balanced' }, gathered: true }),
    bundle_max_compat_gathered: simple(crowd, { configuration: { bundlePolicy: 'max-compat' }, gathered: true }),
    bundle_max_bundle_gathered: simple(crowd, { configuration: { bundlePolicy: 'max-bundle' }, gathered: true }),
    without_bundle: simple(everything, { offerText: withoutLines(/^a=group:BUNDLE/) }),
    without_bundle_of_two: simple(crowd, { configuration: { bundlePolicy: 'max-compat' }, offerText: withoutLines(/^a=group:BUNDLE/) }),
    bundle_of_some: simple(everything, { offerText: (sdp) => sdp.replace(/^(a=group:BUNDLE.*) \S+\r$/m, '$1\r') }),
    two_bundle_groups: simple(crowd, {
      offerText: (sdp) => sdp.replace(/^a=group:BUNDLE (\S+) (\S+) (\S+) (\S+) (\S+)\r$/m, 'a=group:BUNDLE $1 $3 $5\r\na=group:BUNDLE $2 $4\r'),
    }),

    rtcp_mux_negotiate: simple(everything, { configuration: { rtcpMuxPolicy: 'negotiate' } }),
    rtcp_mux_negotiate_gathered: simple(everything, { configuration: { rtcpMuxPolicy: 'negotiate', bundlePolicy: 'max-compat' }, gathered: true }),
    rtcp_mux_not_offered: simple(everything, { configuration: { rtcpMuxPolicy: 'negotiate' }, offerText: withoutLines(/^a=(rtcp-mux|group:BUNDLE)/) }),

    offer_to_receive: simple(() => {}, { options: { offerToReceiveAudio: true, offerToReceiveVideo: true }, answer: media }),
    offer_to_receive_nothing: simple(media, { options: { offerToReceiveAudio: false, offerToReceiveVideo: false } }),
    without_voice_activity_detection: simple((pc, take) => void take.add(pc, 'audio'), { options: { voiceActivityDetection: false } }),

    codec_preferences_vp8: preferring('video', named('video/VP8')),
    codec_preferences_vp8_with_rtx: preferring('video', named('video/VP8', 'video/rtx')),
    codec_preferences_h264_first: preferring('video', (all) => [...named('video/H264')(all), ...all.filter((codec) => !/h264/i.test(codec.mimeType))]),
    codec_preferences_h264: preferring('video', named('video/H264', 'video/rtx')),
    codec_preferences_vp9: preferring('video', named('video/VP9', 'video/rtx')),
    codec_preferences_av1: preferring('video', named('video/AV1', 'video/rtx')),
    codec_preferences_reversed: preferring('video', (all) => all.toReversed()),
    codec_preferences_with_fec: preferring('video', named('video/VP8', 'video/red', 'video/ulpfec', 'video/flexfec-03')),
    codec_preferences_opus: preferring('audio', named('audio/opus')),
    codec_preferences_red_first: preferring('audio', named('audio/red', 'audio/opus')),
    codec_preferences_pcmu: preferring('audio', named('audio/PCMU', 'audio/telephone-event')),
    codec_preferences_without_telephone_event: preferring('audio', (all) => all.filter((codec) => !/telephone/.test(codec.mimeType))),
    codec_preferences_of_the_answerer: async (take) => {
      const [a, b] = take.pair();
      media(a, take);
      await take.exchange(a, b, {
        before: () => {
          const last = codecs(take, 'video').filter((codec) => !/rtx|red|fec/i.test(codec.mimeType)).at(-1);
          b.getTransceivers()[1].setCodecPreferences([last]);
        },
      });
    },
    nothing_in_common: simple(everything, { offerText: inSections('video', (part) => {
      const [, kept] = /a=rtpmap:(\d+) VP8/.exec(part);
      return part
        .replace(/^(m=video \S+ \S+).*$/m, `$1 ${kept}`)
        .split('\r\n')
        .filter((line) => !/^a=(rtpmap|fmtp|rtcp-fb):/.test(line) || line.split(/[: ]/)[1] === kept)
        .join('\r\n')
        .replace('VP8/90000', 'X-UNHEARD-OF/90000');
    }) }),

    header_extensions_controlled: simple((pc, take) => {
      const transceiver = pc.addTransceiver(take.track('video'));
      const wanted = transceiver.getHeaderExtensionsToNegotiate();
      wanted.forEach((extension, index) => {
        if (!/sdes:mid$/.test(extension.uri)) extension.direction = index % 2 ? 'stopped' : 'sendrecv';
      });
      transceiver.setHeaderExtensionsToNegotiate(wanted);
    }),
    header_extensions_all: simple((pc, take) => {
      for (const kind of ['audio', 'video']) {
        const transceiver = pc.addTransceiver(take.track(kind));
        transceiver.setHeaderExtensionsToNegotiate(
          transceiver.getHeaderExtensionsToNegotiate().map((extension) => ({ ...extension, direction: 'sendrecv' })),
        );
      }
    }),

    ice_restart: async (take) => {
      const [a, b] = take.pair();
      everything(a, take);
      await take.exchange(a, b);
      await take.exchange(a, b, { options: { iceRestart: true } });
    },
    ice_restart_gathered: async (take) => {
      const [a, b] = take.pair();
      everything(a, take);
      await take.exchange(a, b, { gathered: true });
      await take.exchange(a, b, { options: { iceRestart: true }, gathered: true });
    },
    stopped_and_recycled: async (take) => {
      const [a, b] = take.pair();
      everything(a, take);
      await take.exchange(a, b);
      a.getTransceivers()[0].stop();
      await take.exchange(a, b);
      take.add(a, 'video');
      await take.exchange(a, b);
      a.getTransceivers()[0].stop();
      a.addTransceiver('audio');
      a.addTransceiver('audio');
      await take.exchange(a, b);
    },
    rejected_by_the_answerer: async (take) => {
      const [a, b] = take.pair();
      media(a, take);
      await take.exchange(a, b, { before: () => b.getTransceivers()[0].stop() });
      await take.exchange(a, b);
    },
    all_rejected_by_the_answerer: async (take) => {
      const [a, b] = take.pair();
      media(a, take);
      await take.exchange(a, b, { before: () => b.getTransceivers().forEach((transceiver) => transceiver.stop()) });
    },
    tracks_removed_and_added: async (take) => {
      const [a, b] = take.pair();
      const [audio, video] = take.add(a, 'audio', 'video');
      await take.exchange(a, b);
      a.removeTrack(video);
      await take.exchange(a, b);
      a.removeTrack(audio);
      take.add(a, 'video');
      await take.exchange(a, b);
    },
    directions_changed: async (take) => {
      const [a, b] = take.pair();
      media(a, take);
      media(b, take);
      await take.exchange(a, b);
      for (const direction of ['recvonly', 'inactive', 'sendonly', 'sendrecv']) {
        a.getTransceivers().forEach((transceiver) => (transceiver.direction = direction));
        await take.exchange(a, b);
      }
    },
    data_added_later: async (take) => {
      const [a, b] = take.pair();
      media(a, take);
      await take.exchange(a, b);
      data(a);
      await take.exchange(a, b);
    },
    media_added_later: async (take) => {
      const [a, b] = take.pair();
      data(a);
      await take.exchange(a, b);
      take.add(a, 'audio');
      await take.exchange(a, b);
      take.add(a, 'video');
      await take.exchange(a, b);
    },
    offer_of_the_answerer: async (take) => {
      const [a, b] = take.pair();
      take.add(a, 'audio');
      data(a);
      await take.exchange(a, b);
      take.records = [];
      media(b, take);
      await take.exchange(b, a);
    },
    certificate_given: async (take) => {
      const certificates = [await take.stack.RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' })];
      await simple(data, { configuration: { certificates } })(take);
    },
    rsa_certificate: async (take) => {
      const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
      const certificates = [await take.stack.RTCPeerConnection.generateCertificate(algorithm)];
      await simple(data, { configuration: { certificates } })(take);
    },

    // What applications and gateways write into the text of a browser, and the browser's answer to it.
    legacy_sctpmap: simple(data, {
      offerText: (sdp) =>
        sdp
          .replace(/^m=application (\d+) \S+ webrtc-datachannel/m, 'm=application $1 DTLS/SCTP 5000')
          .replace(/^a=sctp-port:5000/m, 'a=sctpmap:5000 webrtc-datachannel 1024'),
    }),
    bandwidth_written_in: simple(media, {
      offerText: (sdp) => sdp.replace(/^(m=video[^]*?\r\nc=.*)$/m, '$1\nb=AS:500\r\nb=TIAS:500000\r').replace(/\r\r/g, '\r'),
    }),
    opus_parameters_written_in: simple((pc, take) => void take.add(pc, 'audio'), {
      offerText: (sdp) => sdp.replace(/^(a=fmtp:\d+ .*useinbandfec=1.*)\r$/m, '$1;stereo=1;sprop-stereo=1;maxaveragebitrate=510000;cbr=1;usedtx=1\r\na=ptime:20\r\na=maxptime:60\r'),
    }),
    ice_lite_offer: simple(everything, { offerText: (sdp) => sdp.replace(/^t=0 0\r\n/m, 't=0 0\r\na=ice-lite\r\n') }),
    without_mids: simple((pc, take) => void take.add(pc, 'audio'), { offerText: withoutLines(/^a=(mid:|group:|extmap:.*sdes:mid)/) }),
    setup_passive_offer: simple(data, { offerText: (sdp) => sdp.replace(/a=setup:actpass/g, 'a=setup:passive') }),
    setup_active_offer: simple(data, { offerText: (sdp) => sdp.replace(/a=setup:actpass/g, 'a=setup:active') }),
  };

  /// Runs every scenario (or those whose names match `only`) on a stack: `{ scenarios: { name: [{ type, sdp }] }, skipped: { name: why } }`. What was said before a stack gave
  /// up is kept.
  const run = async (stack, only = '') => {
    const result = { scenarios: {}, skipped: {} };
    for (const [name, scenario] of Object.entries(scenarios).filter(([name]) => new RegExp(only).test(name))) {
      const take = new Take(stack);
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error('it took too long')), 4 * PATIENCE));
      try {
        await Promise.race([scenario(take), late]);
      } catch (error) {
        result.skipped[name] = `${error?.name ?? 'Error'}: ${error?.message ?? error}`;
      }
      take.close();
      if (take.records.length > 0) result.scenarios[name] = take.records;
    }
    return result;
  };

  globalThis.peerlineCorpus = { run };
}

// One call: an RTCPeerConnection with perfect negotiation (W3C webrtc-pc §10.7) and its three channels.
//
// `chat` carries what people say; the one that calls makes it. Each side makes its own `ping` and `bulk` channels and sends back whatever
// arrives on those that the other side made; the echo peer sends back everything, so it needs no special treatment.

const ECHOED = new Set(['ping', 'bulk']);

export class Call extends EventTarget {
  #signaling;
  #polite;
  #making = false;
  #ignoring = false;
  #settingAnswer = false;
  #started = performance.now();
  chat = null;
  channels = {};
  story = [];
  closed = false;

  constructor(signaling, peer, { name = '', echo = false, initiator = false } = {}) {
    super();
    this.#signaling = signaling;
    this.peer = peer;
    this.name = name;
    this.echo = echo;
    this.initiator = initiator;
    this.#polite = signaling.me < peer;
    const pc = new RTCPeerConnection({ iceServers: signaling.iceServers });
    this.pc = pc;
    pc.onnegotiationneeded = () => this.#negotiate();
    pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#tell(`local candidate ${describe(candidate)}`);
      this.#say({ type: 'candidate', candidate });
    };
    pc.ondatachannel = ({ channel }) => this.#accept(channel);
    pc.onsignalingstatechange = () => this.#changed(`signaling ${pc.signalingState}`);
    pc.onicegatheringstatechange = () => this.#changed(`gathering ${pc.iceGatheringState}`);
    pc.oniceconnectionstatechange = () => this.#changed(`ICE ${pc.iceConnectionState}`);
    pc.onconnectionstatechange = () => {
      this.#watchDtls();
      this.#changed(`connection ${pc.connectionState}`);
      if (pc.connectionState === 'failed') this.#end('the connection failed');
    };
    if (initiator) {
      this.#takeChat(pc.createDataChannel('chat'));
      this.#openOwn();
    }
    this.#tell(initiator ? 'calling' : 'called');
  }

  #say(message) {
    this.#signaling.send({ ...message, to: this.peer });
  }

  #tell(what) {
    this.story.push({ at: performance.now() - this.#started, what });
    this.dispatchEvent(new CustomEvent('story'));
  }

  #changed(what) {
    this.#tell(what);
    this.dispatchEvent(new CustomEvent('state'));
  }

  #watchDtls() {
    const dtls = this.pc.sctp?.transport;
    if (!dtls || dtls.onstatechange) return;
    dtls.onstatechange = () => this.#changed(`DTLS ${dtls.state}`);
  }

  async #negotiate() {
    try {
      this.#making = true;
      await this.pc.setLocalDescription();
      this.#watchDtls();
      this.#say({ type: 'description', description: this.pc.localDescription });
      this.#tell(`${this.pc.localDescription.type} sent`);
    } catch (error) {
      this.#tell(`negotiation failed: ${error.message}`);
    } finally {
      this.#making = false;
    }
  }

  // Messages of one peer are handled one after the other.
  #queue = Promise.resolve();
  hear(message) {
    this.#queue = this.#queue.then(() => this.#handle(message)).catch((error) => {
      if (!this.closed) this.#end(`the other side's message is unusable: ${error.message}`);
    });
  }

  async #handle({ type, description, candidate }) {
    const pc = this.pc;
    if (this.closed) return;
    if (type === 'bye') return this.#end('the other side hung up');
    if (type === 'description') {
      this.#tell(`${description.type} received`);
      const ready = !this.#making && (pc.signalingState === 'stable' || this.#settingAnswer);
      const glare = description.type === 'offer' && !ready;
      this.#ignoring = !this.#polite && glare;
      if (this.#ignoring) return;
      this.#settingAnswer = description.type === 'answer';
      await pc.setRemoteDescription(description);
      this.#settingAnswer = false;
      this.#watchDtls();
      if (description.type === 'offer') {
        await pc.setLocalDescription();
        this.#say({ type: 'description', description: pc.localDescription });
        this.#tell('answer sent');
      }
    } else if (type === 'candidate') {
      try {
        if (candidate?.candidate) this.#tell(`remote candidate ${describe(new RTCIceCandidate(candidate))}`);
        await pc.addIceCandidate(candidate ?? undefined);
      } catch (error) {
        if (!this.#ignoring) throw error;
      }
    }
  }

  #accept(channel) {
    this.#tell(`channel "${channel.label}" came in`);
    if (ECHOED.has(channel.label)) {
      channel.binaryType = 'arraybuffer';
      channel.onmessage = ({ data }) => channel.readyState === 'open' && channel.send(data);
    } else if (!this.chat) {
      this.#takeChat(channel);
      this.#openOwn();
    }
  }

  #takeChat(channel) {
    this.chat = channel;
    channel.binaryType = 'arraybuffer';
    const opened = () => this.#changed('channel open');
    if (channel.readyState === 'open') queueMicrotask(opened);
    else channel.onopen = opened;
    channel.onmessage = ({ data }) => this.dispatchEvent(new CustomEvent('said', { detail: data }));
    channel.onclose = () => this.#end('the channel was closed');
  }

  #openOwn() {
    for (const label of ECHOED) {
      const channel = this.pc.createDataChannel(label);
      channel.binaryType = 'arraybuffer';
      this.channels[label] = channel;
    }
  }

  say(data) {
    this.chat.send(data);
  }

  get dtlsState() {
    return this.pc.sctp?.transport?.state ?? 'new';
  }

  // Ends the call and tells the other side.
  hangUp() {
    if (this.closed) return;
    this.#say({ type: 'bye' });
    this.#end('you hung up');
  }

  // The signaling lost sight of the other side.
  lose(why) {
    this.#end(why);
  }

  #end(why) {
    if (this.closed) return;
    this.closed = true;
    this.why = why;
    this.pc.close();
    this.#changed(why);
    this.dispatchEvent(new CustomEvent('end', { detail: why }));
  }
}

function describe(candidate) {
  return `${candidate.type} ${candidate.protocol} ${candidate.address ?? ''}`;
}

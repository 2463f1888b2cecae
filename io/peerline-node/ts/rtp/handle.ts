/** The number of a transceiver and what the core says of it: shared by its sender, its receiver and itself. */
import type { NativeTransceiverView, TransceiverId } from '../native';
import type { Registry } from '../peer_connection/registry';

/** What is left of a transceiver that came and went before a script saw it. */
const forgotten: NativeTransceiverView = {
  kind: 'audio',
  direction: 'stopped',
  stopping: true,
  stopped: true,
  receiverTrack: { id: '', muted: true, ended: true, isolated: false },
  toneBuffer: '',
  canInsertDTMF: false,
};

export class Handle {
  readonly registry: Registry;
  readonly id: TransceiverId;
  #last: NativeTransceiverView;

  constructor(registry: Registry, id: TransceiverId) {
    this.registry = registry;
    this.id = id;
    this.#last = registry.native.transceiver(id) ?? forgotten;
  }

  /** What the core says. A transceiver that it has forgotten is stopped, and keeps its tracks. */
  get view(): NativeTransceiverView {
    const view = this.registry.native.transceiver(this.id);
    this.#last = view ?? {
      ...this.#last,
      mid: undefined,
      direction: 'stopped',
      currentDirection: 'stopped',
      stopping: true,
      stopped: true,
      toneBuffer: '',
      canInsertDTMF: false,
      receiverTrack: { ...this.#last.receiverTrack, ended: true },
    };
    return this.#last;
  }

  /** Whether the connection is closed. */
  get isClosed(): boolean {
    return this.registry.native.signalingState() === 'closed';
  }

  get kind(): 'audio' | 'video' {
    return this.#last.kind as 'audio' | 'video';
  }
}

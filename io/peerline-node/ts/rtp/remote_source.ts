/** What a receiver's track comes from (webrtc-pc, section 5.3): the peer. */
import { requireSettings } from '../media/capture';
import { MediaSource } from '../media/media_source';
import type { Handle } from './handle';

export class RemoteSource extends MediaSource {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    const { kind, view } = handle;
    const { muted, isolated } = view.receiverTrack;
    super(kind, `remote ${kind}`, { muted, isolated });
    this.#handle = handle;
  }

  /** A connection that is closed ends its tracks without an event (webrtc-pc, section 4.4.2); else the event comes first. */
  override get ended(): boolean {
    return super.ended || (this.#handle.isClosed && this.#handle.view.receiverTrack.ended);
  }

  /** What is known before media comes. */
  override settings(): MediaTrackSettings {
    return this.kind === 'video' ? { width: 0, height: 0 } : {};
  }

  select(constraints: MediaTrackConstraints): MediaTrackSettings {
    requireSettings(this.kind, constraints, this.settings());
    return this.settings();
  }
}

/** The private slots of an `RTCRtpTransform`, and the `transform` attribute (webrtc-encoded-transform, section 2.3). */

/** What a transform can be given to. */
export interface TransformOwner {
  readonly half: 'sender' | 'receiver';
  readonly kind: 'audio' | 'video';
  /** Of a sender with an encoder: makes a key frame, and resolves just before it comes; `NotFoundError` if no encoding is active. */
  generateKeyFrame?(rid?: string): Promise<void>;
  /** Of a receiver: asks its peer for a key frame. */
  sendKeyFrameRequest?(): Promise<void>;
}

/** How a kind of transform takes part: it is asked once, when it is first given to a sender or receiver. */
export interface RtpTransform {
  /** The association steps. */
  associate(owner: TransformOwner): void;
  /** The streams that only the media plane reads and writes from then on. */
  readonly streams: { readonly readable: ReadableStream<unknown>; readonly writable: WritableStream<unknown> };
}

const transforms = new WeakMap<object, RtpTransform>();
const owners = new WeakMap<object, TransformOwner>();

/** Makes an object one that can be the value of a `transform` attribute. */
export function registerTransform(object: object, transform: RtpTransform): void {
  transforms.set(object, transform);
}

/** The `transform` attribute of one sender or receiver; `T` is `RTCRtpTransform`. */
export class TransformSlot<T extends object> {
  readonly #owner: TransformOwner;
  #value: T | null = null;

  constructor(owner: TransformOwner) {
    this.#owner = owner;
  }

  get value(): T | null {
    return this.#value;
  }

  /** Once given to one, a transform is never another's. */
  set value(value: T | null) {
    if (value !== null) this.#take(value);
    this.#value = value;
  }

  #take(value: T): void {
    const owner = owners.get(value);
    if (owner === this.#owner) return;
    if (owner) throw new DOMException('The transform belongs to another sender or receiver', 'InvalidStateError');
    const transform = transforms.get(value)!;
    const { readable, writable } = transform.streams;
    if (readable.locked || writable.locked) throw new TypeError("The transform's streams are in use");
    readable.getReader();
    writable.getWriter();
    owners.set(value, this.#owner);
    transform.associate(this.#owner);
  }
}

/** `MediaTrackConstraints` and `MediaStreamConstraints` (mediacapture-main, sections 4.3.6, 10.3 and 12): conversion from JavaScript, and to the addon. */
import type { NativeConstraint, NativeConstraints, NativeConstraintSet, NativeValue } from '../native';
import { boolean, clamp, defaulted, dictionary, DOMString, double, sequence, union, unsignedLong, type Converted, type Converter } from '../webidl';

const clampedLong = clamp(unsignedLong);
const ULongRange = dictionary('ULongRange', { max: clampedLong, min: clampedLong });
const DoubleRange = dictionary('DoubleRange', { max: double, min: double });

const ConstrainULong = union(clampedLong, dictionary('ConstrainULongRange', { exact: clampedLong, ideal: clampedLong }, ULongRange));
const ConstrainDouble = union(double, dictionary('ConstrainDoubleRange', { exact: double, ideal: double }, DoubleRange));
const ConstrainBoolean = union(boolean, dictionary('ConstrainBooleanParameters', { exact: boolean, ideal: boolean }));
const oneOrMore = union(DOMString, sequence(DOMString));
const ConstrainDOMString = union(
  DOMString,
  sequence(DOMString),
  dictionary('ConstrainDOMStringParameters', { exact: oneOrMore, ideal: oneOrMore }),
);
const booleanOrString = union(boolean, DOMString);
const ConstrainBooleanOrDOMString = union(
  boolean,
  DOMString,
  dictionary('ConstrainBooleanOrDOMStringParameters', { exact: booleanOrString, ideal: booleanOrString }),
);

const members = {
  width: ConstrainULong,
  height: ConstrainULong,
  aspectRatio: ConstrainDouble,
  frameRate: ConstrainDouble,
  facingMode: ConstrainDOMString,
  resizeMode: ConstrainDOMString,
  sampleRate: ConstrainULong,
  sampleSize: ConstrainULong,
  echoCancellation: ConstrainBooleanOrDOMString,
  autoGainControl: ConstrainBoolean,
  noiseSuppression: ConstrainBoolean,
  voiceIsolation: ConstrainBoolean,
  latency: ConstrainDouble,
  channelCount: ConstrainULong,
  deviceId: ConstrainDOMString,
  groupId: ConstrainDOMString,
  displaySurface: ConstrainDOMString,
  backgroundBlur: ConstrainBoolean,
  backgroundSegmentationMask: ConstrainBoolean,
  eyeGazeCorrection: ConstrainBoolean,
  faceFraming: ConstrainBoolean,
} satisfies Record<string, Converter<unknown>>;

/** The properties that constraints may name. */
export const constrainableProperties: readonly string[] = Object.keys(members);

const MediaTrackConstraintSet = dictionary('MediaTrackConstraintSet', members);

export const MediaTrackConstraintsInit = dictionary('MediaTrackConstraints', { advanced: sequence(MediaTrackConstraintSet) }, MediaTrackConstraintSet);

export const MediaStreamConstraintsInit = dictionary('MediaStreamConstraints', {
  video: defaulted(union(boolean, MediaTrackConstraintsInit), false),
  audio: defaulted(union(boolean, MediaTrackConstraintsInit), false),
  peerIdentity: DOMString,
});

export type ConvertedStreamConstraints = Converted<typeof MediaStreamConstraintsInit>;

/** Constraints as the addon takes them: every value in a list, and bare values told apart. */
export function toNativeConstraints({ advanced = [], ...basic }: MediaTrackConstraints): NativeConstraints {
  return { basic: toNativeSet(basic), advanced: advanced.map(toNativeSet) };
}

function toNativeSet(set: MediaTrackConstraintSet): NativeConstraintSet {
  return Object.fromEntries(Object.entries(set).map(([name, constraint]) => [name, toNativeConstraint(constraint as Constraint)]));
}

interface Parameters {
  min?: number;
  max?: number;
  exact?: NativeValue | NativeValue[];
  ideal?: NativeValue | NativeValue[];
}
type Constraint = NativeValue | NativeValue[] | Parameters;

function toNativeConstraint(constraint: Constraint): NativeConstraint {
  if (typeof constraint !== 'object' || Array.isArray(constraint)) return { bare: listOf(constraint) };
  const { min, max, exact, ideal } = constraint;
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(exact !== undefined && { exact: listOf(exact) }),
    ...(ideal !== undefined && { ideal: listOf(ideal) }),
  };
}

function listOf(value: NativeValue | NativeValue[]): NativeValue[] {
  return Array.isArray(value) ? value : [value];
}

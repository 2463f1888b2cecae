// Why a subtest may fail: a closed list.

/** @type {Record<string, string>} reason -> what it says */
export const REASONS = {
  'media-plane': 'waits for RTP: packets of audio and video do not flow yet',
  'media-engine': 'waits for pixels and samples: codecs, real devices, media elements',
  turn: 'waits for the TURN client',
  gap: 'ours to do: not written yet, or not right yet',
  'browser-only': 'needs a part of a browser that a program outside of one does not have',
  optional: 'the test itself declares an optional feature absent',
  'spec-changed': 'the specification has changed since the test was written',
  'test-bug': 'the test is wrong',
};

/** Those of which the note has to say more: which part, or where to read about it. */
export const NEED_NOTE = new Set(['gap', 'browser-only', 'spec-changed', 'test-bug']);

/** What a failure gets that nobody has looked at; it fails the check. */
export const UNEXPLAINED = 'unexplained';

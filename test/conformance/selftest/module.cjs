// A module under test that is none: what the runner does with interfaces, devices and platform objects can be seen on it.
'use strict';

class RTCThing {
  constructor(value) { this.value = value; }
}
class MediaStream extends EventTarget {}

const carry = (data, from, to) => (data !== null && typeof data === 'object' && from(data) ? to(data) : data);

module.exports = {
  RTCThing,
  MediaStream,
  mediaDevices: { getUserMedia: async () => new MediaStream() },
  notAnInterface: 1,
  nonstandard: {
    pack: (data, transfer) => ({ data: carry(data, value => value instanceof RTCThing, ({ value }) => ({ thing: value })), transfer }),
    unpack: data => carry(data, value => 'thing' in value, ({ thing }) => new RTCThing(thing)),
  },
};

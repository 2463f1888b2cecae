//! Order, skipping and resets of incoming streams.

use super::*;
use crate::message::Ppid;
use bytes::Bytes;

fn message(text: &'static str) -> Message {
    Message { ppid: Ppid::STRING, payload: Bytes::from_static(text.as_bytes()) }
}

fn read(streams: &mut Streams, id: u16, events: &mut VecDeque<Event>) -> Vec<String> {
    core::iter::from_fn(|| streams.pop(id, events)).map(|m| String::from_utf8(m.payload.to_vec()).unwrap()).collect()
}

#[test]
fn ordered_messages_wait_for_their_turn_and_unordered_ones_do_not() {
    let (mut streams, mut events) = (Streams::new(false), VecDeque::new());
    assert!(streams.deliver(3, false, 1, message("b"), &mut events));
    assert!(events.is_empty());
    assert!(streams.deliver(3, true, 0, message("u"), &mut events));
    assert!(streams.deliver(3, false, 0, message("a"), &mut events));
    assert_eq!(events.pop_front(), Some(Event::Readable(StreamId(3))));
    assert_eq!(events.pop_front(), None, "told once per transition");
    assert_eq!(read(&mut streams, 3, &mut events), ["u", "a", "b"]);
    assert_eq!((streams.readable_bytes(), streams.waiting_bytes()), (0, 0));
    assert!(!streams.deliver(3, false, 1, message("b"), &mut events), "its turn is past");
}

#[test]
fn stream_sequence_numbers_wrap_at_16_bits() {
    let (mut streams, mut events) = (Streams::new(false), VecDeque::new());
    for ssn in 0..70_000u32 {
        assert!(streams.deliver(0, false, ssn & 0xffff, message("x"), &mut events));
        assert!(streams.pop(0, &mut events).is_some());
    }
}

#[test]
fn skipping_releases_what_waited_behind() {
    let (mut streams, mut events) = (Streams::new(true), VecDeque::new());
    for (mid, text) in [(1, "b"), (3, "d"), (6, "g")] {
        streams.deliver(0, false, mid, message(text), &mut events);
    }
    streams.skip(0, 2, &mut events);
    assert_eq!(read(&mut streams, 0, &mut events), ["b", "d"]);
    streams.skip(0, 1, &mut events);
    streams.skip(0, 5, &mut events);
    assert_eq!(read(&mut streams, 0, &mut events), ["g"]);
}

#[test]
fn a_reset_is_told_after_the_messages_before_it_were_read() {
    let (mut streams, mut events) = (Streams::new(false), VecDeque::new());
    streams.deliver(1, false, 0, message("old"), &mut events);
    streams.reset(1, &mut events);
    streams.deliver(1, false, 0, message("new"), &mut events);
    assert_eq!(
        events.drain(..).collect::<Vec<_>>(),
        [Event::Readable(StreamId(1)), Event::IncomingStreamResetWaits(StreamId(1))]
    );
    assert_eq!(read(&mut streams, 1, &mut events), ["old"]);
    assert_eq!(
        events.drain(..).collect::<Vec<_>>(),
        [Event::IncomingStreamReset(StreamId(1)), Event::Readable(StreamId(1))]
    );
    assert_eq!(read(&mut streams, 1, &mut events), ["new"]);
    streams.reset(1, &mut events);
    assert_eq!(events.pop_back(), Some(Event::IncomingStreamReset(StreamId(1))));
}

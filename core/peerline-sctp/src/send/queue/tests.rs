//! Fragmentation, scheduling and expiry of queued messages.

use super::*;
use core::time::Duration;

const SPACE: Space = Space { left: 1000, max: 1000 };

fn message(len: usize) -> OutgoingMessage {
    OutgoingMessage::new(Ppid::BINARY, Bytes::from(vec![7; len]))
}

fn next(queue: &mut SendQueue, now: Time) -> Option<Fragment> {
    match queue.next(now, SPACE, &mut VecDeque::new()) {
        Next::Fragment(fragment) => Some(fragment),
        _ => None,
    }
}

fn drain(queue: &mut SendQueue) -> Vec<(u16, u8, u32, u32, usize)> {
    core::iter::from_fn(|| next(queue, Time::ZERO))
        .map(|f| (f.stream, f.flags, f.mid, f.fsn, f.payload.len()))
        .collect()
}

#[test]
fn a_large_message_is_cut_and_its_buffer_shared() {
    let mut queue = SendQueue::new(1 << 20, 10);
    let payload = Bytes::from(vec![1; 2500]);
    queue.push(Time::ZERO, 1, OutgoingMessage::new(Ppid::BINARY, payload.clone())).unwrap();
    assert_eq!(queue.stream_buffered(1), 2500);
    let first = next(&mut queue, Time::ZERO).unwrap();
    assert_eq!(first.payload.as_ptr(), payload.as_ptr(), "sliced, not copied");
    assert_eq!((first.flags, queue.stream_buffered(1)), (FLAG_BEGIN, 1500));
    assert_eq!(drain(&mut queue), [(1, 0, 0, 1, 1000), (1, FLAG_END, 0, 2, 500)]);
    assert!(queue.is_empty() && queue.buffered() == 0);
}

#[test]
fn without_interleaving_a_message_is_finished_first() {
    let mut queue = SendQueue::new(1 << 20, 10);
    queue.push(Time::ZERO, 1, message(2500)).unwrap();
    next(&mut queue, Time::ZERO).unwrap();
    queue.push(Time::ZERO, 2, message(10)).unwrap();
    assert_eq!(drain(&mut queue).iter().map(|f| f.0).collect::<Vec<_>>(), [1, 1, 2]);
}

#[test]
fn with_interleaving_a_small_message_overtakes() {
    let mut queue = SendQueue::new(1 << 20, 10);
    queue.negotiated(true, true, 10);
    queue.push(Time::ZERO, 1, message(5000)).unwrap();
    next(&mut queue, Time::ZERO).unwrap();
    queue.push(Time::ZERO, 2, message(10)).unwrap();
    assert_eq!(drain(&mut queue).iter().map(|f| f.0).collect::<Vec<_>>(), [2, 1, 1, 1, 1]);
}

#[test]
fn an_expired_message_is_dropped_unsent_and_takes_no_number() {
    let mut queue = SendQueue::new(1 << 20, 10);
    let mut short_lived = message(10);
    short_lived.reliability = Reliability::MaxLifetime(Duration::from_millis(5));
    queue.push(Time::ZERO, 1, short_lived).unwrap();
    queue.push(Time::ZERO, 1, message(20)).unwrap();
    let fragment = next(&mut queue, Time::from_millis(6)).unwrap();
    assert_eq!((fragment.mid, fragment.payload.len()), (0, 20));
    assert_eq!(queue.abandoned(), 1);
}

#[test]
fn a_partly_sent_message_that_expires_is_named() {
    let mut queue = SendQueue::new(1 << 20, 10);
    let mut short_lived = message(3000);
    short_lived.reliability = Reliability::MaxLifetime(Duration::from_millis(5));
    queue.push(Time::ZERO, 1, short_lived).unwrap();
    queue.push(Time::ZERO, 1, message(20)).unwrap();
    next(&mut queue, Time::ZERO).unwrap();
    let outcome = queue.next(Time::from_millis(6), SPACE, &mut VecDeque::new());
    assert!(matches!(outcome, Next::Expired(MessageKey { stream: 1, unordered: false, mid: 0 })));
    assert_eq!(drain(&mut queue), [(1, FLAG_BEGIN | FLAG_END, 1, 0, 20)]);
}

#[test]
fn low_threshold_is_told_once_per_crossing() {
    let mut queue = SendQueue::new(1 << 20, 10);
    let mut events = VecDeque::new();
    queue.set_low_threshold(1, 1500);
    queue.push(Time::ZERO, 1, message(3000)).unwrap();
    for _ in 0..3 {
        let _ = queue.next(Time::ZERO, SPACE, &mut events);
    }
    assert_eq!(events, [Event::BufferedAmountLow(StreamId(1))]);
}

#[test]
fn misuse_and_back_pressure_are_told_apart() {
    let mut queue = SendQueue::new(1000, 10);
    assert_eq!(queue.push(Time::ZERO, 1, message(0)), Err(SendError::Empty));
    assert_eq!(queue.push(Time::ZERO, 10, message(1)), Err(SendError::NoSuchStream));
    assert_eq!(queue.push(Time::ZERO, 1, message(5000)), Ok(()), "one message always fits");
    assert_eq!(queue.push(Time::ZERO, 1, message(1)), Err(SendError::BufferFull));
    drain(&mut queue);
    assert!(queue.end_stream(1));
    assert_eq!(queue.push(Time::ZERO, 1, message(1)), Err(SendError::Resetting));
    queue.restart_stream(1);
    queue.push(Time::ZERO, 1, message(1)).unwrap();
    assert_eq!(next(&mut queue, Time::ZERO).unwrap().mid, 0, "numbers start anew");
}

#[test]
fn discarding_the_rest_never_schedules_a_stream_twice() {
    let mut queue = SendQueue::new(1 << 20, 10);
    queue.negotiated(true, true, 10);
    queue.push(Time::ZERO, 1, message(3000)).unwrap();
    next(&mut queue, Time::ZERO).unwrap();
    let key = MessageKey { stream: 1, unordered: false, mid: 0 };
    assert!(queue.discard_rest(key, &mut VecDeque::new()));
    assert!(!queue.discard_rest(key, &mut VecDeque::new()));
    for _ in 0..4 {
        queue.push(Time::ZERO, 1, message(10)).unwrap();
    }
    queue.push(Time::ZERO, 2, message(10)).unwrap();
    let order: Vec<u16> = drain(&mut queue).iter().map(|f| f.0).collect();
    assert_eq!(order.iter().filter(|id| **id == 1).count(), 4);
    assert!(queue.is_empty());
}

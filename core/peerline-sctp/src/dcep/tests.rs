//! DCEP vectors and hostile input (RFC 8832).

use super::*;
use proptest::prelude::*;

fn sample() -> Open {
    Open {
        reliability: Reliability::MaxRetransmits(7),
        unordered: true,
        priority: 256,
        label: "chat".into(),
        protocol: "v1".into(),
    }
}

#[test]
fn an_open_message_has_the_layout_of_the_rfc() {
    let mut out = Vec::new();
    Message::Open(sample()).encode(&mut out);
    assert_eq!(out, [3, 0x81, 1, 0, 0, 0, 0, 7, 0, 4, 0, 2, b'c', b'h', b'a', b't', b'v', b'1']);
    assert_eq!(parse(&out), Ok(Message::Open(sample())));
}

#[test]
fn an_ack_is_one_byte() {
    let mut out = Vec::new();
    Message::Ack.encode(&mut out);
    assert_eq!(out, [2]);
    assert_eq!(parse(&out), Ok(Message::Ack));
}

#[test]
fn a_message_cut_at_any_length_is_refused() {
    let mut out = Vec::new();
    Message::Open(sample()).encode(&mut out);
    for len in 0..out.len() {
        assert_eq!(parse(&out[..len]), Err(ParseError::Truncated), "{len}");
    }
}

#[test]
fn unknown_types_and_bad_text_are_refused() {
    assert_eq!(parse(&[9, 0]), Err(ParseError::UnknownMessageType(9)));
    assert_eq!(parse(&[3, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Err(ParseError::UnknownChannelType(3)));
    assert_eq!(parse(&[3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0xff]), Err(ParseError::NotUtf8));
}

#[test]
fn a_label_too_long_is_cut_at_a_character() {
    let open = Open { label: "é".repeat(40_000), ..sample() };
    let mut out = Vec::new();
    Message::Open(open).encode(&mut out);
    let Ok(Message::Open(read)) = parse(&out) else { panic!("must parse") };
    assert_eq!(read.label, "é".repeat(32_767));
}

fn reliability() -> impl Strategy<Value = Reliability> {
    prop_oneof![
        Just(Reliability::Reliable),
        any::<u16>().prop_map(Reliability::MaxRetransmits),
        any::<u32>().prop_map(|ms| Reliability::MaxLifetime(Duration::from_millis(u64::from(ms)))),
    ]
}

proptest! {
    #[test]
    fn what_is_encoded_is_read_back(
        reliability in reliability(), unordered: bool, priority: u16, label in ".{0,40}", protocol in ".{0,40}",
    ) {
        let message = Message::Open(Open { reliability, unordered, priority, label, protocol });
        let mut out = Vec::new();
        message.encode(&mut out);
        prop_assert_eq!(parse(&out), Ok(message));
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&bytes);
    }
}

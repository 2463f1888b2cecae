//! Data channels: messages of every size, options, closing, back-pressure.

mod support;

use bytes::Bytes;
use peerline_netsim::{INTERNET, LinkConfig, Loss, Simulation};
use peerline_peer::{
    ChannelError, ChannelEvent, ConnectionState, DataChannelInit, DataChannelState, Error, Event, Message, Misuse,
    Priority, SctpTransportState,
};
use std::time::Duration;
use support::{Pair, Peer, binary, text};

const SECOND: Duration = Duration::from_secs(1);

fn pair_over(link: LinkConfig) -> Pair {
    let mut sim = Simulation::<Peer>::new(11);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", link.clone());
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", link);
    Pair::on(sim, alice, bob)
}

fn neighbours() -> Pair {
    pair_over(LinkConfig::with_delay_ms(10))
}

#[test]
fn s066_messages_of_every_size_arrive_as_they_were_sent() {
    let mut pair = neighbours();
    let (hers, his) = pair.open_channel("sizes", DataChannelInit::default());
    let sizes = [0, 1, 2, 1_000, 1_200, 16_384, 65_535, 65_536, 262_143, 262_144];
    let sent: Vec<Message> = sizes.iter().map(|size| binary(*size)).chain([text(""), text("häß")]).collect();
    for message in &sent {
        pair.send(pair.alice, hers, message.clone()).expect("within the limit");
    }
    pair.run_until(SECOND * 60, |_, b| b.messages.len() == sent.len());
    let received: Vec<_> =
        pair.peer(pair.bob).messages.iter().map(|(channel, message)| (*channel, message.clone())).collect();
    assert!(received.iter().all(|(channel, _)| *channel == his));
    assert!(received.iter().map(|(_, message)| message).eq(sent.iter()));
    let too_large = pair.send(pair.alice, hers, binary(262_145));
    assert_eq!(too_large, Err(Error::Misuse(Misuse::MessageTooLarge)));
    pair.send(pair.alice, hers, text("still alive")).expect("the channel lives on");
    pair.run_until(SECOND, |_, b| b.messages.len() == sent.len() + 1);
}

#[test]
fn options_arrive_at_the_other_side() {
    let mut pair = neighbours();
    let init = DataChannelInit {
        ordered: false,
        max_retransmits: Some(3),
        protocol: "chat.v2".to_owned(),
        priority: Priority::High,
        ..DataChannelInit::default()
    };
    let (_, his) = pair.open_channel("with options", init);
    let channel = pair.peer(pair.bob).pc.channel(his).expect("announced");
    assert_eq!(channel.label(), "with options");
    assert_eq!(channel.protocol(), "chat.v2");
    assert!(!channel.ordered() && !channel.negotiated());
    assert_eq!((channel.max_retransmits(), channel.max_packet_life_time()), (Some(3), None));
    assert_eq!(channel.priority(), Priority::High);
}

#[test]
fn negotiated_channels_open_on_both_sides_without_asking() {
    let mut pair = neighbours();
    let init = DataChannelInit { negotiated: true, id: Some(42), ..DataChannelInit::default() };
    let (alice, bob) = (pair.alice, pair.bob);
    let hers = pair.create_channel(alice, "hers", init.clone());
    let his = pair.create_channel(bob, "his", init.clone());
    pair.negotiate(alice, bob);
    pair.run_until(SECOND * 10, |a, b| a.is_open(hers) && b.is_open(his));
    pair.send(alice, hers, text("to 42")).expect("open");
    pair.run_until(SECOND, |_, b| b.messages == [(his, text("to 42"))]);
    assert!(pair.peer(bob).announced().is_empty());
    let again = pair.call(alice, |pc, now| pc.create_data_channel(now, "taken", init));
    assert_eq!(again, Err(Error::Misuse(Misuse::ChannelIdTaken)));
}

#[test]
fn bad_options_are_refused_by_name() {
    let mut pair = neighbours();
    let alice = pair.alice;
    let mut create =
        |label: &str, init: DataChannelInit| pair.call(alice, |pc, now| pc.create_data_channel(now, label, init));
    let base = DataChannelInit::default;
    let refused = [
        (
            "",
            DataChannelInit { max_retransmits: Some(1), max_packet_life_time: Some(1), ..base() },
            Misuse::TwoReliabilityLimits,
        ),
        ("", DataChannelInit { negotiated: true, ..base() }, Misuse::NegotiatedWithoutId),
        ("", DataChannelInit { negotiated: true, id: Some(65_535), ..base() }, Misuse::ChannelIdOutOfRange),
        ("", DataChannelInit { protocol: "p".repeat(65_536), ..base() }, Misuse::LabelOrProtocolTooLong),
    ];
    for (label, init, misuse) in refused {
        assert_eq!(create(label, init), Err(Error::Misuse(misuse)));
    }
    assert_eq!(create(&"l".repeat(65_536), base()), Err(Error::Misuse(Misuse::LabelOrProtocolTooLong)));
    assert!(create(&"l".repeat(65_535), base()).is_ok());
    assert!(create("id is ignored", DataChannelInit { id: Some(65_535), ..base() }).is_ok());
}

#[test]
fn s065_closing_on_one_side_closes_both_and_frees_the_stream() {
    let mut pair = neighbours();
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, his) = pair.open_channel("closing", DataChannelInit::default());
    let id = pair.peer(alice).pc.channel(hers).and_then(|channel| channel.id());
    for round in 0..10 {
        pair.send(alice, hers, text(&format!("last words {round}"))).expect("open");
    }
    pair.call(alice, |pc, now| pc.close_channel(now, hers));
    assert_eq!(pair.send(alice, hers, text("too late")), Err(Error::Misuse(Misuse::ChannelNotOpen)));
    pair.run_until(SECOND * 5, |a, b| {
        let closed = |peer: &Peer, id| peer.pc.channel(id).is_some_and(|c| c.ready_state() == DataChannelState::Closed);
        closed(a, hers) && closed(b, his)
    });
    assert_eq!(pair.peer(bob).messages.len(), 10);
    assert_eq!(pair.peer(bob).count(&Event::Channel(his, ChannelEvent::Closing)), 1);
    assert_eq!(pair.peer(bob).count(&Event::Channel(his, ChannelEvent::Close)), 1);
    assert_eq!(pair.peer(alice).count(&Event::Channel(hers, ChannelEvent::Closing)), 0);
    assert_eq!(pair.peer(alice).count(&Event::Channel(hers, ChannelEvent::Close)), 1);
    let next = pair.create_channel(alice, "same stream", DataChannelInit::default());
    assert_eq!(pair.peer(alice).pc.channel(next).and_then(|channel| channel.id()), id);
    pair.run_until(SECOND * 5, |a, b| a.is_open(next) && b.announced().len() == 2);
    pair.send(alice, next, text("fresh")).expect("open");
    pair.run_until(SECOND * 5, |_, b| b.messages.len() == 11);
}

#[test]
fn open_and_close_back_to_back_gives_one_of_each_event() {
    let mut pair = neighbours();
    let (alice, bob) = (pair.alice, pair.bob);
    pair.open_channel("first", DataChannelInit::default());
    let brief = pair.create_channel(alice, "brief", DataChannelInit::default());
    pair.send(alice, brief, text("x")).ok();
    pair.call(alice, |pc, now| pc.close_channel(now, brief));
    pair.sim.run_for(SECOND * 5);
    let seen = pair.peer(bob).announced();
    let closed =
        |peer: &Peer, id| peer.pc.channel(id).is_none_or(|channel| channel.ready_state() == DataChannelState::Closed);
    assert!(closed(pair.peer(alice), brief));
    for id in seen.iter().skip(1) {
        assert!(closed(pair.peer(bob), *id));
        assert_eq!(pair.peer(bob).count(&Event::Channel(*id, ChannelEvent::Open)), 1);
        assert_eq!(pair.peer(bob).count(&Event::Channel(*id, ChannelEvent::Close)), 1);
    }
}

#[test]
fn buffered_amount_grows_at_once_and_the_low_event_fires_once_per_crossing() {
    let mut pair = pair_over(LinkConfig::with_delay_ms(10).bandwidth(8_000_000));
    let (alice, _) = (pair.alice, pair.bob);
    let (hers, _) = pair.open_channel("buffered", DataChannelInit::default());
    pair.call(alice, |pc, _| pc.set_buffered_amount_low_threshold(hers, 100_000));
    pair.call(alice, |pc, now| {
        for round in 1..=10 {
            pc.send(now, hers, binary(50_000)).expect("open");
            assert_eq!(pc.channel(hers).map(|channel| channel.buffered_amount()), Some(50_000 * round));
        }
    });
    pair.run_until(SECOND * 30, |_, b| b.messages.len() == 10);
    assert_eq!(pair.peer(alice).count(&Event::Channel(hers, ChannelEvent::BufferedAmountLow)), 1);
    assert_eq!(pair.peer(alice).pc.channel(hers).map(|channel| channel.buffered_amount()), Some(0));
}

#[test]
fn a_full_send_buffer_refuses_and_recovers() {
    let mut pair = neighbours();
    let alice = pair.alice;
    let (hers, _) = pair.open_channel("full", DataChannelInit::default());
    let payload = Bytes::from(vec![7; 200_000]);
    let mut accepted = 0;
    let refused = loop {
        match pair.call(alice, |pc, now| pc.send(now, hers, Message::Binary(payload.clone()))) {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
        assert!(accepted < 10_000, "the send buffer has no bound");
    };
    assert_eq!(refused, Error::Misuse(Misuse::SendBufferFull));
    pair.run_until(SECOND * 60, |_, b| b.messages.len() == accepted);
    pair.send(alice, hers, text("again")).expect("room again");
}

#[test]
fn a_reader_that_does_not_read_holds_the_sender_back_and_loses_nothing() {
    let mut pair = neighbours();
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, his) = pair.open_channel("slow reader", DataChannelInit::default());
    pair.sim.machine_mut(bob).reads = false;
    let mut sent = 0;
    for _ in 0..600 {
        if pair.call(alice, |pc, now| pc.send(now, hers, binary(60_000))).is_ok() {
            sent += 1;
        }
        pair.sim.run_for(Duration::from_millis(50));
    }
    assert!(sent < 600, "36 MB went nowhere");
    let mut read = 0;
    for _ in 0..10_000 {
        while let Some(message) = pair.call(bob, |pc, now| pc.receive(now, his)) {
            assert_eq!(message, binary(60_000));
            read += 1;
        }
        if read == sent {
            break;
        }
        pair.sim.run_for(Duration::from_millis(50));
    }
    assert_eq!(read, sent);
}

#[test]
fn unreliable_messages_are_given_up_and_reliable_ones_are_not() {
    let mut pair = pair_over(LinkConfig::with_delay_ms(10).loss(Loss::Random(0.2)));
    let (alice, bob) = (pair.alice, pair.bob);
    let (reliable, _) = pair.open_channel("reliable", DataChannelInit::default());
    let init = DataChannelInit { ordered: false, max_retransmits: Some(0), ..DataChannelInit::default() };
    let lossy = pair.create_channel(alice, "lossy", init);
    pair.run_until(SECOND * 30, |a, b| a.is_open(lossy) && b.announced().len() == 2);
    for round in 0..200 {
        pair.send(alice, reliable, text(&format!("r{round}"))).expect("open");
        pair.send(alice, lossy, text(&format!("u{round}"))).expect("open");
        pair.sim.run_for(Duration::from_millis(20));
    }
    pair.sim.run_for(SECOND * 30);
    let channels = pair.peer(bob).announced();
    let of = |index: usize| -> Vec<Message> {
        let on_it = pair.peer(bob).messages.iter().filter(|(id, _)| *id == channels[index]);
        on_it.map(|(_, message)| message.clone()).collect()
    };
    assert!(of(0).into_iter().eq((0..200).map(|round| text(&format!("r{round}")))));
    let unreliable = of(1).len();
    assert!((80..200).contains(&unreliable), "{unreliable} of 200 at 20 % loss each way");
}

#[test]
fn s070_close_tells_the_peer_and_fires_nothing_here() {
    let mut pair = neighbours();
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, his) = pair.open_channel("bye", DataChannelInit::default());
    let events = pair.peer(alice).history.len();
    let closed_at = pair.sim.now();
    pair.call(alice, |pc, now| pc.close(now));
    assert_eq!(pair.peer(alice).pc.connection_state(), ConnectionState::Closed);
    assert_eq!(pair.peer(alice).pc.channel(hers).map(|channel| channel.ready_state()), Some(DataChannelState::Closed));
    let seen = pair.run_until(SECOND * 5, |_, b| {
        b.pc.channel(his).is_some_and(|channel| channel.ready_state() == DataChannelState::Closed)
    });
    assert!(seen - closed_at < Duration::from_millis(100), "{:?}", seen - closed_at);
    // webrtc-pc §6.1.2: only that the association is closed is told by a task.
    let told = Event::SctpTransport(SctpTransportState::Closed);
    assert_eq!(pair.peer(alice).history.get(events..), Some(&[told][..]));
    pair.sim.run_for(SECOND);
    assert!(pair.peer(alice).pc.is_drained());
    let refused = pair.call(alice, |pc, now| pc.create_data_channel(now, "no", DataChannelInit::default()));
    assert_eq!(refused, Err(Error::Misuse(Misuse::Closed)));
    let operation = pair.call(alice, |pc, now| pc.create_offer(now, Default::default()));
    assert_eq!(pair.peer(alice).settled(operation), Some(Err(Error::Misuse(Misuse::Closed))));
    let error = Event::Channel(his, ChannelEvent::Error(ChannelError::SctpFailure { cause: Some(12) }));
    assert_eq!(pair.peer(bob).count(&error), 1);
}

#[test]
fn a_hundred_channels_work_side_by_side() {
    let mut pair = neighbours();
    let (alice, bob) = (pair.alice, pair.bob);
    let channels: Vec<_> =
        (0..100).map(|n| pair.create_channel(alice, &format!("c{n}"), DataChannelInit::default())).collect();
    pair.negotiate(alice, bob);
    pair.run_until(SECOND * 20, |a, b| channels.iter().all(|id| a.is_open(*id)) && b.announced().len() == 100);
    for (n, id) in channels.iter().enumerate() {
        pair.send(alice, *id, text(&n.to_string())).expect("open");
    }
    pair.run_until(SECOND * 5, |_, b| b.messages.len() == 100);
    for (channel, message) in &pair.peer(bob).messages {
        let label = pair.peer(bob).pc.channel(*channel).expect("open").label().to_owned();
        assert_eq!(text(label.trim_start_matches('c')), *message);
    }
}

#[test]
fn a_channel_closes_although_nobody_reads_it_and_its_messages_can_be_read_later() {
    let mut pair = neighbours();
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, his) = pair.open_channel("unread", DataChannelInit::default());
    pair.sim.machine_mut(bob).reads = false;
    for round in 0..10 {
        pair.send(alice, hers, text(&format!("unread {round}"))).expect("open");
    }
    pair.call(alice, |pc, now| pc.close_channel(now, hers));
    let closed = |peer: &Peer, id| peer.pc.channel(id).is_some_and(|c| c.ready_state() == DataChannelState::Closed);
    pair.run_until(SECOND * 2, |a, b| closed(a, hers) && closed(b, his));
    // The stream carries another channel, and the two do not mix.
    let next = pair.create_channel(alice, "next", DataChannelInit::default());
    pair.run_until(SECOND * 2, |a, b| a.is_open(next) && b.announced().len() == 2);
    pair.send(alice, next, text("of the next")).expect("open");
    pair.sim.run_for(SECOND);
    let mut read = Vec::new();
    while let Some(message) = pair.call(bob, |pc, now| pc.receive(now, his)) {
        read.push(message);
    }
    assert!(read.into_iter().eq((0..10).map(|round| text(&format!("unread {round}")))));
    let other = pair.peer(bob).announced()[1];
    assert_eq!(pair.call(bob, |pc, now| pc.receive(now, other)), Some(text("of the next")));
}

#[test]
fn a_peer_that_opens_channels_with_huge_labels_is_stopped_and_the_others_work() {
    let mut pair = neighbours();
    let (alice, bob) = (pair.alice, pair.bob);
    let (hers, _) = pair.open_channel("modest", DataChannelInit::default());
    let label = "l".repeat(65_535);
    let greedy: Vec<_> = (0..200).map(|_| pair.create_channel(alice, &label, DataChannelInit::default())).collect();
    pair.sim.run_for(SECOND * 20);
    let announced = pair.peer(bob).announced().len();
    assert!((100..=129).contains(&announced), "8 MiB of labels are {announced} channels");
    assert!(pair.peer(bob).pc.drops().dcep >= 70);
    let closed = |id| pair.peer(alice).pc.channel(id).is_some_and(|c| c.ready_state() == DataChannelState::Closed);
    assert!(greedy.iter().filter(|id| closed(**id)).count() >= 70, "the refused ones are closed");
    pair.send(alice, hers, text("still here")).expect("open");
    pair.run_until(SECOND * 2, |_, b| b.messages.iter().any(|(_, message)| *message == text("still here")));
}

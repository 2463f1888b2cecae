//! Two peers connect over real sockets and exchange messages.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use futures_util::StreamExt;
use peerline::*;
use support::*;

#[tokio::test]
async fn two_peers_connect_and_exchange_messages_of_every_kind() {
    let pair = connected_pair().await;
    pair.outgoing.send_text("hello").unwrap();
    pair.outgoing.send(vec![1, 2, 3]).unwrap();
    pair.outgoing.send_text("").unwrap();
    pair.outgoing.send(Bytes::new()).unwrap();
    let large = Bytes::from((0..262_144_u32).map(|index| (index % 251) as u8).collect::<Vec<u8>>());
    pair.outgoing.send(large.clone()).unwrap();
    let expected = [
        RtcDataChannelMessage::Text("hello".to_owned()),
        RtcDataChannelMessage::Binary(Bytes::from_static(&[1, 2, 3])),
        RtcDataChannelMessage::Text(String::new()),
        RtcDataChannelMessage::Binary(Bytes::new()),
        RtcDataChannelMessage::Binary(large),
    ];
    for message in expected {
        assert_eq!(soon("a message", pair.incoming.receive()).await, Some(message));
    }
    pair.incoming.send_text("and back").unwrap();
    assert_eq!(
        soon("the answer", pair.outgoing.receive()).await,
        Some(RtcDataChannelMessage::Text("and back".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candidates_may_trickle() {
    let (offerer, answerer) = (peer(), peer());
    let channel = offerer.create_data_channel("trickle", RtcDataChannelInit::default()).unwrap();
    for (from, to) in [(&offerer, &answerer), (&answerer, &offerer)] {
        // The stream does not keep the connection open, so this task ends with it.
        let (mut events, to) = (from.events(), to.clone());
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if let RtcPeerConnectionEvent::IceCandidate(candidate) = event {
                    let init = candidate.map(|candidate| candidate.to_init());
                    let _ = to.add_ice_candidate(init).await;
                }
            }
        });
    }
    let exchange = async {
        let offer = offerer.create_offer(RtcOfferOptions::default()).await.unwrap();
        // The peer has the description before the first candidate is there to be signaled.
        answerer.set_remote_description(offer.clone()).await.unwrap();
        offerer.set_local_description(offer).await.unwrap();
        let answer = answerer.create_answer(RtcAnswerOptions::default()).await.unwrap();
        offerer.set_remote_description(answer.clone()).await.unwrap();
        answerer.set_local_description(answer).await.unwrap();
        channel.opened().await.unwrap();
    };
    soon("open", exchange).await;
    assert_eq!(soon("connected", offerer.connected()).await, Ok(()));
    assert_eq!(offerer.connection_state(), RtcPeerConnectionState::Connected);
}

#[tokio::test]
async fn transports_can_be_looked_at() {
    let pair = connected_pair().await;
    let sctp = pair.offerer.sctp().expect("an SCTP transport");
    assert_eq!(sctp.state(), RtcSctpTransportState::Connected);
    assert!(sctp.max_message_size() >= 65_536.0);
    assert!(sctp.max_channels().is_some_and(|max| max > 1));
    let dtls = sctp.transport();
    assert_eq!(dtls.state(), RtcDtlsTransportState::Connected);
    assert_eq!(dtls.get_remote_certificates().len(), 1);
    let pair = dtls.ice_transport().get_selected_candidate_pair().expect("a pair");
    assert_eq!(pair.local.protocol(), Some(RtcIceProtocol::Udp));
    assert!(pair.remote.port().is_some());
}

#[tokio::test]
async fn channel_attributes_cross_over() {
    let init = RtcDataChannelInit {
        ordered: false,
        max_retransmits: Some(3),
        protocol: "chess".to_owned(),
        priority: RtcPriorityType::High,
        ..RtcDataChannelInit::default()
    };
    let pair = pair_with(init).await;
    for channel in [&pair.outgoing, &pair.incoming] {
        assert_eq!(channel.label(), "test");
        assert_eq!(channel.protocol(), "chess");
        assert!(!channel.ordered());
        assert_eq!((channel.max_retransmits(), channel.max_packet_life_time()), (Some(3), None));
        assert_eq!(channel.priority(), RtcPriorityType::High);
        assert_eq!(channel.ready_state(), RtcDataChannelState::Open);
    }
    assert!(pair.outgoing.id().is_some());
    assert_eq!(pair.outgoing.id(), pair.incoming.id());
}

#[tokio::test]
async fn channels_negotiated_out_of_band_need_no_announcement() {
    let (offerer, answerer) = (peer(), peer());
    let init = RtcDataChannelInit { negotiated: true, id: Some(7), ..RtcDataChannelInit::default() };
    let one = offerer.create_data_channel("same", init.clone()).unwrap();
    let other = answerer.create_data_channel("same", init).unwrap();
    negotiate(&offerer, &answerer).await;
    soon("open", one.opened()).await.unwrap();
    soon("open", other.opened()).await.unwrap();
    one.send_text("hi").unwrap();
    assert_eq!(soon("a message", other.receive()).await, Some(RtcDataChannelMessage::Text("hi".to_owned())));
}

#[tokio::test]
async fn every_event_of_a_channel_is_in_the_one_stream() {
    let pair = connected_pair().await;
    pair.outgoing.set_buffered_amount_low_threshold(10_000);
    pair.outgoing.send(vec![0; 100_000]).unwrap();
    soon("a message", pair.incoming.receive()).await.unwrap();
    pair.incoming.close();
    soon("close", pair.outgoing.closed()).await;
    let mut seen = Vec::new();
    let mut events = pair.offerer.events();
    while !matches!(seen.last(), Some(RtcPeerConnectionEvent::DataChannelClose(_))) {
        seen.push(soon("an event", events.next()).await.unwrap());
    }
    let of_channel: Vec<_> = seen
        .iter()
        .filter_map(|event| match event {
            RtcPeerConnectionEvent::DataChannelOpen(channel) => Some(("open", channel)),
            RtcPeerConnectionEvent::DataChannelBufferedAmountLow(channel) => Some(("low", channel)),
            RtcPeerConnectionEvent::DataChannelClosing(channel) => Some(("closing", channel)),
            RtcPeerConnectionEvent::DataChannelClose(channel) => Some(("close", channel)),
            _ => None,
        })
        .inspect(|(_, channel)| assert_eq!(**channel, pair.outgoing))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(of_channel, ["open", "low", "closing", "close"]);
}

#[tokio::test]
async fn a_message_larger_than_the_peer_accepts_is_refused() {
    let pair = connected_pair().await;
    let limit = pair.offerer.sctp().unwrap().max_message_size() as usize;
    let error = pair.outgoing.send(vec![0; limit + 1]).unwrap_err();
    assert_eq!(error.name, RtcErrorName::TypeError);
    pair.outgoing.send(vec![0; limit]).unwrap();
    assert_eq!(soon("a message", pair.incoming.receive()).await.unwrap().len(), limit);
}

#[test]
fn there_must_be_a_runtime() {
    let error = RtcPeerConnection::new(RtcConfiguration::default()).unwrap_err();
    assert_eq!(error.name, RtcErrorName::NotSupportedError);
    assert!(error.message.contains("tokio"));
}

#[tokio::test]
async fn errors_have_their_w3c_names() {
    let connection = peer();
    let url = |url: &str| RtcConfiguration {
        ice_servers: vec![RtcIceServer { urls: vec![url.to_owned()], ..RtcIceServer::default() }],
        ..RtcConfiguration::default()
    };
    let name = |configuration| RtcPeerConnection::new(configuration).unwrap_err().name;
    assert_eq!(name(url("nonsense")), RtcErrorName::SyntaxError);
    assert_eq!(name(url("turn:turn.example.net")), RtcErrorName::InvalidAccessError);
    let both =
        RtcDataChannelInit { max_packet_life_time: Some(1), max_retransmits: Some(1), ..RtcDataChannelInit::default() };
    assert_eq!(connection.create_data_channel("x", both).unwrap_err().name, RtcErrorName::TypeError);
    let answer = soon("refusal", connection.create_answer(RtcAnswerOptions::default())).await.unwrap_err();
    assert_eq!(answer.name, RtcErrorName::InvalidStateError);
    let candidate = soon("refusal", connection.add_ice_candidate(RtcIceCandidateInit::default())).await.unwrap_err();
    assert!(matches!(candidate.name, RtcErrorName::InvalidStateError | RtcErrorName::TypeError), "{candidate}");
    let garbage =
        soon("refusal", connection.set_remote_description(RtcSessionDescription::offer("v=0\r\nnonsense\r\n")))
            .await
            .unwrap_err();
    assert_eq!(garbage.name, RtcErrorName::OperationError);
    let detail = garbage.detail.expect("an RTCError");
    assert_eq!(detail.error_detail, RtcErrorDetailType::SdpSyntaxError);
    assert_eq!(detail.sdp_line_number, Some(2));
    assert_eq!(connection.signaling_state(), RtcSignalingState::Stable);
}

#[tokio::test]
async fn operations_run_in_the_order_of_the_calls_whoever_waits() {
    let connection = peer();
    connection.create_data_channel("x", RtcDataChannelInit::default()).unwrap();
    let offer = connection.create_offer(RtcOfferOptions::default());
    let local = connection.set_local_description(None);
    let back = connection.set_local_description(RtcSessionDescription::rollback());
    // Nobody waits for the first two until the last has settled.
    soon("rollback", back).await.unwrap();
    assert_eq!(connection.signaling_state(), RtcSignalingState::Stable);
    soon("offer", local).await.unwrap();
    assert_eq!(soon("offer", offer).await.unwrap().sdp_type, RtcSdpType::Offer);
}

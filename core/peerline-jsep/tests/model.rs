//! Two peers that add, stop, replace, restart and roll back at random, with glare: they always converge (RFC 9429; webrtc-pc §10.8 perfect
//! negotiation).

mod common;

use common::Peer;
use peerline_jsep::*;
use peerline_sdp::{Direction, Mid, PayloadType, Session};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    AddTrack(bool, bool, u8),
    AddTransceiver(bool, bool, u8),
    SetDirection(bool, u8, u8),
    Stop(bool, u8),
    DataChannel(bool),
    RestartIce(bool),
    /// A whole exchange, offered by the first or the second.
    Exchange(bool, bool),
    /// Both offer at once; the second is polite.
    Glare,
    /// An offer that is set and rolled back on the offerer's side, on both sides.
    RollBack(bool, bool),
    /// Candidates are gathered.
    Gather(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (any::<bool>(), any::<bool>(), any::<u8>()).prop_map(|(a, b, c)| Step::AddTrack(a, b, c)),
        (any::<bool>(), any::<bool>(), any::<u8>()).prop_map(|(a, b, c)| Step::AddTransceiver(a, b, c)),
        (any::<bool>(), any::<u8>(), any::<u8>()).prop_map(|(a, b, c)| Step::SetDirection(a, b, c)),
        (any::<bool>(), any::<u8>()).prop_map(|(a, b)| Step::Stop(a, b)),
        any::<bool>().prop_map(Step::DataChannel),
        any::<bool>().prop_map(Step::RestartIce),
        (any::<bool>(), any::<bool>()).prop_map(|(a, b)| Step::Exchange(a, b)),
        (any::<bool>(), any::<bool>()).prop_map(|(a, b)| Step::Exchange(a, b)),
        Just(Step::Glare),
        (any::<bool>(), any::<bool>()).prop_map(|(a, b)| Step::RollBack(a, b)),
        any::<bool>().prop_map(Step::Gather),
    ]
}

const DIRECTIONS: [Direction; 4] = [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive];
const POLICIES: [BundlePolicy; 3] = [BundlePolicy::Balanced, BundlePolicy::MaxCompat, BundlePolicy::MaxBundle];

struct Pair {
    a: Peer,
    b: Peer,
    /// Whether offers arrive as an endpoint without BUNDLE would read them.
    bundle: bool,
}

impl Pair {
    fn of(&mut self, first: bool) -> (&mut Peer, &mut Peer) {
        if first { (&mut self.a, &mut self.b) } else { (&mut self.b, &mut self.a) }
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::AddTrack(first, video, stream) => {
                let kind = if video { MediaKind::Video } else { MediaKind::Audio };
                let stream = format!("stream{}", stream % 3);
                self.of(first).0.add_track(kind, &[&stream]);
            }
            Step::AddTransceiver(first, video, direction) => {
                let kind = if video { MediaKind::Video } else { MediaKind::Audio };
                let direction = DIRECTIONS[usize::from(direction % 4)];
                self.of(first).0.add_transceiver(kind, direction, CreatedBy::AddTransceiver);
            }
            Step::SetDirection(first, which, direction) => {
                let peer = self.of(first).0;
                let count = peer.transceivers.len().max(1);
                if let Some(transceiver) = peer.transceivers.get_mut(usize::from(which) % count).filter(|t| !t.stopping)
                {
                    transceiver.direction = DIRECTIONS[usize::from(direction % 4)];
                }
            }
            Step::Stop(first, which) => {
                let peer = self.of(first).0;
                let count = peer.transceivers.len().max(1);
                if let Some(id) = peer.transceivers.get(usize::from(which) % count).map(|t| t.id) {
                    peer.stop(id);
                }
            }
            Step::DataChannel(first) => self.of(first).0.create_data_channel(),
            Step::RestartIce(first) => self.of(first).0.restart_ice(),
            Step::Exchange(first, provisional) => self.exchange(first, provisional),
            Step::Glare => {
                let bundle = self.bundle;
                let (a, b) = self.of(true);
                let (ours, theirs) = (a.create_offer(), b.create_offer());
                a.set_local(SdpType::Offer, &ours);
                b.set_local(SdpType::Offer, &theirs);
                b.set_remote(SdpType::Offer, &Self::in_transit(bundle, &ours));
                let answer = b.create_answer();
                b.set_local(SdpType::Answer, &answer);
                a.set_remote(SdpType::Answer, &answer);
            }
            Step::RollBack(first, both) => {
                let bundle = self.bundle;
                let (offerer, answerer) = self.of(first);
                let offer = offerer.create_offer();
                offerer.set_local(SdpType::Offer, &offer);
                if both {
                    answerer.set_remote(SdpType::Offer, &Self::in_transit(bundle, &offer));
                    let before = answerer.create_answer();
                    assert!(Session::parse(&before).is_ok());
                    answerer.set_remote(SdpType::Rollback, "");
                }
                offerer.rollback();
            }
            Step::Gather(first) => self.of(first).0.gather_all(),
        }
    }

    fn in_transit(bundle: bool, offer: &str) -> String {
        let kept = |line: &&str| bundle || !(line.starts_with("a=group:BUNDLE") || line.starts_with("a=bundle-only"));
        offer.split_inclusive('\n').filter(kept).collect()
    }

    fn exchange(&mut self, first: bool, provisional: bool) {
        let bundle = self.bundle;
        let (offerer, answerer) = self.of(first);
        let stopping: Vec<Mid> =
            answerer.transceivers.iter().filter(|t| t.stopping).filter_map(|t| t.mid.clone()).collect();
        let wanted: Vec<TransceiverId> = offerer
            .transceivers
            .iter()
            .filter(|t| !t.stopping && !t.mid.as_ref().is_some_and(|mid| stopping.contains(mid)))
            .map(|t| t.id)
            .collect();
        let offer = offerer.create_offer();
        assert_eq!(Session::parse(&offer).expect("an offer is SDP").to_string(), offer);
        offerer.set_local(SdpType::Offer, &offer);
        let offer = Self::in_transit(bundle, &offer);
        answerer.set_remote(SdpType::Offer, &offer);
        if provisional {
            let answer = answerer.create_answer();
            answerer.set_local(SdpType::Pranswer, &answer);
            offerer.set_remote(SdpType::Pranswer, &answer);
        }
        let answer = answerer.create_answer();
        assert_eq!(Session::parse(&answer).expect("an answer is SDP").to_string(), answer);
        answerer.set_local(SdpType::Answer, &answer);
        offerer.set_remote(SdpType::Answer, &answer);
        // With BUNDLE, what nobody stops lives on.
        for id in wanted.into_iter().filter(|_| bundle) {
            let transceiver = offerer.transceivers.iter().find(|t| t.id == id).expect("not removed");
            assert!(transceiver.mid.is_some() && !transceiver.stopped);
        }
        assert!(!bundle || !offerer.data.wanted || offerer.data.sctp_transport);
    }

    /// What must be so whenever both are stable after a complete exchange.
    fn check(&self) {
        for (peer, other) in [(&self.a, &self.b), (&self.b, &self.a)] {
            assert_eq!(peer.state, SignalingState::Stable);
            assert_eq!(peer.map.used.len(), other.map.used.len());
            for transceiver in peer.transceivers.iter().filter(|t| t.mid.is_some()) {
                let partner = other
                    .transceivers
                    .iter()
                    .find(|t| t.mid == transceiver.mid)
                    .expect("the same transceivers on both sides");
                assert_eq!(partner.kind, transceiver.kind);
                assert_eq!(partner.m_line_index, transceiver.m_line_index);
                let reversed = partner.current_direction.map(Direction::reversed);
                assert_eq!(transceiver.current_direction, reversed, "{} {:?}", peer.name, transceiver.mid);
                if transceiver.current_direction.is_some_and(Direction::sends) {
                    check_formats(&peer.sends[&transceiver.id], &other.receives[&partner.id]);
                }
            }
            for (mine, theirs) in
                peer.transports.iter().filter_map(|t| Some((t, other.transport_with(t.remote.as_ref()?)?)))
            {
                assert_eq!(mine.local, theirs.remote, "each knows the other's credentials");
                assert_ne!(mine.dtls_role, theirs.dtls_role);
                assert_ne!(mine.ice_role, theirs.ice_role);
            }
            let used: std::collections::BTreeSet<TransportId> = peer.map.used.iter().flatten().copied().collect();
            let exist: std::collections::BTreeSet<TransportId> = peer.transports.iter().map(|t| t.id).collect();
            assert_eq!(used, exist, "no transport without a section");
            let current = peer.current_local.as_ref().into_iter().chain(&peer.current_remote);
            for description in current {
                let mut mids: Vec<Mid> = description.session.media.iter().filter_map(|m| m.get()).collect();
                let count = mids.len();
                mids.sort();
                mids.dedup();
                assert_eq!(mids.len(), count, "never a second section for a mid");
            }
        }
    }
}

/// What is sent is known to who receives it, by the same numbers.
fn check_formats(sends: &RtpParameters, receives: &RtpParameters) {
    assert!(!sends.codecs.is_empty());
    for codec in &sends.codecs {
        let known = receives.codecs.iter().find(|known| known.payload_type == codec.payload_type);
        assert_eq!(known.map(|known| &known.name), Some(&codec.name), "{sends:?} {receives:?}");
    }
    for extension in sends.header_extensions.iter().filter(|extension| extension.direction.sends()) {
        let known = receives.header_extensions.iter().find(|known| known.id == extension.id);
        assert_eq!(known.map(|known| &known.uri), Some(&extension.uri));
    }
}

/// Other numbers, another order, and more than [`common::small_capabilities`].
fn other_capabilities() -> Capabilities {
    let mut capabilities = Capabilities::standard();
    capabilities.audio.codecs.retain(|c| ["opus", "red", "telephone-event"].contains(&c.codec.name.as_str()));
    capabilities.video.codecs.retain(|c| ["VP8", "VP9", "red"].contains(&c.codec.name.as_str()));
    capabilities.video.codecs.reverse();
    for (number, capability) in capabilities.video.codecs.iter_mut().enumerate() {
        capability.codec.payload_type = PayloadType(110 + u8::try_from(number).expect("few codecs"));
        capability.rtx = capability.rtx.map(|_| PayloadType(120 + u8::try_from(number).expect("few codecs")));
    }
    for kind in [&mut capabilities.audio, &mut capabilities.video] {
        kind.header_extensions.reverse();
        for (number, extension) in kind.header_extensions.iter_mut().enumerate() {
            extension.id = 1 + u16::try_from(number).expect("few extensions");
        }
    }
    capabilities
}

/// 200, or what `PROPTEST_CASES` says (10,000 take some minutes).
fn cases() -> u32 {
    option_env!("PROPTEST_CASES").and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_peers_always_converge(steps in prop::collection::vec(step(), 1..24), a in 0usize..3, b in 0usize..3, bundle in prop::bool::weighted(0.8), other in any::<bool>()) {
        let mut pair = Pair { a: Peer::with_policy("alice", POLICIES[a]), b: Peer::with_policy("bob", POLICIES[b]), bundle };
        pair.a.create_data_channel();
        if other {
            pair.b.settings.capabilities = other_capabilities().into();
        }
        for step in &steps {
            pair.run(step);
            if matches!(step, Step::Exchange(..) | Step::Glare) {
                pair.check();
            }
        }
        // Perfect negotiation: whoever needs to, offers; it ends.
        for round in 0..6 {
            if !pair.a.negotiation_needed() && !pair.b.negotiation_needed() {
                break;
            }
            prop_assert!(round < 5, "negotiation never ends");
            let first = pair.a.negotiation_needed();
            pair.exchange(first, false);
            pair.check();
        }
    }
}

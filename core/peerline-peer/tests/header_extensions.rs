//! RTP header extension control (W3C webrtc-extensions §5).

mod support;

use peerline_netsim::{INTERNET, LinkConfig, NodeId, Simulation};
use peerline_peer::{Direction, Error, HeaderExtensionPreference, MediaKind, Misuse, TransceiverId, TransceiverInit};
use support::{Pair, Peer};

/// `uri` and `direction`.
type Wanted = (String, Option<Direction>);

const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const ORIENTATION: &str = "urn:3gpp:video-orientation";

fn pair() -> Pair {
    let mut sim = Simulation::<Peer>::new(43);
    let alice = sim.network.host_at("alice", INTERNET, "203.0.113.1", LinkConfig::with_delay_ms(5));
    let bob = sim.network.host_at("bob", INTERNET, "203.0.113.2", LinkConfig::with_delay_ms(5));
    Pair::on(sim, alice, bob)
}

fn add_video(pair: &mut Pair, node: NodeId) -> TransceiverId {
    pair.call(node, |pc, now| pc.add_transceiver(now, MediaKind::Video, None, TransceiverInit::default()))
        .expect("valid")
}

fn to_negotiate(pair: &Pair, node: NodeId, id: TransceiverId) -> Vec<HeaderExtensionPreference> {
    let transceiver = pair.peer(node).pc.transceiver(id).expect("it is there");
    transceiver.header_extensions_to_negotiate().to_vec()
}

fn wanted(pair: &Pair, node: NodeId, id: TransceiverId) -> Vec<Wanted> {
    to_negotiate(pair, node, id).into_iter().map(|extension| (extension.uri, extension.direction)).collect()
}

fn negotiated(pair: &Pair, node: NodeId, uri: &str) -> Option<Direction> {
    let transceiver = pair.peer(node).pc.transceivers().next().expect("a transceiver");
    let extensions = transceiver.negotiated_header_extensions();
    assert_eq!(extensions.len(), transceiver.header_extensions_to_negotiate().len());
    extensions.iter().find(|extension| extension.uri == uri).expect("it is known").direction
}

fn set(pair: &mut Pair, node: NodeId, id: TransceiverId, uri: &str, direction: Option<Direction>) -> Result<(), Error> {
    let mut extensions = wanted(pair, node, id);
    extensions.iter_mut().filter(|(known, _)| known == uri).for_each(|(_, wanted)| *wanted = direction);
    pair.call(node, |pc, now| pc.set_header_extensions_to_negotiate(now, id, extensions))
}

fn offer(pair: &mut Pair, node: NodeId) -> String {
    pair.operate(node, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    pair.peer(node).pc.local_description().expect("an offer").sdp
}

#[test]
fn before_a_negotiation_all_extensions_are_stopped() {
    let mut pair = pair();
    let alice = pair.alice;
    add_video(&mut pair, alice);
    assert_eq!(negotiated(&pair, alice, MID), None);
    assert_eq!(negotiated(&pair, alice, ORIENTATION), None);
}

#[test]
fn the_mid_extension_cannot_be_given_up_and_the_list_cannot_be_another_one() {
    let mut pair = pair();
    let alice = pair.alice;
    let id = add_video(&mut pair, alice);
    for direction in [None, Some(Direction::Inactive), Some(Direction::SendOnly), Some(Direction::RecvOnly)] {
        assert_eq!(set(&mut pair, alice, id, MID, direction), Err(Misuse::HeaderExtensionsChanged.into()));
    }
    let mut call = |change: &dyn Fn(&mut Vec<Wanted>)| {
        let mut extensions = wanted(&pair, alice, id);
        change(&mut extensions);
        pair.call(alice, |pc, now| pc.set_header_extensions_to_negotiate(now, id, extensions))
    };
    assert_eq!(call(&|list| list.truncate(1)), Err(Misuse::HeaderExtensionsChanged.into()));
    assert_eq!(call(&|list| list.swap(0, 1)), Err(Misuse::HeaderExtensionsChanged.into()));
    assert_eq!(call(&|list| list[0].0 = "4711".to_owned()), Err(Misuse::HeaderExtensionsChanged.into()));
    assert_eq!(call(&|list| list[0].0.clear()), Err(Misuse::HeaderExtensionWithoutUri.into()));
    assert_eq!(call(&|_| {}), Ok(()));
}

#[test]
fn a_stopped_extension_is_not_offered_for_that_section_only() {
    let mut pair = pair();
    let alice = pair.alice;
    let first = add_video(&mut pair, alice);
    let second = add_video(&mut pair, alice);
    set(&mut pair, alice, first, ORIENTATION, None).expect("it may be stopped");
    set(&mut pair, alice, second, ORIENTATION, Some(Direction::SendOnly)).expect("it may be narrowed");
    let offer = offer(&mut pair, alice);
    let sections: Vec<&str> = offer.split("m=video").skip(1).collect();
    assert!(!sections[0].contains(ORIENTATION));
    assert!(sections[1].contains(&format!("/sendonly {ORIENTATION}")));
}

#[test]
fn what_an_answer_leaves_out_is_not_offered_again_by_either_side() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let id = add_video(&mut pair, alice);
    set(&mut pair, alice, id, ORIENTATION, None).expect("it may be stopped");
    pair.negotiate(alice, bob);
    for node in [alice, bob] {
        assert_eq!(negotiated(&pair, node, ORIENTATION), None);
        assert_eq!(negotiated(&pair, node, MID), Some(Direction::SendRecv));
    }
    assert!(!offer(&mut pair, bob).contains(ORIENTATION));
}

#[test]
fn an_extension_that_is_offered_again_is_agreed_to_again() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    let id = add_video(&mut pair, alice);
    set(&mut pair, alice, id, ORIENTATION, None).expect("it may be stopped");
    pair.negotiate(alice, bob);
    set(&mut pair, alice, id, ORIENTATION, Some(Direction::SendRecv)).expect("it may begin again");
    pair.negotiate(alice, bob);
    assert_eq!(negotiated(&pair, alice, ORIENTATION), Some(Direction::SendRecv));
    assert_eq!(negotiated(&pair, bob, ORIENTATION), Some(Direction::SendRecv));
}

#[test]
fn an_answerer_that_stops_an_extension_does_not_get_it() {
    let mut pair = pair();
    let (alice, bob) = (pair.alice, pair.bob);
    add_video(&mut pair, alice);
    pair.operate(alice, |pc, now| pc.set_local_description(now, None)).expect("an offer");
    let offer = pair.peer(alice).pc.local_description().expect("an offer");
    pair.operate(bob, |pc, now| pc.set_remote_description(now, offer)).expect("a good offer");
    let his = pair.peer(bob).pc.transceivers().next().expect("made by the offer").id();
    set(&mut pair, bob, his, ORIENTATION, None).expect("it may be stopped");
    pair.operate(bob, |pc, now| pc.set_local_description(now, None)).expect("an answer");
    let answer = pair.peer(bob).pc.local_description().expect("an answer");
    pair.operate(alice, |pc, now| pc.set_remote_description(now, answer)).expect("a good answer");
    assert_eq!(negotiated(&pair, alice, ORIENTATION), None);
    // What comes later of the same kind begins with that.
    let later = add_video(&mut pair, alice);
    let extension = to_negotiate(&pair, alice, later).into_iter().find(|extension| extension.uri == ORIENTATION);
    assert_eq!(extension.expect("it is known").direction, None);
}

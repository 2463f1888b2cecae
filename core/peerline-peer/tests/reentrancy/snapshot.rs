//! All that the getters show, as text, and whether it makes sense.

use peerline_peer::{ChannelId, Description, PeerConnection, SignalingState};
use peerline_sdp::{Mid, Session};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Every getter.
pub fn snapshot(pc: &PeerConnection) -> String {
    let mut text = String::new();
    let states = (
        pc.signaling_state(),
        pc.ice_gathering_state(),
        pc.ice_connection_state(),
        pc.connection_state(),
        pc.is_closed(),
    );
    let _ = writeln!(text, "{states:?} {:?}", pc.can_trickle_ice_candidates());
    let _ = writeln!(text, "{:?} {:?}", pc.peer_identity(), pc.idp_login_url());
    for (name, description) in slots(pc) {
        let _ = writeln!(text, "{name}: {description:#?}");
    }
    for transceiver in pc.transceivers() {
        let _ = writeln!(text, "{transceiver:#?} {:#?}", pc.receive_parameters(transceiver.id()));
    }
    for transport in pc.transports() {
        let _ = writeln!(text, "{transport:?} {:?}", pc.selected_candidate_pair(transport.id));
    }
    let _ = writeln!(text, "{:?}", pc.sctp());
    for id in 1..10 {
        let _ = writeln!(text, "{:?}", pc.channel(ChannelId(id)));
    }
    text
}

fn slots(pc: &PeerConnection) -> [(&'static str, Option<Description>); 4] {
    [
        ("currentLocal", pc.current_local_description()),
        ("pendingLocal", pc.pending_local_description()),
        ("currentRemote", pc.current_remote_description()),
        ("pendingRemote", pc.pending_remote_description()),
    ]
}

/// What is true at every moment.
pub fn assert_consistent(pc: &PeerConnection, after: &str) {
    let state = pc.signaling_state();
    let pending = (pc.pending_local_description().is_some(), pc.pending_remote_description().is_some());
    let expected = match state {
        SignalingState::Stable => (false, false),
        SignalingState::HaveLocalOffer => (true, false),
        SignalingState::HaveRemoteOffer => (false, true),
        SignalingState::HaveLocalPranswer | SignalingState::HaveRemotePranswer => (true, true),
        SignalingState::Closed => pending,
    };
    assert_eq!(pending, expected, "pending descriptions in {state} after {after}");
    assert_eq!(pc.local_description(), pc.pending_local_description().or_else(|| pc.current_local_description()));
    assert_eq!(pc.remote_description(), pc.pending_remote_description().or_else(|| pc.current_remote_description()));
    assert_eq!(pc.is_closed(), state == SignalingState::Closed);
    for (name, description) in slots(pc) {
        let Some(description) = description else { continue };
        let session = Session::parse(&description.sdp).expect("a description is SDP");
        assert_eq!(session.to_string(), description.sdp, "{name} after {after}");
        let mids: Vec<Mid> = session.media.iter().filter_map(|media| media.get()).collect();
        assert_eq!(mids.iter().collect::<BTreeSet<_>>().len(), mids.len(), "mids of {name} after {after}");
    }
    let mids: Vec<&str> = pc.transceivers().filter_map(|transceiver| transceiver.mid()).collect();
    assert_eq!(mids.iter().collect::<BTreeSet<_>>().len(), mids.len(), "mids of transceivers after {after}");
    for transceiver in pc.transceivers() {
        assert!(transceiver.is_stopping() || !transceiver.is_stopped(), "after {after}");
        assert_eq!(transceiver.direction().is_none(), transceiver.is_stopping(), "after {after}");
        let described = slots(pc).into_iter().any(|(_, description)| {
            let line = transceiver.mid().map(|mid| format!("a=mid:{mid}\r\n"));
            line.is_none_or(|line| description.is_some_and(|description| description.sdp.contains(&line)))
        });
        assert!(described, "a mid of no description, {:?}, after {after}", transceiver.mid());
    }
}

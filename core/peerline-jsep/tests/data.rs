//! Data channels and the skeleton of descriptions: text in, plan out (RFC 9429, RFC 8841).

mod common;

use common::{Peer, exchange, show};
use peerline_jsep::*;
use peerline_sdp::{Fingerprint, Session, Setup};

fn pair_with_data() -> (Peer, Peer) {
    let (mut alice, bob) = (Peer::small("alice"), Peer::small("bob"));
    alice.create_data_channel();
    (alice, bob)
}

fn connected() -> (Peer, Peer) {
    let (mut alice, mut bob) = pair_with_data();
    exchange(&mut alice, &mut bob);
    (alice, bob)
}

fn data_section(plan: &Plan) -> &DataSection {
    match &plan.data {
        DataChange::Section(section) => section,
        other => panic!("no data section: {other:?}"),
    }
}

fn negotiated(plan: &Plan) -> &DataNegotiated {
    data_section(plan).negotiated.as_ref().expect("negotiated")
}

#[test]
fn offers_a_data_channel_as_browsers_do() {
    let (mut alice, _) = pair_with_data();
    insta::assert_snapshot!(alice.create_offer());
}

#[test]
fn answers_a_data_channel() {
    let (mut alice, mut bob) = pair_with_data();
    let (_, answer) = exchange(&mut alice, &mut bob);
    insta::assert_snapshot!(answer);
    assert_eq!((alice.state, bob.state), (SignalingState::Stable, SignalingState::Stable));
}

#[test]
fn plans_of_a_first_exchange() {
    let (mut alice, mut bob) = pair_with_data();
    let offer = alice.create_offer();
    let local_offer = alice.set_local(SdpType::Offer, &offer);
    let remote_offer = bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    let local_answer = bob.set_local(SdpType::Answer, &answer);
    let remote_answer = alice.set_remote(SdpType::Answer, &answer);
    let plans = [local_offer, remote_offer, local_answer, remote_answer];
    insta::assert_snapshot!(plans.iter().map(show::plan).collect::<String>());
}

#[test]
fn answers_the_old_form_in_the_old_form() {
    let mut bob = Peer::small("bob");
    let offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE data\r\n\
        m=application 9 DTLS/SCTP 5000\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n\
        a=fingerprint:sha-1 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13\r\na=setup:actpass\r\na=mid:data\r\n\
        a=sctpmap:5000 webrtc-datachannel 1024\r\n";
    bob.set_remote(SdpType::Offer, offer);
    let answer = bob.create_answer();
    assert!(answer.contains("m=application 9 DTLS/SCTP 5000\r\n"), "{answer}");
    assert!(answer.contains("a=sctpmap:5000 webrtc-datachannel 1024\r\n"), "{answer}");
    assert!(!answer.contains("a=sctp-port"), "{answer}");
    assert!(!answer.contains("trickle"), "trickle was not offered: {answer}");
    let plan = bob.set_local(SdpType::Answer, &answer);
    assert_eq!(negotiated(&plan).max_message_size, Some(65_536));
}

#[test]
fn reads_the_largest_message_of_the_other_side() {
    for (line, expected) in
        [("", Some(65_536)), ("a=max-message-size:0\r\n", None), ("a=max-message-size:100\r\n", Some(100))]
    {
        let (mut alice, mut bob) = pair_with_data();
        let offer = alice.create_offer();
        alice.set_local(SdpType::Offer, &offer);
        bob.set_remote(SdpType::Offer, &offer.replace("a=max-message-size:262144\r\n", line));
        let answer = bob.create_answer();
        assert_eq!(negotiated(&bob.set_local(SdpType::Answer, &answer)).max_message_size, expected);
    }
}

#[test]
fn a_data_section_that_the_other_side_rejects_closes_the_association() {
    let (mut alice, mut bob) = pair_with_data();
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    let answer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n";
    let plan = alice.set_remote(SdpType::Answer, answer);
    assert_eq!(plan.data, DataChange::Close);
    assert_eq!(plan.close_transports.len(), 1);
    assert!(alice.transports.is_empty());
    alice.create_data_channel();
    // A new channel gets a new section, with a new mid, in the place of the rejected one.
    let offer = alice.create_offer();
    insta::assert_snapshot!(show::skeleton(&offer));
}

#[test]
fn an_offer_that_rejects_the_data_section_closes_the_association_with_its_answer() {
    let (mut alice, mut bob) = connected();
    alice.add_track(MediaKind::Audio, &[]);
    exchange(&mut alice, &mut bob);
    let offer = alice.create_offer().replace("m=application 9", "m=application 0").replace("BUNDLE 0 1", "BUNDLE 1");
    // The transport goes on: the audio section speaks for it now.
    let from = offer.find("a=ice-ufrag").unwrap();
    let transport = &offer[from..offer.find("a=mid:0").unwrap()];
    let offer = offer.replace("a=mid:1", &format!("{transport}a=mid:1"));
    let plan = bob.set_remote(SdpType::Offer, &offer);
    assert_eq!((plan.data, plan.map.used), (DataChange::Keep, vec![None, Some(TransportId(0))]));
    let answer = bob.create_answer();
    let plan = bob.set_local(SdpType::Answer, &answer);
    assert_eq!((plan.data, plan.close_transports.len(), bob.transports.len()), (DataChange::Close, 0, 1));
}

#[test]
fn another_sctp_port_is_another_association() {
    let (mut alice, mut bob) = connected();
    bob.data.sctp_port = 5001;
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    let plan = alice.set_remote(SdpType::Answer, &answer);
    assert_eq!((negotiated(&plan).remote_port, negotiated(&plan).restart), (5001, true));
}

#[test]
fn an_init_chunk_is_used_if_both_have_one() {
    for (bob_has_one, expected) in [(true, Some("Qk9C".to_owned())), (false, None)] {
        let (mut alice, mut bob) = pair_with_data();
        alice.data.sctp_init = Some("QUxJQ0U=".to_owned());
        bob.data.sctp_init = bob_has_one.then(|| "Qk9C".to_owned());
        let offer = alice.create_offer();
        assert!(offer.contains("a=sctp-init:QUxJQ0U=\r\n"));
        alice.set_local(SdpType::Offer, &offer);
        bob.set_remote(SdpType::Offer, &offer);
        let answer = bob.create_answer();
        assert_eq!(negotiated(&alice.set_remote(SdpType::Answer, &answer)).remote_init, expected);
    }
}

#[test]
fn session_version_grows_and_the_rest_of_the_origin_stays() {
    let (mut alice, mut bob) = connected();
    let first = alice.create_offer();
    let second = alice.create_offer();
    let origin = |text: &str| text.lines().nth(1).map(str::to_owned).unwrap();
    assert_eq!(origin(&first), "o=- 4962303333179871722 2 IN IP4 127.0.0.1");
    assert_eq!(origin(&second), "o=- 4962303333179871722 3 IN IP4 127.0.0.1");
    assert!(alice.try_set_local(SdpType::Offer, &first).is_err(), "only the last created offer can be set");
    alice.set_local(SdpType::Offer, &second);
    bob.set_remote(SdpType::Offer, &second);
}

#[test]
fn roles_of_dtls_follow_the_setup_attribute_and_stay() {
    for (offered, answered) in [("actpass", Setup::Active), ("active", Setup::Passive), ("passive", Setup::Active)] {
        let (mut alice, mut bob) = pair_with_data();
        let offer = alice.create_offer();
        alice.set_local(SdpType::Offer, &offer);
        bob.set_remote(SdpType::Offer, &offer.replace("a=setup:actpass", &format!("a=setup:{offered}")));
        let answer = bob.create_answer();
        assert_eq!(Session::parse(&answer).unwrap().media[0].get::<Setup>(), Some(answered));
        let bobs = bob.set_local(SdpType::Answer, &answer).transports[0].dtls.clone().unwrap().role;
        let alices = alice.set_remote(SdpType::Answer, &answer).transports[0].dtls.clone().unwrap().role;
        assert_ne!(bobs, alices);
        // Bob offers now; whoever was the client stays it.
        let (offer, answer) = exchange(&mut bob, &mut alice);
        assert!(offer.contains("a=setup:actpass"));
        let stays = if alices == DtlsRole::Client { "a=setup:active" } else { "a=setup:passive" };
        assert!(answer.contains(stays), "{answer}");
        assert_eq!((alice.transports[0].dtls_role, bob.transports[0].dtls_role), (Some(alices), Some(bobs)));
    }
}

#[test]
fn s033_ice_restart_renews_credentials_on_both_sides() {
    let (mut alice, mut bob) = connected();
    let offer = alice.try_create_offer(&OfferOptions { ice_restart: true, ..OfferOptions::default() }).unwrap();
    let plans = [alice.set_local(SdpType::Offer, &offer), bob.set_remote(SdpType::Offer, &offer)];
    let answer = bob.create_answer();
    let answers = [bob.set_local(SdpType::Answer, &answer), alice.set_remote(SdpType::Answer, &answer)];
    insta::assert_snapshot!(plans.iter().chain(&answers).map(show::plan).collect::<String>());
}

#[test]
fn restart_ice_is_remembered_until_an_offer_has_replaced_the_credentials() {
    let (mut alice, mut bob) = connected();
    alice.restart_ice();
    assert!(alice.negotiation_needed());
    // Bob offers first: an answer can't restart, so the need stays.
    exchange(&mut bob, &mut alice);
    assert!(alice.negotiation_needed());
    let before = alice.transports[0].local.clone();
    exchange(&mut alice, &mut bob);
    assert_ne!(alice.transports[0].local, before);
    assert!(!alice.negotiation_needed());
}

#[test]
fn answers_must_restart_ice_if_the_offer_does() {
    let (mut alice, mut bob) = connected();
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    alice.set_remote(SdpType::Answer, &answer);
    let offer = alice.try_create_offer(&OfferOptions { ice_restart: true, ..OfferOptions::default() }).unwrap();
    alice.set_local(SdpType::Offer, &offer);
    let error = alice.try_set_remote(SdpType::Answer, &answer).unwrap_err();
    assert_eq!(error, Error::Invalid { m_line_index: Some(0), reason: Invalid::IceRestartNotAnswered });
}

fn with_other_fingerprint(text: &str) -> String {
    let other = common::fingerprint(200);
    let line = format!("a=fingerprint:{other}\r\n");
    text.split_inclusive("\r\n").map(|l| if l.starts_with("a=fingerprint:") { line.as_str() } else { l }).collect()
}

#[test]
fn another_fingerprint_needs_an_ice_restart() {
    let (mut alice, mut bob) = connected();
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    let invalid = Error::Invalid { m_line_index: Some(0), reason: Invalid::DtlsWithoutIceRestart };
    assert_eq!(bob.try_set_remote(SdpType::Offer, &with_other_fingerprint(&offer)).unwrap_err(), invalid);
    bob.set_remote(SdpType::Offer, &offer);
    let answer = bob.create_answer();
    assert_eq!(alice.try_set_remote(SdpType::Answer, &with_other_fingerprint(&answer)).unwrap_err(), invalid);
}

#[test]
fn a_handover_to_another_peer_restarts_dtls_and_sctp() {
    let (mut alice, _) = connected();
    let mut carol = Peer::small("carol");
    let offer = alice.try_create_offer(&OfferOptions { ice_restart: true, ..OfferOptions::default() }).unwrap();
    alice.set_local(SdpType::Offer, &offer);
    carol.set_remote(SdpType::Offer, &offer);
    let answer = carol.create_answer();
    let plan = alice.set_remote(SdpType::Answer, &answer);
    let dtls = plan.transports[0].dtls.clone().unwrap();
    assert!(dtls.restart && negotiated(&plan).restart);
    assert_eq!(dtls.fingerprints, carol.settings.fingerprints);
}

#[test]
fn a_later_offer_can_not_turn_the_roles_of_dtls() {
    let (mut alice, mut bob) = connected();
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    // Bob is the client.
    let error = bob.try_set_remote(SdpType::Offer, &offer.replace("a=setup:actpass", "a=setup:active")).unwrap_err();
    assert_eq!(error, Error::Invalid { m_line_index: Some(0), reason: Invalid::Setup });
    bob.set_remote(SdpType::Offer, &offer.replace("a=setup:actpass", "a=setup:passive"));
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    alice.set_remote(SdpType::Answer, &answer);
}

#[test]
fn a_lite_agent_is_controlled() {
    for (alice_lite, bob_lite, roles) in [
        (false, false, (IceRole::Controlling, IceRole::Controlled)),
        (true, false, (IceRole::Controlled, IceRole::Controlling)),
        (false, true, (IceRole::Controlling, IceRole::Controlled)),
        (true, true, (IceRole::Controlling, IceRole::Controlled)),
    ] {
        let (mut alice, mut bob) = pair_with_data();
        alice.settings.ice_lite = alice_lite;
        bob.settings.ice_lite = bob_lite;
        let (offer, answer) = exchange(&mut alice, &mut bob);
        assert_eq!((offer.contains("a=ice-lite"), answer.contains("a=ice-lite")), (alice_lite, bob_lite));
        assert_eq!(
            (alice.transports[0].ice_role, bob.transports[0].ice_role),
            (Some(roles.0), Some(roles.1)),
            "{alice_lite} {bob_lite}"
        );
    }
}

#[test]
fn rollback_of_a_local_offer_undoes_all_of_it() {
    let (mut alice, _) = pair_with_data();
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    let plan = alice.rollback();
    insta::assert_snapshot!(show::plan(&plan));
    assert_eq!((alice.state, alice.transports.len(), alice.data.sctp_transport), (SignalingState::Stable, 0, false));
    assert!(alice.pending_local.is_none() && alice.negotiation_needed());
}

#[test]
fn rollback_of_a_restart_goes_back_to_the_old_credentials() {
    let (mut alice, mut bob) = connected();
    let before = alice.transports[0].clone();
    let offer = alice.try_create_offer(&OfferOptions { ice_restart: true, ..OfferOptions::default() }).unwrap();
    alice.set_local(SdpType::Offer, &offer);
    assert_ne!(alice.transports[0].local, before.local);
    let plan = alice.rollback();
    assert_eq!(plan.transports[0].gather.as_ref().unwrap().kind, GatherKind::Restore);
    assert_eq!(alice.transports[0].local, before.local);
    assert!(plan.close_transports.is_empty());
    exchange(&mut alice, &mut bob);
}

#[test]
fn rollback_of_a_remote_offer_undoes_all_of_it() {
    let (mut alice, mut bob) = pair_with_data();
    let offer = alice.create_offer();
    bob.set_remote(SdpType::Offer, &offer);
    assert!(bob.data.sctp_transport);
    bob.set_remote(SdpType::Rollback, "");
    assert_eq!((bob.state, bob.transports.len(), bob.data.sctp_transport), (SignalingState::Stable, 0, false));
}

#[test]
fn glare_ends_with_the_remote_offer() {
    let (mut alice, mut bob) = pair_with_data();
    bob.create_data_channel();
    let theirs = bob.create_offer();
    bob.set_local(SdpType::Offer, &theirs);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    assert!(needs_implicit_rollback(bob.state, SdpType::Offer));
    bob.set_remote(SdpType::Offer, &offer);
    assert_eq!(bob.state, SignalingState::HaveRemoteOffer);
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    alice.set_remote(SdpType::Answer, &answer);
    assert!(!alice.negotiation_needed() && !bob.negotiation_needed());
}

#[test]
fn a_provisional_answer_starts_transports_and_a_final_one_of_another_peer_replaces_it() {
    let (mut alice, mut bob) = pair_with_data();
    let mut carol = Peer::small("carol");
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    carol.set_remote(SdpType::Offer, &offer);
    let provisional = bob.create_answer();
    bob.set_local(SdpType::Pranswer, &provisional);
    assert_eq!(bob.state, SignalingState::HaveLocalPranswer);
    let first = alice.set_remote(SdpType::Pranswer, &provisional);
    assert_eq!(alice.state, SignalingState::HaveRemotePranswer);
    assert!(alice.try_set_local(SdpType::Rollback, "").is_err(), "no rollback out of a pranswer state");
    let answer = carol.create_answer();
    let second = alice.set_remote(SdpType::Answer, &answer);
    insta::assert_snapshot!(show::plan(&first) + &show::plan(&second));
    // Bob's own final answer may follow his provisional one.
    let answer = bob.create_answer();
    bob.set_local(SdpType::Answer, &answer);
    assert_eq!(bob.state, SignalingState::Stable);
}

#[test]
fn fingerprints_of_all_certificates_are_written_and_read() {
    let (mut alice, mut bob) = pair_with_data();
    alice.settings.fingerprints.push(Fingerprint { hash: "sha-384".to_owned(), digest: vec![7; 48] });
    let (offer, _) = exchange(&mut alice, &mut bob);
    assert_eq!(offer.matches("a=fingerprint:").count(), 2);
    assert_eq!(bob.transports[0].remote_fingerprints, alice.settings.fingerprints);
}

#[test]
fn no_description_without_a_certificate() {
    let (mut alice, _) = pair_with_data();
    alice.settings.fingerprints.clear();
    let error = alice.try_create_offer(&OfferOptions::default()).unwrap_err();
    assert_eq!((error.name(), error), (ErrorName::OperationError, Error::Operation(Operation::NoCertificate)));
}

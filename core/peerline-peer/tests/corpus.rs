//! The corpus of real offers and answers (`test/corpus`): each parses, prints byte-identically and gets a right answer (RFC 9429 §5).

#[path = "corpus/rules.rs"]
mod rules;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use peerline_edge::Time;
use peerline_peer::{
    AnswerOptions, Configuration, Description, Event, MediaKind, OperationId, PeerConnection, RtcpMuxPolicy, SdpType,
    Settled, SignalingState, Track,
};
use peerline_sdp::{GroupSemantics, IceUfrag, Mid, Session, Setup, flag};
use rules::{broken, broken_promises, wrongly_sent};
use support::Peer;

/// One description of the corpus.
struct Entry {
    /// `<stack>-<version>`.
    stack: String,
    /// What the two connections did.
    scenario: String,
    /// Which exchange of the two it is, from 1.
    round: u32,
    is_offer: bool,
    text: String,
}

impl Entry {
    fn read(stack: &str, path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(".sdp")?;
        let (name, kind) = name.rsplit_once('.')?;
        let (scenario, round) = match name.rsplit_once('-') {
            Some((scenario, round)) => (scenario, round.parse().ok()?),
            None => (name, 1),
        };
        let text = fs::read_to_string(path).expect("a readable file");
        let (stack, scenario) = (stack.to_owned(), scenario.to_owned());
        Some(Self { stack, scenario, round, is_offer: kind == "offer", text })
    }

    fn name(&self) -> String {
        let kind = if self.is_offer { "offer" } else { "answer" };
        format!("{}/{} round {} {kind}", self.stack, self.scenario, self.round)
    }

    fn session(&self) -> Session {
        Session::parse(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }
}

/// Every description, in the order of stack, scenario, round, offer before answer.
fn corpus() -> Vec<Entry> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../test/corpus/sdp"));
    let mut entries = Vec::new();
    for stack in fs::read_dir(folder).expect("the corpus").map(|stack| stack.expect("a folder")) {
        let name = stack.file_name().into_string().expect("a plain name");
        let files = fs::read_dir(stack.path()).expect("a folder").map(|file| file.expect("a file").path());
        entries.extend(files.filter_map(|path| Entry::read(&name, &path)));
    }
    entries.sort_by_key(|entry| (entry.stack.clone(), entry.scenario.clone(), entry.round, !entry.is_offer));
    entries
}

/// Offers with the answers of the same stack, where it gave one.
fn exchanges(entries: &[Entry]) -> Vec<(&Entry, Option<&Entry>)> {
    let offers = entries.iter().enumerate().filter(|(_, entry)| entry.is_offer);
    offers.map(|(index, offer)| (offer, entries.get(index + 1).filter(|next| !next.is_offer))).collect()
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn operate(peer: &mut Peer, work: impl FnOnce(&mut PeerConnection, Time) -> OperationId) -> Result<Settled, String> {
    let operation = work(&mut peer.pc, Time::ZERO);
    peer.pump(Time::ZERO);
    peer.settled(operation).expect("an operation settles at once").map_err(|error| format!("{error:?}"))
}

/// A connection for the offer, with a track of each kind or with none. RTCP of its own is only for those who ask for it.
fn connection_for(offer: &Session, has_tracks: bool) -> Peer {
    let rtp_without_mux =
        |media: &peerline_sdp::Media| media.is_rtp() && !media.is_rejected() && !media.has(flag::RTCP_MUX);
    let without = offer.media.iter().any(|media| rtp_without_mux(media) && !media.is_bundle_only());
    let rtcp_mux_policy = if without { RtcpMuxPolicy::Negotiate } else { RtcpMuxPolicy::Require };
    let mut peer = Peer::new(7, Configuration { rtcp_mux_policy, ..Configuration::default() });
    for kind in [MediaKind::Audio, MediaKind::Video].into_iter().filter(|_| has_tracks) {
        let track = Track { id: format!("our {}", kind.as_str()), kind };
        peer.pc.add_track(Time::ZERO, track, vec!["ours".to_owned()]).expect("a new track");
    }
    peer
}

/// The answer of a connection to an offer: set, created, printed again, set.
fn answer(peer: &mut Peer, offer: &Entry) -> Result<Session, String> {
    let description = Description { sdp_type: SdpType::Offer, sdp: offer.text.clone() };
    operate(peer, |pc, now| pc.set_remote_description(now, description))
        .map_err(|error| format!("refused: {error}"))?;
    let created = operate(peer, |pc, now| pc.create_answer(now, AnswerOptions::default()))?;
    let Settled::Description(created) = created else { return Err("createAnswer gave no description".to_owned()) };
    let session = Session::parse(&created.sdp).map_err(|error| format!("our answer: {error}"))?;
    if session.to_string() != created.sdp {
        return Err("our answer prints otherwise".to_owned());
    }
    operate(peer, |pc, now| pc.set_local_description(now, created)).map_err(|error| format!("set: {error}"))?;
    if peer.pc.signaling_state() != SignalingState::Stable {
        return Err(format!("{:?} after the answer", peer.pc.signaling_state()));
    }
    Ok(session)
}

#[test]
fn every_description_parses_and_prints_byte_identically() {
    let entries = corpus();
    assert!(entries.len() > 600, "{} descriptions: is the corpus whole?", entries.len());
    let mut faults = Vec::new();
    for entry in &entries {
        match Session::parse(&entry.text) {
            // What a stack ends its lines with, and whether it ends the last one, is not kept.
            Ok(session) if session.to_string() != crlf(&entry.text) => {
                faults.push(format!("{} prints otherwise", entry.name()));
            }
            Ok(_) => {}
            Err(error) => faults.push(format!("{}: {error}", entry.name())),
        }
    }
    assert_none(&faults);
}

fn crlf(text: &str) -> String {
    text.lines().map(|line| format!("{line}\r\n")).collect()
}

#[test]
fn every_stack_and_every_browser_is_in_the_corpus() {
    let mut offers: BTreeMap<String, usize> = BTreeMap::new();
    for entry in corpus().into_iter().filter(|entry| entry.is_offer) {
        *offers.entry(entry.stack).or_default() += 1;
    }
    for (stack, least) in [
        ("aiortc", 20),
        ("chromium", 80),
        ("chromium-devices", 8),
        ("chromium-flexfec", 3),
        ("chromium-snap", 4),
        ("firefox", 80),
        ("firefox-devices", 8),
        ("gstreamer", 20),
        ("libdatachannel", 6),
        ("str0m", 12),
        ("webrtc-rs", 8),
        ("werift", 50),
        ("wrtc", 75),
    ] {
        let is_version = |name: &str| {
            name.strip_prefix(stack)
                .is_some_and(|rest| rest.starts_with('-') && !rest[1..].starts_with(|c: char| c.is_alphabetic()))
        };
        let found: usize = offers.iter().filter(|(name, _)| is_version(name)).map(|(_, count)| count).sum();
        assert!(found >= least, "{found} offers of {stack}");
    }
}

/// Everything that is wrong with our answer, for a connection with or without tracks.
fn faults_of(offer: &Session, answer: &Session, has_tracks: bool) -> Vec<String> {
    let mut faults = broken(offer, answer);
    faults.extend(broken_promises(offer, answer));
    faults.extend(wrongly_sent(offer, answer, has_tracks));
    faults
}

fn answer_every_offer(has_tracks: bool) {
    let mut faults = Vec::new();
    for offer in corpus().iter().filter(|entry| entry.is_offer) {
        let session = offer.session();
        match answer(&mut connection_for(&session, has_tracks), offer) {
            Ok(answer) => {
                let all = faults_of(&session, &answer, has_tracks);
                faults.extend(all.into_iter().map(|fault| format!("{}: {fault}", offer.name())));
            }
            Err(error) => faults.push(format!("{}: {error}", offer.name())),
        }
    }
    assert_none(&faults);
}

#[test]
fn every_offer_gets_a_right_answer_of_a_fresh_connection() {
    answer_every_offer(false);
}

#[test]
fn every_offer_gets_a_right_answer_of_a_connection_with_tracks() {
    answer_every_offer(true);
}

/// What must go on from one answer of a connection to its next (RFC 9429 §5.3.2, RFC 8842 §5.5).
#[derive(Default)]
struct Continuity {
    remote: BTreeMap<String, (String, String, Option<Setup>)>,
    session: Option<(String, u64)>,
}

impl Continuity {
    fn broken(&mut self, offer: &Session, answer: &Session) -> Vec<String> {
        let mut faults = Vec::new();
        let origin = answer.origin().expect("an o= line");
        let (id, version) = (origin.session_id.to_owned(), origin.session_version.parse().expect("a number"));
        if let Some((old_id, old_version)) = self.session.replace((id.clone(), version))
            && (id != old_id || version <= old_version)
        {
            faults.push(format!("o= line: {id} {version} after {old_id} {old_version}"));
        }
        for (index, media) in answer.media.iter().enumerate() {
            let own = (media.get::<Mid>(), media.get::<IceUfrag>(), offered_ufrag(offer, index));
            let (Some(mid), Some(IceUfrag(ours)), Some(theirs)) = own else { continue };
            let setup = media.get::<Setup>();
            let Some((old_theirs, old_ours, old_setup)) =
                self.remote.insert(mid.to_string(), (theirs.clone(), ours.clone(), setup))
            else {
                continue;
            };
            if (theirs == old_theirs) != (ours == old_ours) {
                faults.push(format!("mid {mid}: ufrag {old_ours} -> {ours} for {old_theirs} -> {theirs}"));
            }
            if setup != old_setup {
                faults.push(format!("mid {mid}: setup {old_setup:?} -> {setup:?}"));
            }
        }
        faults
    }
}

/// The ufrag of the transport of a section: its own or that of its tagged section.
fn offered_ufrag(offer: &Session, index: usize) -> Option<String> {
    let mid = offer.media.get(index)?.get::<Mid>()?;
    let group = offer.groups(GroupSemantics::Bundle).find(|group| group.mids.contains(&mid));
    let tag = group.and_then(|group| offer.index_of(group.mids.first()?)).unwrap_or(index);
    offer.inherited::<IceUfrag>(tag).map(|ufrag| ufrag.0)
}

#[test]
fn every_sequence_of_offers_gets_right_answers_of_one_connection() {
    let entries = corpus();
    let mut sequences: BTreeMap<(&str, &str), Vec<&Entry>> = BTreeMap::new();
    for offer in entries.iter().filter(|entry| entry.is_offer) {
        sequences.entry((&offer.stack, &offer.scenario)).or_default().push(offer);
    }
    sequences.retain(|_, offers| offers.len() > 1);
    assert!(sequences.len() > 30, "{} sequences", sequences.len());
    let mut faults = Vec::new();
    for offers in sequences.values() {
        let mut peer = connection_for(&offers[0].session(), false);
        let mut continuity = Continuity::default();
        for offer in offers {
            let session = offer.session();
            match answer(&mut peer, offer) {
                Ok(answer) => {
                    let mut all = faults_of(&session, &answer, false);
                    all.extend(continuity.broken(&session, &answer));
                    faults.extend(all.into_iter().map(|fault| format!("{}: {fault}", offer.name())));
                }
                Err(error) => {
                    faults.push(format!("{}: {error}", offer.name()));
                    break;
                }
            }
        }
        let negotiation_needed = peer.history.iter().filter(|event| **event == Event::NegotiationNeeded).count();
        if negotiation_needed > 0 {
            faults.push(format!("{}: negotiation is needed for nothing", offers[0].name()));
        }
    }
    assert_none(&faults);
}

#[test]
fn an_offer_without_rtcp_mux_is_refused_where_mux_is_required() {
    let entries = corpus();
    let offers: Vec<_> = entries.iter().filter(|e| e.is_offer && e.scenario == "rtcp_mux_not_offered").collect();
    assert!(!offers.is_empty());
    for offer in offers {
        let mut peer = Peer::new(7, Configuration::default());
        match answer(&mut peer, offer) {
            Err(error) => assert!(error.contains("Invalid") && peer.pc.remote_description().is_none(), "{error}"),
            Ok(answer) => assert!(answer.media.iter().all(|media| !media.is_rtp() || media.is_rejected())),
        }
    }
}

/// Rules that a stack breaks in its own answers, by stack and scenario; our rules are not stricter than the rest of the world for any
/// other reason.
const KNOWN: &[(&str, &str, &str)] = &[
    // RFC 9429 §5.3.1 has a=msid in answers of direction sendrecv or sendonly only.
    ("aiortc", "", "a stream is named and not sent"),
    ("chromium", "directions_changed", "a stream is named and not sent"),
    ("str0m", "", "a stream is named and not sent"),
    ("werift", "directions_changed", "a stream is named and not sent"),
    ("wrtc", "directions_changed", "a stream is named and not sent"),
    // RFC 9429 §5.3.1 has a mid if and only if the offer has one.
    ("chromium", "without_mids", "mid Some"),
    ("firefox", "without_mids", "mid Some"),
    ("wrtc", "without_mids", "mid Some"),
    // RFC 4585 §4.2: feedback is for formats of the m= line.
    ("firefox", "codec_preferences_of_the_answerer", "is described and not in the m= line"),
    // RFC 3264 §6: the answer has the protocol of the offer.
    ("werift", "legacy_sctpmap", ""),
    // RFC 8842 §5.3: two active sides never meet.
    ("werift", "setup_active_offer", "setup Some(Active) for Some(Active)"),
];

#[test]
fn the_rules_hold_for_what_the_stacks_answer_one_another() {
    let entries = corpus();
    let mut faults = Vec::new();
    let mut judged = 0;
    for (offer, answer) in exchanges(&entries) {
        let Some(answer) = answer else { continue };
        judged += 1;
        for fault in broken(&offer.session(), &answer.session()) {
            let is_known = |(stack, scenario, rule): &(&str, &str, &str)| {
                offer.stack.starts_with(stack) && offer.scenario.starts_with(scenario) && fault.contains(rule)
            };
            if !KNOWN.iter().any(is_known) {
                faults.push(format!("{}: {fault}", answer.name()));
            }
        }
    }
    assert!(judged > 300, "{judged} exchanges");
    assert_none(&faults);
}

#[test]
fn the_rules_catch_answers_that_are_wrong() {
    let entries = corpus();
    let exchanges = exchanges(&entries);
    let of_chromium = |(offer, _): &&(&Entry, Option<&Entry>)| {
        offer.stack.starts_with("chromium-1") && offer.scenario == "audio_video_data" && offer.round == 1
    };
    let (offer, answer) = exchanges.iter().find(of_chromium).expect("the plainest exchange");
    let (offer, answer) = (offer.session(), &answer.expect("an answer").text);
    assert_eq!(broken(&offer, &Session::parse(answer).expect("a good answer")), [""; 0]);
    for (what, with) in [
        ("a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1 2 3"),
        ("m=video 9", "m=video 0"),
        ("a=mid:1", "a=mid:one"),
        ("a=setup:active", "a=setup:actpass"),
        ("UDP/TLS/RTP/SAVPF 111 ", "UDP/TLS/RTP/SAVPF 111 77 "),
        ("UDP/TLS/RTP/SAVPF 111 ", "UDP/TLS/RTP/SAVPF 111 111 "),
        ("a=rtpmap:96 VP8/90000", "a=rtpmap:96 VP9/90000"),
        ("a=fmtp:97 apt=96", "a=fmtp:97 apt=98"),
        ("a=rtcp-fb:96 nack pli", "a=rtcp-fb:96 nack sli"),
        ("packetization-mode=0", "packetization-mode=1"),
        ("a=extmap:1 ", "a=extmap:14 "),
        ("a=sctp-port:5000\r\n", ""),
        ("a=ice-pwd:", "a=x-pwd:"),
        ("a=fingerprint:", "a=x-fingerprint:"),
        ("a=rtcp-mux\r\n", ""),
        ("a=mid:0\r\n", "a=mid:0\r\na=rid:x recv\r\n"),
    ] {
        assert!(answer.contains(what), "{what} in {answer}");
        let wrong = Session::parse(&answer.replace(what, with)).expect("still SDP");
        assert_ne!(broken(&offer, &wrong), [""; 0], "{with} for {what} is wrong");
    }
}

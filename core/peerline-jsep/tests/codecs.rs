//! Codecs, feedback, header extensions and simulcast (RFC 9429 §5.2 and §5.3, RFC 6184, RFC 4588, RFC 8285, RFC 8853).

mod common;

use common::{Peer, exchange, show};
use peerline_jsep::*;
use peerline_sdp::{Direction, ExtMap, Fmtp, Media, Rid, RtcpFb, RtpMap, Session};

/// A remote offer of one section with these lines after `m=<kind> 9 UDP/TLS/RTP/SAVPF <formats>`.
fn offer(kind: &str, formats: &str, lines: &[&str]) -> String {
    let mut text = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE x\r\nm={kind} 9 UDP/TLS/RTP/SAVPF {formats}\r\nc=IN IP4 0.0.0.0\r\n\
         a=mid:x\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\na=rtcp-mux\r\na=fingerprint:{}\r\n",
        common::fingerprint(1)
    );
    for line in lines {
        text += &format!("a={line}\r\n");
    }
    text
}

fn answer_to(peer: &mut Peer, offer: &str) -> Media {
    peer.set_remote(SdpType::Offer, offer);
    Session::parse(&peer.create_answer()).expect("an answer is SDP").media.remove(0)
}

fn formats(media: &Media) -> String {
    let name = |format: &String| {
        let map = media.all::<RtpMap>().find(|map| map.payload_type.to_string() == *format);
        let parameters = media.all::<Fmtp>().find(|fmtp| fmtp.format == *format).map(|fmtp| fmtp.parameters);
        let parameters = parameters.filter(|p| p.starts_with("apt=")).map(|p| format!("({p})")).unwrap_or_default();
        format!("{format}:{}{parameters}", map.map(|map| map.encoding).unwrap_or_default())
    };
    media.formats.iter().map(name).collect::<Vec<_>>().join(" ")
}

fn preference(name: &str, clock_rate: u32, channels: Option<u16>, parameters: Option<&str>) -> CodecPreference {
    CodecPreference { name: name.to_owned(), clock_rate, channels, parameters: parameters.map(str::to_owned) }
}

#[test]
fn the_answer_keeps_payload_types_and_order_of_the_offer() {
    let mut bob = Peer::new("bob");
    let text = offer(
        "video",
        "120 121 122 123 124 125",
        &[
            "rtpmap:120 H264/90000",
            "fmtp:120 packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1",
            "rtpmap:121 VP8/90000",
            "rtcp-fb:121 nack",
            "rtcp-fb:121 nack pli",
            "rtcp-fb:* transport-cc",
            "rtcp-fb:121 nack rpsi",
            "rtpmap:122 rtx/90000",
            "fmtp:122 apt=121",
            "rtpmap:123 vp9/90000",
            "rtpmap:124 THEORA/90000",
            "rtpmap:125 rtx/90000",
            "fmtp:125 apt=124",
        ],
    );
    let media = answer_to(&mut bob, &text);
    assert_eq!(formats(&media), "120:H264 121:VP8 122:rtx(apt=121) 123:vp9");
    let feedback = |pt| {
        media
            .all::<RtcpFb>()
            .filter(|fb| fb.payload_type.map(|p| p.0) == Some(pt))
            .map(|fb| fb.feedback)
            .collect::<Vec<_>>()
    };
    assert_eq!(feedback(121), ["transport-cc", "nack", "nack pli"], "what both have");
    assert_eq!(feedback(120), ["transport-cc"]);
}

#[test]
fn preferences_order_and_restrict_offer_and_answer() {
    let mut alice = Peer::new("alice");
    let id = alice.add_track(MediaKind::Video, &[]);
    alice.get_mut(id).codec_preferences = vec![
        preference("VP9", 90_000, None, Some("profile-id=0")),
        preference("rtx", 90_000, None, None),
        preference("VP8", 90_000, None, None),
    ];
    let offered = Session::parse(&alice.create_offer()).unwrap().media.remove(0);
    assert_eq!(formats(&offered), "98:VP9 99:rtx(apt=98) 96:VP8 97:rtx(apt=96)");
    alice.get_mut(id).codec_preferences.remove(1);
    let offered = Session::parse(&alice.create_offer()).unwrap().media.remove(0);
    assert_eq!(formats(&offered), "98:VP9 96:VP8", "without rtx in the preferences");
    // In an answer, the order is that of the preferences, too.
    let text = offer("video", "96 98", &["rtpmap:96 VP8/90000", "rtpmap:98 VP9/90000"]);
    let mut bob = Peer::new("bob");
    let id = bob.add_track(MediaKind::Video, &[]);
    bob.get_mut(id).codec_preferences = alice.transceivers[0].codec_preferences.clone();
    assert_eq!(formats(&answer_to(&mut bob, &text)), "98:VP9 96:VP8");
}

#[test]
fn nothing_in_common_is_a_rejected_section() {
    for lines in [
        vec!["rtpmap:96 THEORA/90000"],
        vec!["rtpmap:96 rtx/90000", "fmtp:96 apt=96"],
        vec!["rtpmap:96 ulpfec/90000"],
        vec![],
    ] {
        let mut bob = Peer::new("bob");
        let media = answer_to(&mut bob, &offer("video", "96", &lines));
        assert!(media.is_rejected(), "{lines:?}");
        assert_eq!(media.formats, ["96"]);
        let answer = bob.last_answer.clone().unwrap().text;
        let plan = bob.set_local(SdpType::Answer, &answer);
        assert_eq!((plan.remove_transceivers.len(), bob.transports.len()), (1, 0));
    }
}

#[test]
fn static_payload_types_need_no_rtpmap() {
    let mut bob = Peer::new("bob");
    let media = answer_to(&mut bob, &offer("audio", "8 0 13 101", &["rtpmap:101 telephone-event/8000"]));
    assert_eq!(formats(&media), "8:PCMA 0:PCMU 13:CN 101:telephone-event");
}

#[test]
fn auxiliary_audio_formats_stay_with_what_they_serve() {
    let mut bob = Peer::new("bob");
    let lines = [
        "rtpmap:109 opus/48000/2",
        "rtpmap:63 red/48000/2",
        "fmtp:63 109/109",
        "rtpmap:101 telephone-event/48000",
        "rtpmap:102 telephone-event/8000",
        "rtpmap:13 CN/8000",
    ];
    let media = answer_to(&mut bob, &offer("audio", "109 63 101 102 13", &lines));
    assert_eq!(formats(&media), "109:opus 63:red 101:telephone-event");
    assert_eq!(media.all::<Fmtp>().find(|f| f.format == "63").unwrap().parameters, "109/109");
    let opus = media.all::<Fmtp>().find(|f| f.format == "109").unwrap().parameters;
    assert_eq!(opus, "minptime=10;useinbandfec=1", "our own wishes for what we receive");
    // No voice activity detection, no comfort noise.
    let mut alice = Peer::new("alice");
    alice.add_track(MediaKind::Audio, &[]);
    let options = OfferOptions { voice_activity_detection: false, ..OfferOptions::default() };
    assert!(!alice.try_create_offer(&options).unwrap().contains("CN/8000"));
}

#[test]
fn h264_profiles_and_modes_must_match_and_levels_are_negotiated() {
    // Offered parameters, and the profile-level-id of the answer.
    for (parameters, expected) in [
        ("packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1", Some("42e01f")),
        ("packetization-mode=1;profile-level-id=42c01f;level-asymmetry-allowed=1", Some("42e01f")),
        ("packetization-mode=1;profile-level-id=4d801f;level-asymmetry-allowed=1", Some("42e01f")),
        ("packetization-mode=1;profile-level-id=42E034;level-asymmetry-allowed=1", Some("42e01f")),
        ("packetization-mode=1;profile-level-id=42e00a;level-asymmetry-allowed=1", Some("42e01f")),
        ("packetization-mode=1;profile-level-id=42e00a", Some("42e00a")),
        ("packetization-mode=1;profile-level-id=42f00b", Some("42f00b")),
        ("packetization-mode=1;profile-level-id=42e034", Some("42e01f")),
        ("packetization-mode=1", Some("42e01f")),
        ("profile-level-id=42e01f", Some("42e01f")),
        ("packetization-mode=1;profile-level-id=42001f;level-asymmetry-allowed=1", Some("42001f")),
        ("packetization-mode=1;profile-level-id=64001f;level-asymmetry-allowed=1", Some("64001f")),
        ("packetization-mode=1;profile-level-id=640c1f;level-asymmetry-allowed=1", None),
        ("packetization-mode=1;profile-level-id=f4001f;level-asymmetry-allowed=1", None),
        ("packetization-mode=2;profile-level-id=42e01f", None),
        ("packetization-mode=1;profile-level-id=42e0", None),
        ("packetization-mode=1;profile-level-id=xyzxyz", None),
    ] {
        let mut bob = Peer::new("bob");
        let media =
            answer_to(&mut bob, &offer("video", "100", &["rtpmap:100 H264/90000", &format!("fmtp:100 {parameters}")]));
        let answered = media.get::<Fmtp>().map(|fmtp| fmtp.parameters).filter(|_| !media.is_rejected());
        let id = answered.as_deref().and_then(|p| p.split(';').find_map(|pair| pair.strip_prefix("profile-level-id=")));
        assert_eq!(id, expected, "{parameters} {answered:?}");
    }
}

#[test]
fn vp9_and_av1_profiles_must_match() {
    let lines = [
        "rtpmap:100 VP9/90000",
        "fmtp:100 profile-id=1",
        "rtpmap:101 VP9/90000",
        "fmtp:101 profile-id=2",
        "rtpmap:102 AV1/90000",
        "fmtp:102 profile=1",
        "rtpmap:103 AV1/90000",
    ];
    let mut bob = Peer::new("bob");
    assert_eq!(formats(&answer_to(&mut bob, &offer("video", "100 101 102 103", &lines))), "101:VP9 103:AV1");
}

#[test]
fn one_of_our_formats_answers_one_of_theirs() {
    let lines = [
        "rtpmap:96 VP8/90000",
        "rtpmap:97 rtx/90000",
        "fmtp:97 apt=98",
        "rtpmap:98 VP8/90000",
        "rtpmap:99 rtx/90000",
        "fmtp:99 apt=96",
    ];
    let mut bob = Peer::new("bob");
    assert_eq!(formats(&answer_to(&mut bob, &offer("video", "96 97 98 99", &lines))), "96:VP8 99:rtx(apt=96)");
}

#[test]
fn later_offers_keep_the_numbers_that_were_negotiated() {
    let mut bob = Peer::new("bob");
    let lines = [
        "rtpmap:100 VP8/90000",
        "rtpmap:96 rtx/90000",
        "fmtp:96 apt=100",
        "extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid",
        "extmap-allow-mixed",
    ];
    answer_to(&mut bob, &offer("video", "100 96", &lines));
    let answer = bob.last_answer.clone().unwrap().text;
    bob.set_local(SdpType::Answer, &answer);
    bob.add_track(MediaKind::Video, &[]);
    let offered = Session::parse(&bob.create_offer()).unwrap();
    for media in &offered.media {
        assert!(formats(media).starts_with("100:VP8 96:rtx(apt=100) "), "{}", formats(media));
        let ids: Vec<(u16, String)> = media.all::<ExtMap>().map(|e| (e.id, e.uri)).collect();
        assert!(ids.contains(&(7, "urn:ietf:params:rtp-hdrext:sdes:mid".to_owned())), "{ids:?}");
        let mut numbers: Vec<u16> = ids.iter().map(|(id, _)| *id).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), ids.len(), "no id twice");
    }
    assert_eq!(formats(&offered.media[0]), formats(&offered.media[1]), "one meaning in the whole group");
}

#[test]
fn parameters_are_theirs_to_send_and_ours_to_receive() {
    let (mut alice, mut bob) = (Peer::new("alice"), Peer::new("bob"));
    alice.add_track(MediaKind::Audio, &[]);
    let offer = alice.create_offer();
    alice.set_local(SdpType::Offer, &offer);
    bob.set_remote(SdpType::Offer, &offer);
    bob.transceivers[0].direction = Direction::SendRecv;
    // Bob answers with another number for opus, and prefers PCMU: allowed, if rare (RFC 3264 §6.1).
    let answer = bob.create_answer().replace("SAVPF 111 63 9 0", "SAVPF 0 100").replace(":111 ", ":100 ");
    let answer: String = answer.split_inclusive('\n').filter(|l| !l.contains(":63 ")).collect();
    let plan = alice.set_remote(SdpType::Answer, &answer.replace("useinbandfec=1", "useinbandfec=1;stereo=1"));
    let media = &plan.media[0];
    insta::assert_snapshot!(format!(
        "send {}\nreceive {}",
        show::codecs(media.send.as_ref().unwrap()),
        show::codecs(media.receive.as_ref().unwrap())
    ));
    let opus =
        |parameters: &RtpParameters| parameters.codecs.iter().find(|c| c.name == "opus").unwrap().parameters.clone();
    assert_eq!(opus(media.send.as_ref().unwrap()), "minptime=10;useinbandfec=1;stereo=1");
    assert_eq!(opus(media.receive.as_ref().unwrap()), "minptime=10;useinbandfec=1");
}

#[test]
fn codecs_that_go_one_way_only_are_offered_that_way_only() {
    for (direction, expected) in [
        (Direction::SendRecv, "96:VP8"),
        (Direction::SendOnly, "96:VP8 102:H264"),
        (Direction::RecvOnly, "96:VP8 45:AV1"),
        (Direction::Inactive, "96:VP8"),
    ] {
        let mut alice = Peer::new("alice");
        let codecs = &mut std::sync::Arc::make_mut(&mut alice.settings.capabilities).video.codecs;
        codecs.retain(|c| ["VP8", "AV1"].contains(&c.codec.name.as_str()) || c.codec.payload_type.0 == 102);
        for capability in codecs.iter_mut() {
            capability.rtx = None;
            match capability.codec.name.as_str() {
                "H264" => capability.direction = Direction::SendOnly,
                "AV1" => capability.direction = Direction::RecvOnly,
                _ => {}
            }
        }
        alice.add_transceiver(MediaKind::Video, direction, CreatedBy::AddTransceiver);
        let offered = Session::parse(&alice.create_offer()).unwrap().media.remove(0);
        assert_eq!(formats(&offered), expected, "{direction}");
    }
}

#[test]
fn header_extensions_are_answered_with_their_ids_and_directions() {
    let mid = "urn:ietf:params:rtp-hdrext:sdes:mid";
    let level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    let lines = [
        "rtpmap:111 opus/48000/2".to_owned(),
        format!("extmap:200 {mid}"),
        format!("extmap:3/sendonly {level}"),
        "extmap:5 urn:unknown".to_owned(),
        format!("extmap:4096 {mid}"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let text = offer("audio", "111", &lines);
    let extensions = |media: &Media| media.all::<ExtMap>().map(|e| e.to_string()).collect::<Vec<_>>();
    let mut bob = Peer::new("bob");
    assert_eq!(extensions(&answer_to(&mut bob, &text)), [format!("200 {mid}"), format!("3/recvonly {level}")]);
    // Header extension control: what is stopped is neither accepted nor offered.
    let mut carol = Peer::new("carol");
    let id = carol.add_track(MediaKind::Audio, &[]);
    let preference =
        |uri: &str, direction| HeaderExtensionPreference { uri: uri.to_owned(), direction, accepted: direction };
    carol.get_mut(id).header_extensions = vec![preference(mid, None)];
    assert_eq!(extensions(&answer_to(&mut carol, &text)), [format!("3/recvonly {level}")]);
    let mut dave = Peer::new("dave");
    let id = dave.add_track(MediaKind::Audio, &[]);
    let csrc = "urn:ietf:params:rtp-hdrext:csrc-audio-level";
    dave.get_mut(id).header_extensions = vec![preference(mid, None), preference(csrc, Some(Direction::SendOnly))];
    let offered = Session::parse(&dave.create_offer()).unwrap().media.remove(0);
    assert!(!extensions(&offered).iter().any(|e| e.contains("sdes:mid")));
    assert!(extensions(&offered).contains(&"9/sendonly urn:ietf:params:rtp-hdrext:csrc-audio-level".to_owned()));
}

fn rids(names: &[&str]) -> Vec<Rid> {
    names.iter().map(|name| Rid::parse(name).expect("a rid")).collect()
}

fn encodings(names: &[&str]) -> Vec<Encoding> {
    rids(names).into_iter().map(|rid| Encoding { rid: Some(rid), active: true }).collect()
}

fn rid_lines(text: &str) -> Vec<&str> {
    text.lines().filter(|l| l.starts_with("a=rid") || l.starts_with("a=simulcast")).collect()
}

#[test]
fn simulcast_is_offered_and_a_receiver_prunes_it() {
    let (mut alice, mut sfu) = (Peer::small("alice"), Peer::small("sfu"));
    sfu.settings.receive_simulcast = true;
    let id = alice.add_track(MediaKind::Video, &[]);
    alice.get_mut(id).encodings = encodings(&["q", "h", "f"]);
    let offer = alice.create_offer();
    assert_eq!(rid_lines(&offer), ["a=rid:q send", "a=rid:h send", "a=rid:f send", "a=simulcast:send q;h;f"]);
    alice.set_local(SdpType::Offer, &offer);
    let plan = sfu.set_remote(SdpType::Offer, &offer);
    assert_eq!(plan.media[0].remote_streams.clone().unwrap().rids, rids(&["q", "h", "f"]));
    let answer = sfu.create_answer();
    assert_eq!(rid_lines(&answer), ["a=rid:q recv", "a=rid:h recv", "a=rid:f recv", "a=simulcast:recv q;h;f"]);
    for (munged, expected) in [
        (answer.clone(), EncodingsChange::Keep),
        (
            answer.replace("recv q;h;f", "recv q;f").replace("a=rid:h recv\r\n", ""),
            EncodingsChange::Retain(rids(&["q", "f"])),
        ),
        (answer.replace("a=simulcast:recv q;h;f\r\n", ""), EncodingsChange::First),
    ] {
        let session = Session::parse(&munged).unwrap();
        assert_eq!(apply_remote(&alice.view(), SdpType::Answer, &session).unwrap().media[0].encodings, expected);
    }
    // An endpoint that doesn't receive simulcast says nothing of it.
    let mut bob = Peer::small("bob");
    bob.set_remote(SdpType::Offer, &offer);
    assert!(rid_lines(&bob.create_answer()).is_empty());
}

#[test]
fn an_offer_that_asks_for_simulcast_proposes_encodings() {
    let lines = [
        "rtpmap:96 VP8/90000",
        "recvonly",
        "rid:foo recv",
        "rid:bar recv",
        "rid:baz recv",
        "simulcast:recv foo;bar,alt;~baz;foo",
    ];
    let mut bob = Peer::small("bob");
    let plan = bob.set_remote(SdpType::Offer, &offer("video", "96", &lines));
    assert_eq!(plan.media[0].encodings, EncodingsChange::Propose(rids(&["foo", "bar", "baz"])));
    assert!(rid_lines(&bob.create_answer()).is_empty(), "recvonly here: nothing is sent");
    bob.transceivers[0].direction = Direction::SendOnly;
    let answer = bob.create_answer();
    assert_eq!(
        rid_lines(&answer),
        ["a=rid:foo send", "a=rid:bar send", "a=rid:baz send", "a=simulcast:send foo;bar;baz"]
    );
    assert_eq!(bob.set_local(SdpType::Answer, &answer).media[0].encodings, EncodingsChange::Keep);
    // Inactive encodings change nothing of the next offer, and a new proposal doesn't replace the envelope.
    bob.transceivers[0].encodings.iter_mut().for_each(|e| e.active = false);
    assert!(bob.create_offer().contains("a=simulcast:send foo;bar;baz\r\n"));
}

#[test]
fn one_layer_that_is_left_stays_with_its_rid() {
    let (mut alice, mut sfu) = (Peer::small("alice"), Peer::small("sfu"));
    sfu.settings.receive_simulcast = true;
    let id = alice.add_track(MediaKind::Video, &[]);
    alice.get_mut(id).encodings = encodings(&["q", "h"]);
    exchange(&mut alice, &mut sfu);
    // The other side asks for one of them only.
    let offer = sfu.create_offer();
    sfu.set_local(SdpType::Offer, &offer);
    let asks = offer.replace("a=recvonly\r\n", "a=recvonly\r\na=rid:h recv\r\n");
    assert_ne!(asks, offer);
    assert_eq!(
        alice.set_remote(SdpType::Offer, &asks).media[0].encodings,
        EncodingsChange::Keep,
        "an offer only proposes"
    );
    let answer = alice.create_answer();
    assert_eq!(rid_lines(&answer), ["a=rid:h send"]);
    assert_eq!(alice.set_local(SdpType::Answer, &answer).media[0].encodings, EncodingsChange::Retain(rids(&["h"])));
}

#[test]
fn a_remote_that_takes_all_numbers_leaves_an_offer_that_is_right() {
    let all: Vec<u8> = (96..=127).chain(35..=63).collect();
    let formats_line = all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = all.iter().map(|number| format!("rtpmap:{number} junk{number}/90000")).collect();
    lines[0] = "rtpmap:96 VP8/90000".to_owned();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut bob = Peer::new("bob");
    answer_to(&mut bob, &offer("video", &formats_line, &lines));
    let answer = bob.last_answer.clone().unwrap().text;
    bob.set_local(SdpType::Answer, &answer);
    bob.add_track(MediaKind::Audio, &[]);
    let offered = Session::parse(&bob.create_offer()).unwrap();
    assert_eq!(formats(&offered.media[0]), "96:VP8");
    let audio = &offered.media[1];
    assert_eq!(audio.formats, ["9", "0", "8", "13"], "static numbers are left");
}

#[test]
fn a_malformed_rid_line_is_discarded() {
    let lines = ["rtpmap:96 VP8/90000", "recvonly", "rid:foo recv", "rid:~bar recv", "simulcast:recv foo;bar"];
    let mut bob = Peer::small("bob");
    let plan = bob.set_remote(SdpType::Offer, &offer("video", "96", &lines));
    assert_eq!(plan.media[0].encodings, EncodingsChange::Propose(rids(&["foo", "bar"])));
}

#[test]
fn mixed_header_extensions_need_both_sides() {
    for (line, expected) in [("a=extmap-allow-mixed\r\n", true), ("", false)] {
        let (mut alice, mut bob) = (Peer::small("alice"), Peer::small("bob"));
        alice.add_track(MediaKind::Audio, &[]);
        let offer = alice.create_offer();
        alice.set_local(SdpType::Offer, &offer);
        bob.set_remote(SdpType::Offer, &offer.replace("a=extmap-allow-mixed\r\n", line));
        let answer = bob.create_answer();
        let plan = bob.set_local(SdpType::Answer, &answer);
        assert_eq!(plan.media[0].receive.as_ref().unwrap().extmap_allow_mixed, expected);
        assert!(plan.media[0].receive.as_ref().unwrap().reduced_size_rtcp);
    }
}

#[test]
fn every_offered_rtx_names_a_format_that_is_there() {
    let (mut alice, mut bob) = (Peer::new("alice"), Peer::new("bob"));
    alice.add_track(MediaKind::Video, &[]);
    let (offer, answer) = exchange(&mut alice, &mut bob);
    for text in [offer, answer] {
        let media = Session::parse(&text).unwrap().media.remove(0);
        let rtx: Vec<_> = media.all::<RtpMap>().filter(|map| map.encoding == "rtx").collect();
        assert!(!rtx.is_empty());
        for map in rtx {
            let fmtp = media.all::<Fmtp>().find(|fmtp| fmtp.format == map.payload_type.to_string()).unwrap();
            let apt = fmtp.parameters.strip_prefix("apt=").unwrap().to_owned();
            assert!(media.all::<RtpMap>().any(|map| map.payload_type.to_string() == apt && map.encoding != "rtx"));
        }
    }
}

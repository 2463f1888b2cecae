//! What an answer must be, given its offer (RFC 9429 §5.3, RFC 3264 §6, RFC 9143 §7.3, RFC 4588, RFC 8285 §7, RFC 8842 §5.3, RFC 8853).
//!
//! Each rule reads the two descriptions and nothing else, so that it judges a browser's answer as it judges ours.

use peerline_sdp::{
    Direction, ExtMap, Fingerprint, Fmtp, GroupSemantics, IceOptions, IcePwd, IceUfrag, MaxMessageSize, Media, Mid,
    Msid, PayloadType, RidDirection, RidLine, RtcpFb, RtpMap, SctpMap, SctpPort, Session, Setup, Simulcast, flag,
};

/// One section of both descriptions, and where it stands.
struct Section<'a> {
    index: usize,
    offer: &'a Session,
    answer: &'a Session,
    offered: &'a Media,
    answered: &'a Media,
    faults: &'a mut Vec<String>,
}

impl Section<'_> {
    fn expect(&mut self, holds: bool, rule: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(format!("section {}: {}", self.index, rule()));
        }
    }
}

/// Every rule of the RFCs that the answer breaks.
pub(crate) fn broken(offer: &Session, answer: &Session) -> Vec<String> {
    let mut faults = Vec::new();
    if answer.media.len() != offer.media.len() {
        return vec![format!("{} sections for {} offered ones", answer.media.len(), offer.media.len())];
    }
    groups(offer, answer, &mut faults);
    if answer.has(flag::EXTMAP_ALLOW_MIXED) && !allows_mixed(offer, 0) {
        faults.push("extmap-allow-mixed was not offered".to_owned());
    }
    for (index, (offered, answered)) in offer.media.iter().zip(&answer.media).enumerate() {
        let mut section = Section { index, offer, answer, offered, answered, faults: &mut faults };
        shape(&mut section);
        if answered.is_rejected() {
            continue;
        }
        transport(&mut section);
        if offered.is_rtp() {
            direction(&mut section);
            formats(&mut section);
            extensions(&mut section);
            layers(&mut section);
        } else {
            data(&mut section);
        }
    }
    faults
}

/// RFC 9143 §7.3: groups of the answer are parts of groups of the offer, of accepted sections, each in one group.
fn groups(offer: &Session, answer: &Session, faults: &mut Vec<String>) {
    let mut seen: Vec<Mid> = Vec::new();
    for group in answer.groups(GroupSemantics::Bundle) {
        let offered = offer.groups(GroupSemantics::Bundle).any(|of| group.mids.iter().all(|mid| of.mids.contains(mid)));
        if !offered {
            faults.push(format!("the group {group} was not offered"));
        }
        for mid in group.mids {
            let accepted = answer.index_of(&mid).is_some_and(|index| !answer.media[index].is_rejected());
            if !accepted {
                faults.push(format!("mid {mid} is bundled and not accepted"));
            }
            if seen.contains(&mid) {
                faults.push(format!("mid {mid} is in two groups"));
            }
            seen.push(mid);
        }
    }
}

/// RFC 3264 §6, RFC 9429 §5.3.1: the same type, protocol and mid; what was rejected stays so; bundle-only is for offers.
fn shape(section: &mut Section<'_>) {
    let (offered, answered) = (section.offered, section.answered);
    section.expect(answered.kind == offered.kind, || format!("{} for {}", answered.kind, offered.kind));
    section.expect(answered.protocol == offered.protocol, || format!("{} for {}", answered.protocol, offered.protocol));
    let (mid, offered_mid) = (answered.get::<Mid>(), offered.get::<Mid>());
    section.expect(mid == offered_mid, || format!("mid {mid:?} for {offered_mid:?}"));
    section.expect(!answered.has(flag::BUNDLE_ONLY), || "bundle-only in an answer".to_owned());
    section.expect(!offered.is_rejected() || answered.is_rejected(), || "a rejected section is accepted".to_owned());
    let bundled = answered.is_rejected() || !offered.is_bundle_only() || group_tag(section.answer, answered).is_some();
    section.expect(bundled, || "a bundle-only section is accepted outside of the group".to_owned());
}

/// The index of the tagged section of the group that the section is in.
fn group_tag(session: &Session, media: &Media) -> Option<usize> {
    let mid = media.get::<Mid>()?;
    let group = session.groups(GroupSemantics::Bundle).find(|group| group.mids.contains(&mid))?;
    session.index_of(group.mids.first()?)
}

/// RFC 8839, RFC 8842, RFC 8122, RFC 5761: what the section that speaks for a transport must say.
fn transport(section: &mut Section<'_>) {
    let (offer, answer, index) = (section.offer, section.answer, section.index);
    let (offered, answered) = (section.offered, section.answered);
    let tag = group_tag(answer, answered).unwrap_or(index);
    section.expect(answer.inherited::<IceUfrag>(tag).is_some_and(|ufrag| ufrag.0.len() >= 4), || "no ufrag".to_owned());
    section.expect(answer.inherited::<IcePwd>(tag).is_some_and(|pwd| pwd.0.len() >= 22), || "no password".to_owned());
    section.expect(answer.inherited::<Fingerprint>(tag).is_some(), || "no fingerprint".to_owned());
    let offered_tag = group_tag(offer, offered).unwrap_or(index);
    let theirs = offer.inherited::<Setup>(index).or_else(|| offer.inherited(offered_tag));
    let ours = answer.inherited::<Setup>(tag);
    let legal: &[Setup] = match theirs {
        Some(Setup::Active) => &[Setup::Passive],
        Some(Setup::Passive) => &[Setup::Active],
        _ => &[Setup::Active, Setup::Passive],
    };
    section.expect(ours.is_some_and(|setup| legal.contains(&setup)), || format!("setup {ours:?} for {theirs:?}"));
    section.expect(answered.line('c').is_some() || answer.line('c').is_some(), || "no c= line".to_owned());
    let own = answered.has(flag::RTCP_MUX);
    section.expect(!own || offered.has(flag::RTCP_MUX), || "rtcp-mux was not offered".to_owned());
    section
        .expect(!answered.has(flag::RTCP_RSIZE) || offered.has(flag::RTCP_RSIZE), || "rtcp-rsize was not".to_owned());
    if offered.is_rtp() && tag != index {
        section.expect(own, || "bundled without rtcp-mux".to_owned());
    }
}

/// RFC 3264 §6.1: sends only what is to be received, receives only what is to be sent.
fn direction(section: &mut Section<'_>) {
    let theirs = section.offered.direction().or(section.offer.direction()).unwrap_or_default();
    let ours = section.answered.direction().or(section.answer.direction()).unwrap_or_default();
    let legal = ours.intersected(theirs.reversed()) == ours;
    section.expect(legal, || format!("{} for {}", ours.as_str(), theirs.as_str()));
    let streams = section.answered.all::<Msid>().filter(|msid| msid.stream != "-").count();
    section.expect(ours.sends() || streams == 0, || "a stream is named and not sent".to_owned());
}

fn payload_types(media: &Media) -> Vec<PayloadType> {
    media.formats.iter().filter_map(|format| PayloadType::parse(format).ok()).collect()
}

/// Name, clock rate and channels that a payload type stands for.
fn meaning(media: &Media, payload_type: PayloadType) -> Option<(String, u32, u16)> {
    let map = media.all::<RtpMap>().find(|map| map.payload_type == payload_type);
    let fixed = || {
        let (name, rate) = match payload_type.0 {
            0 => ("pcmu", 8000),
            8 => ("pcma", 8000),
            9 => ("g722", 8000),
            13 => ("cn", 8000),
            _ => return None,
        };
        Some((name.to_owned(), rate, 1))
    };
    map.map(|map| (map.encoding.to_ascii_lowercase(), map.clock_rate, map.channels.unwrap_or(1))).or_else(fixed)
}

fn parameters(media: &Media, payload_type: PayloadType) -> String {
    let own = media.all::<Fmtp>().find(|fmtp| fmtp.payload_type() == Some(payload_type));
    own.map(|fmtp| fmtp.parameters).unwrap_or_default()
}

fn parameter(media: &Media, payload_type: PayloadType, name: &str) -> Option<String> {
    let all = parameters(media, payload_type);
    let mut pairs = all.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

/// The payload type that an `rtx` format repairs.
fn apt(media: &Media, payload_type: PayloadType) -> Option<PayloadType> {
    let (name, ..) = meaning(media, payload_type)?;
    let value = parameter(media, payload_type, "apt").filter(|_| name == "rtx")?;
    PayloadType::parse(&value).ok()
}

/// Whether the payload type carries media of its own.
fn is_primary(media: &Media, payload_type: PayloadType) -> bool {
    let auxiliary = ["rtx", "red", "ulpfec", "flexfec-03", "flexfec", "telephone-event", "cn"];
    meaning(media, payload_type).is_some_and(|(name, ..)| !auxiliary.contains(&name.as_str()))
}

/// RFC 3264 §6.1, RFC 9429 §5.3.1, RFC 4588 §8.1: formats of the offer with its numbers, none without its description, and `rtx` of
/// what is there.
fn formats(section: &mut Section<'_>) {
    let (offered, answered) = (section.offered, section.answered);
    let (theirs, ours) = (payload_types(offered), payload_types(answered));
    section.expect(ours.len() == answered.formats.len(), || format!("formats {:?}", answered.formats));
    section.expect(ours.iter().any(|&pt| is_primary(answered, pt)), || "nothing to send media with".to_owned());
    for (place, &pt) in ours.iter().enumerate() {
        section.expect(!ours[..place].contains(&pt), || format!("{pt} twice"));
        let (meant, offered_meaning) = (meaning(answered, pt), meaning(offered, pt));
        section.expect(theirs.contains(&pt), || format!("{pt} was not offered"));
        section.expect(meant.is_some(), || format!("{pt} has no rtpmap"));
        section.expect(meant == offered_meaning, || format!("{pt} is {meant:?}, not {offered_meaning:?}"));
        let (name, ..) = meant.unwrap_or_default();
        if name == "rtx" {
            let (repaired, was) = (apt(answered, pt), apt(offered, pt));
            section.expect(repaired == was, || format!("rtx {pt} repairs {repaired:?}, not {was:?}"));
            section.expect(repaired.is_some_and(|pt| ours.contains(&pt)), || format!("rtx {pt} of nothing"));
        }
        for essential in essential(&name) {
            let (value, was) = (parameter(answered, pt, essential), parameter(offered, pt, essential));
            let default = if *essential == "tx-mode" { "SRST" } else { "0" };
            let of = |value: &Option<String>| value.clone().unwrap_or_else(|| default.to_owned());
            section.expect(of(&value) == of(&was), || format!("{pt}: {essential} is {value:?}, not {was:?}"));
        }
    }
    for feedback in answered.all::<RtcpFb>() {
        let known = |line: &RtcpFb| line.feedback == feedback.feedback && of_either(line, &feedback);
        section
            .expect(offered.all::<RtcpFb>().any(|line| known(&line)), || format!("rtcp-fb {feedback} was not offered"));
    }
    let described = answered.all::<RtpMap>().map(|map| map.payload_type);
    let described = described.chain(answered.all::<Fmtp>().filter_map(|fmtp| fmtp.payload_type()));
    let described = described.chain(answered.all::<RtcpFb>().filter_map(|line| line.payload_type));
    for pt in described {
        section.expect(ours.contains(&pt), || format!("{pt} is described and not in the m= line"));
    }
}

/// Whether one of the lines speaks of what the other speaks of: the same payload type, or all of them.
fn of_either(line: &RtcpFb, other: &RtcpFb) -> bool {
    line.payload_type.is_none() || other.payload_type.is_none() || line.payload_type == other.payload_type
}

/// Parameters that must be symmetric (RFC 6184 §8.2.2, RFC 9628 §6.1, RFC 7798 §7.2.2).
fn essential(name: &str) -> &'static [&'static str] {
    match name {
        "h264" => &["packetization-mode"],
        "vp9" => &["profile-id"],
        "av1" => &["profile"],
        "h265" => &["tx-mode"],
        _ => &[],
    }
}

fn allows_mixed(offer: &Session, index: usize) -> bool {
    offer.has(flag::EXTMAP_ALLOW_MIXED)
        || offer.media.get(index).is_some_and(|media| media.has(flag::EXTMAP_ALLOW_MIXED))
}

/// RFC 8285 §7: a subset of the offered extensions, with their ids, in a direction that answers theirs.
fn extensions(section: &mut Section<'_>) {
    let (offered, answered) = (section.offered, section.answered);
    let theirs: Vec<ExtMap> = offered.all::<ExtMap>().collect();
    for extension in answered.all::<ExtMap>() {
        let known = theirs.iter().find(|known| known.uri == extension.uri && known.id == extension.id);
        section.expect(known.is_some(), || format!("extmap {extension} was not offered"));
        let wanted = known.and_then(|known| known.direction).unwrap_or_default().reversed();
        let ours = extension.direction.unwrap_or_default();
        section.expect(ours.intersected(wanted) == ours, || format!("extmap {extension} in a wrong direction"));
        let same = answered.all::<ExtMap>().filter(|other| other.id == extension.id).count();
        section.expect(same == 1, || format!("extmap id {} twice", extension.id));
    }
    let mixed = !answered.has(flag::EXTMAP_ALLOW_MIXED) || allows_mixed(section.offer, section.index);
    section.expect(mixed, || "extmap-allow-mixed was not offered".to_owned());
}

/// RFC 8851 §4, RFC 8853 §5.3: rids of the offer in the other direction.
fn layers(section: &mut Section<'_>) {
    let theirs: Vec<RidLine> = section.offered.all::<RidLine>().collect();
    let ours: Vec<RidLine> = section.answered.all::<RidLine>().collect();
    for line in &ours {
        let matches = theirs.iter().any(|known| known.rid == line.rid && known.direction != line.direction);
        section.expect(matches, || format!("rid {} was not offered", line.rid));
    }
    let Some(simulcast) = section.answered.get::<Simulcast>() else { return };
    let offered = section.offered.get::<Simulcast>().unwrap_or(Simulcast { send: Vec::new(), recv: Vec::new() });
    section.expect(simulcast.send.is_empty() || !offered.recv.is_empty(), || "simulcast send for no recv".to_owned());
    section.expect(simulcast.recv.is_empty() || !offered.send.is_empty(), || "simulcast recv for no send".to_owned());
    let sides = [(&simulcast.send, RidDirection::Send), (&simulcast.recv, RidDirection::Recv)];
    for (streams, direction) in sides {
        for stream in streams.iter().flatten() {
            let described = ours.iter().any(|line| line.rid == stream.rid && line.direction == direction);
            section.expect(described, || format!("simulcast of {} without a rid line", stream.rid));
        }
    }
}

/// RFC 8841 §10.3 and the form before it: the offered form, with a port.
fn data(section: &mut Section<'_>) {
    let (offered, answered) = (section.offered, section.answered);
    let is_old = |media: &Media| media.get::<SctpPort>().is_none() && media.get::<SctpMap>().is_some();
    if is_old(offered) {
        let (port, map) = (answered.formats.first().cloned().unwrap_or_default(), answered.get::<SctpMap>());
        let described = map.is_some_and(|map| map.port.to_string() == port && map.protocol == "webrtc-datachannel");
        section.expect(described, || format!("format {port} of the old form without its sctpmap"));
    } else {
        section.expect(answered.formats == ["webrtc-datachannel"], || format!("formats {:?}", answered.formats));
        section.expect(answered.get::<SctpPort>().is_some(), || "no sctp-port".to_owned());
    }
    let count = answered.all::<MaxMessageSize>().count();
    section.expect(count <= 1, || "max-message-size twice".to_owned());
}

/// What we promise beyond the RFCs, of a connection that has no tracks and accepts all it can.
pub(crate) fn broken_promises(offer: &Session, answer: &Session) -> Vec<String> {
    let mut faults = Vec::new();
    let offers_trickle = offer.all::<IceOptions>().any(|options| options.has("trickle"))
        || offer.media.iter().any(|media| media.all::<IceOptions>().any(|options| options.has("trickle")));
    let grouped = |session: &Session, media: &Media| group_tag(session, media).is_some();
    let mut has_data = false;
    for (index, (offered, answered)) in offer.media.iter().zip(&answer.media).enumerate() {
        let mut section = Section { index, offer, answer, offered, answered, faults: &mut faults };
        if offered.is_sctp() {
            let wanted = !has_data && !offered.is_rejected();
            has_data |= wanted;
            section.expect(answered.is_rejected() != wanted, || {
                "the data section is rejected, or a second one is not".to_owned()
            });
            let size = answered.get::<MaxMessageSize>().map(|size| size.0);
            section.expect(!wanted || size == Some(262_144), || format!("max-message-size {size:?}"));
        } else if offered.is_rtp() {
            kept(&mut section);
        }
        if answered.is_rejected() {
            continue;
        }
        let both = grouped(answer, answered) == grouped(offer, offered);
        section.expect(both, || "an offered bundle is not answered as one".to_owned());
        let tag = group_tag(answer, answered).unwrap_or(index);
        let own = (answered.get::<IceUfrag>().is_some(), answered.get::<Fingerprint>().is_some());
        section.expect(own == (tag == index, tag == index), || format!("own ICE and DTLS lines {own:?}"));
        let trickle = answer.inherited::<IceOptions>(tag).is_some_and(|options| options.has("trickle"));
        section.expect(trickle == offers_trickle, || format!("trickle {trickle} for {offers_trickle}"));
        let mux = offered.has(flag::RTCP_MUX) == answered.has(flag::RTCP_MUX);
        section.expect(mux || tag != index, || "rtcp-mux is not answered as it was offered".to_owned());
    }
    faults
}

/// RFC 9429 §5.3.1: the order of the offer; `rtx` and the direction that a receiver can give.
fn kept(section: &mut Section<'_>) {
    let (offered, answered) = (section.offered, section.answered);
    let (theirs, ours) = (payload_types(offered), payload_types(answered));
    let known = theirs.iter().copied().filter(|&pt| is_primary(offered, pt)).filter(|&pt| is_ours(offered, pt));
    let known: Vec<PayloadType> = known.collect();
    if answered.is_rejected() {
        let excused = offered.is_rejected() || known.is_empty() || !fits_balanced(section);
        section.expect(excused, || format!("rejected in spite of {known:?}"));
        return;
    }
    // RFC 3264 §6: where nothing is common the section is rejected, not accepted with what we don't have.
    let have = ["opus", "g722", "pcmu", "pcma", "vp8", "vp9", "av1", "h264", "h265"];
    for &pt in ours.iter().filter(|&&pt| is_primary(answered, pt)) {
        let (name, ..) = meaning(answered, pt).unwrap_or_default();
        section.expect(have.contains(&name.as_str()), || format!("{pt} is accepted, and we have no {name}"));
    }
    let places: Vec<_> = ours.iter().map(|pt| theirs.iter().position(|theirs| theirs == pt)).collect();
    section.expect(places.is_sorted(), || format!("{ours:?} is not the order of {theirs:?}"));
    for &pt in &known {
        // Of one format offered twice, one number is enough.
        let same = |other: &&PayloadType| describes_the_same(offered, **other, pt);
        let accepted = ours.contains(&pt) || ours.iter().filter(same).count() > 0;
        section.expect(accepted, || format!("{pt} ({:?}) is not accepted", meaning(offered, pt)));
    }
    for &pt in ours.iter().filter(|&&pt| is_primary(offered, pt)) {
        let repairs = |media: &Media| payload_types(media).into_iter().find(|&rtx| apt(media, rtx) == Some(pt));
        let (repair, was) = (repairs(answered), repairs(offered));
        section.expect(repair == was, || format!("{pt} is repaired by {repair:?}, not by {was:?}"));
    }
}

/// RFC 9429 §5.3.1: with the bundle policy "balanced", a section must be the first of its type or bundled with it.
fn fits_balanced(section: &Section<'_>) -> bool {
    let (offer, kind) = (section.offer, &section.offered.kind);
    let first = offer.media.iter().position(|media| media.kind == *kind).unwrap_or(section.index);
    let group = |index: usize| offer.media.get(index).and_then(|media| group_tag(offer, media));
    first == section.index || (group(first).is_some() && group(first) == group(section.index))
}

fn describes_the_same(media: &Media, a: PayloadType, b: PayloadType) -> bool {
    meaning(media, a) == meaning(media, b) && parameters(media, a) == parameters(media, b)
}

/// What a connection sends that has one track of each kind, or no track at all (RFC 9429 §5.3.1, webrtc-pc §4.4.1.5): a track goes out in
/// the first section that takes it, in the layers that the offer asks for.
pub(crate) fn wrongly_sent(offer: &Session, answer: &Session, has_tracks: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut placed: Vec<&str> = Vec::new();
    for (index, (offered, answered)) in offer.media.iter().zip(&answer.media).enumerate() {
        if !offered.is_rtp() || offered.is_rejected() {
            continue;
        }
        let mut section = Section { index, offer, answer, offered, answered, faults: &mut faults };
        let theirs = offered.direction().or(offer.direction()).unwrap_or_default();
        // RFC 9429 §5.10: only a section that is to receive takes a transceiver that addTrack made.
        let takes = has_tracks && theirs.receives() && !placed.contains(&offered.kind.as_str());
        if takes {
            placed.push(&offered.kind);
        }
        if answered.is_rejected() {
            continue;
        }
        let (wanted, ours) = (Direction::new(takes, theirs.sends()), answered.direction().unwrap_or_default());
        section.expect(ours == wanted, || format!("{} and not {}", ours.as_str(), wanted.as_str()));
        section.expect(answered.get::<Msid>().is_some() == takes, || {
            "msid without a track, or a track without".to_owned()
        });
        let asked = offered.get::<Simulcast>().map(|simulcast| simulcast.recv.len()).filter(|_| takes);
        let sent = answered.get::<Simulcast>().map(|simulcast| simulcast.send.len());
        section.expect(sent == asked.filter(|layers| *layers > 0), || format!("{sent:?} layers for {asked:?}"));
    }
    faults
}

/// The codecs of the default table that carry media, as others offer them. What the table gains belongs here too.
fn is_ours(offered: &Media, payload_type: PayloadType) -> bool {
    let Some((name, rate, channels)) = meaning(offered, payload_type) else { return false };
    let value = |name| parameter(offered, payload_type, name).unwrap_or_default();
    match (name.as_str(), rate, channels) {
        ("opus", 48_000, 2) | ("g722" | "pcmu" | "pcma", 8000, 1) | ("vp8", 90_000, 1) => true,
        ("vp9", 90_000, 1) => ["", "0", "2"].contains(&value("profile-id").as_str()),
        ("av1", 90_000, 1) => ["", "0"].contains(&value("profile").as_str()),
        ("h264", 90_000, 1) => match value("packetization-mode").as_str() {
            "1" => ["42e01f", "42001f", "64001f"].contains(&value("profile-level-id").as_str()),
            _ => value("profile-level-id") == "42e01f",
        },
        _ => false,
    }
}

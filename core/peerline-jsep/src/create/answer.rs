//! createAnswer (RFC 9429 §5.3).

use std::collections::BTreeSet;

use peerline_sdp::{Group, GroupSemantics, IceOptions, Media, Mid, Session, Setup, flag};

use super::media::MediaLines;
use super::transport::{TransportLines, connection};
use super::{AnswerOptions, created, data, media, offer, session_level, transport};
use crate::groups::Groups;
use crate::remote::{self, IceSource};
use crate::{
    BundlePolicy, Created, DtlsRole, Error, IceCredentials, MediaKind, SdpType, SignalingState, Transport, View,
};

/// How the sections of the answer share transports.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// By m-line index: the section is accepted.
    pub(crate) sections: Vec<bool>,
    /// The groups of the answer, the tagged section first.
    pub(crate) groups: Groups,
}

/// Makes the answer.
pub(super) fn create(
    view: &View<'_>,
    options: &AnswerOptions,
    fresh: &mut dyn FnMut() -> IceCredentials,
) -> Result<Created, Error> {
    // webrtc-pc §4.4.2 createAnswer step 1 of "create an answer".
    let state = view.signaling_state;
    if !matches!(state, SignalingState::HaveRemoteOffer | SignalingState::HaveLocalPranswer) {
        return Err(Error::WrongState { sdp_type: SdpType::Answer, state });
    }
    let offer = &view.pending_remote.ok_or(Error::NoRemoteDescription)?.session;
    let offered_groups = Groups::of_checked(offer);
    let accepted = accepted_sections(view, offer);
    let lines = transport_lines(view, offer, &offered_groups, &accepted, fresh);
    let mut groups: Vec<Group> = Vec::new();
    for group in &accepted.groups.groups {
        let mid_of = |index: &usize| offer.media.get(*index).and_then(|media| media.get::<Mid>());
        groups.push(session_level::bundle(group.iter().filter_map(mid_of).collect()));
    }
    groups.extend(lip_sync(view, offer, &accepted));
    // RFC 8285 §6: an answer allows mixing if the offer does, at the level where it does.
    let mut session = session_level::session(view, groups, offer.has(flag::EXTMAP_ALLOW_MIXED), &ice_options(offer));
    let mut owners = Vec::with_capacity(offer.media.len());
    for (index, offered) in offer.media.iter().enumerate() {
        let owner = view.transceiver_at(index).filter(|_| offered.is_rtp());
        owners.push(owner.map(|transceiver| transceiver.id));
        if !accepted.sections.get(index).copied().unwrap_or(false) {
            session.media.push(offer::rejected(offered, offered.get::<Mid>().as_ref()));
            continue;
        }
        let section = remote::section(offer, index);
        let offered = section.as_deref().unwrap_or(offered);
        let media_lines =
            owner.map(|transceiver| (transceiver, MediaLines::answered(view, transceiver, offered, options)));
        let mut media = match &media_lines {
            Some((_, lines)) => lines.media(&offered.kind, &offered.protocol),
            None => data::answered_media(offered, &view.data),
        };
        let tag = accepted.groups.tag_of(index).unwrap_or(index);
        let shared = lines.get(tag).and_then(Option::as_ref);
        connection(&mut media, shared.map_or(&[], |lines| &lines.candidates));
        if let Some(own) = lines.get(index).and_then(Option::as_ref) {
            if offered.is_rtp() && !remote::has_rtcp_mux(offer, &offered_groups, index) {
                transport::rtcp(&mut media);
            }
            transport::write(&mut media, own, view.settings);
        }
        // RFC 9429 §5.3.1: a mid if and only if the offer has one.
        if let Some(mid) = offered.get::<Mid>() {
            media.push(mid);
        }
        match &media_lines {
            Some((transceiver, lines)) => {
                if remote::has_rtcp_mux(offer, &offered_groups, index) {
                    media.push_flag(flag::RTCP_MUX);
                }
                for name in [flag::RTCP_RSIZE, flag::EXTMAP_ALLOW_MIXED] {
                    if offered.has(name) {
                        media.push_flag(name);
                    }
                }
                media::write_answer(view, &mut media, transceiver, offered, lines);
            }
            None => data::write(&mut media, &view.data, Some(offered)),
        }
        session.media.push(media);
    }
    Ok(created(session, owners))
}

/// RFC 9429 §5.3.1: "trickle" and "ice2" if the offer has them.
fn ice_options(offer: &Session) -> Vec<&'static str> {
    let mut offered: Vec<IceOptions> = offer.all::<IceOptions>().collect();
    offered.extend(offer.media.iter().flat_map(|media| media.all::<IceOptions>()));
    ["trickle", "ice2"].into_iter().filter(|option| offered.iter().any(|options| options.has(option))).collect()
}

/// Which sections of the remote offer are accepted, and how they are bundled (RFC 9429 §5.3.1).
pub(crate) fn accepted_sections(view: &View<'_>, offer: &Session) -> Accepted {
    let groups = Groups::of_checked(offer);
    // "The first m= section" is the first that is offered: a rejected one speaks for nothing.
    let first_offered = offer.media.iter().position(|media| !media.is_rejected()).unwrap_or_default();
    let mut first_of_kind: Vec<(&str, usize)> = Vec::new();
    let mut has_data = false;
    let mut sections: Vec<bool> = Vec::with_capacity(offer.media.len());
    for (index, offered) in offer.media.iter().enumerate() {
        if offered.is_rejected() {
            sections.push(false);
            continue;
        }
        let first = match first_of_kind.iter().find(|(kind, _)| *kind == offered.kind) {
            Some((_, first)) => *first,
            None => {
                first_of_kind.push((&offered.kind, index));
                index
            }
        };
        let policy = match view.settings.bundle_policy {
            BundlePolicy::MaxBundle => index == first_offered || groups.together(index, first_offered),
            BundlePolicy::Balanced => index == first || groups.together(index, first),
            BundlePolicy::MaxCompat => true,
        };
        let acceptable = policy && is_supported(view, offered, index, &mut has_data);
        sections.push(acceptable);
    }
    let bundled = groups.groups.iter().filter_map(|group| answer_group(view, offer, group, &mut sections)).collect();
    Accepted { groups: Groups::new(bundled, sections.len()), sections }
}

fn is_supported(view: &View<'_>, offered: &Media, index: usize, has_data: &mut bool) -> bool {
    if offered.is_sctp() {
        // One association per connection: a second data section is refused.
        return offered.kind == "application"
            && remote::sctp_port(offered).is_some()
            && !std::mem::replace(has_data, true);
    }
    let known = offered.is_rtp() && MediaKind::from_media(&offered.kind).is_some();
    // webrtc-pc §5.4 stop(): one that only stops is answered inactive; the next offer rejects its section.
    known && view.transceiver_at(index).is_some_and(|t| !t.stopped && media::has_common_format(view, t, offered))
}

/// The sections of a group that are accepted, the answerer-tagged one first. RFC 9143 §7.3.1: it is the first of the offered list that is
/// accepted and has an address; without one the whole group is refused (RFC 9429 §5.3.1).
fn answer_group(view: &View<'_>, offer: &Session, group: &[usize], sections: &mut [bool]) -> Option<Vec<usize>> {
    let is_accepted = |index: usize, sections: &[bool]| sections.get(index).copied().unwrap_or(false);
    let negotiated =
        |index: usize| view.map.offered(index).and_then(|id| view.transport(id)).is_some_and(|t| t.dtls_role.is_some());
    let has_address = |index: usize| {
        offer.media.get(index).is_some_and(|media| !media.is_bundle_only()) && remote::speaks(offer, index)
    };
    let tag =
        group.iter().copied().find(|&index| is_accepted(index, sections) && (has_address(index) || negotiated(index)));
    let Some(tag) = tag else {
        for index in group {
            if let Some(accepted) = sections.get_mut(*index) {
                *accepted = false;
            }
        }
        return None;
    };
    let others = group.iter().copied().filter(|&index| index != tag && is_accepted(index, sections));
    Some(std::iter::once(tag).chain(others).collect())
}

/// By m-line index: what the sections that speak for a transport say.
fn transport_lines(
    view: &View<'_>,
    offer: &Session,
    offered_groups: &Groups,
    accepted: &Accepted,
    fresh: &mut dyn FnMut() -> IceCredentials,
) -> Vec<Option<TransportLines>> {
    let mut lines = Vec::with_capacity(accepted.sections.len());
    for (index, is_accepted) in accepted.sections.iter().enumerate() {
        if !is_accepted || accepted.groups.is_bundled_into_other(index) {
            lines.push(None);
            continue;
        }
        let transport = view.map.offered(index).and_then(|id| view.transport(id));
        let source = IceSource::of(offer, offered_groups, index);
        // RFC 9429 §5.3.2: the credentials stay, unless the offer restarts ICE.
        let restart = transport
            .and_then(|t| t.remote.as_ref())
            .is_some_and(|remote| source.as_ref().is_some_and(|s| s.credentials != *remote));
        let kept = transport.filter(|_| !restart).and_then(|t| t.local.clone());
        let candidates = transport.filter(|_| kept.is_some());
        lines.push(Some(TransportLines {
            end_of_candidates: candidates.is_some_and(|t| t.gathering_complete),
            candidates: candidates.map(|t| t.candidates.clone()).unwrap_or_default(),
            credentials: kept.unwrap_or_else(&mut *fresh),
            setup: answered_setup(offer, offered_groups, index, transport),
            tls_id: transport.and_then(|t| t.local_tls_id.clone()),
        }));
    }
    lines
}

/// RFC 9429 §5.3.1 and §5.3.2: active if the offer leaves the choice, unless an association goes on in which we are the server.
fn answered_setup(offer: &Session, groups: &Groups, index: usize, transport: Option<&Transport>) -> Setup {
    match remote::setup(offer, groups, index) {
        Some(Setup::Active) => Setup::Passive,
        Some(Setup::Passive) => Setup::Active,
        // The role stays, also in a new association with another endpoint: from its side it may be the old one.
        _ => match transport.and_then(|t| t.dtls_role) {
            Some(DtlsRole::Server) => Setup::Passive,
            _ => Setup::Active,
        },
    }
}

/// RFC 9429 §5.3.1: an offered LS group stays with those of its transceivers that share a stream or have none.
fn lip_sync(view: &View<'_>, offer: &Session, accepted: &Accepted) -> Vec<Group> {
    let mut groups = Vec::new();
    for offered in offer.groups(GroupSemantics::LipSync) {
        let mut members = Vec::new();
        for mid in &offered.mids {
            let Some(index) =
                offer.index_of(mid).filter(|&index| accepted.sections.get(index).copied().unwrap_or(false))
            else {
                continue;
            };
            if let Some(transceiver) = view.transceiver_at(index) {
                members.push((mid.clone(), transceiver));
            }
        }
        let streams: BTreeSet<&String> = members.iter().flat_map(|(_, t)| &t.send_streams).collect();
        let shares = |stream: &&String| members.iter().filter(|(_, t)| t.send_streams.contains(*stream)).count() > 1;
        let common = streams.into_iter().find(shares);
        let fits = |streams: &[String]| streams.is_empty() || common.is_some_and(|common| streams.contains(common));
        let mids: Vec<Mid> =
            members.iter().filter(|(_, t)| fits(&t.send_streams)).map(|(mid, _)| mid.clone()).collect();
        if mids.len() > 1 {
            groups.push(Group { semantics: GroupSemantics::LipSync, mids });
        }
    }
    groups
}

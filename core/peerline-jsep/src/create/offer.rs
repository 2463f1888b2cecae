//! createOffer (RFC 9429 §5.2).

use std::collections::BTreeSet;

use peerline_sdp::{Group, GroupSemantics, Media, Mid, Session, Setup, flag};

use super::layout::{Slot, kind_name, last_answer, negotiated, slots};
use super::media::MediaLines;
use super::transport::{TransportLines, connection};
use super::{OfferOptions, created, data, media, session_level, transport};
use crate::groups::Groups;
use crate::negotiate::Taken;
use crate::{
    BundlePolicy, Created, Error, IceCredentials, RtcpMuxPolicy, SdpType, SignalingState, TransceiverId, TransportId,
    View,
};

/// How the sections of the offer share transports.
#[derive(Debug)]
struct Bundling {
    groups: Vec<Vec<usize>>,
    /// By m-line index: the section has a transport, or speaks for one.
    owns: Vec<bool>,
    /// By m-line index: `a=bundle-only`.
    bundle_only: Vec<bool>,
}

/// Makes the offer.
pub(super) fn create(
    view: &View<'_>,
    options: &OfferOptions,
    fresh: &mut dyn FnMut() -> IceCredentials,
) -> Result<Created, Error> {
    // webrtc-pc §4.4.2 createOffer step 1 of "create an offer".
    if !matches!(view.signaling_state, SignalingState::Stable | SignalingState::HaveLocalOffer) {
        return Err(Error::WrongState { sdp_type: SdpType::Offer, state: view.signaling_state });
    }
    let slots = slots(view);
    let bundling = Bundling::decide(view, &slots);
    let lines = transport_lines(view, options, &bundling, fresh);
    let mid_of = |index: &usize| slots.get(*index).and_then(Slot::mid).cloned();
    let mut groups: Vec<Group> =
        bundling.groups.iter().map(|group| session_level::bundle(group.iter().filter_map(mid_of).collect())).collect();
    groups.extend(lip_sync(view, &slots));
    let mut session = session_level::session(view, groups, true, &["trickle", "ice2"]);
    let mut owners: Vec<Option<TransceiverId>> = Vec::with_capacity(slots.len());
    let current: Vec<&Session> =
        [view.current_local, view.current_remote].into_iter().flatten().map(|d| &d.session).collect();
    let mut taken = Taken::of(&current);
    for (index, slot) in slots.iter().enumerate() {
        let tag = bundling.tag_of(index).unwrap_or(index);
        let context = Context {
            own: lines.get(index).and_then(Option::as_ref),
            shared: lines.get(tag).and_then(Option::as_ref),
            bundle_only: bundling.bundle_only.get(index).copied().unwrap_or(false),
            negotiated: negotiated(view, slot, index),
        };
        session.media.push(section(view, slot, &context, &mut taken, options));
        owners.push(match slot {
            Slot::Media { transceiver, .. } => Some(*transceiver),
            _ => None,
        });
    }
    Ok(created(session, owners))
}

/// What a section knows of its surroundings.
struct Context<'a> {
    /// The transport it speaks for.
    own: Option<&'a TransportLines>,
    /// The transport it uses.
    shared: Option<&'a TransportLines>,
    bundle_only: bool,
    /// The section in the last answer.
    negotiated: Option<&'a Media>,
}

fn section(
    view: &View<'_>,
    slot: &Slot<'_>,
    context: &Context<'_>,
    taken: &mut Taken,
    options: &OfferOptions,
) -> Media {
    let transceiver = match slot {
        Slot::Rejected { was, mid } => return rejected(was, mid.as_ref()),
        Slot::Data { .. } => None,
        Slot::Media { transceiver, .. } => view.transceiver(*transceiver),
    };
    let media_lines = transceiver
        .map(|transceiver| (transceiver, MediaLines::offered(view, transceiver, context.negotiated, taken, options)));
    let mut media = match &media_lines {
        Some((transceiver, lines)) => lines.media(transceiver.kind.as_str(), "UDP/TLS/RTP/SAVPF"),
        None => data::offered_media(),
    };
    // RFC 9429 §5.2.1: port zero if bundle-only, else that of the default candidate.
    if context.bundle_only {
        media.port = 0;
    }
    connection(&mut media, context.shared.filter(|_| !context.bundle_only).map_or(&[], |lines| &lines.candidates));
    if let Some(own) = context.own {
        if media.is_rtp() && context.negotiated.is_none_or(|answered| !answered.has(flag::RTCP_MUX)) {
            transport::rtcp(&mut media);
        }
        transport::write(&mut media, own, view.settings);
    }
    if let Some(mid) = slot.mid() {
        media.push(mid.clone());
    }
    if context.bundle_only {
        media.push_flag(flag::BUNDLE_ONLY);
    }
    match &media_lines {
        Some((transceiver, lines)) => {
            rtcp_flags(view, &mut media, context);
            media::write_offer(&mut media, transceiver, lines);
        }
        None => data::write(&mut media, &view.data, None),
    }
    media
}

/// `a=rtcp-mux`, `a=rtcp-mux-only`, `a=rtcp-rsize`. RFC 9429 §5.2.1 has them, as category IDENTICAL, only in the section that speaks for the
/// transport; deployed endpoints look for rtcp-mux in each RTP section of a BUNDLE group and refuse the description without it, so it stands in each.
fn rtcp_flags(view: &View<'_>, media: &mut Media, context: &Context<'_>) {
    match context.negotiated {
        // §5.2.2: as in the most recent answer.
        Some(answered) => {
            for name in [flag::RTCP_MUX, flag::RTCP_RSIZE] {
                if answered.has(name) || (name == flag::RTCP_MUX && context.own.is_none()) {
                    media.push_flag(name);
                }
            }
        }
        None => {
            media.push_flag(flag::RTCP_MUX);
            if context.own.is_some() && view.settings.rtcp_mux_policy == RtcpMuxPolicy::Require {
                media.push_flag(flag::RTCP_MUX_ONLY);
            }
            media.push_flag(flag::RTCP_RSIZE);
        }
    }
}

/// A section with port zero: its `m=` line, `c=` and mid.
pub(super) fn rejected(was: &Media, mid: Option<&Mid>) -> Media {
    let mut media = Media::new(&was.kind, 0, &was.protocol, was.formats.clone());
    connection(&mut media, &[]);
    if let Some(mid) = mid {
        media.push(mid.clone());
    }
    if media.is_rtp() {
        media.push_flag("inactive");
    }
    media
}

/// By m-line index: what the sections that speak for a transport say.
fn transport_lines(
    view: &View<'_>,
    options: &OfferOptions,
    bundling: &Bundling,
    fresh: &mut dyn FnMut() -> IceCredentials,
) -> Vec<Option<TransportLines>> {
    let mut claimed: BTreeSet<TransportId> = BTreeSet::new();
    // The tagged sections first: a transport that a group shares is theirs.
    let tags = bundling.groups.iter().filter_map(|group| group.first().copied());
    let mut order: Vec<usize> = tags.collect();
    order.extend(0..bundling.owns.len());
    let mut lines: Vec<Option<TransportLines>> = vec![None; bundling.owns.len()];
    for index in order {
        let owns = bundling.owns.get(index).copied().unwrap_or(false);
        let Some(place) = lines.get_mut(index).filter(|place| owns && place.is_none()) else { continue };
        // A tagged section that is new in a group with a transport speaks for that one.
        let group = bundling.groups.iter().find(|group| group.first() == Some(&index)).map_or(&[][..], Vec::as_slice);
        let known = view.transport_at(index).or_else(|| group.iter().find_map(|&member| view.transport_at(member)));
        let existing = known.filter(|transport| claimed.insert(transport.id));
        let replaced =
            |credentials: &IceCredentials| options.ice_restart || view.ice_credentials_to_replace.contains(credentials);
        let kept = existing.and_then(|transport| {
            transport.local.clone().filter(|credentials| !replaced(credentials)).map(|c| (transport, c))
        });
        let tls_id = existing.and_then(|transport| transport.local_tls_id.clone());
        *place = Some(match kept {
            Some((transport, credentials)) => TransportLines {
                credentials,
                candidates: transport.candidates.clone(),
                end_of_candidates: transport.gathering_complete,
                setup: Setup::ActPass,
                tls_id,
            },
            // RFC 9429 §5.2.1: the role in an offer MUST be actpass.
            None => TransportLines {
                credentials: fresh(),
                candidates: Vec::new(),
                end_of_candidates: false,
                setup: Setup::ActPass,
                tls_id,
            },
        });
    }
    lines
}

impl Bundling {
    fn decide(view: &View<'_>, slots: &[Slot<'_>]) -> Self {
        let count = slots.len();
        let mut bundling = Self { groups: Vec::new(), owns: vec![false; count], bundle_only: vec![false; count] };
        let live: Vec<usize> =
            (0..count).filter(|&index| slots.get(index).is_some_and(|slot| !slot.is_rejected())).collect();
        let Some(answer) = last_answer(view) else {
            bundling.suggest(view, slots, None, live);
            return bundling;
        };
        let is_new = |index: &usize| slots.get(*index).is_some_and(|slot| negotiated(view, slot, *index).is_none());
        let is_live = |index: &usize| slots.get(*index).is_some_and(|slot| !slot.is_rejected());
        // RFC 9429 §5.2.2: the groups of the most recent answer, less what is rejected, plus what is new.
        for group in Groups::of_checked(answer).groups {
            let spoke = group.first().copied();
            let mut group: Vec<usize> = group.into_iter().filter(|index| is_live(index) && !is_new(index)).collect();
            // The section that spoke for the group goes on to do so, whatever transceiver is the first now: moving the transport's attributes
            // elsewhere while it runs gains nothing. If it is gone, `tag_first` finds the next.
            if group.first().copied() != spoke {
                tag_first(view, slots, &mut group);
            }
            if !group.is_empty() {
                bundling.groups.push(group);
            }
        }
        let (new, old): (Vec<usize>, Vec<usize>) = live.into_iter().partition(|index| is_new(index));
        let unbundled = old.iter().filter(|index| !bundling.groups.iter().any(|group| group.contains(index)));
        let speakers: Vec<usize> =
            bundling.groups.iter().filter_map(|group| group.first().copied()).chain(unbundled.copied()).collect();
        for speaker in speakers {
            set(&mut bundling.owns, speaker, true);
        }
        match (bundling.groups.first_mut(), old.as_slice()) {
            (Some(group), _) => group.extend(&new),
            // One transport was all that was agreed on, and is all that there may be.
            (None, &[only]) if view.settings.bundle_policy == BundlePolicy::MaxBundle => {
                bundling.suggest(view, slots, Some(only), new)
            }
            (None, _) => bundling.suggest(view, slots, None, new),
        }
        bundling
    }

    /// A group that was not negotiated: who has an own address in case it isn't accepted (RFC 9429 §4.1.1).
    fn suggest(&mut self, view: &View<'_>, slots: &[Slot<'_>], speaker: Option<usize>, mut group: Vec<usize>) {
        tag_first(view, slots, &mut group);
        if let Some(speaker) = speaker {
            group.insert(0, speaker);
        }
        let mut kinds: BTreeSet<&str> = BTreeSet::new();
        for (position, &index) in group.iter().enumerate() {
            let first_of_kind = slots.get(index).is_some_and(|slot| kinds.insert(kind_name(view, slot)));
            let own_address = match view.settings.bundle_policy {
                BundlePolicy::MaxCompat => true,
                BundlePolicy::Balanced => first_of_kind,
                BundlePolicy::MaxBundle => position == 0,
            };
            set(&mut self.owns, index, own_address);
            set(&mut self.bundle_only, index, !own_address);
        }
        if !group.is_empty() {
            self.groups.push(group);
        }
    }

    fn tag_of(&self, index: usize) -> Option<usize> {
        self.groups.iter().find(|group| group.contains(&index)).and_then(|group| group.first().copied())
    }
}

fn set(flags: &mut [bool], index: usize, value: bool) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = value;
    }
}

/// webrtc-pc §4.4.2 createOffer: the offerer-tagged section MUST be that of the first transceiver that isn't stopped; the rest in m-line order.
fn tag_first(view: &View<'_>, slots: &[Slot<'_>], group: &mut [usize]) {
    group.sort_unstable();
    let has = |id: TransceiverId, index: usize| matches!(slots.get(index), Some(Slot::Media { transceiver, .. }) if *transceiver == id);
    let tag = view.transceivers.iter().find_map(|t| group.iter().position(|&index| has(t.id, index)));
    if let Some(position) = tag
        && let Some(head) = group.get_mut(..=position)
    {
        head.rotate_right(1);
    }
}

/// Adds a group of two or more that isn't in another one already.
fn add_lip_sync(groups: &mut Vec<Group>, mids: Vec<Mid>) {
    let is_known = |group: &Group| mids.iter().all(|mid| group.mids.contains(mid));
    if mids.len() > 1 && !groups.iter().any(is_known) {
        groups.push(Group { semantics: GroupSemantics::LipSync, mids });
    }
}

/// RFC 9429 §5.2.1: an LS group for each stream that more than one transceiver sends.
fn lip_sync(view: &View<'_>, slots: &[Slot<'_>]) -> Vec<Group> {
    let mut streams: Vec<(&str, Vec<Mid>)> = Vec::new();
    for slot in slots {
        let Slot::Media { transceiver, mid, .. } = slot else { continue };
        let Some(transceiver) = view.transceiver(*transceiver) else { continue };
        for stream in transceiver.send_streams.iter().filter(|_| transceiver.direction.sends()) {
            match streams.iter_mut().find(|(id, _)| id == stream) {
                Some((_, mids)) => mids.push(mid.clone()),
                None => streams.push((stream, vec![mid.clone()])),
            }
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for (_, mids) in streams {
        add_lip_sync(&mut groups, mids);
    }
    // §5.2.2: those of the most recent answer go on, with the sections of them that are left.
    for agreed in last_answer(view).into_iter().flat_map(|answer| answer.groups(GroupSemantics::LipSync)) {
        let is_live = |mid: &Mid| slots.iter().any(|slot| !slot.is_rejected() && slot.mid() == Some(mid));
        add_lip_sync(&mut groups, agreed.mids.into_iter().filter(is_live).collect());
    }
    groups
}

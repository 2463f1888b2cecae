//! What a description does to transceivers (RFC 9429 §5.9 to §5.11; webrtc-pc §4.4.1.5, §5.1.1.1).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use peerline_sdp::{Direction, Media, Mid, Msid, Session, SsrcGroup, SsrcLine, flag};

use super::{Application, Ids};
use crate::create::is_recyclable;
use crate::mid::MidAllocator;
use crate::negotiate::parameters::{self, Way};
use crate::negotiate::{extension, simulcast};
use crate::remote;
use crate::{
    CreatedBy, EncodingsChange, Error, MediaChange, MediaKind, RemoteStreams, RemoteTrackChange, RtpParameters,
    SdpType, Side, SignalingState, Transceiver, TransceiverId, TransportMap, View,
};

/// What happens to the transceivers.
pub(super) struct MediaChanges {
    pub(super) changes: Vec<MediaChange>,
    pub(super) disassociated: Vec<TransceiverId>,
    pub(super) removed: Vec<TransceiverId>,
}

/// Everything that happens to the transceivers.
pub(super) fn changes(application: &Application<'_>, map: &TransportMap, ids: &mut Ids) -> Result<MediaChanges, Error> {
    match application.side {
        Side::Local => local_sections(application, map),
        Side::Remote => remote_sections(application, map, ids),
    }
}

fn local_sections(application: &Application<'_>, map: &TransportMap) -> Result<MediaChanges, Error> {
    let Application { view, session, sdp_type, .. } = application;
    let created = if *sdp_type == SdpType::Offer { view.last_offer } else { view.last_answer };
    let mut changes = Vec::new();
    let mut disassociated = Vec::new();
    for (index, media) in session.media.iter().enumerate() {
        let owner = created.and_then(|created| created.owners.get(index).copied().flatten());
        let associated = view.transceiver_at(index);
        // RFC 9429 §5.2.2: the transceiver whose section is recycled loses it.
        if let (Some(owner), Some(old)) = (owner, associated)
            && old.id != owner
        {
            disassociated.push(old.id);
        }
        let Some(transceiver) = owner.or(associated.map(|t| t.id)).and_then(|id| view.transceiver(id)) else {
            continue;
        };
        let direction = if media.is_rejected() { Direction::Inactive } else { media.direction().unwrap_or_default() };
        let answer = sdp_type.is_answer();
        let stops_receiving = !direction.receives() && transceiver.fired_direction.is_some_and(Direction::receives);
        changes.push(MediaChange {
            m_line_index: index,
            transceiver: transceiver.id,
            create: None,
            mid: application.mid(index),
            transport: map.used(index),
            direction,
            set_current_direction: answer && !transceiver.stopped,
            receptive: Some(direction.receives()),
            // webrtc-pc §4.4.1.5: an answer of ours that stops receiving removes the remote track.
            remote_track: (answer && stops_receiving).then(|| remote_track(transceiver, direction, Vec::new())),
            receive: Some(receive_parameters(application, transceiver, index, direction)),
            send: send_parameters(application, transceiver, index),
            extensions: (*sdp_type == SdpType::Answer).then(|| extension::agreed(transceiver, media, Side::Local)),
            encodings: if answer {
                simulcast::pruned(transceiver, &simulcast::sent(media))
            } else {
                EncodingsChange::Keep
            },
            stop: answer && media.is_rejected() && !transceiver.stopped,
            remote_streams: None,
        });
    }
    Ok(MediaChanges { changes, disassociated, removed: Vec::new() })
}

fn remote_sections(application: &Application<'_>, map: &TransportMap, ids: &mut Ids) -> Result<MediaChanges, Error> {
    let Application { view, session, sdp_type, .. } = application;
    let mut mids = MidAllocator::new(view, Some(session));
    let mut changes = Vec::new();
    let mut disassociated = Vec::new();
    let at: BTreeMap<usize, &Transceiver> =
        view.transceivers.iter().filter_map(|t| Some((t.m_line_index?, t))).collect();
    let mut free = free_transceivers(view);
    for index in 0..session.media.len() {
        let Some(media) = remote::section(session, index) else { continue };
        let media = media.as_ref();
        let Some(kind) = MediaKind::from_media(&media.kind).filter(|_| media.is_rtp()) else { continue };
        let mid = media.get::<Mid>();
        // RFC 9429 §5.2.2: a recycled section has a new mid in the place of a rejected section, or of one of an offer that is replaced. (One that
        // only gets a mid, after offers without, goes on.)
        let may_change = view.pending_remote.is_some() || is_recyclable(view, index);
        let other_mid = |t: &Transceiver| mid.is_some() && t.mid.is_some() && t.mid != mid;
        let recycled = |t: &&&Transceiver| may_change && (t.kind != kind || other_mid(t));
        if let Some(old) = at.get(&index).filter(recycled) {
            disassociated.push(old.id);
        }
        let mut found = at.get(&index).filter(|t| !recycled(t)).copied();
        // A rejected section needs no transceiver; one that has one stops it.
        if found.is_none() && media.is_rejected() {
            continue;
        }
        let direction = remote_direction(media);
        // The offerer wants to receive: one of addTrack's transceivers sends to it.
        if found.is_none() && direction.sends() {
            found = free.get_mut(&kind).and_then(VecDeque::pop_front);
        }
        let fresh;
        let (transceiver, create) = match found {
            Some(transceiver) => (transceiver, None),
            None => {
                fresh = Transceiver::new(ids.transceiver, kind, Direction::RecvOnly, CreatedBy::RemoteOffer);
                ids.transceiver = TransceiverId(ids.transceiver.0.saturating_add(1));
                (&fresh, Some(kind))
            }
        };
        let answer = sdp_type.is_answer();
        let streams = if direction.receives() { remote_streams(media, view.default_stream) } else { Vec::new() };
        changes.push(MediaChange {
            m_line_index: index,
            transceiver: transceiver.id,
            create,
            mid: mid.or_else(|| transceiver.mid.clone()).unwrap_or_else(|| mids.next()),
            transport: map.used(index).filter(|_| answer),
            direction,
            set_current_direction: answer,
            // What a provisional answer switched off, the next answer may switch on again.
            receptive: (!direction.receives() || answer && view.signaling_state == SignalingState::HaveRemotePranswer)
                .then_some(direction.receives()),
            remote_track: Some(remote_track(transceiver, direction, streams)),
            receive: Some(receive_parameters(application, transceiver, index, direction)),
            send: send_parameters(application, transceiver, index),
            extensions: (*sdp_type == SdpType::Answer).then(|| extension::agreed(transceiver, media, Side::Remote)),
            encodings: match sdp_type {
                SdpType::Offer => simulcast::proposed(media, transceiver),
                _ => simulcast::pruned(transceiver, &simulcast::requested(media)),
            },
            stop: media.is_rejected() && !transceiver.stopped,
            remote_streams: Some(streams_of(application, media)),
        });
    }
    let removed = drop_orphans(application, &changes, &mut disassociated);
    Ok(MediaChanges { changes, disassociated, removed })
}

/// RFC 9429 §5.10: transceivers of addTrack that an offer may take, in the order they were added. One that an offer made is of addTrack, too, if
/// addTrack has used it since, and so kept it from going with the offer in a rollback.
fn free_transceivers<'v>(view: &'v View<'_>) -> BTreeMap<MediaKind, VecDeque<&'v Transceiver>> {
    let mut free: BTreeMap<MediaKind, VecDeque<&Transceiver>> = BTreeMap::new();
    let is_free = |t: &&Transceiver| t.mid.is_none() && t.m_line_index.is_none() && !t.stopped && !t.stopping;
    let of_add_track = |t: &&Transceiver| match t.created_by {
        CreatedBy::AddTrack => true,
        CreatedBy::RemoteOffer => t.add_track_used,
        CreatedBy::AddTransceiver => false,
    };
    for transceiver in view.transceivers.iter().filter(is_free).filter(of_add_track) {
        free.entry(transceiver.kind).or_default().push_back(transceiver);
    }
    free
}

/// An offer that replaces another one, without a section that had a transceiver for it: the transceiver goes back to what it was, as if the
/// first offer had been rolled back. Those that the first offer made, and nobody uses, are returned: they leave the set.
fn drop_orphans(
    application: &Application<'_>,
    changes: &[MediaChange],
    disassociated: &mut Vec<TransceiverId>,
) -> Vec<TransceiverId> {
    let view = application.view;
    let Some(stable) = view.stable.filter(|_| application.offer.is_none() && view.pending_remote.is_some()) else {
        return Vec::new();
    };
    let mut removed = Vec::new();
    for transceiver in view.transceivers.iter().filter(|t| t.m_line_index.is_some()) {
        let before = stable.transceivers.iter().find(|t| t.id == transceiver.id);
        let goes_on = changes.iter().any(|change| change.transceiver == transceiver.id);
        if goes_on || before.is_some_and(|t| t.association.is_some()) {
            continue;
        }
        if !disassociated.contains(&transceiver.id) {
            disassociated.push(transceiver.id);
        }
        if before.is_none() && !transceiver.add_track_used {
            removed.push(transceiver.id);
        }
    }
    removed
}

/// The direction of a remote section from our point of view.
fn remote_direction(media: &Media) -> Direction {
    if media.is_rejected() { Direction::Inactive } else { media.direction().unwrap_or_default().reversed() }
}

/// `[[ReceiveCodecs]]`: what the description negotiates for receiving, as far as we are ready to receive it now. webrtc-pc §4.4.1.5: a direction of
/// ours that does not receive empties it; that the other side does not send for now leaves us ready.
fn receive_parameters(
    application: &Application<'_>,
    transceiver: &Transceiver,
    index: usize,
    direction: Direction,
) -> RtpParameters {
    let Application { view, .. } = application;
    let is_rejected = application.session.media.get(index).is_none_or(Media::is_rejected);
    if is_rejected || (application.side == Side::Local && !direction.receives()) {
        return RtpParameters::default();
    }
    let local = application.local().and_then(|session| session.media.get(index));
    let remote = application.remote().and_then(|(session, _)| remote::section(session, index));
    let mut parameters = match (local, remote.as_deref()) {
        (Some(local), Some(remote)) => {
            parameters::negotiated(view, transceiver.kind, Way::Receive, local, remote, application.side)
        }
        (Some(local), None) => parameters::offered(view, transceiver.kind, local),
        (None, Some(remote)) => parameters::receivable(view, transceiver, remote),
        (None, None) => RtpParameters::default(),
    };
    parameters.extmap_allow_mixed = allows_mixed(application, index);
    parameters
}

/// `[[SendCodecs]]`: what an answer negotiates for sending.
fn send_parameters(application: &Application<'_>, transceiver: &Transceiver, index: usize) -> Option<RtpParameters> {
    application.offer.as_ref()?;
    let local = application.local()?.media.get(index)?;
    let remote = remote::section(application.remote()?.0, index)?;
    if local.is_rejected() || remote.is_rejected() {
        return Some(RtpParameters::default());
    }
    let mut parameters =
        parameters::negotiated(application.view, transceiver.kind, Way::Send, local, &remote, application.side);
    parameters.extmap_allow_mixed = allows_mixed(application, index);
    Some(parameters)
}

/// RFC 8285 §6: both sides say so, for the session or the section.
fn allows_mixed(application: &Application<'_>, index: usize) -> bool {
    let says = |session: &Session| {
        session.has(flag::EXTMAP_ALLOW_MIXED)
            || session.media.get(index).is_some_and(|m| m.has(flag::EXTMAP_ALLOW_MIXED))
    };
    application.local().is_none_or(says) && application.remote().is_none_or(|(session, _)| says(session))
}

/// What the section says of the streams that its author sends, and would have us send.
fn streams_of(application: &Application<'_>, media: &Media) -> RemoteStreams {
    RemoteStreams {
        ssrcs: media.all::<SsrcLine>().collect(),
        ssrc_groups: media.all::<SsrcGroup>().collect(),
        rids: if application.view.settings.receive_simulcast { simulcast::sent(media) } else { Vec::new() },
        max_bitrate: max_bitrate(media),
    }
}

/// RFC 9429 §5.10: TIAS, or else what AS (kilobits, with headers and RTCP) leaves for media.
fn max_bitrate(media: &Media) -> Option<u64> {
    let bandwidth = |name: &str| {
        let lines = media.lines().iter().filter(|line| line.kind() == 'b');
        lines.filter_map(|line| line.value().split_once(':')).find(|(n, _)| *n == name)?.1.parse::<u64>().ok()
    };
    bandwidth("TIAS").or_else(|| Some((bandwidth("AS")?.saturating_mul(950)).saturating_sub(50 * 40 * 8)))
}

/// The streams of a remote track: those of its `a=msid` lines, else those that its sources name (`a=ssrc:… msid:…`, as peers before RFC 8830
/// write it); none for `-`; the session's default stream if there is no such line (RFC 9429 §5.8.2, RFC 8830 §2).
fn remote_streams(media: &Media, default_stream: &str) -> Vec<String> {
    let mut named: Vec<String> = media.all::<Msid>().map(|msid| msid.stream).collect();
    if named.is_empty() {
        let of_sources = media.all::<SsrcLine>().filter(|line| line.attribute == "msid").filter_map(|line| line.value);
        named = of_sources.filter_map(|value| Some(value.split_whitespace().next()?.to_owned())).collect();
    }
    if named.is_empty() && !default_stream.is_empty() {
        named.push(default_stream.to_owned());
    }
    let mut seen = BTreeSet::new();
    named.retain(|stream| stream != "-" && seen.insert(stream.clone()));
    named
}

/// "Process remote tracks" (webrtc-pc §5.1.1.1) and "set the associated remote streams" (§5.3).
pub(super) fn remote_track(transceiver: &Transceiver, direction: Direction, streams: Vec<String>) -> RemoteTrackChange {
    let before: BTreeSet<&String> = transceiver.remote_streams.iter().collect();
    let after: BTreeSet<&String> = streams.iter().collect();
    let removed: Vec<String> =
        transceiver.remote_streams.iter().filter(|stream| !after.contains(stream)).cloned().collect();
    let added: Vec<String> = streams.iter().filter(|stream| !before.contains(stream)).cloned().collect();
    let received = transceiver.fired_direction.is_some_and(Direction::receives);
    RemoteTrackChange {
        fire_track: direction.receives() && (!received || !added.is_empty()),
        mute: !direction.receives() && received,
        set_fired_direction: true,
        streams,
        added,
        removed,
    }
}

/// webrtc-pc §4.4.1.5: after an answer, the transceivers that are stopped and whose section is rejected leave the set. So do those that were
/// stopped before any description had them: no offer will ever speak of them, so they would need a negotiation for ever.
pub(super) fn removed(application: &Application<'_>, changes: &[MediaChange]) -> Vec<TransceiverId> {
    if application.sdp_type != SdpType::Answer {
        return Vec::new();
    }
    let sessions = [application.local(), application.remote().map(|(session, _)| session)];
    let is_rejected =
        |index: usize| sessions.iter().flatten().filter_map(|session| session.media.get(index)).any(Media::is_rejected);
    let stops: BTreeSet<TransceiverId> =
        changes.iter().filter(|change| change.stop).map(|change| change.transceiver).collect();
    let leaves = |t: &&Transceiver| match t.m_line_index {
        Some(index) => (t.stopped || stops.contains(&t.id)) && is_rejected(index),
        None => t.stopping,
    };
    application.view.transceivers.iter().filter(leaves).map(|t| t.id).collect()
}

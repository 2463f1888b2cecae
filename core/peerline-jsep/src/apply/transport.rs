//! Which transports a description creates, merges, starts and closes (RFC 9143 §7, RFC 9429 §5.9 to §5.11).

use std::collections::BTreeSet;

use peerline_sdp::{Attribute, IcePwd, IceUfrag, Rtcp, Session, Setup, flag};

use super::{Application, Ids};
use crate::groups::Groups;
use crate::remote::{self, IceSource};
use crate::{
    Dtls, DtlsRole, Error, Gather, GatherKind, IceCredentials, IceRole, Invalid, RtcpComponent, RtcpMuxPolicy, SdpType,
    Side, SignalingState, Stable, Transport, TransportChange, TransportId, TransportMap,
};

/// What happens to the transports.
pub(super) struct Transports {
    pub(super) map: TransportMap,
    pub(super) changes: Vec<TransportChange>,
    pub(super) closed: Vec<TransportId>,
}

/// Everything that happens to the transports.
pub(super) fn changes(
    application: &Application<'_>,
    stable: Option<&Stable>,
    ids: &mut Ids,
) -> Result<Transports, Error> {
    let view = application.view;
    let used = match &application.offer {
        None => of_offer(application, ids),
        Some(_) => of_answer(application)?,
    };
    // A provisional answer keeps what a second answer may need.
    let offered = if application.sdp_type == SdpType::Pranswer { view.map.offered.clone() } else { used.clone() };
    let map = TransportMap { used, offered };
    let mut changes = Vec::new();
    let mut seen: BTreeSet<TransportId> = BTreeSet::new();
    for (index, id) in map.used.iter().enumerate() {
        let Some(id) = *id else { continue };
        let speaks = !application.groups.is_bundled_into_other(index) || speaks_for_itself(application, index);
        if speaks && seen.insert(id) {
            changes.push(change(application, id, index)?);
        }
    }
    // A transport stays as long as the description, its offer, or the state to roll back to needs it.
    let mut needed: BTreeSet<TransportId> = map.used.iter().chain(&map.offered).flatten().copied().collect();
    if application.sdp_type != SdpType::Answer
        && let Some(stable) = stable.or(view.stable)
    {
        needed.extend(stable.map.used.iter().flatten());
    }
    let closed = view.transports.iter().map(|t| t.id).filter(|id| !needed.contains(id)).collect();
    Ok(Transports { map, changes, closed })
}

/// In an offer of ours, a section with credentials speaks for a transport even if it suggests to be bundled.
fn speaks_for_itself(application: &Application<'_>, index: usize) -> bool {
    let own = application.session.media.get(index).is_some_and(|media| media.get::<IceUfrag>().is_some());
    application.side == Side::Local && application.sdp_type == SdpType::Offer && own
}

/// By m-line index: the transports of an offer.
fn of_offer(application: &Application<'_>, ids: &mut Ids) -> Vec<Option<TransportId>> {
    let Application { view, session, groups, .. } = application;
    let live = |index: usize| session.media.get(index).is_some_and(|media| !media.is_rejected());
    let owns =
        |index: usize| live(index) && (!groups.is_bundled_into_other(index) || speaks_for_itself(application, index));
    let mut used: Vec<Option<TransportId>> = vec![None; session.media.len()];
    let mut claimed: BTreeSet<TransportId> = BTreeSet::new();
    // The tagged sections first: a transport that a group shares is theirs.
    let tags = groups.groups.iter().filter_map(|group| group.first().copied());
    let order: Vec<usize> = tags.chain(0..session.media.len()).collect();
    for index in order {
        let Some(place) = used.get_mut(index).filter(|place| place.is_none() && owns(index)) else { continue };
        let group = groups
            .of(index)
            .filter(|_| !groups.is_bundled_into_other(index))
            .and_then(|number| groups.groups.get(number));
        let members = group.map_or(&[][..], Vec::as_slice).iter().copied();
        let existing = std::iter::once(index)
            .chain(members)
            .find_map(|member| view.map.used(member))
            .filter(|id| view.transport(*id).is_some());
        let id = existing.filter(|id| !claimed.contains(id)).unwrap_or_else(|| {
            let id = ids.transport;
            ids.transport = TransportId(id.0.saturating_add(1));
            id
        });
        claimed.insert(id);
        *place = Some(id);
    }
    let tagged = used.clone();
    for (index, place) in used.iter_mut().enumerate() {
        if place.is_none() && live(index) {
            *place = groups.tag_of(index).and_then(|tag| tagged.get(tag).copied().flatten());
        }
    }
    used
}

/// By m-line index: the transports of an answer (RFC 9143 §7.3 and §7.4: the group uses the transport of the answerer-tagged section).
fn of_answer(application: &Application<'_>) -> Result<Vec<Option<TransportId>>, Error> {
    let Application { view, session, groups, .. } = application;
    let mut used = Vec::with_capacity(session.media.len());
    for (index, media) in session.media.iter().enumerate() {
        if media.is_rejected() {
            used.push(None);
            continue;
        }
        let speaker = groups.tag_of(index).unwrap_or(index);
        let id = view.map.offered(speaker).ok_or(Error::section(index, Invalid::NotOffered))?;
        // A section that was only offered bundled has no transport of its own.
        let owner = view.map.offered.iter().position(|offered| *offered == Some(id));
        let borrowed = groups.of(index).is_none() && owner.is_some_and(|owner| owner != index);
        if borrowed && application.side == Side::Remote && shares(application, index, id) {
            return Err(Error::section(index, Invalid::BundleOnly));
        }
        used.push(Some(id));
    }
    Ok(used)
}

/// Whether another accepted section of the answer, or the offer itself, has that transport for another section than this.
fn shares(application: &Application<'_>, index: usize, id: TransportId) -> bool {
    let Some((offer, _)) = &application.offer else { return false };
    let own = offer.media.get(index).is_some_and(|media| media.get::<IceUfrag>().is_some());
    !own && application.view.map.offered.iter().filter(|offered| **offered == Some(id)).count() > 1
}

/// What happens to one transport; `index` is the section that speaks for it.
fn change(application: &Application<'_>, id: TransportId, index: usize) -> Result<TransportChange, Error> {
    let view = application.view;
    let transport = view.transport(id);
    let (remote_ice, dtls) = remote_parameters(application, transport, index)?;
    Ok(TransportChange {
        id,
        created: transport.is_none(),
        m_line_index: index,
        mid: application.mid(index),
        ice_role: ice_role(application, transport),
        gather: gather(application, transport, index),
        remote_ice,
        dtls,
        rtcp: rtcp(application, index),
    })
}

/// The credentials that a local description gives.
fn gather(application: &Application<'_>, transport: Option<&Transport>, index: usize) -> Option<Gather> {
    if application.side == Side::Remote {
        return None;
    }
    let media = application.session.media.get(index)?;
    let credentials = IceCredentials { ufrag: media.get::<IceUfrag>()?.0, pwd: media.get::<IcePwd>()?.0 };
    let kind = match transport.and_then(|t| t.local.as_ref()) {
        None => GatherKind::First,
        Some(known) if *known == credentials => return None,
        Some(_) => GatherKind::Restart,
    };
    Some(Gather { credentials, kind })
}

/// webrtc-pc §4.4.1.5: the role is set by the first offer; RFC 8445 §6.1.1: a lite agent is never controlling a full one.
fn ice_role(application: &Application<'_>, transport: Option<&Transport>) -> Option<IceRole> {
    let offerer = match (application.side, application.sdp_type) {
        (side, SdpType::Offer) => side == Side::Local,
        (side, _) => side == Side::Remote,
    };
    let we_are_lite = application.view.settings.ice_lite;
    let they_are_lite = application.remote().map(|(session, _)| session.has(flag::ICE_LITE));
    let role = match (we_are_lite, they_are_lite) {
        (true, Some(false)) => IceRole::Controlled,
        (false, Some(true)) => IceRole::Controlling,
        _ if offerer => IceRole::Controlling,
        _ => IceRole::Controlled,
    };
    match transport.and_then(|t| t.ice_role) {
        None => Some(role),
        Some(known) => (we_are_lite && they_are_lite == Some(false) && known != role).then_some(role),
    }
}

/// The remote side of a transport, where the description brings it into force.
fn remote_parameters(
    application: &Application<'_>,
    transport: Option<&Transport>,
    index: usize,
) -> Result<(Option<crate::RemoteIce>, Option<Dtls>), Error> {
    let Some((session, groups)) = application.remote() else { return Ok((None, None)) };
    let current = transport.and_then(|t| t.remote.as_ref());
    let source = IceSource::of(session, groups, index).ok_or(Error::section(index, Invalid::IceCredentials))?;
    let ice = source.remote_ice(session, groups, current);
    let renewed = transport.is_some_and(|t| remote::is_new_association(session, groups, index, t));
    // RFC 9429 §5.8.3 and §5.11: a new DTLS association needs new ICE credentials.
    if renewed && !ice.restart {
        return Err(Error::section(index, Invalid::DtlsWithoutIceRestart));
    }
    if application.offer.is_none() {
        contradicts_role(session, groups, index, transport.and_then(|t| t.dtls_role).filter(|_| !renewed))?;
        // A remote offer starts nothing; but candidates of the generation in use are of use at once.
        return Ok((Some(ice).filter(|ice| current.is_some() && !ice.restart), None));
    }
    check_restart(application, transport, index, ice.restart)?;
    let role = dtls_role(application, index)?;
    let continued = transport.and_then(|t| t.dtls_role).filter(|_| !renewed);
    if continued.is_some_and(|known| known != role) {
        return Err(Error::section(index, Invalid::Setup));
    }
    let fingerprints = remote::fingerprints(session, groups, index);
    let remote_tls_id = remote::tls_id(session, groups, index);
    Ok((Some(ice), Some(Dtls { role, fingerprints, restart: renewed, remote_tls_id })))
}

/// RFC 9429 §5.8.3: the setup attribute of a later offer must leave us the role that we have.
fn contradicts_role(session: &Session, groups: &Groups, index: usize, role: Option<DtlsRole>) -> Result<(), Error> {
    match (remote::setup(session, groups, index), role) {
        (Some(Setup::Active), Some(DtlsRole::Client)) | (Some(Setup::Passive), Some(DtlsRole::Server)) => {
            Err(Error::section(index, Invalid::Setup))
        }
        _ => Ok(()),
    }
}

/// RFC 9429 §5.10: an answer to an offer that restarts ICE does so, too. One that does so although the offer didn't is taken all the same: it comes
/// from another endpoint, to which the session was handed over.
fn check_restart(
    application: &Application<'_>,
    transport: Option<&Transport>,
    index: usize,
    restarts: bool,
) -> Result<(), Error> {
    // A second answer may come from someone else (§3.4.1): then the first one's credentials are no measure.
    if application.side == Side::Local || application.view.signaling_state == SignalingState::HaveRemotePranswer {
        return Ok(());
    }
    let Some(transport) = transport.filter(|t| t.remote.is_some()) else { return Ok(()) };
    let before =
        application.view.stable.and_then(|stable| stable.transports.iter().find(|(id, _)| *id == transport.id));
    let offered = before.is_some_and(|(_, credentials)| *credentials != transport.local);
    if offered && !restarts { Err(Error::section(index, Invalid::IceRestartNotAnswered)) } else { Ok(()) }
}

/// RFC 8842 §5.3: who is the DTLS client, by the setup attribute of the answer.
fn dtls_role(application: &Application<'_>, index: usize) -> Result<DtlsRole, Error> {
    // RFC 4145 §4: an answer that doesn't say means active.
    let answered = remote::setup(application.session, &application.groups, index).unwrap_or(Setup::Active);
    let answerer_is_client = match answered {
        Setup::Active => true,
        Setup::Passive => false,
        Setup::ActPass | Setup::HoldConn => return Err(Error::section(index, Invalid::Setup)),
    };
    let we_answer = application.side == Side::Local;
    Ok(if answerer_is_client == we_answer { DtlsRole::Client } else { DtlsRole::Server })
}

/// RFC 5761 §5.1.1: a second component is gathered by an offerer that would do without multiplexing, and used if the answer wants it so.
fn rtcp(application: &Application<'_>, index: usize) -> RtcpComponent {
    let is_rtp = application.session.media.get(index).is_some_and(|media| media.is_rtp());
    let multiplexed = remote::has_rtcp_mux(application.session, &application.groups, index);
    let negotiable = application.view.settings.rtcp_mux_policy == RtcpMuxPolicy::Negotiate;
    match (&application.offer, application.side) {
        _ if !is_rtp || !negotiable => RtcpComponent::None,
        (Some(_), _) => {
            if multiplexed {
                RtcpComponent::None
            } else {
                RtcpComponent::Used
            }
        }
        (None, Side::Local) if application.session.media.get(index).is_some_and(|media| media.has(Rtcp::NAME)) => {
            RtcpComponent::Gathered
        }
        (None, _) => RtcpComponent::None,
    }
}

//! What a section of a remote description says about its transport, wherever it says it: in the section, at the session level, or in
//! the tagged section of its BUNDLE group (RFC 9429 §5.8, RFC 9143 §7, RFC 8859).

use std::borrow::Cow;
use std::collections::BTreeSet;

use peerline_sdp::{
    Attribute, Candidate, ExtMap, Fingerprint, IceOptions, IcePwd, IceUfrag, Media, SctpMap, SctpPort, Session, Setup,
    TlsId, flag,
};

use crate::groups::Groups;
use crate::{IceCredentials, RemoteIce, Transport};

/// Which section speaks for the transport of a section, and its ICE credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IceSource {
    pub(crate) index: usize,
    pub(crate) credentials: IceCredentials,
}

/// A section with what the session level says for it: direction and header extensions, where it doesn't say so itself (RFC 9429 §5.3.1: session
/// level attributes that are valid in a section count as present in each).
pub(crate) fn section(session: &Session, index: usize) -> Option<Cow<'_, Media>> {
    let media = session.media.get(index)?;
    let direction = session.direction().filter(|_| media.direction().is_none());
    if direction.is_none() && !session.has(ExtMap::NAME) {
        return Some(Cow::Borrowed(media));
    }
    let mut media = media.clone();
    if let Some(direction) = direction {
        media.set_direction(direction);
    }
    for extension in session.all::<ExtMap>() {
        media.push(extension);
    }
    Some(Cow::Owned(media))
}

/// Whether the section has ICE credentials, of its own or from the session level.
pub(crate) fn speaks(session: &Session, index: usize) -> bool {
    credentials(session, index).is_some()
}

fn credentials(session: &Session, index: usize) -> Option<IceCredentials> {
    Some(IceCredentials { ufrag: session.inherited::<IceUfrag>(index)?.0, pwd: session.inherited::<IcePwd>(index)?.0 })
}

/// What the section says itself or, if it is silent, what the tagged section of its group says for it.
fn find<T>(groups: &Groups, index: usize, get: impl Fn(usize) -> Option<T>) -> Option<T> {
    get(index).or_else(|| get(groups.tag_of(index)?))
}

impl IceSource {
    /// The section that speaks for the transport of the section.
    pub(crate) fn of(session: &Session, groups: &Groups, index: usize) -> Option<Self> {
        find(groups, index, |index| credentials(session, index).map(|credentials| Self { index, credentials }))
    }

    /// The ICE parameters of the transport, for a transport that has `current` as remote credentials.
    pub(crate) fn remote_ice(&self, session: &Session, groups: &Groups, current: Option<&IceCredentials>) -> RemoteIce {
        let group = groups.of(self.index).and_then(|number| groups.groups.get(number));
        let speakers: Vec<&Media> = match group {
            // Candidates of the generation may have been written, or trickled, to any section of the group.
            Some(group) => group
                .iter()
                .filter(|index| self.shares(session, **index))
                .filter_map(|index| session.media.get(*index))
                .collect(),
            None => session.media.get(self.index).into_iter().collect(),
        };
        let mut seen = BTreeSet::new();
        let candidates =
            speakers.iter().flat_map(|media| media.values(Candidate::NAME)).filter(|value| seen.insert(*value));
        let ends = |media: &&Media| media.has(flag::END_OF_CANDIDATES);
        RemoteIce {
            credentials: self.credentials.clone(),
            restart: current.is_some_and(|current| *current != self.credentials),
            lite: session.has(flag::ICE_LITE),
            options: session.inherited::<IceOptions>(self.index).unwrap_or_default(),
            candidates: candidates.take(MAX_CANDIDATES).map(|value| format!("candidate:{value}")).collect(),
            end_of_candidates: session.has(flag::END_OF_CANDIDATES) || speakers.iter().any(ends),
        }
    }

    /// Whether a section has the same credentials, or none of its own.
    fn shares(&self, session: &Session, index: usize) -> bool {
        index == self.index || credentials(session, index).is_none_or(|own| own == self.credentials)
    }
}

/// The most candidates that one transport gets from a description.
const MAX_CANDIDATES: usize = 256;

/// The setup attribute of the transport of the section.
pub(crate) fn setup(session: &Session, groups: &Groups, index: usize) -> Option<Setup> {
    find(groups, index, |index| session.inherited::<Setup>(index))
}

/// The fingerprints of the transport of the section.
pub(crate) fn fingerprints(session: &Session, groups: &Groups, index: usize) -> Vec<Fingerprint> {
    find(groups, index, |index| Some(session.inherited_all::<Fingerprint>(index)).filter(|all| !all.is_empty()))
        .unwrap_or_default()
}

/// The tls-id of the transport of the section.
pub(crate) fn tls_id(session: &Session, groups: &Groups, index: usize) -> Option<TlsId> {
    find(groups, index, |index| session.inherited::<TlsId>(index))
}

/// Whether RTCP is multiplexed in the section. RFC 8859: rtcp-mux is IDENTICAL in a group, so the tagged section may speak for all.
pub(crate) fn has_rtcp_mux(session: &Session, groups: &Groups, index: usize) -> bool {
    let has = |index: usize| session.media.get(index).is_some_and(|media| media.has(flag::RTCP_MUX));
    has(index) || groups.tag_of(index).is_some_and(has)
}

/// RFC 9429 §5.8.3: whether the description asks for a new DTLS association on a transport that has one: another tls-id, or none of the
/// fingerprints.
pub(crate) fn is_new_association(session: &Session, groups: &Groups, index: usize, transport: &Transport) -> bool {
    if transport.dtls_role.is_none() || transport.remote_fingerprints.is_empty() {
        return false;
    }
    let renewed_id = match (tls_id(session, groups, index), &transport.remote_tls_id) {
        (Some(theirs), Some(known)) => theirs != *known,
        _ => false,
    };
    let theirs = fingerprints(session, groups, index);
    renewed_id || !theirs.iter().any(|fingerprint| transport.remote_fingerprints.contains(fingerprint))
}

/// The SCTP port of a data section, in the present or the old form (then it is the format of the `m=` line, too).
pub(crate) fn sctp_port(media: &Media) -> Option<u16> {
    media.get::<SctpPort>().map(|port| port.0).or_else(|| media.get::<SctpMap>().map(|map| map.port))
}

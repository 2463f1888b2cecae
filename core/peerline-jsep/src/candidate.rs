//! Candidates in and out of descriptions (webrtc-pc §4.4.2 addIceCandidate, RFC 9429 §4.1.19 and §5.2.2).

use peerline_sdp::{Attribute, Candidate, IceUfrag, Limits, Line, Media, Mid, Session, flag};

use crate::groups::Groups;
use crate::remote::IceSource;
use crate::{Error, Operation, TransportId, View};

/// Where a remote candidate belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The section of the remote description.
    pub m_line_index: usize,
    /// The transport that the section uses now.
    pub transport: Option<TransportId>,
    /// The candidate is of the generation that the transport already uses: hand it to the ICE agent.
    pub current: bool,
    /// The candidate is of the current remote description's generation: write it there. (After a provisional answer, the transport may use
    /// another one, and the section may be new.)
    pub in_current: bool,
    /// The candidate is of the pending remote description's generation: write it there; the plan of the answer brings it to the ICE agent.
    pub pending: bool,
}

/// Steps 4.1 to 4.5 of addIceCandidate: the places of a candidate. Empty if it is to be ignored (its transceiver is stopped). Neither `mid` nor
/// `m_line_index` means all sections, and is only allowed for an end-of-candidates indication (`candidate` is "").
///
/// # Errors
///
/// [`Error::NoRemoteDescription`], [`Error::CandidateWithoutSection`], [`Error::Operation`].
pub fn locate(
    view: &View<'_>,
    candidate: &str,
    mid: Option<&str>,
    m_line_index: Option<usize>,
    ufrag: Option<&str>,
) -> Result<Vec<Place>, Error> {
    // Step 3: without either, only an end-of-candidates indication makes sense.
    if !candidate.is_empty() && mid.is_none() && m_line_index.is_none() {
        return Err(Error::CandidateWithoutSection);
    }
    // Step 4.1.
    let remote = &view.remote_description().ok_or(Error::NoRemoteDescription)?.session;
    let sections: Vec<usize> = match (mid, m_line_index) {
        // Step 4.2: the mid counts before the index.
        (Some(mid), _) => {
            vec![section_of(view, remote, &Mid::new(mid)).ok_or(Error::Operation(Operation::UnknownMid))?]
        }
        // Step 4.3.
        (None, Some(index)) if index < remote.media.len() => vec![index],
        (None, Some(_)) => return Err(Error::Operation(Operation::UnknownIndex)),
        (None, None) => (0..remote.media.len()).collect(),
    };
    let pending = view.pending_remote.map(|description| Generations::of(&description.session));
    let current = view.current_remote.map(|description| Generations::of(&description.session));
    let mut places = Vec::new();
    for m_line_index in sections {
        // Step 4.4: a candidate for a stopped transceiver is ignored.
        if view.transceiver_at(m_line_index).is_some_and(|transceiver| transceiver.stopped) {
            continue;
        }
        places.push(place(view, m_line_index, ufrag, pending.as_ref(), current.as_ref())?);
    }
    Ok(places)
}

/// The section with this mid. One that the peer wrote without a mid has that of our section at its place (RFC 9429 §5.10: sections
/// without a mid are told by their index).
fn section_of(view: &View<'_>, remote: &Session, mid: &Mid) -> Option<usize> {
    let local = view.local_description().map(|description| &description.session);
    let ours = |index: usize| {
        let of_transceiver = || view.transceiver_at(index)?.mid.clone();
        local.and_then(|local| local.media.get(index)?.get::<Mid>()).or_else(of_transceiver)
    };
    remote.index_of(mid).or_else(|| {
        let nameless = remote.media.iter().enumerate().filter(|(_, media)| media.get::<Mid>().is_none());
        nameless.map(|(index, _)| index).find(|index| ours(*index).as_ref() == Some(mid))
    })
}

/// The generations of a remote description by section.
struct Generations<'a> {
    session: &'a Session,
    groups: Groups,
}

impl<'a> Generations<'a> {
    fn of(session: &'a Session) -> Self {
        Self { session, groups: Groups::of_checked(session) }
    }

    fn ufrag(&self, m_line_index: usize) -> Option<String> {
        self.session.media.get(m_line_index)?;
        IceSource::of(self.session, &self.groups, m_line_index).map(|source| source.credentials.ufrag)
    }
}

/// Step 4.5: the generation is that of the ufrag or, without one, the newest.
fn place(
    view: &View<'_>,
    m_line_index: usize,
    ufrag: Option<&str>,
    pending: Option<&Generations<'_>>,
    current: Option<&Generations<'_>>,
) -> Result<Place, Error> {
    let pending = pending.and_then(|generations| generations.ufrag(m_line_index));
    let current = current.and_then(|generations| generations.ufrag(m_line_index));
    let transport = view.transport_at(m_line_index);
    let in_use = transport.and_then(|t| t.remote.as_ref()).map(|credentials| credentials.ufrag.clone());
    if let Some(ufrag) = ufrag {
        let known = [&pending, &current, &in_use].into_iter().flatten().any(|known| known == ufrag);
        if !known {
            return Err(Error::Operation(Operation::UnknownUfrag));
        }
    }
    let wanted = ufrag.map(str::to_owned).or_else(|| pending.clone()).or_else(|| current.clone());
    Ok(Place {
        m_line_index,
        transport: transport.map(|t| t.id),
        current: wanted.is_some() && in_use == wanted,
        in_current: wanted.is_some() && current == wanted,
        pending: view.pending_remote.is_some() && pending == wanted,
    })
}

/// Writes a remote candidate (or, for "", the end of candidates) into a section of a remote description. A candidate that is there
/// already is not written again.
///
/// # Errors
///
/// [`Error::Operation`] if the section is not there or full.
pub fn add_remote(session: &mut Session, m_line_index: usize, candidate: &str) -> Result<(), Error> {
    let media = session.media.get_mut(m_line_index).ok_or(Error::Operation(Operation::UnknownIndex))?;
    add(media, candidate)
}

fn add(media: &mut Media, candidate: &str) -> Result<(), Error> {
    if candidate.is_empty() {
        if !media.has(flag::END_OF_CANDIDATES) {
            media.push_flag(flag::END_OF_CANDIDATES);
        }
        return Ok(());
    }
    let value = candidate.strip_prefix("candidate:").unwrap_or(candidate);
    if media.values(Candidate::NAME).any(|known| known == value) {
        return Ok(());
    }
    if media.values(Candidate::NAME).count() >= Limits::default().max_candidates {
        return Err(Error::Operation(Operation::TooManyCandidates));
    }
    media.push(Candidate(value.to_owned()));
    Ok(())
}

/// Writes a gathered candidate (`candidate:…`, or "" for the end of candidates) into a local description: into the section that speaks for the
/// transport with these credentials, if there is one. The `m=` port and the `c=` line of that section and of those bundled with it become those of
/// the default candidate (RFC 8839 §4.2.1.2). Call it on the current and on the pending local description. Says whether the description took it.
pub fn add_local(session: &mut Session, ufrag: &str, candidate: &str) -> bool {
    let Some(index) = session.media.iter().position(|media| media.get::<IceUfrag>().is_some_and(|own| own.0 == ufrag))
    else {
        return false;
    };
    let groups = Groups::of_checked(session);
    let Some(media) = session.media.get_mut(index) else { return false };
    if add(media, candidate).is_err() {
        return false;
    }
    let Some((port, address)) = default_candidate(media.values(Candidate::NAME)) else { return true };
    for (other, media) in session.media.iter_mut().enumerate() {
        let shares = other == index || (groups.tag_of(other) == Some(index) && media.get::<IceUfrag>().is_none());
        if shares && media.port != 0 {
            media.port = port;
            media.set_line(Line::new('c', address.clone()));
        }
    }
    true
}

/// RFC 8839 §4.2.1.2: the default candidate is the one most likely to work for an endpoint without ICE: relayed, then server-reflexive, then host.
/// Port and `c=` value of the best of these that is UDP with an address (not an mDNS name).
pub(crate) fn default_candidate<'a>(candidates: impl Iterator<Item = &'a str>) -> Option<(u16, String)> {
    let mut best: Option<(u8, u16, String)> = None;
    for candidate in candidates {
        let mut fields = candidate.split(' ').filter(|field| !field.is_empty());
        let _foundation = fields.next();
        let (Some("1"), Some(transport), Some(_), Some(address), Some(port), Some("typ"), Some(kind)) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let rank = match kind {
            "relay" => 3,
            "srflx" => 2,
            "host" => 1,
            _ => 0,
        };
        let (Ok(address), Ok(port), true) =
            (address.parse::<std::net::IpAddr>(), port.parse::<u16>(), transport.eq_ignore_ascii_case("udp"))
        else {
            continue;
        };
        if port != 0 && best.as_ref().is_none_or(|(known, ..)| rank > *known) {
            let family = if address.is_ipv4() { "IP4" } else { "IP6" };
            best = Some((rank, port, format!("IN {family} {address}")));
        }
    }
    best.map(|(_, port, address)| (port, address))
}

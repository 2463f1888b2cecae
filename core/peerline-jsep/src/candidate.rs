//! Candidates in and out of descriptions (webrtc-pc §4.4.2 addIceCandidate, RFC 9429 §4.1.19 and §5.2.2).

use peerline_sdp::{Mid, Session};

use crate::{Error, TransportId, View};

/// Where a remote candidate belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The section of the remote description.
    pub m_line_index: usize,
    /// The transport that the section uses now.
    pub transport: Option<TransportId>,
    /// The candidate is of the current remote description's generation, which the transport already uses: hand it to the ICE agent.
    pub current: bool,
    /// The candidate is of the pending remote description's generation: write it there; the plan of the answer brings it to the ICE agent.
    pub pending: bool,
}

/// Steps 4.1 to 4.5 of addIceCandidate: the places of a candidate. Empty if it is to be ignored (its transceiver is stopped). Neither `mid` nor
/// `m_line_index` means all sections, and is only allowed for an end-of-candidates indication.
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
    let _ = (view, candidate, mid, m_line_index, ufrag);
    Err(Error::NoRemoteDescription)
}

/// Writes a remote candidate (or, for "", the end of candidates) into a section of a remote description. A candidate that is there
/// already is not written again.
///
/// # Errors
///
/// [`Error::Operation`] if the section is not there or full.
pub fn add_remote(session: &mut Session, m_line_index: usize, candidate: &str) -> Result<(), Error> {
    let _ = (session, m_line_index, candidate);
    Err(Error::NoRemoteDescription)
}

/// Writes a gathered candidate (`candidate:…`, or "" for the end of candidates) into the section with that mid of a local description, if
/// its credentials are of that generation; the `m=` and `c=` lines become those of the default candidate (RFC 8839 §4.2.1.2).
pub fn add_local(session: &mut Session, mid: &Mid, ufrag: &str, candidate: &str) {
    let _ = (session, mid, ufrag, candidate);
}

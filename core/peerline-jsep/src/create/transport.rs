//! The attributes of category TRANSPORT and IDENTICAL: ICE, DTLS, RTCP multiplexing (RFC 9429 §5.2.1, RFC 8859).

use peerline_sdp::{Candidate, IcePwd, IceUfrag, Line, Media, Rtcp, Setup, TlsId, flag};

use crate::candidate::default_candidate;
use crate::{IceCredentials, Settings};

/// What a section that speaks for a transport says of it.
#[derive(Debug, Clone)]
pub(super) struct TransportLines {
    pub(super) credentials: IceCredentials,
    /// Gathered candidates, `candidate:…`.
    pub(super) candidates: Vec<String>,
    pub(super) end_of_candidates: bool,
    pub(super) setup: Setup,
    pub(super) tls_id: Option<TlsId>,
}

/// Writes `c=` and sets the port: of the default candidate, or the placeholders (RFC 8840 §4.1.1). Right after the `m=` line.
pub(super) fn connection(media: &mut Media, candidates: &[String]) {
    let (port, address) =
        default_candidate(candidates.iter().map(String::as_str)).unwrap_or((9, "IN IP4 0.0.0.0".to_owned()));
    if media.port != 0 {
        media.port = port;
    }
    media.push_line(Line::new('c', address));
}

/// Writes the attributes of a section that speaks for a transport.
pub(super) fn write(media: &mut Media, lines: &TransportLines, settings: &Settings) {
    for candidate in &lines.candidates {
        media.push(Candidate(candidate.strip_prefix("candidate:").unwrap_or(candidate).to_owned()));
    }
    // RFC 8840 §4.4: also in a first description, if gathering is done by then.
    if lines.end_of_candidates {
        media.push_flag(flag::END_OF_CANDIDATES);
    }
    media.push(IceUfrag(lines.credentials.ufrag.clone()));
    media.push(IcePwd(lines.credentials.pwd.clone()));
    for fingerprint in &settings.fingerprints {
        media.push(fingerprint.clone());
    }
    media.push(lines.setup);
    if let Some(tls_id) = &lines.tls_id {
        media.push(tls_id.clone());
    }
}

/// Writes `a=rtcp` with the placeholder, for a section whose RTCP may need a component of its own.
pub(super) fn rtcp(media: &mut Media) {
    media.push(Rtcp { port: 9, address: Some("IN IP4 0.0.0.0".to_owned()) });
}

//! The attributes that WebRTC knows, one type each, and the check of a whole `a=` line (RFC 8866 §6, RFC 9429 §5.8).

mod dtls;
mod group;
mod ice;
mod rtcp;
mod rtp;
mod sctp;
mod simulcast;
mod stream;

pub use dtls::{Fingerprint, Identity, Setup, TlsId};
pub use group::{Group, GroupSemantics, Mid};
pub use ice::{Candidate, IceOptions, IcePwd, IceUfrag};
pub use rtcp::{Rtcp, RtcpFb};
pub use rtp::{Direction, ExtMap, Fmtp, MaxPtime, PayloadType, Ptime, RtpMap};
pub use sctp::{MaxMessageSize, SctpInit, SctpMap, SctpPort};
pub use simulcast::{Rid, RidDirection, RidLine, Simulcast, SimulcastStream};
pub use stream::{Msid, Ssrc, SsrcGroup, SsrcLine};

use std::fmt::Display;

use crate::Reason;

/// An attribute with a value: its name, how to read the value, and (by `Display`) how to print it.
pub trait Attribute: Sized + Display {
    /// What stands before the colon.
    const NAME: &'static str;

    /// Reads what stands behind the colon.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    fn parse(value: &str) -> Result<Self, Reason>;
}

/// Names of attributes that have no value, for [`crate::Section::has`] and [`crate::Section::push_flag`].
pub mod flag {
    /// RFC 9143 §6.
    pub const BUNDLE_ONLY: &str = "bundle-only";
    /// RFC 8840 §4.4: no more candidates will come for this section.
    pub const END_OF_CANDIDATES: &str = "end-of-candidates";
    /// RFC 8285 §6: one- and two-byte header extensions may mix.
    pub const EXTMAP_ALLOW_MIXED: &str = "extmap-allow-mixed";
    /// RFC 8839 §5.3.
    pub const ICE_LITE: &str = "ice-lite";
    /// RFC 5761 §5.1.1.
    pub const RTCP_MUX: &str = "rtcp-mux";
    /// RFC 8858 §3.
    pub const RTCP_MUX_ONLY: &str = "rtcp-mux-only";
    /// RFC 5506 §5.
    pub const RTCP_RSIZE: &str = "rtcp-rsize";
}

/// Whether a text is a token of RFC 8866 §9.
pub(crate) fn is_token(text: &str) -> bool {
    let token_char = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`{|}~".contains(&b);
    !text.is_empty() && text.bytes().all(token_char)
}

/// An unsigned number of digits only (`parse` alone would take a sign).
pub(crate) fn number<T: std::str::FromStr>(text: &str) -> Result<T, Reason> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Reason::Number);
    }
    text.parse().map_err(|_| Reason::Number)
}

/// The fields of a value, one or more spaces between them.
pub(crate) fn fields(value: &str) -> impl Iterator<Item = &str> {
    value.split(' ').filter(|field| !field.is_empty())
}

fn syntax<T: Attribute>(value: Option<&str>) -> Result<(), Reason> {
    T::parse(value.ok_or(Reason::MissingValue)?).map(|_| ())
}

/// Checks an attribute that this crate knows; others pass (RFC 8866 §5.13: unknown attributes are ignored).
pub(crate) fn check(name: &str, value: Option<&str>) -> Result<(), Reason> {
    if !is_token(name) {
        return Err(Reason::AttributeName);
    }
    let check: fn(Option<&str>) -> Result<(), Reason> = match name {
        Candidate::NAME => syntax::<Candidate>,
        ExtMap::NAME => syntax::<ExtMap>,
        Fingerprint::NAME => syntax::<Fingerprint>,
        Fmtp::NAME => syntax::<Fmtp>,
        Group::NAME => syntax::<Group>,
        IceOptions::NAME => syntax::<IceOptions>,
        IcePwd::NAME => syntax::<IcePwd>,
        IceUfrag::NAME => syntax::<IceUfrag>,
        Identity::NAME => syntax::<Identity>,
        // As if it were not there: then 64 KiB count (RFC 8841 §6.1).
        MaxMessageSize::NAME => |_| Ok(()),
        MaxPtime::NAME => syntax::<MaxPtime>,
        Mid::NAME => syntax::<Mid>,
        Msid::NAME => syntax::<Msid>,
        Ptime::NAME => syntax::<Ptime>,
        // RFC 8851 §6: a malformed rid line is discarded, it doesn't spoil the description.
        RidLine::NAME => |_| Ok(()),
        Rtcp::NAME => syntax::<Rtcp>,
        RtcpFb::NAME => syntax::<RtcpFb>,
        RtpMap::NAME => syntax::<RtpMap>,
        SctpInit::NAME => syntax::<SctpInit>,
        SctpMap::NAME => syntax::<SctpMap>,
        SctpPort::NAME => syntax::<SctpPort>,
        Setup::NAME => syntax::<Setup>,
        Simulcast::NAME => syntax::<Simulcast>,
        SsrcLine::NAME => syntax::<SsrcLine>,
        SsrcGroup::NAME => syntax::<SsrcGroup>,
        TlsId::NAME => syntax::<TlsId>,
        _ => return Ok(()),
    };
    check(value)
}

//! SDP (RFC 8866) and the WebRTC attributes: parse and print, byte-faithful.
//!
//! A [`Session`] is the lines of a description, in their order: a session [`Section`] and one [`Media`] per `m=` line.
//! Nothing is lost by parsing: unknown attributes, order and spelling stay, so that printing an untouched session gives back the text
//! (line endings become CRLF, empty lines at the end go). Attributes are read and written through types, one per attribute:
//!
//! ```
//! use peerline_sdp::{IceUfrag, Mid, Session};
//!
//! let text = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\na=ice-ufrag:abcd\r\n";
//! let session = Session::parse(text)?;
//! let media = &session.media[0];
//! assert_eq!(media.get::<Mid>(), Some(Mid::new("0")));
//! assert_eq!(media.get::<IceUfrag>().unwrap().0, "abcd");
//! assert_eq!(session.to_string(), text);
//! # Ok::<(), peerline_sdp::ParseError>(())
//! ```

#![forbid(unsafe_code)]

mod attribute;
mod error;
mod limits;
mod line;
mod media;
mod parse;
mod section;
mod session;

pub use attribute::{
    Attribute, Candidate, Direction, ExtMap, Fingerprint, Fmtp, Group, GroupSemantics, IceOptions, IcePwd, IceUfrag,
    Identity, MaxMessageSize, MaxPtime, Mid, Msid, PayloadType, Ptime, Rid, RidDirection, RidLine, Rtcp, RtcpFb,
    RtpMap, SctpInit, SctpMap, SctpPort, Setup, Simulcast, SimulcastStream, Ssrc, SsrcGroup, SsrcLine, TlsId, flag,
};
pub use error::{ParseError, Reason};
pub use limits::Limits;
pub use line::Line;
pub use media::Media;
pub use section::Section;
pub use session::{Origin, Session};

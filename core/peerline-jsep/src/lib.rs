//! JSEP (RFC 9429): offer, answer, and what a description changes; pure functions, text in, plan out.
//!
//! ```text
//! create_offer(&View, &OfferOptions, fresh)  -> Created        the text for the application
//! create_answer(&View, &AnswerOptions, fresh) -> Created
//! apply_local(&View, SdpType, &Session)      -> Plan           what setLocalDescription changes
//! apply_remote(&View, SdpType, &Session)     -> Plan           what setRemoteDescription changes
//! rollback(&View, Side)                         -> Plan
//! negotiation_needed(&View)                  -> bool
//! candidate::{locate, add_remote, add_local}                   candidates in and out of descriptions
//! ```
//!
//! Nothing here has state: the peer connection describes itself in a [`View`] and executes the [`Plan`]. A function that fails has changed nothing,
//! so neither has the connection.

//!
//! # Where this is not the letter of RFC 9429
//!
//! - `a=rtcp-mux` and `a=rtcp-rsize` stand in every RTP section, not only in the one that speaks for the transport: deployed endpoints refuse a
//!   BUNDLE group without them.
//! - The track id behind the stream in `a=msid` is written if the caller gives one ([`Transceiver::msid_appdata`]), as browsers do.
//! - An answer has only formats of the offer; §5.3.1 would append all others that we have, which no deployed endpoint does.
//! - An answerer that rejects the offerer-tagged section bundles on the next section that has an address, as RFC 9143 §7.3.1 has it, before
//!   it rejects the whole group as §5.3.1 has it.
//! - The section that spoke for a BUNDLE group stays the tagged one while it lives, though a transceiver that stands before it in the set may have
//!   joined since (webrtc-pc §4.4.2 would move the tag).
//! - A rejected section in an offer makes no transceiver, only to be stopped at once.
//! - No `a=tls-id` is written unless the caller gives one ([`Transport::local_tls_id`]).

#![forbid(unsafe_code)]

mod apply;
pub mod candidate;
mod codec;
mod create;
mod default_capabilities;
mod description;
mod error;
mod groups;
mod mid;
mod negotiate;
mod negotiation;
mod plan;
mod remote;
mod view;

pub use apply::{apply_local, apply_remote, check_unmodified, rollback};
pub use codec::{
    Capabilities, Codec, CodecCapability, CodecPreference, HeaderExtension, HeaderExtensionCapability,
    HeaderExtensionPreference, KindCapabilities, MediaKind, RtpParameters,
};
pub use create::{AnswerOptions, OfferOptions, create_answer, create_offer};
pub use description::{
    Created, Description, SdpType, Side, SignalingState, UnknownValue, local_type, needs_implicit_rollback, next_state,
};
pub use error::{Error, ErrorName, Invalid, Operation};
pub use negotiation::negotiation_needed;
pub use plan::{
    DataChange, DataNegotiated, DataSection, Dtls, EncodingsChange, Gather, GatherKind, MediaChange, Plan, RemoteIce,
    RemoteStreams, RemoteTrackChange, RtcpComponent, SlotChange, Stable, StableTransceiver, TransportChange,
    TransportMap,
};
pub use view::{
    BundlePolicy, CreatedBy, Data, DtlsRole, Encoding, IceCredentials, IceRole, RtcpMuxPolicy, Settings, Transceiver,
    TransceiverId, Transport, TransportId, View,
};

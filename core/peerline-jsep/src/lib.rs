//! JSEP (RFC 9429): offer, answer, and what a description changes; pure functions, text in, plan out.
//!
//! ```text
//! create_offer(&View, &OfferOptions, fresh)  -> Created        the text for the application
//! create_answer(&View, &AnswerOptions, fresh) -> Created
//! apply_local(&View, SdpType, &Session)      -> Plan           what setLocalDescription changes
//! apply_remote(&View, SdpType, &Session)     -> Plan           what setRemoteDescription changes
//! rollback(&View)                            -> Plan
//! rolled_back(&View, &Plan)                  -> View           for a trial of what comes after an implicit rollback
//! negotiation_needed(&View)                  -> bool
//! candidate::{locate, add_remote, add_local}                   candidates in and out of descriptions
//! ```
//!
//! Nothing here has state: the peer connection describes itself in a [`View`] and executes the [`Plan`]. A function that fails has changed nothing,
//! so neither has the connection.

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

pub use apply::{apply_local, apply_remote, check_unmodified, rollback, rolled_back};
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

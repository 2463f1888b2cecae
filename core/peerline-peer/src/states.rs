//! The states of a peer connection, its transports and its channels (W3C webrtc-pc §4.3, §5.5, §5.6, §6), with their strings.

use core::fmt;

pub use peerline_jsep::{SdpType, SignalingState};

/// A string that is not a value of the enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownValue;

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a value of this enumeration")
    }
}

impl core::error::Error for UnknownValue {}

/// Declares a W3C enumeration whose strings round-trip through `as_str` and `FromStr`.
macro_rules! w3c_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every value, in the order of the IDL.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The string of the IDL.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::UnknownValue;
            fn from_str(text: &str) -> Result<Self, $crate::UnknownValue> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or($crate::UnknownValue)
            }
        }
    };
}

w3c_enum!(
    /// `RTCIceGatheringState` (§4.3.2).
    IceGatheringState {
        /// No transport gathers yet.
        New = "new",
        /// A transport gathers.
        Gathering = "gathering",
        /// All transports are done.
        Complete = "complete",
    }
);

w3c_enum!(
    /// `RTCPeerConnectionState` (§4.3.3).
    ConnectionState {
        /// Closed.
        Closed = "closed",
        /// A transport failed.
        Failed = "failed",
        /// A transport lost its path for now.
        Disconnected = "disconnected",
        /// Nothing started.
        New = "new",
        /// A transport is on its way.
        Connecting = "connecting",
        /// Every transport is up.
        Connected = "connected",
    }
);

w3c_enum!(
    /// `RTCIceConnectionState` (§4.3.4); also the values of `RTCIceTransportState` (§5.6.3).
    IceConnectionState {
        /// Closed.
        Closed = "closed",
        /// No pair works.
        Failed = "failed",
        /// The path does not answer for now.
        Disconnected = "disconnected",
        /// Not started.
        New = "new",
        /// Checks run.
        Checking = "checking",
        /// A pair works, and nothing more is to come.
        Completed = "completed",
        /// A pair works.
        Connected = "connected",
    }
);

w3c_enum!(
    /// `RTCDtlsTransportState` (§5.5.1).
    DtlsTransportState {
        /// Not started.
        New = "new",
        /// Handshake under way.
        Connecting = "connecting",
        /// Handshake done, fingerprint verified.
        Connected = "connected",
        /// Closed by either side.
        Closed = "closed",
        /// The handshake or the fingerprint check failed.
        Failed = "failed",
    }
);

w3c_enum!(
    /// `RTCSctpTransportState` (§6.1.3).
    SctpTransportState {
        /// The association is being set up.
        Connecting = "connecting",
        /// The association stands.
        Connected = "connected",
        /// It ended.
        Closed = "closed",
    }
);

w3c_enum!(
    /// `RTCDataChannelState` (§6.2.3).
    DataChannelState {
        /// Waits for its transport.
        Connecting = "connecting",
        /// Messages can be sent.
        Open = "open",
        /// It is being closed.
        Closing = "closing",
        /// It is closed.
        Closed = "closed",
    }
);

w3c_enum!(
    /// `RTCIceTransportPolicy` (§4.2.4).
    IceTransportPolicy {
        /// Only relayed candidates.
        Relay = "relay",
        /// Every candidate.
        All = "all",
    }
);

w3c_enum!(
    /// `RTCBundlePolicy` (§4.2.5).
    BundlePolicy {
        /// One transport for each media type until the peer bundles.
        Balanced = "balanced",
        /// One transport for each m-section until the peer bundles.
        MaxCompat = "max-compat",
        /// One transport.
        MaxBundle = "max-bundle",
    }
);

w3c_enum!(
    /// `RTCRtcpMuxPolicy` (§4.2.6); `negotiate` was removed from the specification and is kept here.
    RtcpMuxPolicy {
        /// RTCP may have a component of its own.
        Negotiate = "negotiate",
        /// RTCP shares the component of RTP.
        Require = "require",
    }
);

w3c_enum!(
    /// `RTCPriorityType` (webrtc-priority §3).
    Priority {
        /// Below the others.
        VeryLow = "very-low",
        /// The default.
        Low = "low",
        /// Above the default.
        Medium = "medium",
        /// Above all.
        High = "high",
    }
);

w3c_enum!(
    /// `RTCDegradationPreference` (mst-content-hint §4).
    DegradationPreference {
        /// Keep the frame rate.
        MaintainFramerate = "maintain-framerate",
        /// Keep the resolution.
        MaintainResolution = "maintain-resolution",
        /// Lower both.
        Balanced = "balanced",
        /// Keep both.
        MaintainFramerateAndResolution = "maintain-framerate-and-resolution",
    }
);

impl Priority {
    /// The SCTP priority of RFC 8831 §6.4.
    #[must_use]
    pub const fn sctp_priority(self) -> u16 {
        match self {
            Self::VeryLow => 128,
            Self::Low => 256,
            Self::Medium => 512,
            Self::High => 1024,
        }
    }

    /// The priority that a DCEP OPEN's number stands for (webrtc-priority §4: the nearest one below).
    #[must_use]
    pub const fn from_sctp_priority(priority: u16) -> Self {
        match priority {
            0..=128 => Self::VeryLow,
            129..=256 => Self::Low,
            257..=512 => Self::Medium,
            _ => Self::High,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_round_trip() {
        for state in IceConnectionState::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
        assert_eq!("New".parse::<IceConnectionState>(), Err(UnknownValue));
        assert_eq!("max-bundle".parse(), Ok(BundlePolicy::MaxBundle));
    }
}

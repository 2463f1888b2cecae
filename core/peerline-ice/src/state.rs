//! The states and roles of an agent, in the words of RFC 8445 and of the W3C's `RTCIceTransport`.

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// The name that the specification uses, such as `"checking"`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named! {
    /// Which agent nominates (RFC 8445 §6.1.1).
    Role {
        /// This agent nominates.
        Controlling = "controlling",
        /// The other agent nominates.
        Controlled = "controlled",
    }
}

impl Role {
    /// The opposite role.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Controlling => Self::Controlled,
            Self::Controlled => Self::Controlling,
        }
    }
}

named! {
    /// The state of the agent (W3C `RTCIceTransportState`).
    State {
        /// Gathering, or waiting for remote candidates; no check was sent.
        New = "new",
        /// There are remote candidates and no usable pair yet.
        Checking = "checking",
        /// Every component has a usable pair; better ones may still come.
        Connected = "connected",
        /// Every component has its nominated pair, and no candidate of either side is outstanding.
        Completed = "completed",
        /// The pair in use has been silent for a while; it may recover by itself.
        Disconnected = "disconnected",
        /// No pair works, or consent expired. Only a restart helps.
        Failed = "failed",
        /// [`crate::Agent::close`] was called.
        Closed = "closed",
    }
}

named! {
    /// The state of gathering (W3C `RTCIceGathererState`).
    GatheringState {
        /// Gathering has not begun.
        New = "new",
        /// Candidates are being gathered.
        Gathering = "gathering",
        /// All candidates of this generation are known.
        Complete = "complete",
    }
}

named! {
    /// The state of a candidate pair (RFC 8445 §6.1.2.6; names of the W3C `RTCStatsIceCandidatePairState`).
    PairState {
        /// Waits until another pair of its foundation succeeds.
        Frozen = "frozen",
        /// Its check is to be sent.
        Waiting = "waiting",
        /// Its check was sent and has no answer yet.
        InProgress = "in-progress",
        /// A check succeeded.
        Succeeded = "succeeded",
        /// The check failed or timed out, or consent was lost.
        Failed = "failed",
    }
}

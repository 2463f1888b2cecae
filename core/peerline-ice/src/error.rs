//! What a caller can do wrong. Nothing that comes from the network is an error here; it is counted in [`crate::Drops`].

/// An error of the ICE agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller's mistake.
    #[error("misuse: {0}")]
    Misuse(#[from] Misuse),
}

/// What the caller did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// The agent is closed.
    #[error("the agent is closed")]
    Closed,
    /// The candidate is of a component that this agent does not have.
    #[error("the candidate's component is not one of this agent's")]
    UnknownComponent,
    /// The agent has as many remote candidates as [`crate::Limits::remote_candidates`] allows.
    #[error("too many remote candidates")]
    TooManyCandidates,
}

//! Both INITs exchanged in the session descriptions (`a=sctp-init`, draft-hancke-tsvwg-snap): no handshake on the wire.

use super::Association;
use super::link::Terms;
use super::phase::Phase;
use crate::wire::chunk::{self, Chunks};
use crate::wire::init;
use peerline_edge::Time;

/// Why the peer's INIT was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InitError {
    /// Misuse: the association is up already, or has ended.
    #[error("the association is up already, or has ended")]
    TooLate,
    /// The peer misbehaved: these bytes are not one INIT chunk.
    #[error("not an INIT chunk")]
    Malformed,
}

impl Association {
    /// Our INIT chunk, for the peer to learn by signaling (`a=sctp-init`, in Base64 there).
    #[must_use]
    pub fn init_chunk(&self) -> Vec<u8> {
        let mut chunk = Vec::with_capacity(64);
        self.local.write(&mut chunk);
        chunk
    }

    /// Connects at once with the peer's INIT chunk, which came by signaling. Only if the peer does the same with ours; else
    /// [`connect`](Self::connect).
    ///
    /// # Errors
    /// See [`InitError`]; the association is as before.
    pub fn connect_with_init(&mut self, now: Time, peer: &[u8]) -> Result<(), InitError> {
        if !matches!(self.phase, Phase::Closed | Phase::CookieWait { .. }) {
            return Err(InitError::TooLate);
        }
        let mut chunks = Chunks::new(peer);
        let (Some(Ok(first)), None) = (chunks.next(), chunks.next()) else { return Err(InitError::Malformed) };
        if first.kind != chunk::INIT {
            return Err(InitError::Malformed);
        }
        let parsed = init::parse(first.value).map_err(|_| InitError::Malformed)?;
        let link = self.make_link(now, &Terms::new(self.local, parsed.init));
        self.establish(link);
        Ok(())
    }
}

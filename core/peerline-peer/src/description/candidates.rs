//! Candidates in and out: `addIceCandidate` (W3C webrtc-pc §4.4.2) and the surfacing of local ones (§5.6.1).

use super::Descriptions;
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::event::IceCandidateInit;
use peerline_edge::Time;
use peerline_ice as ice;
use peerline_jsep as jsep;

impl PeerConnection {
    pub(crate) fn run_add_ice_candidate(
        &mut self,
        now: Time,
        candidate: Option<IceCandidateInit>,
    ) -> Result<(), Error> {
        let init = candidate.unwrap_or_default();
        let index = init.sdp_m_line_index.map(usize::from);
        let mid = init.sdp_mid.as_deref();
        // 4.1–4.5: where it belongs.
        let places =
            jsep::candidate::locate(&self.view(), &init.candidate, mid, index, init.username_fragment.as_deref())?;
        // 4.6: a candidate that cannot be parsed is an OperationError, and nothing is added.
        let parsed = match init.candidate.as_str() {
            "" => None,
            text => Some(text.parse::<ice::Candidate>().map_err(|_| Misuse::MalformedCandidate)?),
        };
        for place in places {
            if let Some(transport) =
                place.transport.filter(|_| place.current).and_then(|id| self.transports.get_mut(id))
            {
                match &parsed {
                    // 4.6.1: the agent may still drop it (over the limit, say); that is no error of the caller.
                    Some(candidate) => {
                        let refused = transport.ice.add_remote_candidate(now, candidate.clone()).is_err();
                        self.drops.candidates += u64::from(refused);
                    }
                    None => transport.ice.end_of_remote_candidates(now),
                }
            }
            let descriptions = &mut self.descriptions;
            let current = descriptions.current_remote.as_mut().filter(|_| place.in_current);
            let pending = descriptions.pending_remote.as_mut().filter(|_| place.pending);
            for description in [current, pending].into_iter().flatten() {
                jsep::candidate::add_remote(&mut description.session, place.m_line_index, &init.candidate)?;
            }
        }
        Ok(())
    }
}

impl Descriptions {
    /// Writes a gathered candidate into the local descriptions of its generation.
    pub(crate) fn add_local_candidate(&mut self, ufrag: &str, candidate: &str) {
        for description in [&mut self.current_local, &mut self.pending_local].into_iter().flatten() {
            jsep::candidate::add_local(&mut description.session, ufrag, candidate);
        }
    }
}

//! What an operation checks before it goes on in parallel (W3C webrtc-pc §4.4.1.2, §4.4.2, §5.2): with an empty chain that is before the method
//! returns, so that the promise is rejected already.

use super::{LocalDescriptionInit, Operation};
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::states::{SdpType, SignalingState};
use peerline_jsep as jsep;

impl PeerConnection {
    /// The checks of a method that come before "chain an operation".
    pub(super) fn check_arguments(&self, operation: &Operation) -> Result<(), Error> {
        match operation {
            // §4.4.2 addIceCandidate step 3.
            Operation::AddIceCandidate(Some(init))
                if !init.candidate.is_empty() && init.sdp_mid.is_none() && init.sdp_m_line_index.is_none() =>
            {
                Err(jsep::Error::CandidateWithoutSection.into())
            }
            // §5.2 replaceTrack step 4.
            Operation::ReplaceTrack(id, track) => {
                let transceiver = self.known_transceiver(*id)?;
                match track {
                    Some(track) if track.kind != transceiver.kind() => Err(Misuse::WrongTrackKind.into()),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// The steps of an operation up to the first that is done in parallel.
    pub(super) fn check_at_once(&self, operation: &Operation) -> Result<(), Error> {
        match operation {
            Operation::CreateOffer(_) => self.check_creation(SdpType::Offer),
            Operation::CreateAnswer(_) => self.check_creation(SdpType::Answer),
            Operation::SetLocalDescription(init) => self.check_local(init),
            Operation::SetRemoteDescription(description) => {
                self.check_rollback(jsep::Side::Remote, description.sdp_type)
            }
            Operation::AddIceCandidate(init) => {
                let init = init.clone().unwrap_or_default();
                let index = init.sdp_m_line_index.map(usize::from);
                let (mid, ufrag) = (init.sdp_mid.as_deref(), init.username_fragment.as_deref());
                jsep::candidate::locate(&self.view(), &init.candidate, mid, index, ufrag)?;
                Ok(())
            }
            // §5.2 replaceTrack step 5.1.
            Operation::ReplaceTrack(id, _) if self.transceiver(*id).is_some_and(|known| known.is_stopping()) => {
                Err(Misuse::TransceiverStopped.into())
            }
            Operation::ReplaceTrack(..) | Operation::GetIdentityAssertion => Ok(()),
        }
    }

    /// "Create an offer" and "create an answer", step 1.
    fn check_creation(&self, sdp_type: SdpType) -> Result<(), Error> {
        use SignalingState as S;
        let state = self.signaling_state();
        let fits = match sdp_type {
            SdpType::Offer => matches!(state, S::Stable | S::HaveLocalOffer),
            _ => matches!(state, S::HaveRemoteOffer | S::HaveLocalPranswer),
        };
        if fits { Ok(()) } else { Err(jsep::Error::WrongState { sdp_type, state }.into()) }
    }

    /// §4.4.2 setLocalDescription, steps 4.1 to 4.5.
    fn check_local(&self, init: &LocalDescriptionInit) -> Result<(), Error> {
        let sdp_type = jsep::local_type(self.signaling_state(), init.sdp_type);
        if sdp_type == SdpType::Rollback {
            return self.check_rollback(jsep::Side::Local, sdp_type);
        }
        if init.sdp.is_empty() {
            return if self.is_last_created_true(sdp_type) { Ok(()) } else { self.check_creation(sdp_type) };
        }
        // That the type may not come now says more than that the text is another one.
        jsep::next_state(self.signaling_state(), jsep::Side::Local, sdp_type)?;
        Ok(jsep::check_unmodified(&self.view(), sdp_type, &init.sdp)?)
    }

    /// "Set a session description", step 2.
    fn check_rollback(&self, side: jsep::Side, sdp_type: SdpType) -> Result<(), Error> {
        if sdp_type == SdpType::Rollback {
            jsep::next_state(self.signaling_state(), side, sdp_type)?;
        }
        Ok(())
    }
}

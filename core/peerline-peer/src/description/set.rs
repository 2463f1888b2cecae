//! `setLocalDescription` and `setRemoteDescription` (W3C webrtc-pc §4.4.2), rollbacks included.

use crate::PeerConnection;
use crate::error::Error;
use crate::event::Description;
use crate::operations::{LocalDescriptionInit, OfferOptions};
use crate::states::SdpType;
use peerline_edge::Time;
use peerline_jsep as jsep;
use peerline_sdp::Session;

impl PeerConnection {
    pub(crate) fn run_set_local(&mut self, now: Time, init: &LocalDescriptionInit) -> Result<(), Error> {
        // 4.1: without a type, the signaling state decides between offer and answer.
        let sdp_type = jsep::local_type(self.signaling_state(), init.sdp_type);
        if sdp_type == SdpType::Rollback {
            return self.roll_back(now);
        }
        // RFC 9429 §5.5: a type that may not come now fails before anything is made.
        jsep::next_state(self.signaling_state(), jsep::Side::Local, sdp_type)?;
        if init.sdp.is_empty() {
            // 4.4, 4.5: take the last created one, or make one if that no longer tells the truth.
            self.create_if_stale(now, sdp_type)?;
        } else {
            // 4.2, 4.3: no munging.
            jsep::check_unmodified(&self.view(), sdp_type, &init.sdp)?;
        }
        let created = match sdp_type {
            SdpType::Offer => &self.descriptions.last_offer,
            _ => &self.descriptions.last_answer,
        };
        let Some(session) = created.as_ref().map(|created| created.session.clone()) else {
            return Err(jsep::Error::Modified.into());
        };
        let plan = jsep::apply_local(&self.view(), sdp_type, &session)?;
        self.commit(now, plan, Some(session));
        Ok(())
    }

    fn create_if_stale(&mut self, now: Time, sdp_type: SdpType) -> Result<(), Error> {
        let descriptions = &self.descriptions;
        let is_true = descriptions.created_at == descriptions.revision;
        match sdp_type {
            SdpType::Offer if is_true && descriptions.last_offer.is_some() => Ok(()),
            SdpType::Offer => self.run_create_offer(now, &OfferOptions::default()).map(drop),
            _ if is_true && descriptions.last_answer.is_some() => Ok(()),
            _ => self.run_create_answer(now, &jsep::AnswerOptions::default()).map(drop),
        }
    }

    pub(crate) fn run_set_remote(&mut self, now: Time, description: &Description) -> Result<(), Error> {
        if description.sdp_type == SdpType::Rollback {
            return self.roll_back(now);
        }
        // Before anything changes: text that is not SDP must not cost a pending offer.
        let session = Session::parse(&description.sdp).map_err(jsep::Error::from)?;
        // 3.1: an offer that meets ours rolls ours back first.
        if jsep::needs_implicit_rollback(self.signaling_state(), description.sdp_type) {
            self.roll_back(now)?;
        }
        let plan = jsep::apply_remote(&self.view(), description.sdp_type, &session)?;
        self.commit(now, plan, Some(session));
        Ok(())
    }

    fn roll_back(&mut self, now: Time) -> Result<(), Error> {
        let plan = jsep::rollback(&self.view())?;
        self.commit(now, plan, None);
        Ok(())
    }
}

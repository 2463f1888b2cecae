//! `setLocalDescription` and `setRemoteDescription` (W3C webrtc-pc §4.4.2), rollbacks included.

use crate::PeerConnection;
use crate::error::Error;
use crate::event::Description;
use crate::operations::{LocalDescriptionInit, OfferOptions, Operation};
use crate::states::SdpType;
use peerline_edge::Time;
use peerline_jsep as jsep;
use peerline_sdp::Session;
use std::task::{Poll, ready};

impl PeerConnection {
    pub(crate) fn run_set_local(&mut self, now: Time, init: &LocalDescriptionInit) -> Poll<Result<(), Error>> {
        // 4.1: without a type, the signaling state decides between offer and answer.
        let sdp_type = jsep::local_type(self.signaling_state(), init.sdp_type);
        if init.sdp.is_empty()
            && sdp_type != SdpType::Rollback
            && jsep::next_state(self.signaling_state(), jsep::Side::Local, sdp_type).is_ok()
        {
            // A description that is made here may need an assertion first.
            if let Err(error) = ready!(self.provide_identity_for_description()) {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(self.set_local(now, sdp_type, init))
    }

    fn set_local(&mut self, now: Time, sdp_type: SdpType, init: &LocalDescriptionInit) -> Result<(), Error> {
        if sdp_type == SdpType::Rollback {
            return self.roll_back(now, jsep::Side::Local);
        }
        // RFC 9429 §5.5: a type that may not come now fails before anything else is looked at.
        jsep::next_state(self.signaling_state(), jsep::Side::Local, sdp_type)?;
        // 4.2, 4.3: no munging.
        jsep::check_unmodified(&self.view(), sdp_type, &init.sdp)?;
        if init.sdp.is_empty() {
            // 4.4, 4.5: take the last created one, or make one if that no longer tells the truth.
            self.create_if_stale(now, sdp_type)?;
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
        match sdp_type {
            _ if self.is_last_created_true(sdp_type) => Ok(()),
            SdpType::Offer => self.offer(now, &OfferOptions::default()).map(drop),
            _ => self.answer(&jsep::AnswerOptions::default()).map(drop),
        }
    }

    /// Whether `[[LastCreatedOffer]]` or `[[LastCreatedAnswer]]` is there and still what would be created now.
    pub(crate) fn is_last_created_true(&self, sdp_type: SdpType) -> bool {
        let descriptions = &self.descriptions;
        let last = if sdp_type == SdpType::Offer { &descriptions.last_offer } else { &descriptions.last_answer };
        last.is_some() && descriptions.created_at == descriptions.revision
    }

    pub(crate) fn run_set_remote(&mut self, now: Time, description: &Description) -> Poll<Result<(), Error>> {
        if description.sdp_type == SdpType::Rollback {
            return Poll::Ready(self.roll_back(now, jsep::Side::Remote));
        }
        // 3.1: an offer that meets ours rolls ours back first, in a task of its own; whatever becomes of it then.
        let state = self.signaling_state();
        if jsep::needs_implicit_rollback(state, description.sdp_type) {
            if let Err(error) = self.roll_back(now, jsep::Side::Local) {
                return Poll::Ready(Err(error));
            }
            self.continue_operation(Operation::SetRemoteDescription(description.clone()));
            return Poll::Pending;
        }
        // RFC 9429 §5.6: a type that may not come now is refused whatever its text.
        if let Err(error) = jsep::next_state(state, jsep::Side::Remote, description.sdp_type) {
            return Poll::Ready(Err(error.into()));
        }
        let session = match Session::parse(&description.sdp).map_err(jsep::Error::from) {
            Ok(session) => session,
            Err(error) => return Poll::Ready(Err(error.into())),
        };
        if let Err(error) = ready!(self.check_identity(&session)) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(self.set_remote(now, description.sdp_type, session))
    }

    fn set_remote(&mut self, now: Time, sdp_type: SdpType, session: Session) -> Result<(), Error> {
        let plan = jsep::apply_remote(&self.view(), sdp_type, &session)?;
        self.commit(now, plan, Some(session));
        Ok(())
    }

    fn roll_back(&mut self, now: Time, side: jsep::Side) -> Result<(), Error> {
        let plan = jsep::rollback(&self.view(), side)?;
        self.commit(now, plan, None);
        Ok(())
    }
}

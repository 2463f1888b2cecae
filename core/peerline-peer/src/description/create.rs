//! `createOffer` and `createAnswer` (W3C webrtc-pc §4.4.2).

use crate::PeerConnection;
use crate::error::Error;
use crate::event::Description;
use crate::operations::OfferOptions;
use crate::states::SdpType;
use crate::transceiver::{Transceiver, TransceiverInit};
use peerline_edge::{Rng, Time};
use peerline_jsep::{self as jsep, MediaKind};
use peerline_sdp::Direction;
use std::task::{Poll, ready};

impl PeerConnection {
    pub(crate) fn run_create_offer(&mut self, now: Time, options: &OfferOptions) -> Poll<Result<Description, Error>> {
        if let Err(error) = ready!(self.provide_identity_for_description()) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(self.offer(now, options))
    }

    pub(super) fn offer(&mut self, now: Time, options: &OfferOptions) -> Result<Description, Error> {
        self.offer_to_receive(now, MediaKind::Audio, options.offer_to_receive_audio)?;
        self.offer_to_receive(now, MediaKind::Video, options.offer_to_receive_video)?;
        let mut rng = Rng::new(self.rng.seed());
        let mut pooled = self.pooled_credentials().into_iter();
        let mut fresh = || pooled.next().unwrap_or_else(|| fresh_credentials(&mut rng));
        let mut options: jsep::OfferOptions = (*options).into();
        options.ice_restart |= self.descriptions.needs_ice_restart();
        let created = jsep::create_offer(&self.view(), &options, &mut fresh)?;
        let descriptions = &mut self.descriptions;
        descriptions.session_version += 1;
        descriptions.created_at = descriptions.revision;
        let sdp = descriptions.last_offer.insert(created).text.clone();
        Ok(Description { sdp_type: SdpType::Offer, sdp })
    }

    pub(crate) fn run_create_answer(&mut self, options: &jsep::AnswerOptions) -> Poll<Result<Description, Error>> {
        if let Err(error) = ready!(self.provide_identity_for_description()) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(self.answer(options))
    }

    pub(super) fn answer(&mut self, options: &jsep::AnswerOptions) -> Result<Description, Error> {
        let mut rng = Rng::new(self.rng.seed());
        let mut pooled = self.pooled_credentials().into_iter();
        let mut fresh = || pooled.next().unwrap_or_else(|| fresh_credentials(&mut rng));
        let created = jsep::create_answer(&self.view(), options, &mut fresh)?;
        let descriptions = &mut self.descriptions;
        descriptions.session_version += 1;
        descriptions.created_at = descriptions.revision;
        let sdp = descriptions.last_answer.insert(created).text.clone();
        Ok(Description { sdp_type: SdpType::Answer, sdp })
    }

    /// The legacy `offerToReceiveAudio` and `offerToReceiveVideo` (§4.4.3.2), which change transceivers.
    fn offer_to_receive(&mut self, now: Time, kind: MediaKind, wanted: Option<bool>) -> Result<(), Error> {
        let Some(wanted) = wanted else { return Ok(()) };
        let of_kind = |transceiver: &&mut Transceiver| transceiver.kind() == kind && !transceiver.is_stopping();
        let mut receives = false;
        for transceiver in self.transceivers.iter_mut().filter(of_kind) {
            let direction = &mut transceiver.jsep.direction;
            match direction {
                Direction::SendRecv | Direction::RecvOnly if wanted => receives = true,
                // False: stop receiving.
                Direction::SendRecv => *direction = Direction::SendOnly,
                Direction::RecvOnly => *direction = Direction::Inactive,
                Direction::SendOnly | Direction::Inactive => {}
            }
        }
        if wanted && !receives {
            let init = TransceiverInit { direction: Direction::RecvOnly, ..TransceiverInit::default() };
            self.add_transceiver(now, kind, None, init)?;
        }
        Ok(())
    }
}

/// RFC 8445 §5.3: at least 24 bits of randomness for the ufrag and 128 for the password; RFC 8839 §5.4: 4 and 22 characters at least.
fn fresh_credentials(rng: &mut Rng) -> jsep::IceCredentials {
    jsep::IceCredentials { ufrag: rng.ice_chars(4), pwd: rng.ice_chars(24) }
}

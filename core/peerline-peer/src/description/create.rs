//! `createOffer` and `createAnswer` (W3C webrtc-pc §4.4.2).

use crate::PeerConnection;
use crate::error::Error;
use crate::event::Description;
use crate::states::SdpType;
use peerline_edge::{Rng, Time};
use peerline_jsep as jsep;

impl PeerConnection {
    pub(crate) fn run_create_offer(&mut self, _now: Time, options: &jsep::OfferOptions) -> Result<Description, Error> {
        let mut rng = Rng::new(self.rng.seed());
        let mut pooled = self.pooled_credentials().into_iter();
        let mut fresh = || pooled.next().unwrap_or_else(|| fresh_credentials(&mut rng));
        let created = jsep::create_offer(&self.view(), options, &mut fresh)?;
        let descriptions = &mut self.descriptions;
        descriptions.session_version += 1;
        descriptions.created_at = descriptions.revision;
        let sdp = descriptions.last_offer.insert(created).text.clone();
        Ok(Description { sdp_type: SdpType::Offer, sdp })
    }

    pub(crate) fn run_create_answer(&mut self, _now: Time) -> Result<Description, Error> {
        let mut rng = Rng::new(self.rng.seed());
        let options = jsep::AnswerOptions::default();
        let mut pooled = self.pooled_credentials().into_iter();
        let mut fresh = || pooled.next().unwrap_or_else(|| fresh_credentials(&mut rng));
        let created = jsep::create_answer(&self.view(), &options, &mut fresh)?;
        let descriptions = &mut self.descriptions;
        descriptions.session_version += 1;
        descriptions.created_at = descriptions.revision;
        let sdp = descriptions.last_answer.insert(created).text.clone();
        Ok(Description { sdp_type: SdpType::Answer, sdp })
    }
}

/// RFC 8445 §5.3: at least 24 bits of randomness for the ufrag and 128 for the password; RFC 8839 §5.4: 4 and 22 characters at least.
fn fresh_credentials(rng: &mut Rng) -> jsep::IceCredentials {
    jsep::IceCredentials { ufrag: rng.ice_chars(4), pwd: rng.ice_chars(24) }
}

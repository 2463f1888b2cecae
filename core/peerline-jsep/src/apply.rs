//! What a description changes (RFC 9429 §5.5 to §5.11, webrtc-pc §4.4.1.5).

mod data;
mod media;
mod rollback;
mod transport;
mod verify;

use peerline_sdp::{Attribute, IceOptions, Identity, Mid, Session};

use crate::groups::Groups;
use crate::{Error, Plan, SdpType, Side, SignalingState, SlotChange, Stable, StableTransceiver, View, next_state};

pub use rollback::rollback;

/// webrtc-pc §4.4.2 (setLocalDescription, steps 4.2 and 4.3): a local description with text must be the last created one.
///
/// # Errors
///
/// [`Error::Modified`].
pub fn check_unmodified(view: &View<'_>, sdp_type: SdpType, text: &str) -> Result<(), Error> {
    let last = if sdp_type == SdpType::Offer { view.last_offer } else { view.last_answer };
    if sdp_type == SdpType::Rollback || text.is_empty() || last.is_some_and(|created| created.text == text) {
        return Ok(());
    }
    Err(Error::Modified)
}

/// setLocalDescription with an offer, pranswer or answer (or a rollback, whose session doesn't count). The description must be the last
/// created one.
///
/// # Errors
///
/// [`Error::WrongState`], [`Error::Modified`].
pub fn apply_local(view: &View<'_>, sdp_type: SdpType, session: &Session) -> Result<Plan, Error> {
    if sdp_type == SdpType::Rollback {
        return rollback(view, Side::Local);
    }
    let state = next_state(view.signaling_state, Side::Local, sdp_type)?;
    let last = if sdp_type == SdpType::Offer { view.last_offer } else { view.last_answer };
    // RFC 9429 §5.4: a created description MUST NOT be changed before it is set.
    if last.is_none_or(|created| created.session != *session) {
        return Err(Error::Modified);
    }
    Application::new(view, Side::Local, sdp_type, session)?.plan(state)
}

/// setRemoteDescription with an offer, pranswer or answer (or a rollback, whose session doesn't count). An implicit rollback comes
/// first, as an own plan: see [`crate::needs_implicit_rollback`].
///
/// # Errors
///
/// [`Error::WrongState`], [`Error::Invalid`], [`Error::Operation`].
pub fn apply_remote(view: &View<'_>, sdp_type: SdpType, session: &Session) -> Result<Plan, Error> {
    if sdp_type == SdpType::Rollback {
        return rollback(view, Side::Remote);
    }
    let state = next_state(view.signaling_state, Side::Remote, sdp_type)?;
    let application = Application::new(view, Side::Remote, sdp_type, session)?;
    verify::verify(&application)?;
    application.plan(state)
}

/// One description on its way into a connection.
struct Application<'a> {
    view: &'a View<'a>,
    side: Side,
    sdp_type: SdpType,
    session: &'a Session,
    groups: Groups,
    /// For an answer: the offer, and its groups.
    offer: Option<(&'a Session, Groups)>,
}

/// Numbers for what a plan creates.
struct Ids {
    transceiver: crate::TransceiverId,
    transport: crate::TransportId,
}

impl<'a> Application<'a> {
    fn new(view: &'a View<'a>, side: Side, sdp_type: SdpType, session: &'a Session) -> Result<Self, Error> {
        let offer = match (sdp_type.is_answer(), side) {
            (false, _) => None,
            (true, Side::Local) => view.pending_remote.filter(|d| d.sdp_type == SdpType::Offer),
            (true, Side::Remote) => view.pending_local.filter(|d| d.sdp_type == SdpType::Offer),
        };
        if sdp_type.is_answer() && offer.is_none() {
            return Err(Error::WrongState { sdp_type, state: view.signaling_state });
        }
        let offer = offer.map(|description| (&description.session, Groups::of_checked(&description.session)));
        Ok(Self { view, side, sdp_type, session, groups: Groups::read(session)?, offer })
    }

    /// The remote session, its groups included, once the description is applied.
    fn remote(&self) -> Option<(&'a Session, &Groups)> {
        match (self.side, &self.offer) {
            (Side::Remote, _) => Some((self.session, &self.groups)),
            (Side::Local, Some((offer, groups))) => Some((*offer, groups)),
            (Side::Local, None) => None,
        }
    }

    /// The local session once the description is applied.
    fn local(&self) -> Option<&'a Session> {
        match (self.side, &self.offer) {
            (Side::Local, _) => Some(self.session),
            (Side::Remote, Some((offer, _))) => Some(*offer),
            (Side::Remote, None) => None,
        }
    }

    /// The mid of a section: its own, or that of its transceiver.
    fn mid(&self, index: usize) -> Mid {
        let own = self.session.media.get(index).and_then(|media| media.get::<Mid>());
        own.or_else(|| self.view.transceiver_at(index)?.mid.clone()).unwrap_or_else(|| Mid::new(index.to_string()))
    }

    fn plan(&self, signaling_state: SignalingState) -> Result<Plan, Error> {
        let view = self.view;
        let mut ids = Ids { transceiver: view.next_transceiver, transport: view.next_transport };
        let stable =
            (view.signaling_state == SignalingState::Stable && self.sdp_type == SdpType::Offer).then(|| snapshot(view));
        let transports = transport::changes(self, stable.as_ref(), &mut ids)?;
        let media = media::changes(self, &transports.map, &mut ids)?;
        let data = data::change(self, &transports)?;
        let remote = self.side == Side::Remote;
        Ok(Plan {
            sdp_type: self.sdp_type,
            signaling_state,
            slots: slots(self.side, self.sdp_type),
            remove_transceivers: [media.removed, media::removed(self, &media.changes)].concat(),
            disassociate: media.disassociated,
            media: media.changes,
            map: transports.map,
            transports: transports.changes,
            close_transports: transports.closed,
            data,
            stable,
            can_trickle: remote.then(|| can_trickle(self.session)),
            clear_ice_credentials_to_replace: self.replaces_all_credentials(),
            remote_identity: if remote {
                self.session.values(Identity::NAME).map(str::to_owned).collect()
            } else {
                Vec::new()
            },
            next_transceiver: ids.transceiver,
            next_transport: ids.transport,
        })
    }

    /// webrtc-pc §4.4.1.5: after an answer, if none of the credentials to replace is in the current local description.
    fn replaces_all_credentials(&self) -> bool {
        let Some(local) = self.local().filter(|_| self.sdp_type == SdpType::Answer) else { return false };
        let used = |index: usize| {
            let ufrag = local.media.get(index).and_then(|media| media.get::<peerline_sdp::IceUfrag>());
            ufrag.is_some_and(|ufrag| self.view.ice_credentials_to_replace.iter().any(|old| old.ufrag == ufrag.0))
        };
        !(0..local.media.len()).any(used)
    }
}

fn slots(side: Side, sdp_type: SdpType) -> SlotChange {
    match (side, sdp_type) {
        (_, SdpType::Rollback) => SlotChange::DropPending,
        (Side::Local, SdpType::Answer) => SlotChange::CommitLocal,
        (Side::Remote, SdpType::Answer) => SlotChange::CommitRemote,
        (Side::Local, _) => SlotChange::PendingLocal,
        (Side::Remote, _) => SlotChange::PendingRemote,
    }
}

/// The slots that an offer in stable saves for its rollback.
fn snapshot(view: &View<'_>) -> Stable {
    let association = |t: &crate::Transceiver| t.m_line_index.zip(t.mid.clone());
    let transceiver = |t: &crate::Transceiver| StableTransceiver {
        id: t.id,
        association: association(t),
        remote_streams: t.remote_streams.clone(),
    };
    Stable {
        map: view.map.clone(),
        transports: view.transports.iter().map(|t| (t.id, t.local.clone())).collect(),
        transceivers: view.transceivers.iter().map(transceiver).collect(),
        sctp_transport: view.data.sctp_transport,
    }
}

/// RFC 9429 §5.10: whether the description lists "trickle".
fn can_trickle(session: &Session) -> bool {
    let trickle = |options: IceOptions| options.has("trickle");
    session.all::<IceOptions>().any(trickle) || session.media.iter().any(|media| media.all::<IceOptions>().any(trickle))
}

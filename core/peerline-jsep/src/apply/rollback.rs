//! Rollback (RFC 9429 §5.7, webrtc-pc §4.4.1.5).

use std::collections::BTreeSet;

use peerline_sdp::Direction;

use super::media::remote_track;
use crate::{
    CreatedBy, DataChange, EncodingsChange, Error, Gather, GatherKind, MediaChange, Plan, RtcpComponent, SdpType, Side,
    SlotChange, Stable, TransportChange, TransportId, View, next_state,
};

/// A rollback of the offer that is pending on that side; an implicit one is of the local offer.
///
/// # Errors
///
/// [`Error::WrongState`].
pub fn rollback(view: &View<'_>, side: Side) -> Result<Plan, Error> {
    let signaling_state = next_state(view.signaling_state, side, SdpType::Rollback)?;
    let nothing = Stable::default();
    let stable = view.stable.unwrap_or(&nothing);
    let before = |id| stable.transceivers.iter().find(|t| t.id == id);
    let mut disassociate = Vec::new();
    let mut remove_transceivers = Vec::new();
    let mut media = Vec::new();
    for transceiver in &view.transceivers {
        let known = before(transceiver.id);
        let association = known.and_then(|t| t.association.as_ref());
        // RFC 9429 §5.7: what the offer associated is disassociated.
        if association.is_none() && transceiver.mid.is_some() {
            disassociate.push(transceiver.id);
        }
        // A transceiver that the remote offer made goes, unless addTrack has used it since.
        if known.is_none() && transceiver.created_by == CreatedBy::RemoteOffer && !transceiver.add_track_used {
            remove_transceivers.push(transceiver.id);
        }
        // Our own offer changed nothing of the remote track; a transceiver that it associated only loses the association.
        if association.is_none() && view.pending_remote.is_none() {
            continue;
        }
        let streams = known.map(|t| t.remote_streams.clone()).unwrap_or_default();
        let direction = transceiver.current_direction.unwrap_or(Direction::Inactive);
        let remote = view.pending_remote.is_some();
        let (Some(m_line_index), Some(mid)) = (transceiver.m_line_index, transceiver.mid.clone()) else { continue };
        let (m_line_index, mid) = association.cloned().unwrap_or((m_line_index, mid));
        media.push(MediaChange {
            m_line_index,
            transceiver: transceiver.id,
            create: None,
            mid,
            transport: association.and_then(|(index, _)| stable.map.used(*index)),
            direction,
            set_current_direction: false,
            receptive: Some(direction.receives()),
            remote_track: remote.then(|| remote_track(transceiver, direction, streams)),
            receive: None,
            send: None,
            extensions: None,
            encodings: EncodingsChange::Restore,
            stop: false,
            remote_streams: None,
        });
    }
    let (transports, close_transports) = transports(view, stable);
    Ok(Plan {
        sdp_type: SdpType::Rollback,
        signaling_state,
        slots: SlotChange::DropPending,
        stable: None,
        disassociate,
        media,
        map: stable.map.clone(),
        transports,
        close_transports,
        data: if view.data.sctp_transport && !stable.sctp_transport { DataChange::Close } else { DataChange::Keep },
        remove_transceivers,
        can_trickle: None,
        clear_ice_credentials_to_replace: false,
        remote_identity: Vec::new(),
        next_transceiver: view.next_transceiver,
        next_transport: view.next_transport,
    })
}

/// Transports go back to the credentials they had; those that the offer made are closed.
fn transports(view: &View<'_>, stable: &Stable) -> (Vec<TransportChange>, Vec<TransportId>) {
    let needed: BTreeSet<TransportId> = stable.map.used.iter().flatten().copied().collect();
    let mut changes = Vec::new();
    for (id, credentials) in &stable.transports {
        let Some(transport) = view.transport(*id).filter(|_| needed.contains(id)) else { continue };
        let index = stable.map.used.iter().position(|used| used == &Some(*id)).unwrap_or_default();
        let mid = view.current_local.and_then(|d| d.session.media.get(index)).and_then(|media| media.get());
        let (Some(credentials), Some(mid)) = (credentials.clone(), mid) else { continue };
        if transport.local.as_ref() != Some(&credentials) {
            changes.push(TransportChange {
                id: *id,
                created: false,
                m_line_index: index,
                mid,
                ice_role: None,
                gather: Some(Gather { credentials, kind: GatherKind::Restore }),
                remote_ice: None,
                dtls: None,
                rtcp: RtcpComponent::None,
            });
        }
    }
    let closed = view.transports.iter().map(|t| t.id).filter(|id| !needed.contains(id)).collect();
    (changes, closed)
}

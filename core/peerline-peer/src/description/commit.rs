//! Executing a plan (W3C webrtc-pc §4.4.1.5 "set a session description", the steps of the queued task).

use crate::PeerConnection;
use crate::error::ChannelError;
use crate::event::Event;
use crate::states::SignalingState;
use crate::task::Task;
use crate::transport::{SctpTransport, Transport};
use peerline_dtls as dtls;
use peerline_edge::Time;
use peerline_ice as ice;
use peerline_jsep as jsep;
use peerline_jsep::{DataChange, DataSection, GatherKind, Plan, SdpType, SlotChange, TransportChange};
use peerline_sctp as sctp;
use peerline_sdp::Session;

impl PeerConnection {
    /// Executes `plan`. `session` is the description that was applied; a rollback has none.
    pub(super) fn commit(&mut self, now: Time, plan: Plan, session: Option<Session>) {
        let before = self.descriptions.signaling_state;
        self.descriptions.note_change();
        self.change_slots(plan.slots, plan.sdp_type, session);
        self.descriptions.signaling_state = plan.signaling_state;
        let track_changes = self.change_transceivers(&plan);
        if let Some(stable) = plan.stable {
            self.descriptions.stable = Some(stable);
        }
        self.descriptions.map = plan.map;
        for change in plan.transports {
            self.change_transport(now, change);
        }
        let closes = !plan.close_transports.is_empty();
        for id in plan.close_transports {
            self.transports.close(id);
            self.tasks.push(Task::TransportClosed(id));
        }
        self.change_data(now, plan.sdp_type, plan.data);
        let failed_channels = if plan.sdp_type.is_answer() { self.assign_channel_ids() } else { Vec::new() };
        self.transceivers.retain(|transceiver| !plan.remove_transceivers.contains(&transceiver.id()));
        let descriptions = &mut self.descriptions;
        descriptions.next_transceiver = plan.next_transceiver;
        descriptions.next_transport = plan.next_transport;
        if let Some(can_trickle) = plan.can_trickle {
            descriptions.can_trickle = Some(can_trickle);
        }
        if plan.clear_ice_credentials_to_replace {
            descriptions.ice_credentials_to_replace.clear();
        }
        // Back in stable: whether another negotiation is needed is looked at anew (§4.4.1.5 step 4.6.11).
        if plan.signaling_state == SignalingState::Stable {
            self.configure_streams();
            self.negotiation_needed = false;
            self.update_negotiation_needed();
        }
        if plan.signaling_state != before {
            self.tasks.fire(Event::SignalingStateChange(plan.signaling_state));
        }
        self.fail_channels(&failed_channels);
        self.fire_track_changes(track_changes);
        if closes {
            self.update_gathering_state();
            self.update_ice_connection_state();
        }
        self.update_connection_state();
    }

    fn change_slots(&mut self, slots: SlotChange, sdp_type: SdpType, session: Option<Session>) {
        let descriptions = &mut self.descriptions;
        let applied = session.map(|session| jsep::Description { sdp_type, session });
        match slots {
            SlotChange::PendingLocal => descriptions.pending_local = applied,
            SlotChange::PendingRemote => descriptions.pending_remote = applied,
            SlotChange::CommitLocal => {
                descriptions.current_local = applied;
                descriptions.current_remote = descriptions.pending_remote.take();
                descriptions.pending_local = None;
            }
            SlotChange::CommitRemote => {
                descriptions.current_remote = applied;
                descriptions.current_local = descriptions.pending_local.take();
                descriptions.pending_remote = None;
            }
            SlotChange::DropPending => {
                descriptions.pending_local = None;
                descriptions.pending_remote = None;
            }
        }
        if matches!(slots, SlotChange::CommitLocal | SlotChange::CommitRemote) {
            descriptions.last_offer = None;
            descriptions.last_answer = None;
        }
    }

    /// The ICE and DTLS part: create, give credentials, start.
    fn change_transport(&mut self, now: Time, change: TransportChange) {
        if change.created {
            self.create_transport(change.id);
        }
        let pooled = change.gather.as_ref().and_then(|gather| self.transports.take_pooled(&gather.credentials.ufrag));
        if let Some(gatherer) = pooled {
            // A restart takes the credentials only: the agent that has the path in use goes on.
            let first = change.gather.as_ref().is_some_and(|gather| gather.kind == GatherKind::First);
            self.transports.use_pooled(change.id, gatherer, first);
        }
        self.change_rtcp_component(now, change.id, change.rtcp);
        let Some(transport) = self.transports.get_mut(change.id) else { return };
        transport.speaks_for = Some((change.m_line_index, change.mid));
        transport.ice_role = change.ice_role.or(transport.ice_role);
        if let Some(role) =
            transport.ice_role.filter(|_| change.ice_role.is_some() || change.created || change.gather.is_some())
        {
            transport.ice.set_role(
                now,
                match role {
                    jsep::IceRole::Controlling => ice::Role::Controlling,
                    jsep::IceRole::Controlled => ice::Role::Controlled,
                },
            );
        }
        if let Some(gather) = change.gather {
            transport.gather(now, &gather);
        }
        if let Some(remote) = change.remote_ice {
            transport.apply_remote_ice(now, remote, &mut self.drops.candidates);
        }
        if let Some(plan) = change.dtls {
            if plan.restart {
                self.restart_dtls(change.id);
            }
            if let Some(transport) = self.transports.get_mut(change.id) {
                transport.apply_dtls(now, plan);
            }
        }
    }

    fn change_data(&mut self, now: Time, sdp_type: SdpType, change: DataChange) {
        match change {
            DataChange::Keep => {}
            DataChange::Section(section) => self.change_data_section(now, &section),
            // Channels of an offer that is taken back wait for the next one.
            DataChange::Close if sdp_type == SdpType::Rollback => self.sctp = None,
            DataChange::Close => {
                self.channels.forget_created();
                if self.sctp.take().is_some() {
                    self.close_all_channels(Some(&ChannelError::DataChannelFailure));
                }
            }
        }
    }

    fn change_data_section(&mut self, now: Time, section: &DataSection) {
        if section.create || self.sctp.is_none() {
            let association = self.new_association(5000, 5000);
            self.sctp = Some(SctpTransport::new(association, section.transport));
        }
        let Some(negotiated) = &section.negotiated else {
            if let Some(sctp) = &mut self.sctp {
                sctp.transport = section.transport;
            }
            return;
        };
        let (local, remote) = (negotiated.local_port, negotiated.remote_port);
        let other_ports =
            (local, remote) != (5000, 5000) && self.sctp.as_ref().is_some_and(|sctp| sctp.remote_port.is_none());
        if other_ports || negotiated.restart {
            let association = self.new_association(local, remote);
            if let Some(sctp) = &mut self.sctp {
                sctp.association = association;
            }
        }
        let Some(sctp) = &mut self.sctp else { return };
        sctp.transport = section.transport;
        sctp.remote_port = Some(remote);
        // §6.1.1.2 "update the data max message size": no more than what we can send.
        let theirs = negotiated.max_message_size.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
        sctp.max_message_size = Some(theirs.min(self.configuration.native.max_send_buffer));
        if self.transports.get(section.transport).is_some_and(|t| t.dtls.state() == dtls::State::Connected)
            && sctp.association.state() == sctp::State::Closed
        {
            sctp.association.connect(now);
        }
    }

    fn new_association(&mut self, local_port: u16, remote_port: u16) -> sctp::Association {
        let native = &self.configuration.native;
        let mut config = sctp::Config::new(self.rng.seed());
        config.local_port = local_port;
        config.remote_port = remote_port;
        config.max_packet_len = native.max_datagram_len.saturating_sub(dtls::Connection::MAX_RECORD_OVERHEAD);
        config.max_message_size = native.max_message_size;
        config.max_send_buffer = native.max_send_buffer;
        config.max_receive_buffer = native.max_receive_buffer;
        sctp::Association::new(config)
    }
}

impl Transport {
    fn gather(&mut self, now: Time, gather: &jsep::Gather) {
        let credentials = ice_credentials(&gather.credentials);
        self.has_local_credentials = true;
        match gather.kind {
            GatherKind::First if *self.ice.local_credentials() == credentials => {}
            GatherKind::First => self.ice.set_local_credentials(credentials),
            GatherKind::Restart => self.ice.restart_with(now, credentials),
            GatherKind::Restore => {
                self.ice.cancel_restart(now);
                return;
            }
        }
        self.surfaced.clear();
        self.surfaced_all = false;
        self.ice.gather(now);
    }

    fn apply_remote_ice(&mut self, now: Time, remote: jsep::RemoteIce, refused: &mut u64) {
        self.ice.set_remote_lite(remote.lite);
        self.ice.set_remote_credentials(now, ice_credentials(&remote.credentials));
        for candidate in &remote.candidates {
            let added = candidate.parse().is_ok_and(|candidate| self.ice.add_remote_candidate(now, candidate).is_ok());
            *refused += u64::from(!added);
        }
        if remote.end_of_candidates {
            self.ice.end_of_remote_candidates(now);
        }
    }

    fn apply_dtls(&mut self, now: Time, plan: jsep::Dtls) {
        self.dtls_role = Some(match plan.role {
            jsep::DtlsRole::Client => dtls::Role::Client,
            jsep::DtlsRole::Server => dtls::Role::Server,
        });
        let fingerprints: Vec<_> = plan.fingerprints.iter().filter_map(dtls_fingerprint).collect();
        if let Some(dtls) = &mut self.rtcp {
            dtls.set_remote_fingerprints(now, fingerprints.clone());
        }
        self.remote_fingerprints = plan.fingerprints;
        self.remote_tls_id = plan.remote_tls_id;
        self.dtls.set_remote_fingerprints(now, fingerprints);
    }
}

fn ice_credentials(credentials: &jsep::IceCredentials) -> ice::Credentials {
    ice::Credentials { ufrag: credentials.ufrag.clone(), pwd: credentials.pwd.clone() }
}

/// A signalled fingerprint for the DTLS connection; `None` for a hash function that it does not accept.
fn dtls_fingerprint(fingerprint: &peerline_sdp::Fingerprint) -> Option<dtls::Fingerprint> {
    let algorithm = peerline_crypto::HashAlgorithm::from_name(&fingerprint.hash)?;
    Some(dtls::Fingerprint { algorithm, value: fingerprint.digest.clone() })
}

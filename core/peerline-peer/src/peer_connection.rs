//! The peer connection itself (W3C webrtc-pc §4.4): its parts, its constructor, its getters, its end.

use crate::configuration::{Configuration, Environment};
use crate::data_channel::{DataChannel, DataChannels};
use crate::description::{self, Descriptions};
use crate::error::{Error, Misuse};
use crate::event::{ChannelId, Description};
use crate::identity::Identity;
use crate::operations::OperationsChain;
use crate::states::{ConnectionState, IceConnectionState, IceGatheringState, SignalingState};
use crate::stats::Monitor;
use crate::task::TaskQueue;
use crate::transceiver::Transceiver;
use crate::transmit::Scratch;
use crate::transport::{SctpTransport, Transports, stun_servers, turn_servers};
use peerline_dtls::Certificate;
use peerline_edge::{Rng, Time};
use peerline_jsep as jsep;
use std::sync::Arc;

/// Packets and messages from the network that were dropped, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drops {
    /// Datagrams to an address that no transport has bound.
    pub foreign_socket: u64,
    /// DTLS from a five-tuple that ICE has not validated.
    pub unvalidated_path: u64,
    /// Packets whose first byte belongs to no protocol of ours.
    pub unknown_packet: u64,
    /// Media packets; nobody handles them yet.
    pub media: u64,
    /// DCEP messages that are malformed or out of place.
    pub dcep: u64,
    /// Messages with a payload protocol identifier that data channels do not have, or on a stream without a channel.
    pub unknown_ppid: u64,
    /// Remote candidates that were refused after their operation had succeeded.
    pub candidates: u64,
}

/// One end of a peer connection: a machine that takes datagrams, calls and time, and gives datagrams and events.
#[derive(Debug)]
pub struct PeerConnection {
    pub(crate) configuration: Configuration,
    pub(crate) environment: Environment,
    pub(crate) certificate: Arc<Certificate>,
    pub(crate) rng: Rng,
    /// `[[IsClosed]]`.
    pub(crate) is_closed: bool,
    /// Closed, and the good-bye has been polled.
    pub(crate) is_drained: bool,
    /// `[[NegotiationNeeded]]`.
    pub(crate) negotiation_needed: bool,
    pub(crate) ice_gathering_state: IceGatheringState,
    pub(crate) ice_connection_state: IceConnectionState,
    pub(crate) connection_state: ConnectionState,
    pub(crate) settings: jsep::Settings,
    pub(crate) descriptions: Descriptions,
    pub(crate) transceivers: Vec<Transceiver>,
    /// The RTCP CNAME of every sender (RFC 7022: random, for this connection alone).
    pub(crate) cname: String,
    pub(crate) operations: OperationsChain,
    pub(crate) tasks: TaskQueue,
    pub(crate) transports: Transports,
    pub(crate) sctp: Option<SctpTransport>,
    pub(crate) channels: DataChannels,
    pub(crate) identity: Identity,
    pub(crate) scratch: Scratch,
    pub(crate) drops: Drops,
    pub(crate) monitor: Monitor,
}

impl PeerConnection {
    /// `new RTCPeerConnection(configuration)` (§4.4.1.1).
    ///
    /// # Errors
    /// Each [`Misuse`] that "set the configuration" names, and [`Misuse::UnsupportedCertificate`] if the DTLS engine can use none of
    /// the configured certificates.
    pub fn new(now: Time, configuration: Configuration, environment: Environment) -> Result<Self, Error> {
        configuration.validate(now, &environment)?;
        let certificate = configuration.certificate(&environment)?;
        let mut rng = Rng::new(environment.seed);
        let descriptions = Descriptions::new(&mut rng);
        let cname = rng.ice_chars(16);
        let settings = description::settings(&configuration, &environment, &certificate);
        let mut connection = Self {
            configuration,
            environment,
            certificate,
            rng,
            is_closed: false,
            is_drained: false,
            negotiation_needed: false,
            ice_gathering_state: IceGatheringState::New,
            ice_connection_state: IceConnectionState::New,
            connection_state: ConnectionState::New,
            settings,
            descriptions,
            transceivers: Vec::new(),
            cname,
            operations: OperationsChain::default(),
            tasks: TaskQueue::default(),
            transports: Transports::default(),
            sctp: None,
            channels: DataChannels::default(),
            identity: Identity::default(),
            scratch: Scratch::default(),
            drops: Drops::default(),
            monitor: Monitor::default(),
        };
        connection.fill_pool(now);
        Ok(connection)
    }

    /// `getConfiguration()` (§4.4.2).
    #[must_use]
    pub const fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// `setConfiguration()` (§4.4.2): new servers and another transport policy are used at the next gathering. Another policy makes the
    /// next offer restart ICE.
    ///
    /// # Errors
    /// [`Misuse::Closed`], [`Misuse::UnchangeableConfiguration`], and what the constructor refuses.
    pub fn set_configuration(&mut self, now: Time, configuration: Configuration) -> Result<(), Error> {
        if self.is_closed {
            return Err(Misuse::Closed.into());
        }
        self.configuration.check_change_to(&configuration, self.descriptions.local().is_some())?;
        configuration.validate(now, &self.environment)?;
        let (stun, turn) = (stun_servers(&configuration), turn_servers(&configuration));
        let policy = configuration.ice_transport_policy;
        let other_policy = policy != self.configuration.ice_transport_policy;
        // RFC 9429 §4.1.18: it takes effect at the next gathering, which the next offer brings about.
        if other_policy {
            self.descriptions.need_ice_restart();
        }
        self.transports.gatherers().for_each(|gatherer| {
            gatherer.set_servers(stun.clone());
            gatherer.set_turn_servers(turn.clone());
            gatherer.set_transport_policy(policy.into());
        });
        self.configuration = configuration;
        if other_policy {
            // What was gathered ahead by the other policy can't be told apart any more once a description takes it.
            self.empty_pool();
        }
        self.fill_pool(now);
        self.descriptions.note_change();
        Ok(())
    }

    /// `signalingState`.
    #[must_use]
    pub const fn signaling_state(&self) -> SignalingState {
        if self.is_closed { SignalingState::Closed } else { self.descriptions.signaling_state }
    }

    /// `iceGatheringState`.
    #[must_use]
    pub const fn ice_gathering_state(&self) -> IceGatheringState {
        self.ice_gathering_state
    }

    /// `iceConnectionState`.
    #[must_use]
    pub const fn ice_connection_state(&self) -> IceConnectionState {
        self.ice_connection_state
    }

    /// `connectionState`.
    #[must_use]
    pub const fn connection_state(&self) -> ConnectionState {
        self.connection_state
    }

    /// `localDescription`: the pending one, else the current one, with the candidates gathered so far.
    #[must_use]
    pub fn local_description(&self) -> Option<Description> {
        self.pending_local_description().or_else(|| self.current_local_description())
    }

    /// `remoteDescription`: the pending one, else the current one, with the candidates added so far.
    #[must_use]
    pub fn remote_description(&self) -> Option<Description> {
        self.pending_remote_description().or_else(|| self.current_remote_description())
    }

    /// A data channel of this connection.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&DataChannel> {
        self.channels.get(id)
    }

    /// What was dropped at this level.
    #[must_use]
    pub const fn drops(&self) -> &Drops {
        &self.drops
    }

    /// `restartIce()` (§4.4.2): the next offer has new ICE credentials.
    pub fn restart_ice(&mut self, now: Time) {
        if self.is_closed {
            return;
        }
        // 1., 2. Empty [[LocalIceCredentialsToReplace]] and fill it with those in use.
        self.descriptions.want_ice_restart();
        // 3. Update the negotiation-needed flag.
        self.update_negotiation_needed();
        self.advance(now);
    }

    /// `close()` (§4.4.1.8): at once and without events. Afterwards drain `poll_transmit` (it says good-bye to the peer) and then
    /// `poll_io` (it closes the sockets).
    pub fn close(&mut self, now: Time) {
        // 1. If [[IsClosed]] is true, abort. 2. Set it. 3. Signaling state "closed".
        if core::mem::replace(&mut self.is_closed, true) {
            return;
        }
        self.abandon_operations();
        // 4. Each transceiver: stopped, and its remote track ended.
        for transceiver in &mut self.transceivers {
            transceiver.stop_sending_and_receiving();
            transceiver.jsep.stopped = true;
            transceiver.receiver.track.ended = true;
        }
        // 5. Each channel: closed, without the closing procedure. 7. The association ends: SCTP ABORT.
        self.close_channels_silently();
        if let Some(sctp) = &mut self.sctp {
            sctp.association.abort(now, "closed");
            // §6.1.2: of all that closes here, only this one tells.
            if core::mem::replace(&mut sctp.state, crate::SctpTransportState::Closed)
                != crate::SctpTransportState::Closed
            {
                self.tasks.push(crate::task::Task::SctpClosed);
            }
        }
        self.flush_association(now);
        for transport in self.transports.iter_mut() {
            // 8. Each DTLS transport: closed, with a close_notify. 9. Each ICE transport: closed.
            transport.dtls.close(now);
            if let Some(rtcp) = &mut transport.rtcp {
                rtcp.close(now);
            }
            transport.slots.dtls_state = crate::DtlsTransportState::Closed;
            transport.slots.ice_state = IceConnectionState::Closed;
        }
        self.transports.forget_closed();
        // 10., 11.
        self.ice_connection_state = IceConnectionState::Closed;
        self.connection_state = ConnectionState::Closed;
    }

    /// True once [`Self::close`] was called.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.is_closed
    }
}

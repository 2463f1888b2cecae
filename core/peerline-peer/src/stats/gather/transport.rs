//! Transports and certificates.

use super::super::StatsType;
use super::super::dictionaries as types;
use super::super::id::{Monitored, Name};
use super::Collector;
use crate::transport::Transport;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use peerline_crypto::HashAlgorithm;
use peerline_dtls::Fingerprint;
use peerline_ice::Component;

impl Collector<'_> {
    pub(super) fn transports(&mut self) {
        let connection = self.connection;
        let local_certificate =
            connection.transports.iter().next().map(|_| self.certificate(&connection.certificate.der, None));
        for transport in connection.transports.iter() {
            let remote_certificate = self.chain(transport.dtls.remote_certificates());
            self.ice(transport);
            let content = self.transport(transport, local_certificate.clone(), remote_certificate);
            self.push(self.id(Monitored::Transport(transport.id.0)), StatsType::Transport(Box::new(content)));
        }
    }

    /// The association, once there is one.
    pub(super) fn association(&mut self) {
        let Some(sctp) = &self.connection.sctp else { return };
        let now = sctp.association.statistics();
        let bytes = |bytes: usize| bytes as u64;
        let stats = types::SctpTransportStats {
            transport_id: self.id(Monitored::Transport(sctp.transport.0)),
            smoothed_round_trip_time: now.srtt,
            congestion_window: bytes(now.cwnd),
            receiver_window: bytes(now.rwnd),
            mtu: bytes(now.mtu),
            unack_data: bytes(now.unacked),
        };
        self.push(self.id(Monitored::Sctp), StatsType::SctpTransport(stats));
    }

    fn transport(
        &self,
        transport: &Transport,
        local_certificate_id: Option<String>,
        remote_certificate_id: Option<String>,
    ) -> types::TransportStats {
        let session = transport.dtls.session();
        let selected = transport.ice.last_selected_pair(Component::RTP);
        types::TransportStats {
            packets_sent: transport.traffic.packets_sent,
            packets_received: transport.traffic.packets_received,
            bytes_sent: transport.traffic.bytes_sent,
            bytes_received: transport.traffic.bytes_received,
            ice_role: Some(transport.ice_role.into()),
            ice_local_username_fragment: transport.local_parameters().map(|local| local.ufrag),
            dtls_state: Some(transport.slots.dtls_state),
            ice_state: Some(transport.slots.ice_state),
            selected_candidate_pair_id: selected.map(|pair| self.id(Monitored::Pair(transport.id.0, pair.id.0))),
            local_certificate_id,
            remote_certificate_id,
            tls_version: session.map(|session| session.version.as_hex().to_owned()),
            dtls_cipher: session.and_then(|session| session.cipher_suite).map(|suite| suite.to_string()),
            dtls_role: Some(transport.dtls_role.into()),
            srtp_cipher: session.and_then(|session| session.srtp_profile).map(|profile| profile.to_string()),
            selected_candidate_pair_changes: transport.selected_pair_changes,
            // RFC 8888 feedback speaks of media, which nobody sends yet.
            ccfb_messages_sent: None,
            ccfb_messages_received: None,
        }
    }

    /// The peer's certificates, the root first; gives the id of the leaf.
    fn chain(&mut self, chain: &[Vec<u8>]) -> Option<String> {
        chain.iter().rev().fold(None, |issuer, der| Some(self.certificate(der, issuer)))
    }

    fn certificate(&mut self, der: &[u8], issuer_certificate_id: Option<String>) -> String {
        let algorithm = HashAlgorithm::Sha256;
        let fingerprint = Fingerprint::of(der, &*self.connection.environment.crypto, algorithm);
        let stats = types::CertificateStats {
            fingerprint: fingerprint.value_hex(),
            fingerprint_algorithm: algorithm.as_str().to_owned(),
            base64_certificate: STANDARD.encode(der),
            issuer_certificate_id,
        };
        let id = self.named(Name::Certificate(fingerprint.value));
        // Bundled or not, a peer has one certificate for all its transports.
        if self.report.certificate(&id).is_none() {
            self.push(id.clone(), StatsType::Certificate(stats));
        }
        id
    }
}

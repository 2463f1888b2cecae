//! The connection as `peerline-jsep` sees it.

use crate::PeerConnection;
use crate::configuration::{Configuration, Environment};
use crate::states::{BundlePolicy, RtcpMuxPolicy};
use crate::transport::Transport;
use peerline_crypto::HashAlgorithm;
use peerline_dtls as dtls;
use peerline_jsep as jsep;

impl PeerConnection {
    pub(crate) fn view(&self) -> jsep::View<'_> {
        let descriptions = &self.descriptions;
        jsep::View {
            signaling_state: self.signaling_state(),
            current_local: descriptions.current_local.as_ref(),
            pending_local: descriptions.pending_local.as_ref(),
            current_remote: descriptions.current_remote.as_ref(),
            pending_remote: descriptions.pending_remote.as_ref(),
            last_offer: descriptions.last_offer.as_ref(),
            last_answer: descriptions.last_answer.as_ref(),
            session_id: descriptions.session_id,
            session_version: descriptions.session_version,
            transceivers: self.transceivers.iter().map(|transceiver| transceiver.jsep.clone()).collect(),
            next_transceiver: descriptions.next_transceiver,
            data: self.data_view(),
            transports: self.transports.iter().map(Transport::jsep_view).collect(),
            next_transport: descriptions.next_transport,
            map: &descriptions.map,
            stable: descriptions.stable.as_ref(),
            ice_credentials_to_replace: &descriptions.ice_credentials_to_replace,
            default_stream: &descriptions.default_stream,
            settings: &self.settings,
        }
    }

    fn data_view(&self) -> jsep::Data {
        jsep::Data {
            wanted: self.channels.was_any_created(),
            sctp_transport: self.sctp.is_some(),
            max_message_size: self.configuration.native.max_message_size as u64,
            remote_port: self.sctp.as_ref().and_then(|sctp| sctp.remote_port),
            ..jsep::Data::default()
        }
    }
}

/// What the configuration says to every description.
pub(crate) fn settings(
    configuration: &Configuration,
    environment: &Environment,
    certificate: &dtls::Certificate,
) -> jsep::Settings {
    // RFC 9429 §5.2.1: a fingerprint of each certificate; which one is used, the handshake decides.
    let fingerprint = |certificate: &dtls::Certificate| peerline_sdp::Fingerprint {
        hash: HashAlgorithm::Sha256.as_str().to_owned(),
        digest: environment.crypto.digest(HashAlgorithm::Sha256, &certificate.der),
    };
    let configured = configuration.certificates.iter().map(|certificate| fingerprint(certificate));
    let default = configuration.certificates.is_empty().then(|| fingerprint(certificate));
    jsep::Settings {
        bundle_policy: match configuration.bundle_policy {
            BundlePolicy::Balanced => jsep::BundlePolicy::Balanced,
            BundlePolicy::MaxCompat => jsep::BundlePolicy::MaxCompat,
            BundlePolicy::MaxBundle => jsep::BundlePolicy::MaxBundle,
        },
        rtcp_mux_policy: match configuration.rtcp_mux_policy {
            RtcpMuxPolicy::Negotiate => jsep::RtcpMuxPolicy::Negotiate,
            RtcpMuxPolicy::Require => jsep::RtcpMuxPolicy::Require,
        },
        fingerprints: configured.chain(default).collect(),
        capabilities: jsep::Capabilities::shared(),
        ..jsep::Settings::default()
    }
}

impl Transport {
    fn jsep_view(&self) -> jsep::Transport {
        jsep::Transport {
            local: self.local_parameters(),
            candidates: self.surfaced.clone(),
            gathering_complete: self.surfaced_all,
            ice_role: self.ice_role,
            remote: self.remote_parameters(),
            remote_fingerprints: self.remote_fingerprints.clone(),
            dtls_role: self.dtls_role.map(|role| match role {
                dtls::Role::Client => jsep::DtlsRole::Client,
                dtls::Role::Server => jsep::DtlsRole::Server,
            }),
            remote_tls_id: self.remote_tls_id.clone(),
            ..jsep::Transport::new(self.id)
        }
    }
}

impl Transport {
    /// Our ICE credentials, once a local description gave them.
    pub(crate) fn local_parameters(&self) -> Option<jsep::IceCredentials> {
        self.has_local_credentials.then(|| jsep_credentials(self.ice.local_credentials()))
    }

    /// The peer's ICE credentials, once they are in force.
    pub(crate) fn remote_parameters(&self) -> Option<jsep::IceCredentials> {
        self.ice.remote_credentials().map(jsep_credentials)
    }
}

fn jsep_credentials(credentials: &peerline_ice::Credentials) -> jsep::IceCredentials {
    jsep::IceCredentials { ufrag: credentials.ufrag.clone(), pwd: credentials.pwd.clone() }
}

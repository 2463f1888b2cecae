//! `RTCDtlsTransport` (W3C webrtc-pc §5.5): a view of one DTLS transport.

use crate::rtc_ice_transport::RtcIceTransport;
use crate::shared::Handle;
use peerline_peer::TransportId;

pub use peerline_peer::DtlsTransportState as RtcDtlsTransportState;

/// A view of a DTLS transport; it always shows the present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcDtlsTransport {
    connection: Handle,
    id: TransportId,
}

impl RtcDtlsTransport {
    pub(crate) const fn new(connection: Handle, id: TransportId) -> Self {
        Self { connection, id }
    }

    /// `iceTransport`: the transport below.
    #[must_use]
    pub fn ice_transport(&self) -> RtcIceTransport {
        RtcIceTransport::new(self.connection.clone(), self.id)
    }

    /// `state`.
    #[must_use]
    pub fn state(&self) -> RtcDtlsTransportState {
        self.connection.lock().transport(self.id).map_or(RtcDtlsTransportState::Closed, |view| view.dtls_state)
    }

    /// `getRemoteCertificates`: the peer's chain in DER, its own certificate first; empty before the handshake is done.
    #[must_use]
    pub fn get_remote_certificates(&self) -> Vec<Vec<u8>> {
        self.connection.lock().transport(self.id).map(|view| view.remote_certificates).unwrap_or_default()
    }
}

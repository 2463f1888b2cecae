//! `RTCSctpTransport` (W3C webrtc-pc §6.1): a view of the association.

use crate::rtc_dtls_transport::RtcDtlsTransport;
use crate::shared::Handle;
use peerline_peer::{SctpTransportView, TransportId};

pub use peerline_peer::SctpTransportState as RtcSctpTransportState;

/// A view of the association that carries the data channels; it always shows the present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtcSctpTransport {
    connection: Handle,
    transport: TransportId,
}

impl RtcSctpTransport {
    pub(crate) const fn new(connection: Handle, transport: TransportId) -> Self {
        Self { connection, transport }
    }

    /// `transport`: the DTLS transport below.
    #[must_use]
    pub fn transport(&self) -> RtcDtlsTransport {
        let transport = self.view().map_or(self.transport, |view| view.transport);
        RtcDtlsTransport::new(self.connection.clone(), transport)
    }

    /// `state`.
    #[must_use]
    pub fn state(&self) -> RtcSctpTransportState {
        self.view().map_or(RtcSctpTransportState::Closed, |view| view.state)
    }

    /// `maxMessageSize`: bytes of the largest message that can be sent; positive infinity if there is no limit.
    #[must_use]
    pub fn max_message_size(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "W3C has it as a double")]
        self.view().map_or(0.0, |view| view.max_message_size.map_or(f64::INFINITY, |size| size as f64))
    }

    /// `maxChannels`, once it is known.
    #[must_use]
    pub fn max_channels(&self) -> Option<u16> {
        self.view().and_then(|view| view.max_channels)
    }

    fn view(&self) -> Option<SctpTransportView> {
        self.connection.lock().core.sctp()
    }
}

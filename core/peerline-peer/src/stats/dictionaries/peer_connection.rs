//! `RTCPeerConnectionStats` and `RTCDataChannelStats` (webrtc-stats).

use crate::states::DataChannelState;

enumeration_members!(DataChannelState);

dictionary! {
    /// `RTCPeerConnectionStats`. Their difference is the number of channels that are open now.
    PeerConnectionStats {
        /// Channels that were ever open.
        data_channels_opened: u64 = "dataChannelsOpened",
        /// Channels that were open and no longer are.
        data_channels_closed: u64 = "dataChannelsClosed",
    }
}

dictionary! {
    /// `RTCDataChannelStats`, of every channel that was not forgotten.
    DataChannelStats {
        /// `label`.
        label: String = "label",
        /// `protocol`.
        protocol: String = "protocol",
        /// `id`, once there is one.
        data_channel_identifier: Option<u16> = "dataChannelIdentifier",
        /// `readyState`.
        state: Option<DataChannelState> = "state",
        /// Messages that `send` took.
        messages_sent: u64 = "messagesSent",
        /// Their bytes, without headers.
        bytes_sent: u64 = "bytesSent",
        /// Messages that the application has received.
        messages_received: u64 = "messagesReceived",
        /// Their bytes, without headers.
        bytes_received: u64 = "bytesReceived",
    }
}

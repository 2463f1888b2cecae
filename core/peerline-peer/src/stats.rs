//! Statistics (W3C webrtc-pc §8, webrtc-stats): `getStats()` and the report it settles with.
//!
//! `getStats()` is no operation of the chain (§8.2 step 6 runs "in parallel"): a task of its own gathers and settles, at any time, also
//! after `close`. The dictionaries are the specification's, member by member; a member that we cannot tell truthfully is left out.

#[macro_use]
mod dictionary;
mod dictionaries;
mod gather;
mod id;
mod report;
mod traffic;

pub use dictionaries::{
    AudioPlayoutStats, AudioSourceStats, CandidateAddress, CandidatePairStats, CertificateStats, CodecStats,
    DataChannelStats, DtlsRole, IceCandidatePairState, IceCandidateStats, IceCandidateType, IceProtocol, IceRole,
    IceTcpCandidateType, InboundRtpStreamStats, MediaSourceStats, OutboundRtpStreamStats, PeerConnectionStats,
    QualityLimitationReason, ReceivedRtpStreamStats, RemoteInboundRtpStreamStats, RemoteOutboundRtpStreamStats,
    RtpStreamStats, SctpTransportStats, SentRtpStreamStats, TransportStats, VideoSourceStats,
};
pub use dictionary::StatsValue;
pub(crate) use gather::Monitor;
pub use report::{Stats, StatsReport, StatsType};
pub(crate) use traffic::{Messages, Traffic};

use crate::PeerConnection;
use crate::event::{Event, OperationId, Settled, TransceiverId};
use crate::task::Task;
use peerline_edge::{FiveTuple, Time};

/// Whose statistics are asked for (§8.3 "stats selection algorithm").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatsSelector {
    /// Everything of the connection.
    #[default]
    Connection,
    /// What a transceiver's sender sends, and what that refers to.
    Sender(TransceiverId),
    /// What a transceiver's receiver receives, and what that refers to.
    Receiver(TransceiverId),
}

impl PeerConnection {
    /// `getStats()` (§8.2): settles with [`Settled::Stats`] in a task of its own, also on a closed connection.
    pub fn get_stats(&mut self, now: Time, selector: StatsSelector) -> OperationId {
        let operation = self.operations.issue();
        self.tasks.push(Task::Stats(operation, selector));
        self.advance(now);
        operation
    }

    /// Counts datagrams of [`Self::poll_transmit`] that the socket did not take; connectivity checks do not count.
    pub fn note_discarded(&mut self, path: &FiveTuple, bytes: usize, packets: usize) {
        if let Some(transport) = self.transports.owning(path.local) {
            transport.ice.note_discarded(path, bytes, packets);
        }
    }

    pub(crate) fn run_stats(&mut self, now: Time, operation: OperationId, selector: StatsSelector) {
        let report = self.gather_stats(now, selector);
        self.tasks.fire(Event::OperationSettled { operation, result: Ok(Settled::Stats(report)) });
    }
}

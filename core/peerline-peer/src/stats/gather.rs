//! What the report is made of, monitored object by monitored object.

mod ice;
mod rtp;
mod transport;

use super::dictionaries as types;
use super::id::{Ids, Monitored, Name, Names};
use super::{StatsReport, StatsSelector, StatsType};
use crate::PeerConnection;
use crate::states::DataChannelState;
use peerline_edge::Time;
use peerline_jsep::MediaKind;
use std::collections::BTreeSet;

/// What a connection keeps for its statistics; nothing before the first `getStats()`.
#[derive(Debug, Default)]
pub(crate) struct Monitor {
    ids: Option<Ids>,
    names: Names,
}

/// A report in the making.
struct Collector<'a> {
    connection: &'a PeerConnection,
    ids: Ids,
    names: &'a mut Names,
    /// Milliseconds since 1970.
    timestamp: f64,
    report: StatsReport,
}

impl PeerConnection {
    /// "Gather the stats indicated by selector according to the stats selection algorithm" (§8.5).
    pub(super) fn gather_stats(&mut self, now: Time, selector: StatsSelector) -> StatsReport {
        let mut monitor = core::mem::take(&mut self.monitor);
        let ids = *monitor.ids.get_or_insert_with(|| Ids::new(&mut self.rng));
        let timestamp = self.unix_millis(now);
        let report = StatsReport::default();
        let mut collector = Collector { connection: self, ids, names: &mut monitor.names, timestamp, report };
        collector.transports();
        collector.sources();
        collector.outbound_streams();
        if selector == StatsSelector::Connection {
            collector.connection();
            collector.association();
            collector.channels();
        }
        let mut report = collector.report;
        match selector {
            StatsSelector::Connection => monitor.names.forget_gone(),
            selector => self.select(&mut report, selector),
        }
        self.monitor = monitor;
        report
    }

    /// Keeps the RTP streams of a sender or receiver, and what they refer to.
    fn select(&self, report: &mut StatsReport, selector: StatsSelector) {
        let transceiver = match selector {
            StatsSelector::Sender(id) | StatsSelector::Receiver(id) => self.transceiver(id),
            StatsSelector::Connection => return,
        };
        report.keep_reachable(|content| match (content, selector) {
            (StatsType::OutboundRtp(stream), StatsSelector::Sender(_)) => {
                stream.mid.is_some() && stream.mid.as_deref() == transceiver.and_then(|transceiver| transceiver.mid())
            }
            (StatsType::InboundRtp(stream), StatsSelector::Receiver(_)) => {
                transceiver.is_some_and(|transceiver| transceiver.receiver.track.id == stream.track_identifier)
            }
            _ => false,
        });
    }

    /// A time as statistics have it: milliseconds since 1970.
    fn unix_millis(&self, time: Time) -> f64 {
        // Far below 2^53.
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 need 41 bits")]
        let epoch = self.environment.unix_millis_at_epoch as f64;
        epoch + time.since_epoch().as_secs_f64() * 1e3
    }
}

impl Collector<'_> {
    fn id(&self, object: Monitored) -> String {
        self.ids.of(object)
    }

    fn named(&mut self, name: Name) -> String {
        let object = self.names.number(name);
        self.ids.of(object)
    }

    fn push(&mut self, id: String, content: StatsType) {
        self.report.push(id, self.timestamp, content);
    }

    fn connection(&mut self) {
        let (data_channels_opened, data_channels_closed) = self.connection.channels.opened_and_closed();
        let stats = types::PeerConnectionStats { data_channels_opened, data_channels_closed };
        self.push(self.id(Monitored::Connection), StatsType::PeerConnection(stats));
    }

    fn channels(&mut self) {
        for (id, channel) in self.connection.channels.iter() {
            let messages = channel.messages();
            let stats = types::DataChannelStats {
                label: channel.label().to_owned(),
                protocol: channel.protocol().to_owned(),
                data_channel_identifier: channel.id(),
                state: Some(channel.ready_state()),
                messages_sent: messages.sent,
                bytes_sent: messages.bytes_sent,
                messages_received: messages.received,
                bytes_received: messages.bytes_received,
            };
            self.push(self.id(Monitored::Channel(id.0)), StatsType::DataChannel(stats));
        }
    }

    /// The tracks that senders have, each once.
    fn sources(&mut self) {
        let connection = self.connection;
        let mut seen = BTreeSet::new();
        for track in connection.transceivers.iter().filter_map(|transceiver| transceiver.sender.track.as_ref()) {
            if !seen.insert(&track.id) {
                continue;
            }
            let id = self.named(Name::Source(track.id.clone()));
            let source = types::MediaSourceStats { track_identifier: track.id.clone(), kind: Some(track.kind) };
            let content = match track.kind {
                MediaKind::Audio => {
                    StatsType::AudioSource(types::AudioSourceStats { source, ..types::AudioSourceStats::default() })
                }
                MediaKind::Video => {
                    StatsType::VideoSource(types::VideoSourceStats { source, ..types::VideoSourceStats::default() })
                }
            };
            self.push(id, content);
        }
    }
}

impl crate::data_channel::DataChannels {
    /// How many channels were ever open, and how many of them are not any more.
    fn opened_and_closed(&self) -> (u64, u64) {
        let forgotten = self.forgotten_after_open();
        let opened = self.iter().filter(|(_, channel)| channel.was_open());
        opened.fold((forgotten, forgotten), |(opened, closed), (_, channel)| {
            (opened + 1, closed + u64::from(channel.ready_state() != DataChannelState::Open))
        })
    }
}

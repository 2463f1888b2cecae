//! `RTCStatsReport` (W3C webrtc-pc §8.3) and what every member of it has (§8.4 `RTCStats`).

use super::dictionaries as types;
use super::dictionary::StatsValue;
use std::collections::HashMap;

macro_rules! stats_types {
    ($($(#[$doc:meta])* $variant:ident($dictionary:ty) = $text:literal,)*) => {
        /// The dictionary of one monitored object, by its type (`RTCStatsType`).
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum StatsType {
            $($(#[$doc])* $variant($dictionary),)*
        }

        impl StatsType {
            /// `type`.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $text,)*
                }
            }

            fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&'static str, StatsValue<'a>)) {
                match self {
                    $(Self::$variant(dictionary) => dictionary.visit(visitor),)*
                }
            }
        }
    };
}

stats_types! {
    /// A codec in use.
    Codec(types::CodecStats) = "codec",
    /// An RTP stream that we receive.
    InboundRtp(Box<types::InboundRtpStreamStats>) = "inbound-rtp",
    /// An RTP stream that we send.
    OutboundRtp(Box<types::OutboundRtpStreamStats>) = "outbound-rtp",
    /// The peer's report of a stream that we send.
    RemoteInboundRtp(types::RemoteInboundRtpStreamStats) = "remote-inbound-rtp",
    /// The peer's report of a stream that we receive.
    RemoteOutboundRtp(types::RemoteOutboundRtpStreamStats) = "remote-outbound-rtp",
    /// An audio track that a sender has.
    AudioSource(types::AudioSourceStats) = "media-source",
    /// A video track that a sender has.
    VideoSource(types::VideoSourceStats) = "media-source",
    /// A playout path.
    MediaPlayout(types::AudioPlayoutStats) = "media-playout",
    /// The connection.
    PeerConnection(types::PeerConnectionStats) = "peer-connection",
    /// A data channel.
    DataChannel(types::DataChannelStats) = "data-channel",
    /// A transport.
    Transport(Box<types::TransportStats>) = "transport",
    /// The association of the data channels.
    SctpTransport(types::SctpTransportStats) = "sctp-transport",
    /// A candidate pair.
    CandidatePair(Box<types::CandidatePairStats>) = "candidate-pair",
    /// A candidate of ours.
    LocalCandidate(Box<types::IceCandidateStats>) = "local-candidate",
    /// A candidate of the peer's.
    RemoteCandidate(Box<types::IceCandidateStats>) = "remote-candidate",
    /// A certificate.
    Certificate(types::CertificateStats) = "certificate",
}

/// One monitored object at one moment (`RTCStats`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// `id`: the same for the same object in every report, and of no other object, ever.
    pub id: String,
    /// `timestamp`: milliseconds since 1970, by a clock that never jumps.
    pub timestamp: f64,
    /// `type`, with the members of its dictionary.
    pub content: StatsType,
}

impl Stats {
    /// Shows every member of the dictionary by its W3C name, beginning with `id`, `timestamp` and `type`.
    pub fn visit<'a>(&'a self, mut visitor: impl FnMut(&'static str, StatsValue<'a>)) {
        visitor("id", StatsValue::Text(&self.id));
        visitor("timestamp", StatsValue::Number(self.timestamp));
        visitor("type", StatsValue::Text(self.content.as_str()));
        self.content.visit(&mut visitor);
    }
}

/// `RTCStatsReport`: what was collected, each object once; it never changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatsReport {
    stats: Vec<Stats>,
}

impl StatsReport {
    pub(super) fn push(&mut self, id: String, timestamp: f64, content: StatsType) {
        self.stats.push(Stats { id, timestamp, content });
    }

    pub(super) fn certificate(&self, id: &str) -> Option<&Stats> {
        self.get(id).filter(|stats| matches!(stats.content, StatsType::Certificate(_)))
    }

    /// Keeps the objects that are roots and all that they refer to, directly or not. A member whose name ends in `Id` is a reference.
    pub(super) fn keep_reachable(&mut self, is_root: impl Fn(&StatsType) -> bool) {
        let by_id: HashMap<&str, usize> =
            self.stats.iter().enumerate().map(|(index, stats)| (stats.id.as_str(), index)).collect();
        let mut kept = vec![false; self.stats.len()];
        let mut waiting: Vec<usize> = (0..self.stats.len())
            .filter(|index| self.stats.get(*index).is_some_and(|stats| is_root(&stats.content)))
            .collect();
        while let Some(index) = waiting.pop() {
            let Some(is_kept) = kept.get_mut(index).filter(|is_kept| !**is_kept) else { continue };
            *is_kept = true;
            let Some(stats) = self.stats.get(index) else { continue };
            stats.content.visit(&mut |name, value| {
                if let (true, StatsValue::Text(id)) = (name.ends_with("Id"), value) {
                    waiting.extend(by_id.get(id));
                }
            });
        }
        let mut kept = kept.into_iter();
        self.stats.retain(|_| kept.next().unwrap_or(false));
    }

    /// Everything, objects before those that refer to them where possible.
    pub fn iter(&self) -> core::slice::Iter<'_, Stats> {
        self.stats.iter()
    }

    /// The object with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Stats> {
        self.stats.iter().find(|stats| stats.id == id)
    }

    /// How many objects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stats.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stats.is_empty()
    }
}

impl IntoIterator for StatsReport {
    type Item = Stats;
    type IntoIter = std::vec::IntoIter<Stats>;
    fn into_iter(self) -> Self::IntoIter {
        self.stats.into_iter()
    }
}

impl<'a> IntoIterator for &'a StatsReport {
    type Item = &'a Stats;
    type IntoIter = core::slice::Iter<'a, Stats>;
    fn into_iter(self) -> Self::IntoIter {
        self.stats.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_keeps_what_its_roots_refer_to_directly_or_not() {
        let mut report = StatsReport::default();
        let mut outbound = types::OutboundRtpStreamStats { mid: Some("0".to_owned()), ..Default::default() };
        outbound.sent.stream.transport_id = Some("T".to_owned());
        outbound.sent.packets_sent = Some(3);
        let transport =
            types::TransportStats { selected_candidate_pair_id: Some("P".to_owned()), ..Default::default() };
        let pair = types::CandidatePairStats { transport_id: "T".to_owned(), ..Default::default() };
        report.push("P".to_owned(), 1.0, StatsType::CandidatePair(Box::new(pair)));
        report.push("X".to_owned(), 1.0, StatsType::Transport(Box::default()));
        report.push("T".to_owned(), 1.0, StatsType::Transport(Box::new(transport)));
        report.push("O".to_owned(), 1.0, StatsType::OutboundRtp(Box::new(outbound)));
        report.push("C".to_owned(), 1.0, StatsType::PeerConnection(types::PeerConnectionStats::default()));
        let mut members = Vec::new();
        report.get("O").expect("pushed").visit(|name, value| members.push((name, value)));
        assert!(members.contains(&("packetsSent", StatsValue::Unsigned(3))), "inherited members too: {members:?}");
        report.keep_reachable(|content| matches!(content, StatsType::OutboundRtp(_)));
        let ids: Vec<_> = report.iter().map(|stats| stats.id.as_str()).collect();
        assert_eq!(ids, ["P", "T", "O"]);
        report.keep_reachable(|_| false);
        assert!(report.is_empty());
    }
}

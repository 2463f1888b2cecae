//! RTP streams and the codecs they use.

use super::super::StatsType;
use super::super::dictionaries as types;
use super::super::id::{Monitored, Name};
use super::Collector;
use crate::transceiver::{OutboundStream, Transceiver};
use core::time::Duration;
use peerline_jsep::{Codec, MediaKind};
use std::collections::BTreeSet;

impl Collector<'_> {
    /// The streams that senders are configured for. They exist from the answer on, though nothing is sent before there is a media plane.
    pub(super) fn outbound_streams(&mut self) {
        let connection = self.connection;
        let mut codecs = BTreeSet::new();
        for transceiver in connection.transceivers.iter().filter(|transceiver| !transceiver.jsep.stopping) {
            for (index, stream) in transceiver.sender.streams.iter().enumerate() {
                let codec_id = self.codec(&mut codecs, transceiver, stream);
                let stats = self.outbound(transceiver, stream, index, codec_id);
                let id = self.id(Monitored::Outbound(transceiver.jsep.id.0, stream.ssrc));
                self.push(id, StatsType::OutboundRtp(Box::new(stats)));
            }
        }
    }

    fn outbound(
        &mut self,
        transceiver: &Transceiver,
        stream: &OutboundStream,
        index: usize,
        codec_id: Option<String>,
    ) -> types::OutboundRtpStreamStats {
        let (sender, kind) = (&transceiver.sender, transceiver.jsep.kind);
        let is_video = kind == MediaKind::Video;
        let encoding = sender.encodings.iter().find(|encoding| encoding.rid == stream.rid);
        let mut stats = types::OutboundRtpStreamStats {
            mid: transceiver.mid().map(str::to_owned),
            media_source_id: sender.track.as_ref().map(|track| self.named(Name::Source(track.id.clone()))),
            rid: stream.rid.clone().filter(|_| is_video),
            encoding_index: u32::try_from(index).ok().filter(|_| is_video),
            header_bytes_sent: Some(0),
            retransmitted_packets_sent: Some(0),
            retransmitted_bytes_sent: Some(0),
            total_packet_send_delay: Some(Duration::ZERO),
            nack_count: Some(0),
            fir_count: is_video.then_some(0),
            pli_count: is_video.then_some(0),
            active: encoding.map(|encoding| encoding.active),
            scalability_mode: encoding.and_then(|encoding| encoding.scalability_mode.clone()).filter(|_| is_video),
            packets_sent_with_ect1: Some(0),
            ..types::OutboundRtpStreamStats::default()
        };
        stats.sent.packets_sent = Some(0);
        stats.sent.bytes_sent = Some(0);
        stats.sent.stream = types::RtpStreamStats {
            ssrc: stream.ssrc,
            kind: Some(kind),
            transport_id: sender.transport.map(|transport| self.id(Monitored::Transport(transport.0))),
            codec_id,
        };
        stats
    }

    /// The codec that a stream is sent with: the one that its encoding names, else the first that was negotiated.
    fn codec(
        &mut self,
        seen: &mut BTreeSet<String>,
        transceiver: &Transceiver,
        stream: &OutboundStream,
    ) -> Option<String> {
        let sender = &transceiver.sender;
        let transport = sender.transport?;
        let wanted = sender.encodings.iter().find(|encoding| encoding.rid == stream.rid);
        let wanted = wanted.and_then(|encoding| encoding.codec.as_ref());
        let codec = sender.negotiated.codecs.iter().find(|codec| match wanted {
            Some(wanted) => wanted.is(codec),
            None => carries_media(codec),
        })?;
        let id = self.id(Monitored::Codec(transport.0, codec.payload_type.0));
        if seen.insert(id.clone()) {
            let stats = self.codec_stats(codec, transceiver.jsep.kind, transport.0);
            self.push(id.clone(), StatsType::Codec(stats));
        }
        Some(id)
    }

    fn codec_stats(&self, codec: &Codec, kind: MediaKind, transport: u32) -> types::CodecStats {
        types::CodecStats {
            payload_type: codec.payload_type.0,
            transport_id: self.id(Monitored::Transport(transport)),
            mime_type: format!("{}/{}", kind.as_str(), codec.name),
            clock_rate: Some(codec.clock_rate),
            channels: (kind == MediaKind::Audio).then_some(codec.channels.unwrap_or(1)),
            sdp_fmtp_line: Some(codec.parameters.clone()).filter(|parameters| !parameters.is_empty()),
        }
    }
}

/// Not a helper of another codec, nor what stands for sound that is none.
fn carries_media(codec: &Codec) -> bool {
    let helpers = ["rtx", "red", "ulpfec", "flexfec-03", "telephone-event", "CN"];
    !helpers.iter().any(|name| codec.name.eq_ignore_ascii_case(name))
}

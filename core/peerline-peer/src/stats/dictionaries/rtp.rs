//! The RTP streams (webrtc-stats "The RTP statistics hierarchy"): the media plane fills these.

use super::enumerations::QualityLimitationReason;
use core::time::Duration;
use peerline_jsep::MediaKind;
use std::collections::BTreeMap;

dictionary! {
    /// `RTCRtpStreamStats`: What any end of an RTP stream has.
    RtpStreamStats {
        /// The SSRC.
        ssrc: u32 = "ssrc",
        /// The track's kind.
        kind: Option<MediaKind> = "kind",
        /// The transport.
        transport_id: Option<String> = "transportId",
        /// The codec.
        codec_id: Option<String> = "codecId",
    }
}

dictionary! {
    /// `RTCReceivedRtpStreamStats`: What the receiving end measures.
    ReceivedRtpStreamStats: /// What its kind of end has.
        stream RtpStreamStats {
        /// RTP packets received, retransmissions included.
        packets_received: Option<u64> = "packetsReceived",
        /// Those marked ECT(1).
        packets_received_with_ect1: Option<u64> = "packetsReceivedWithEct1",
        /// Those marked CE.
        packets_received_with_ce: Option<u64> = "packetsReceivedWithCe",
        /// Packets that an RFC 8888 report called lost.
        packets_reported_as_lost: Option<u64> = "packetsReportedAsLost",
        /// Those of them that a later report had after all.
        packets_reported_as_lost_but_recovered: Option<u64> = "packetsReportedAsLostButRecovered",
        /// Packets lost (RFC 3550 §6.4.1); negative if duplicates came.
        packets_lost: Option<i64> = "packetsLost",
        /// Interarrival jitter (RFC 3550 §6.4.1).
        jitter: Option<Duration> = "jitter",
    }
}

dictionary! {
    /// `RTCInboundRtpStreamStats`: A stream that we receive.
    InboundRtpStreamStats: /// What its kind of end has.
        received ReceivedRtpStreamStats {
        /// The track's id.
        track_identifier: String = "trackIdentifier",
        /// The transceiver's mid.
        mid: Option<String> = "mid",
        /// What the peer reports of this stream.
        remote_id: Option<String> = "remoteId",
        /// Frames decoded.
        frames_decoded: Option<u32> = "framesDecoded",
        /// Key frames among them.
        key_frames_decoded: Option<u32> = "keyFramesDecoded",
        /// Frames rendered.
        frames_rendered: Option<u32> = "framesRendered",
        /// Frames dropped before or after decoding.
        frames_dropped: Option<u32> = "framesDropped",
        /// Of the last frame, pixels.
        frame_width: Option<u32> = "frameWidth",
        /// Of the last frame, pixels.
        frame_height: Option<u32> = "frameHeight",
        /// Frames of the last second.
        frames_per_second: Option<f64> = "framesPerSecond",
        /// Sum of the quantization parameters.
        qp_sum: Option<u64> = "qpSum",
        /// Time spent decoding.
        total_decode_time: Option<Duration> = "totalDecodeTime",
        /// Sum of the times between rendered frames.
        total_inter_frame_delay: Option<Duration> = "totalInterFrameDelay",
        /// Sum of their squares, in seconds squared.
        total_squared_inter_frame_delay: Option<f64> = "totalSquaredInterFrameDelay",
        /// Pauses of video.
        pause_count: Option<u32> = "pauseCount",
        /// Their duration.
        total_pauses_duration: Option<Duration> = "totalPausesDuration",
        /// Freezes of video.
        freeze_count: Option<u32> = "freezeCount",
        /// Their duration.
        total_freezes_duration: Option<Duration> = "totalFreezesDuration",
        /// When the last packet came, milliseconds since 1970.
        last_packet_received_timestamp: Option<f64> = "lastPacketReceivedTimestamp",
        /// Bytes of RTP headers and padding received.
        header_bytes_received: Option<u64> = "headerBytesReceived",
        /// Packets that came too late or too early.
        packets_discarded: Option<u64> = "packetsDiscarded",
        /// Bytes of error correction received.
        fec_bytes_received: Option<u64> = "fecBytesReceived",
        /// Packets of error correction received.
        fec_packets_received: Option<u64> = "fecPacketsReceived",
        /// Those that were of no use.
        fec_packets_discarded: Option<u64> = "fecPacketsDiscarded",
        /// Bytes of RTP payload received.
        bytes_received: Option<u64> = "bytesReceived",
        /// Generic NACKs.
        nack_count: Option<u32> = "nackCount",
        /// Full intra requests.
        fir_count: Option<u32> = "firCount",
        /// Picture loss indications.
        pli_count: Option<u32> = "pliCount",
        /// Time from the first packet of a frame to its decoding, summed up.
        total_processing_delay: Option<Duration> = "totalProcessingDelay",
        /// The sender's clock at what is played now, milliseconds since 1900.
        estimated_playout_timestamp: Option<f64> = "estimatedPlayoutTimestamp",
        /// Time that frames or samples spent in the jitter buffer, summed up.
        jitter_buffer_delay: Option<Duration> = "jitterBufferDelay",
        /// Target delays, summed up.
        jitter_buffer_target_delay: Option<Duration> = "jitterBufferTargetDelay",
        /// Frames or samples that left the jitter buffer.
        jitter_buffer_emitted_count: Option<u64> = "jitterBufferEmittedCount",
        /// Least delays, summed up.
        jitter_buffer_minimum_delay: Option<Duration> = "jitterBufferMinimumDelay",
        /// Samples received, concealed ones included.
        total_samples_received: Option<u64> = "totalSamplesReceived",
        /// Samples that were made up.
        concealed_samples: Option<u64> = "concealedSamples",
        /// Those of them that were silent.
        silent_concealed_samples: Option<u64> = "silentConcealedSamples",
        /// How often concealment began.
        concealment_events: Option<u64> = "concealmentEvents",
        /// Samples inserted to play slower.
        inserted_samples_for_deceleration: Option<u64> = "insertedSamplesForDeceleration",
        /// Samples removed to play faster.
        removed_samples_for_acceleration: Option<u64> = "removedSamplesForAcceleration",
        /// From 0 to 1.
        audio_level: Option<f64> = "audioLevel",
        /// The sum of squared levels over time.
        total_audio_energy: Option<f64> = "totalAudioEnergy",
        /// Duration of all samples.
        total_samples_duration: Option<Duration> = "totalSamplesDuration",
        /// Complete frames received.
        frames_received: Option<u32> = "framesReceived",
        /// Name of the decoder.
        decoder_implementation: Option<String> = "decoderImplementation",
        /// The playout path.
        playout_id: Option<String> = "playoutId",
        /// Whether the decoder saves power.
        power_efficient_decoder: Option<bool> = "powerEfficientDecoder",
        /// Frames of more than one packet.
        frames_assembled_from_multiple_packets: Option<u32> = "framesAssembledFromMultiplePackets",
        /// Time from the first to the last packet of those, summed up.
        total_assembly_time: Option<Duration> = "totalAssemblyTime",
        /// Retransmissions received.
        retransmitted_packets_received: Option<u64> = "retransmittedPacketsReceived",
        /// Their payload bytes.
        retransmitted_bytes_received: Option<u64> = "retransmittedBytesReceived",
        /// The SSRC of retransmissions.
        rtx_ssrc: Option<u32> = "rtxSsrc",
        /// The SSRC of error correction.
        fec_ssrc: Option<u32> = "fecSsrc",
        /// Corruption probabilities, summed up.
        total_corruption_probability: Option<f64> = "totalCorruptionProbability",
        /// Their squares, summed up.
        total_squared_corruption_probability: Option<f64> = "totalSquaredCorruptionProbability",
        /// How many there were.
        corruption_measurements: Option<u64> = "corruptionMeasurements",
    }
}

dictionary! {
    /// `RTCRemoteInboundRtpStreamStats`: What the peer reports of a stream that we send.
    RemoteInboundRtpStreamStats: /// What its kind of end has.
        received ReceivedRtpStreamStats {
        /// Our side of this stream.
        local_id: Option<String> = "localId",
        /// The last round-trip time that RTCP showed.
        round_trip_time: Option<Duration> = "roundTripTime",
        /// All of them, summed up.
        total_round_trip_time: Option<Duration> = "totalRoundTripTime",
        /// Fraction of packets lost, from the last report.
        fraction_lost: Option<f64> = "fractionLost",
        /// How many round-trip times there were.
        round_trip_time_measurements: Option<u64> = "roundTripTimeMeasurements",
        /// Packets sent as ECT(1) that came as Not-ECT.
        packets_with_bleached_ect1_marking: Option<u64> = "packetsWithBleachedEct1Marking",
    }
}

dictionary! {
    /// `RTCSentRtpStreamStats`: What the sending end measures.
    SentRtpStreamStats: /// What its kind of end has.
        stream RtpStreamStats {
        /// RTP packets sent, retransmissions included.
        packets_sent: Option<u64> = "packetsSent",
        /// Bytes of RTP payload sent.
        bytes_sent: Option<u64> = "bytesSent",
    }
}

dictionary! {
    /// `RTCOutboundRtpStreamStats`: A stream that we send.
    OutboundRtpStreamStats: /// What its kind of end has.
        sent SentRtpStreamStats {
        /// The transceiver's mid.
        mid: Option<String> = "mid",
        /// The source.
        media_source_id: Option<String> = "mediaSourceId",
        /// What the peer reports of this stream.
        remote_id: Option<String> = "remoteId",
        /// The encoding's rid.
        rid: Option<String> = "rid",
        /// The encoding's place in the list of encodings.
        encoding_index: Option<u32> = "encodingIndex",
        /// Bytes of RTP headers and padding sent.
        header_bytes_sent: Option<u64> = "headerBytesSent",
        /// Retransmissions sent.
        retransmitted_packets_sent: Option<u64> = "retransmittedPacketsSent",
        /// Their payload bytes.
        retransmitted_bytes_sent: Option<u64> = "retransmittedBytesSent",
        /// The SSRC of retransmissions.
        rtx_ssrc: Option<u32> = "rtxSsrc",
        /// What the encoder aims at, bits a second.
        target_bitrate: Option<f64> = "targetBitrate",
        /// Target sizes of frames, summed up.
        total_encoded_bytes_target: Option<u64> = "totalEncodedBytesTarget",
        /// Of the last frame, pixels.
        frame_width: Option<u32> = "frameWidth",
        /// Of the last frame, pixels.
        frame_height: Option<u32> = "frameHeight",
        /// Frames of the last second.
        frames_per_second: Option<f64> = "framesPerSecond",
        /// Frames sent.
        frames_sent: Option<u32> = "framesSent",
        /// Those more than 2.5 times as large as the average.
        huge_frames_sent: Option<u32> = "hugeFramesSent",
        /// Frames encoded.
        frames_encoded: Option<u32> = "framesEncoded",
        /// Key frames among them.
        key_frames_encoded: Option<u32> = "keyFramesEncoded",
        /// Sum of the quantization parameters.
        qp_sum: Option<u64> = "qpSum",
        /// Peak signal-to-noise ratios by component, summed up.
        psnr_sum: Option<BTreeMap<String, f64>> = "psnrSum",
        /// How many there were.
        psnr_measurements: Option<u64> = "psnrMeasurements",
        /// Time spent encoding.
        total_encode_time: Option<Duration> = "totalEncodeTime",
        /// Time that packets waited to be sent, summed up.
        total_packet_send_delay: Option<Duration> = "totalPacketSendDelay",
        /// What limits the quality now.
        quality_limitation_reason: Option<QualityLimitationReason> = "qualityLimitationReason",
        /// Seconds spent with each limit.
        quality_limitation_durations: Option<BTreeMap<String, f64>> = "qualityLimitationDurations",
        /// Changes of resolution because of a limit.
        quality_limitation_resolution_changes: Option<u32> = "qualityLimitationResolutionChanges",
        /// Generic NACKs.
        nack_count: Option<u32> = "nackCount",
        /// Full intra requests.
        fir_count: Option<u32> = "firCount",
        /// Picture loss indications.
        pli_count: Option<u32> = "pliCount",
        /// Name of the encoder.
        encoder_implementation: Option<String> = "encoderImplementation",
        /// Whether the encoder saves power.
        power_efficient_encoder: Option<bool> = "powerEfficientEncoder",
        /// Whether the encoding is active.
        active: Option<bool> = "active",
        /// The scalability mode in use.
        scalability_mode: Option<String> = "scalabilityMode",
        /// Packets sent marked ECT(1).
        packets_sent_with_ect1: Option<u64> = "packetsSentWithEct1",
    }
}

dictionary! {
    /// `RTCRemoteOutboundRtpStreamStats`: What the peer reports of a stream that we receive.
    RemoteOutboundRtpStreamStats: /// What its kind of end has.
        sent SentRtpStreamStats {
        /// Our side of this stream.
        local_id: Option<String> = "localId",
        /// The peer's clock in its last report, milliseconds since 1970.
        remote_timestamp: Option<f64> = "remoteTimestamp",
        /// Sender reports received of the peer.
        reports_sent: Option<u64> = "reportsSent",
        /// The last round-trip time that RTCP showed.
        round_trip_time: Option<Duration> = "roundTripTime",
        /// All of them, summed up.
        total_round_trip_time: Option<Duration> = "totalRoundTripTime",
        /// How many round-trip times there were.
        round_trip_time_measurements: Option<u64> = "roundTripTimeMeasurements",
    }
}

//! `RTCCodecStats`, the sources of sent media and the playout of received audio (webrtc-stats).

use core::time::Duration;
use peerline_jsep::MediaKind;

enumeration_members!(MediaKind);

dictionary! {
    /// `RTCCodecStats`, of codecs that an RTP stream uses.
    CodecStats {
        /// The payload type.
        payload_type: u8 = "payloadType",
        /// The transport it is registered for.
        transport_id: String = "transportId",
        /// Such as `video/VP8`.
        mime_type: String = "mimeType",
        /// The clock rate.
        clock_rate: Option<u32> = "clockRate",
        /// Audio channels.
        channels: Option<u16> = "channels",
        /// The parameters of `a=fmtp`.
        sdp_fmtp_line: Option<String> = "sdpFmtpLine",
    }
}

dictionary! {
    /// `RTCMediaSourceStats`: a track that a sender has.
    MediaSourceStats {
        /// The track's id.
        track_identifier: String = "trackIdentifier",
        /// The track's kind.
        kind: Option<MediaKind> = "kind",
    }
}

dictionary! {
    /// `RTCAudioSourceStats`.
    AudioSourceStats: /// The track.
        source MediaSourceStats {
        /// From 0 to 1.
        audio_level: Option<f64> = "audioLevel",
        /// The sum of squared levels over time.
        total_audio_energy: Option<f64> = "totalAudioEnergy",
        /// How long the source has produced.
        total_samples_duration: Option<Duration> = "totalSamplesDuration",
        /// Decibels, with echo cancellation.
        echo_return_loss: Option<f64> = "echoReturnLoss",
        /// Decibels, with echo cancellation.
        echo_return_loss_enhancement: Option<f64> = "echoReturnLossEnhancement",
    }
}

dictionary! {
    /// `RTCVideoSourceStats`.
    VideoSourceStats: /// The track.
        source MediaSourceStats {
        /// Of the last frame, pixels.
        width: Option<u32> = "width",
        /// Of the last frame, pixels.
        height: Option<u32> = "height",
        /// Frames produced.
        frames: Option<u64> = "frames",
        /// Frames of the last second.
        frames_per_second: Option<f64> = "framesPerSecond",
    }
}

dictionary! {
    /// `RTCAudioPlayoutStats`: a playout path.
    AudioPlayoutStats {
        /// Audio.
        kind: Option<MediaKind> = "kind",
        /// Duration of what was made up because nothing was there in time.
        synthesized_samples_duration: Option<Duration> = "synthesizedSamplesDuration",
        /// How often that began.
        synthesized_samples_events: Option<u64> = "synthesizedSamplesEvents",
        /// Duration of all that was played.
        total_samples_duration: Option<Duration> = "totalSamplesDuration",
        /// Sum of the playout delays.
        total_playout_delay: Option<Duration> = "totalPlayoutDelay",
        /// Samples played.
        total_samples_count: Option<u64> = "totalSamplesCount",
    }
}

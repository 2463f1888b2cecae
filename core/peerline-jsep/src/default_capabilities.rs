//! The codecs and header extensions that are offered unless the application says otherwise: the one table of them.
//!
//! The mandatory ones are those of RFC 7874 §3 (Opus, PCMU, PCMA, telephone-event) and RFC 7742 §5 (VP8, H.264 Constrained Baseline); payload
//! types and ids are those that browsers use, so that most answers keep them.

use std::sync::{Arc, LazyLock};

use peerline_sdp::{Direction, PayloadType};

use crate::{Capabilities, Codec, CodecCapability, HeaderExtensionCapability, KindCapabilities};

/// Name, clock rate, channels, payload type, payload type of its `rtx`, parameters.
type Row = (&'static str, u32, Option<u16>, u8, Option<u8>, &'static str);

const AUDIO: [Row; 8] = [
    ("opus", 48_000, Some(2), 111, None, "minptime=10;useinbandfec=1"),
    ("red", 48_000, Some(2), 63, None, "111/111"),
    ("G722", 8000, None, 9, None, ""),
    ("PCMU", 8000, None, 0, None, ""),
    ("PCMA", 8000, None, 8, None, ""),
    ("CN", 8000, None, 13, None, ""),
    ("telephone-event", 48_000, None, 110, None, "0-15"),
    ("telephone-event", 8000, None, 126, None, "0-15"),
];

const VIDEO: [Row; 11] = [
    ("VP8", 90_000, None, 96, Some(97), ""),
    ("VP9", 90_000, None, 98, Some(99), "profile-id=0"),
    ("VP9", 90_000, None, 100, Some(101), "profile-id=2"),
    ("H264", 90_000, None, 102, Some(103), "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
    ("H264", 90_000, None, 104, Some(105), "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"),
    ("H264", 90_000, None, 106, Some(107), "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"),
    ("H264", 90_000, None, 112, Some(113), "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f"),
    ("AV1", 90_000, None, 45, Some(46), "level-idx=5;profile=0;tier=0"),
    ("H265", 90_000, None, 49, Some(50), "level-id=93;profile-id=1;tier-flag=0;tx-mode=SRST"),
    ("red", 90_000, None, 114, Some(115), ""),
    ("ulpfec", 90_000, None, 116, None, ""),
];

/// RTCP feedback of a video codec (RFC 4585, RFC 5104, transport-wide-cc, REMB).
const VIDEO_FEEDBACK: [&str; 5] = ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"];

const AUDIO_EXTENSIONS: [(&str, u16); 4] = [
    ("urn:ietf:params:rtp-hdrext:ssrc-audio-level", 1),
    ("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", 2),
    ("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", 3),
    ("urn:ietf:params:rtp-hdrext:sdes:mid", 4),
];

const VIDEO_EXTENSIONS: [(&str, u16); 11] = [
    ("urn:ietf:params:rtp-hdrext:toffset", 14),
    ("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", 2),
    ("urn:3gpp:video-orientation", 13),
    ("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", 3),
    ("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay", 5),
    ("http://www.webrtc.org/experiments/rtp-hdrext/video-content-type", 6),
    ("http://www.webrtc.org/experiments/rtp-hdrext/video-timing", 7),
    ("https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension", 8),
    ("urn:ietf:params:rtp-hdrext:sdes:mid", 4),
    ("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", 10),
    ("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", 11),
];

/// Extensions that we have but only offer when asked (webrtc-extensions: stopped by default).
const AUDIO_ON_REQUEST: [(&str, u16); 1] = [("urn:ietf:params:rtp-hdrext:csrc-audio-level", 9)];

impl Capabilities {
    /// The table of this file, once for the whole process.
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Capabilities>> = LazyLock::new(|| Arc::new(Capabilities::standard()));
        Arc::clone(&SHARED)
    }

    /// The table of this file.
    pub fn standard() -> Self {
        let extensions = |rows: &[(&str, u16)], direction| {
            let extension =
                |(uri, id): &(&str, u16)| HeaderExtensionCapability { uri: (*uri).to_owned(), id: *id, direction };
            rows.iter().map(extension).collect::<Vec<_>>()
        };
        let mut audio_extensions = extensions(&AUDIO_EXTENSIONS, Direction::SendRecv);
        audio_extensions.extend(extensions(&AUDIO_ON_REQUEST, Direction::Inactive));
        Self {
            audio: KindCapabilities {
                codecs: AUDIO
                    .iter()
                    .map(|row| capability(row, if row.0 == "opus" { &["transport-cc"] } else { &[] }))
                    .collect(),
                header_extensions: audio_extensions,
            },
            video: KindCapabilities {
                codecs: VIDEO
                    .iter()
                    .map(|row| capability(row, if matches!(row.0, "red" | "ulpfec") { &[] } else { &VIDEO_FEEDBACK }))
                    .collect(),
                header_extensions: extensions(&VIDEO_EXTENSIONS, Direction::SendRecv),
            },
        }
    }
}

fn capability(row: &Row, feedback: &[&str]) -> CodecCapability {
    let (name, clock_rate, channels, payload_type, rtx, parameters) = *row;
    CodecCapability {
        codec: Codec {
            name: name.to_owned(),
            clock_rate,
            channels,
            payload_type: PayloadType(payload_type),
            parameters: parameters.to_owned(),
            feedback: feedback.iter().map(|&feedback| feedback.to_owned()).collect(),
        },
        rtx: rtx.map(PayloadType),
        direction: Direction::SendRecv,
    }
}

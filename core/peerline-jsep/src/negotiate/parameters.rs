//! What a pair of sections has negotiated for sending and for receiving (webrtc-pc §5.2: `[[SendCodecs]]`, `[[ReceiveCodecs]]`; RFC 9429 §5.11).

use peerline_sdp::{Direction, Media, flag};

use super::format::{is_auxiliary, is_named, is_same_in};
use super::{answer, codecs, extension, h264};
use crate::{Codec, MediaKind, RtpParameters, Side, Transceiver, View};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Send,
    Receive,
}

impl Way {
    fn is_in(self, direction: Direction) -> bool {
        if self == Self::Send { direction.sends() } else { direction.receives() }
    }
}

/// What both sections have, in the order of `described` (which is one of them). To send: their payload types and parameters. To receive: ours.
pub(crate) fn negotiated(
    view: &View<'_>,
    kind: MediaKind,
    way: Way,
    local: &Media,
    remote: &Media,
    side: Side,
) -> RtpParameters {
    let (ours, theirs) = (codecs(local), codecs(remote));
    let (own, other) = match way {
        Way::Send => (&theirs, &ours),
        Way::Receive => (&ours, &theirs),
    };
    let mut common: Vec<(usize, Codec)> = Vec::new();
    for codec in own.iter().filter(|codec| is_capable(view, kind, way, codec)) {
        let found = other.iter().enumerate().find(|(_, partner)| is_same_in(codec, own, partner, other));
        let Some((place, partner)) = found else {
            // RFC 3264 §6.1: an answer may list formats that it would receive although they were not offered.
            if way == Way::Send && side == Side::Remote && !is_auxiliary(codec) {
                common.push((common.len(), codec.clone()));
            }
            continue;
        };
        let mut codec = codec.clone();
        codec.feedback.retain(|feedback| partner.feedback.contains(feedback));
        if way == Way::Send && is_named(&codec, "H264") {
            codec.parameters = h264::answered_parameters(&codec.parameters, &partner.parameters);
        }
        common.push((place, codec));
    }
    // The order of the description that is applied is the order of preference.
    if (way == Way::Send) != (side == Side::Remote) {
        common.sort_by_key(|(place, _)| *place);
    }
    RtpParameters {
        codecs: common.into_iter().map(|(_, codec)| codec).collect(),
        header_extensions: extension::common(local, remote, if way == Way::Send { remote } else { local })
            .into_iter()
            .filter(|extension| way.is_in(extension.direction))
            .collect(),
        reduced_size_rtcp: local.has(flag::RTCP_RSIZE) && remote.has(flag::RTCP_RSIZE),
        extmap_allow_mixed: false,
    }
}

/// What we could receive if a remote offer is accepted: webrtc-pc sets `[[ReceiveCodecs]]` with the offer already.
pub(crate) fn receivable(view: &View<'_>, transceiver: &Transceiver, offered: &Media) -> RtpParameters {
    let mut codecs = answer::formats(view, transceiver, offered, true);
    codecs.retain(|codec| is_capable(view, transceiver.kind, Way::Receive, codec));
    RtpParameters { codecs, reduced_size_rtcp: offered.has(flag::RTCP_RSIZE), ..RtpParameters::default() }
}

/// What we are ready to receive once an offer of ours is out.
pub(crate) fn offered(view: &View<'_>, kind: MediaKind, local: &Media) -> RtpParameters {
    let mut codecs = codecs(local);
    codecs.retain(|codec| is_capable(view, kind, Way::Receive, codec));
    RtpParameters {
        codecs,
        header_extensions: extension::common(local, local, local),
        reduced_size_rtcp: local.has(flag::RTCP_RSIZE),
        extmap_allow_mixed: false,
    }
}

/// Whether we can send or receive the format; `rtx` goes with what it repairs.
pub(crate) fn is_capable(view: &View<'_>, kind: MediaKind, way: Way, codec: &Codec) -> bool {
    let capabilities = &view.settings.capabilities.of(kind).codecs;
    let mut same = capabilities.iter().filter(|capability| super::format::is_same(&capability.codec, codec)).peekable();
    is_named(codec, "rtx") || same.any(|capability| way.is_in(capability.direction))
}

//! str0m: one engine without a socket offers to another.

use std::time::Instant;

use str0m::change::{SdpAnswer, SdpApi, SdpOffer};
use str0m::media::{Direction, MediaKind, Simulcast, SimulcastLayer};
use str0m::{Candidate, Rtc, RtcConfig};

use crate::Take;

/// What one round of a scenario does to the offering side.
type Change = fn(&mut SdpApi<'_>);

fn media(api: &mut SdpApi<'_>) {
    add(api, Direction::SendRecv);
}

fn add(api: &mut SdpApi<'_>, direction: Direction) {
    let stream = Some("stream".to_owned());
    api.add_media(MediaKind::Audio, direction, stream.clone(), None, None);
    api.add_media(MediaKind::Video, direction, stream, None, None);
}

fn data(api: &mut SdpApi<'_>) {
    api.add_channel("chat".to_owned());
}

fn everything(api: &mut SdpApi<'_>) {
    media(api);
    data(api);
}

fn layers() -> Vec<SimulcastLayer> {
    ["hi", "mid", "lo"].map(SimulcastLayer::new).into()
}

fn simulcast(api: &mut SdpApi<'_>, direction: Direction, simulcast: Simulcast) {
    api.add_media(MediaKind::Video, direction, None, None, Some(simulcast));
}

fn restart(api: &mut SdpApi<'_>) {
    api.ice_restart(true);
}

pub(crate) fn run() -> Vec<(&'static str, Take)> {
    str0m::crypto::from_feature_flags().install_process_default();
    let plain = RtcConfig::new;
    let vp8 = || RtcConfig::new().clear_codecs().enable_vp8(true).enable_opus(true, false);
    let lite = || RtcConfig::new().set_ice_lite(true);
    vec![
        ("data_only", rounds(plain, &[data])),
        ("audio_video", rounds(plain, &[media])),
        ("audio_video_data", rounds(plain, &[everything])),
        ("recvonly", rounds(plain, &[|api| add(api, Direction::RecvOnly)])),
        ("sendonly", rounds(plain, &[|api| add(api, Direction::SendOnly)])),
        ("inactive", rounds(plain, &[|api| add(api, Direction::Inactive)])),
        ("two_audio_two_video", rounds(plain, &[|api| (0..2).for_each(|_| media(api))])),
        (
            "simulcast_rids",
            rounds(plain, &[|api| simulcast(api, Direction::SendOnly, Simulcast { send: layers(), recv: vec![] })]),
        ),
        (
            "simulcast_asked_for",
            rounds(plain, &[|api| simulcast(api, Direction::RecvOnly, Simulcast { send: vec![], recv: layers() })]),
        ),
        ("codec_preferences_vp8", rounds(vp8, &[media])),
        ("ice_lite_offer", rounds(lite, &[everything])),
        ("ice_restart", rounds(plain, &[everything, restart])),
        ("data_added_later", rounds(plain, &[media, data])),
        ("media_added_later", rounds(plain, &[data, media])),
    ]
}

fn engine(config: RtcConfig) -> Rtc {
    let mut rtc = config.build(Instant::now());
    let address = "192.0.2.1:4000".parse().expect("an address");
    rtc.add_local_candidate(Candidate::host(address, "udp").expect("a candidate"));
    rtc
}

fn rounds(config: impl Fn() -> RtcConfig, changes: &[Change]) -> Take {
    let (mut a, mut b) = (engine(config()), engine(config()));
    let mut records = Vec::new();
    for change in changes {
        let mut exchange = || -> Result<(), Box<dyn std::error::Error>> {
            let mut api = a.sdp_api();
            change(&mut api);
            let (offer, pending) = api.apply().ok_or("nothing to offer")?;
            let text = offer.to_sdp_string();
            records.push(("offer", text.clone()));
            let answer = b.sdp_api().accept_offer(SdpOffer::from_sdp_string(&text)?)?;
            let text = answer.to_sdp_string();
            records.push(("answer", text.clone()));
            a.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&text)?)?;
            Ok(())
        };
        if let Err(error) = exchange() {
            return (records, Some(error.to_string()));
        }
    }
    (records, None)
}

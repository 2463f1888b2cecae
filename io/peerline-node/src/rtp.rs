//! `RTCRtpTransceiver`, `RTCRtpSender`, `RTCRtpReceiver` and `RTCDTMFSender` (webrtc-pc §5, §7) by the transceiver's number.

use crate::connection::{Connection, Operation};
use crate::error::{Result, exception, type_error};
use crate::rtp::parameters::{NativeCodec, NativeEncoding, NativeReceiveParameters, NativeSendParameters};
use napi_derive::napi;
use peerline_peer::{Direction, MediaKind, Misuse, Track, Transceiver, TransceiverId, TransceiverInit};

mod header_extensions;
mod parameters;

#[napi(object, object_to_js = false)]
#[derive(Debug)]
pub struct NativeTrack {
    pub id: String,
    pub kind: String,
}

#[napi(object, object_to_js = false)]
#[derive(Debug)]
pub struct NativeTransceiverInit {
    pub direction: String,
    pub streams: Vec<String>,
    pub send_encodings: Vec<NativeEncoding>,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeReceiverTrack {
    pub id: String,
    pub muted: bool,
    pub ended: bool,
    pub isolated: bool,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeTransceiverView {
    pub kind: &'static str,
    pub mid: Option<String>,
    pub direction: &'static str,
    pub current_direction: Option<&'static str>,
    pub stopping: bool,
    pub stopped: bool,
    pub sender_track: Option<String>,
    pub sender_transport: Option<u32>,
    pub receiver_transport: Option<u32>,
    pub receiver_track: NativeReceiverTrack,
    pub tone_buffer: String,
    #[napi(js_name = "canInsertDTMF")]
    pub can_insert_dtmf: bool,
}

#[napi]
impl Connection {
    #[napi(catch_unwind)]
    pub fn add_track(&self, track: NativeTrack, streams: Vec<String>) -> Result<u32> {
        let track = track.into_core()?;
        self.try_call(|core, now| core.add_track(now, track, streams)).map(|id| id.0)
    }

    #[napi(catch_unwind)]
    pub fn remove_track(&self, transceiver: u32) -> Result<()> {
        self.try_call(|core, now| core.remove_track(now, TransceiverId(transceiver)))
    }

    #[napi(catch_unwind)]
    pub fn add_transceiver(
        &self,
        kind: String,
        track: Option<NativeTrack>,
        init: NativeTransceiverInit,
    ) -> Result<u32> {
        let kind = media_kind(&kind)?;
        let track = track.map(NativeTrack::into_core).transpose()?;
        let encodings = init.send_encodings.into_iter().map(NativeEncoding::into_core);
        let init = TransceiverInit {
            direction: direction(&init.direction)?,
            streams: init.streams,
            send_encodings: encodings.collect::<Result<_>>()?,
        };
        self.try_call(|core, now| core.add_transceiver(now, kind, track, init)).map(|id| id.0)
    }

    #[napi(catch_unwind)]
    pub fn transceivers(&self) -> Vec<u32> {
        self.look(|core| core.transceivers().map(|transceiver| transceiver.id().0).collect())
    }

    #[napi(catch_unwind)]
    pub fn transceiver(&self, transceiver: u32) -> Option<NativeTransceiverView> {
        let id = TransceiverId(transceiver);
        self.look(|core| core.transceiver(id).map(|found| NativeTransceiverView::of(found, core.can_insert_dtmf(id))))
    }

    #[napi(catch_unwind)]
    pub fn set_direction(&self, transceiver: u32, direction: String) -> Result<()> {
        let direction = self::direction(&direction)?;
        self.try_call(|core, now| core.set_direction(now, TransceiverId(transceiver), direction))
    }

    #[napi(catch_unwind)]
    pub fn stop_transceiver(&self, transceiver: u32) -> Result<()> {
        self.try_call(|core, now| core.stop_transceiver(now, TransceiverId(transceiver)))
    }

    #[napi(catch_unwind)]
    pub fn set_codec_preferences(&self, transceiver: u32, codecs: Vec<NativeCodec>) -> Result<()> {
        let codecs = codecs.into_iter().map(NativeCodec::into_preference).collect();
        self.try_call(|core, now| core.set_codec_preferences(now, TransceiverId(transceiver), codecs))
    }

    #[napi(catch_unwind)]
    pub fn get_send_parameters(&self, transceiver: u32) -> Result<NativeSendParameters> {
        let id = TransceiverId(transceiver);
        let kind = self.kind_of(id)?;
        let parameters = self.try_call(|core, _| core.send_parameters(id))?;
        Ok(NativeSendParameters::of(kind, parameters))
    }

    #[napi(catch_unwind)]
    pub fn get_receive_parameters(&self, transceiver: u32) -> Result<NativeReceiveParameters> {
        let id = TransceiverId(transceiver);
        let kind = self.kind_of(id)?;
        let parameters = self.look(|core| core.receive_parameters(id)).map_err(exception)?;
        Ok(NativeReceiveParameters::of(kind, parameters))
    }

    #[napi(catch_unwind)]
    pub fn set_parameters(&self, transceiver: u32, parameters: NativeSendParameters) -> Result<Operation> {
        let parameters = parameters.into_core()?;
        Ok(self.operation(|core, now| core.set_parameters(now, TransceiverId(transceiver), parameters)))
    }

    #[napi(catch_unwind)]
    pub fn replace_track(&self, transceiver: u32, track: Option<NativeTrack>) -> Result<Operation> {
        let track = track.map(NativeTrack::into_core).transpose()?;
        Ok(self.operation(|core, now| core.replace_track(now, TransceiverId(transceiver), track)))
    }

    #[napi(catch_unwind)]
    pub fn set_streams(&self, transceiver: u32, streams: Vec<String>) -> Result<()> {
        self.try_call(|core, now| core.set_streams(now, TransceiverId(transceiver), streams))
    }

    #[napi(catch_unwind, js_name = "insertDTMF")]
    pub fn insert_dtmf(&self, transceiver: u32, tones: String, duration: u32, inter_tone_gap: u32) -> Result<()> {
        let id = TransceiverId(transceiver);
        self.try_call(|core, now| core.insert_dtmf(now, id, &tones, duration, inter_tone_gap))
    }

    fn kind_of(&self, id: TransceiverId) -> Result<MediaKind> {
        let kind = self.look(|core| core.transceiver(id).map(Transceiver::kind));
        kind.ok_or_else(|| exception(Misuse::UnknownTransceiver))
    }
}

impl NativeTrack {
    fn into_core(self) -> Result<Track> {
        Ok(Track { kind: media_kind(&self.kind)?, id: self.id })
    }
}

pub(crate) fn media_kind(text: &str) -> Result<MediaKind> {
    MediaKind::from_media(text).ok_or_else(|| type_error(format!("\"{text}\" is no kind of media")))
}

fn direction(text: &str) -> Result<Direction> {
    Direction::from_name(text).ok_or_else(|| type_error(format!("\"{text}\" is no direction that can be set")))
}

impl NativeTransceiverView {
    fn of(transceiver: &Transceiver, can_insert_dtmf: bool) -> Self {
        let (sender, receiver) = (transceiver.sender(), transceiver.receiver());
        let track = receiver.track();
        let name = |direction: Option<Direction>| direction.map_or("stopped", Direction::as_str);
        Self {
            kind: transceiver.kind().as_str(),
            mid: transceiver.mid().map(str::to_owned),
            direction: name(transceiver.direction()),
            current_direction: transceiver.current_direction().map(name),
            stopping: transceiver.is_stopping(),
            stopped: transceiver.is_stopped(),
            sender_track: sender.track().map(|track| track.id.clone()),
            sender_transport: sender.transport().map(|transport| transport.0),
            receiver_transport: receiver.transport().map(|transport| transport.0),
            receiver_track: NativeReceiverTrack {
                id: track.id.clone(),
                muted: track.muted,
                ended: track.ended,
                isolated: track.isolated,
            },
            tone_buffer: sender.dtmf().tone_buffer().to_owned(),
            can_insert_dtmf,
        }
    }
}

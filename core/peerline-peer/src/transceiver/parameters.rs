//! `getParameters` and `setParameters` (W3C webrtc-pc §5.2, §5.3), with the rules of the transactionId.

use super::EncodingParameters;
use super::encodings::have_usable_resolutions;
use crate::PeerConnection;
use crate::error::{Error, Misuse};
use crate::event::{Event, OperationId, Settled};
use crate::states::DegradationPreference;
use crate::task::Task;
use peerline_jsep::{Codec, HeaderExtension, MediaKind, TransceiverId};

/// `RTCRtpSendParameters` (§5.2.4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SendParameters {
    /// `transactionId`.
    pub transaction_id: String,
    /// `encodings`.
    pub encodings: Vec<EncodingParameters>,
    /// `headerExtensions`; read-only.
    pub header_extensions: Vec<HeaderExtension>,
    /// `rtcp.cname`; read-only.
    pub cname: String,
    /// `rtcp.reducedSize`; read-only.
    pub reduced_size: bool,
    /// `codecs`; read-only.
    pub codecs: Vec<Codec>,
    /// `degradationPreference`.
    pub degradation_preference: Option<DegradationPreference>,
}

/// `RTCRtpReceiveParameters` (§5.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiveParameters {
    /// `headerExtensions`.
    pub header_extensions: Vec<HeaderExtension>,
    /// `rtcp.reducedSize`.
    pub reduced_size: bool,
    /// `codecs`.
    pub codecs: Vec<Codec>,
}

impl PeerConnection {
    /// `sender.getParameters()` (§5.2): the same until a task has run in between.
    ///
    /// # Errors
    /// [`Misuse::UnknownTransceiver`].
    pub fn send_parameters(&mut self, id: TransceiverId) -> Result<SendParameters, Error> {
        let fresh = self.rng.u64();
        let cname = self.cname.clone();
        if self.has_left(id) {
            let transaction_id = format!("{fresh:016x}");
            return Ok(SendParameters { transaction_id, cname, ..SendParameters::default() });
        }
        let transceiver = self.transceiver_mut(id)?;
        let sender = &mut transceiver.sender;
        // 2., 4.: kept, and forgotten again in a task.
        let returned_before = sender.last_returned.is_some();
        let transaction = *sender.last_returned.get_or_insert(fresh);
        let parameters = SendParameters {
            transaction_id: format!("{transaction:016x}"),
            encodings: sender.encodings.clone(),
            header_extensions: sender.negotiated.header_extensions.clone(),
            cname,
            reduced_size: sender.negotiated.reduced_size_rtcp,
            codecs: sender.negotiated.codecs.clone(),
            degradation_preference: sender.degradation_preference,
        };
        if !returned_before {
            self.tasks.push(Task::ForgetParameters(id));
        }
        Ok(parameters)
    }

    pub(crate) fn run_forget_parameters(&mut self, id: TransceiverId) {
        if let Ok(transceiver) = self.transceiver_mut(id) {
            transceiver.sender.last_returned = None;
        }
    }

    /// `receiver.getParameters()` (§5.3).
    ///
    /// # Errors
    /// [`Misuse::UnknownTransceiver`].
    pub fn receive_parameters(&self, id: TransceiverId) -> Result<ReceiveParameters, Error> {
        if self.has_left(id) {
            return Ok(ReceiveParameters::default());
        }
        let transceiver = self.known_transceiver(id)?;
        let negotiated = &transceiver.receiver.negotiated;
        Ok(ReceiveParameters {
            header_extensions: negotiated.header_extensions.clone(),
            reduced_size: negotiated.reduced_size_rtcp,
            codecs: negotiated.codecs.clone(),
        })
    }

    /// `sender.setParameters(parameters)` (§5.2): checks at once, takes effect with the promise.
    ///
    /// # Errors
    /// What the algorithm's steps 4 to 7 name.
    pub(crate) fn check_parameters(&self, id: TransceiverId, parameters: &SendParameters) -> Result<(), Error> {
        let transceiver = self.known_transceiver(id)?;
        let (sender, kind) = (&transceiver.sender, transceiver.jsep.kind);
        // 4. A transceiver that stops: InvalidStateError.
        if transceiver.jsep.stopping {
            return Err(Misuse::TransceiverStopped.into());
        }
        // 5. Without getParameters before: InvalidStateError.
        let transaction = sender.last_returned.ok_or(Misuse::NoParametersReturned)?;
        // 6.1–6.5 InvalidModificationError: number of encodings, read-only members, transactionId.
        let same_rids = parameters.encodings.iter().map(|e| &e.rid).eq(sender.encodings.iter().map(|e| &e.rid));
        let unchanged = parameters.transaction_id == format!("{transaction:016x}")
            && same_rids
            && shows_same(&parameters.header_extensions, &sender.negotiated.header_extensions, shown_of_extension)
            && shows_same(&parameters.codecs, &sender.negotiated.codecs, |codec| shown_of_codec(kind, codec))
            && parameters.cname == self.cname
            && parameters.reduced_size == sender.negotiated.reduced_size_rtcp;
        if !unchanged {
            return Err(Misuse::ReadOnlyParameterChanged.into());
        }
        // 6.6: codecs that were not negotiated; before a negotiation, those that we do not have.
        let capabilities = &self.settings.capabilities.of(kind).codecs;
        let is_choosable = |encoding: &EncodingParameters| match sender.negotiated.codecs.as_slice() {
            [] => encoding.has_codec_among(capabilities.iter().map(|capability| &capability.codec)),
            negotiated => encoding.has_codec_among(negotiated.iter()),
        };
        if !parameters.encodings.iter().all(is_choosable) {
            return Err(Misuse::CodecNotNegotiated.into());
        }
        if kind == MediaKind::Video && !have_usable_resolutions(&parameters.encodings) {
            return Err(Misuse::ResolutionNotAllowed.into());
        }
        // 6.7–6.10: the values.
        parameters.encodings.iter().try_for_each(|encoding| encoding.check_values(kind))
    }

    /// 8.: in the task that resolves the promise.
    pub(crate) fn run_set_parameters(&mut self, operation: OperationId, id: TransceiverId, parameters: SendParameters) {
        let result = self.transceiver_mut(id).map(|transceiver| {
            let kind = transceiver.jsep.kind;
            let mut encodings = parameters.encodings;
            for encoding in &mut encodings {
                if kind == MediaKind::Audio {
                    encoding.remove_video_members();
                } else {
                    encoding.scale_resolution_down_by.get_or_insert(1.0);
                }
            }
            transceiver.sender.last_returned = None;
            transceiver.sender.degradation_preference = parameters.degradation_preference;
            transceiver.set_encodings(encodings);
            Settled::Done
        });
        self.tasks.fire(Event::OperationSettled { operation, result });
    }
}

/// Whether both lists show the same to an application.
fn shows_same<'a, T, S: PartialEq>(given: &'a [T], known: &'a [T], shown: impl Fn(&'a T) -> S) -> bool {
    given.iter().map(&shown).eq(known.iter().map(&shown))
}

/// `RTCRtpHeaderExtensionParameters` (§5.2.7).
fn shown_of_extension(extension: &HeaderExtension) -> (&str, u16, bool) {
    (&extension.uri, extension.id, extension.encrypted)
}

/// `RTCRtpCodecParameters` (§5.2.8): the feedback is not among it, and audio without a number of channels has one.
fn shown_of_codec(kind: MediaKind, codec: &Codec) -> (u8, &str, u32, Option<u16>, &str) {
    let channels = codec.channels.or((kind == MediaKind::Audio).then_some(1));
    (codec.payload_type.0, &codec.name, codec.clock_rate, channels, &codec.parameters)
}

//! One `RTCPeerConnection` (webrtc-pc §4.4): its life, its operations, its states.

use crate::candidate::NativeCandidateInit;
use crate::configuration::{ConfigurationInit, ConfigurationView, enumeration};
use crate::error::{NativeError, Result, exception, operation_error, type_error};
use crate::event_loop::{EventLoop, Ready};
use crate::events::NativeEvent;
use crate::runtime;
use napi::Env;
use napi::bindgen_prelude::{Either, ObjectFinalize};
use napi_derive::napi;
use peerline::event_loop::EventLoopConnection;
use peerline::{RtcConfiguration, RtcNativeSettings};
use peerline_edge::Time;
use peerline_peer::{
    AnswerOptions, Description, Error, LocalDescriptionInit, OfferOptions, OperationId, PeerConnection,
};
use std::fmt;
use std::sync::Arc;

/// About what a connection takes beside its JavaScript objects, for the garbage collector.
const FOOTPRINT: i64 = 32 * 1024;

/// A connection. When its object is collected, it closes.
#[napi(custom_finalize)]
pub struct Connection {
    key: u32,
    connection: Arc<EventLoopConnection>,
    ready: Arc<Ready>,
}

/// A promise of the core: its number, or what it was refused with at once.
pub(crate) type Operation = Either<f64, NativeError>;

#[napi(object)]
#[derive(Debug)]
pub struct NativeDescription {
    #[napi(js_name = "type")]
    pub sdp_type: String,
    pub sdp: String,
}

impl From<Description> for NativeDescription {
    fn from(description: Description) -> Self {
        Self { sdp_type: description.sdp_type.as_str().to_owned(), sdp: description.sdp }
    }
}

#[napi(object, object_to_js = false)]
#[derive(Debug)]
pub struct NativeOfferOptions {
    pub ice_restart: Option<bool>,
    pub offer_to_receive_audio: Option<bool>,
    pub offer_to_receive_video: Option<bool>,
}

#[napi]
impl Connection {
    #[napi(constructor, catch_unwind)]
    pub fn new(env: &Env, event_loop: &EventLoop, configuration: ConfigurationInit<'_>) -> Result<Self> {
        let configuration = configuration.into_configuration(RtcNativeSettings::default())?;
        let runtime = runtime::handle().map_err(operation_error)?;
        let ready = Arc::clone(event_loop.ready());
        let key = ready.new_key();
        let told = Arc::clone(&ready);
        let connection = EventLoopConnection::new(runtime, configuration, move || told.push(key)).map_err(exception)?;
        let connection = Arc::new(connection);
        ready.insert(key, &connection);
        env.adjust_external_memory(FOOTPRINT).map_err(|error| operation_error(error.reason))?;
        Ok(Self { key, connection, ready })
    }

    #[napi(getter, catch_unwind)]
    pub fn key(&self) -> u32 {
        self.key
    }

    #[napi(catch_unwind)]
    pub fn run_task(&self) -> Option<Vec<NativeEvent>> {
        let events = self.connection.run_task()?;
        Some(events.into_iter().filter_map(NativeEvent::from_core).collect())
    }

    #[napi(catch_unwind)]
    pub fn is_active(&self) -> bool {
        self.connection.is_active()
    }

    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.connection.close();
    }

    #[napi(catch_unwind)]
    pub fn create_offer(&self, options: NativeOfferOptions) -> Operation {
        let options = OfferOptions {
            ice_restart: options.ice_restart.unwrap_or_default(),
            offer_to_receive_audio: options.offer_to_receive_audio,
            offer_to_receive_video: options.offer_to_receive_video,
            ..OfferOptions::default()
        };
        self.operation(|core, now| core.create_offer(now, options))
    }

    #[napi(catch_unwind)]
    pub fn create_answer(&self) -> Operation {
        self.operation(|core, now| core.create_answer(now, AnswerOptions::default()))
    }

    #[napi(catch_unwind)]
    pub fn set_local_description(&self, sdp_type: Option<String>, sdp: Option<String>) -> Result<Operation> {
        let sdp_type = sdp_type.as_deref().map(sdp_type_of).transpose()?;
        let init = LocalDescriptionInit { sdp_type, sdp: sdp.unwrap_or_default() };
        Ok(self.operation(|core, now| core.set_local_description(now, init)))
    }

    #[napi(catch_unwind)]
    pub fn set_remote_description(&self, sdp_type: String, sdp: String) -> Result<Operation> {
        let description = Description { sdp_type: sdp_type_of(&sdp_type)?, sdp };
        Ok(self.operation(|core, now| core.set_remote_description(now, description)))
    }

    #[napi(catch_unwind)]
    pub fn add_ice_candidate(&self, candidate: Option<NativeCandidateInit>) -> Operation {
        self.operation(|core, now| core.add_ice_candidate(now, candidate.map(Into::into)))
    }

    #[napi(catch_unwind)]
    pub fn restart_ice(&self) {
        self.connection.call(PeerConnection::restart_ice);
    }

    #[napi(catch_unwind)]
    pub fn get_configuration(&self) -> ConfigurationView {
        RtcConfiguration::from(self.connection.look(|core| core.configuration().clone())).into()
    }

    #[napi(catch_unwind)]
    pub fn set_configuration(&self, configuration: ConfigurationInit<'_>) -> Result<()> {
        let native = self.connection.look(|core| core.configuration().native.clone());
        let configuration = configuration.into_configuration(native)?.into();
        self.try_call(|core, now| core.set_configuration(now, configuration))
    }

    #[napi(catch_unwind)]
    pub fn signaling_state(&self) -> &'static str {
        self.connection.look(|core| core.signaling_state().as_str())
    }

    #[napi(catch_unwind)]
    pub fn ice_gathering_state(&self) -> &'static str {
        self.connection.look(|core| core.ice_gathering_state().as_str())
    }

    #[napi(catch_unwind)]
    pub fn ice_connection_state(&self) -> &'static str {
        self.connection.look(|core| core.ice_connection_state().as_str())
    }

    #[napi(catch_unwind)]
    pub fn connection_state(&self) -> &'static str {
        self.connection.look(|core| core.connection_state().as_str())
    }

    #[napi(catch_unwind)]
    pub fn can_trickle_ice_candidates(&self) -> Option<bool> {
        self.connection.look(PeerConnection::can_trickle_ice_candidates)
    }

    #[napi(catch_unwind)]
    pub fn description(&self, which: String) -> Result<Option<NativeDescription>> {
        let look = match which.as_str() {
            "currentLocal" => PeerConnection::current_local_description,
            "pendingLocal" => PeerConnection::pending_local_description,
            "currentRemote" => PeerConnection::current_remote_description,
            "pendingRemote" => PeerConnection::pending_remote_description,
            _ => return Err(type_error(format!("no description is called \"{which}\""))),
        };
        Ok(self.connection.look(look).map(NativeDescription::from))
    }
}

impl Connection {
    /// A call that ends at once.
    pub(crate) fn call<T>(&self, call: impl FnOnce(&mut PeerConnection, Time) -> T) -> T {
        self.connection.call(call)
    }

    /// A call that may be refused.
    pub(crate) fn try_call<T>(
        &self,
        call: impl FnOnce(&mut PeerConnection, Time) -> std::result::Result<T, Error>,
    ) -> Result<T> {
        self.connection.call(call).map_err(exception)
    }

    /// A call of a kind that comes in bursts.
    pub(crate) fn call_in_burst<T>(&self, call: impl FnOnce(&mut PeerConnection, Time) -> T) -> T {
        self.connection.call_in_burst(call)
    }

    /// A look at the slots.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&PeerConnection) -> T) -> T {
        self.connection.look(look)
    }

    /// A call that W3C makes a promise of.
    pub(crate) fn operation(&self, start: impl FnOnce(&mut PeerConnection, Time) -> OperationId) -> Operation {
        let (operation, refusal) = self.connection.call(|core, now| {
            let operation = start(core, now);
            (operation, core.take_refusal(operation))
        });
        match refusal {
            Some(error) => Either::B(NativeError::from(&error)),
            None => Either::A(number(operation.0)),
        }
    }
}

/// A number of the core's as JavaScript has it.
#[allow(clippy::cast_precision_loss, reason = "they count from 1: no connection lives to 2^53 of anything")]
pub(crate) const fn number(id: u64) -> f64 {
    id as f64
}

/// The number that [`number`] made; one that nobody has, for anything else.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "out of range is saturated: no such id")]
pub(crate) const fn id(number: f64) -> u64 {
    number as u64
}

fn sdp_type_of(text: &str) -> Result<peerline::RtcSdpType> {
    enumeration(text)
}

impl ObjectFinalize for Connection {
    fn finalize(self, env: Env) -> napi::Result<()> {
        self.ready.remove(self.key);
        env.adjust_external_memory(-FOOTPRINT).map(|_| ())
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("key", &self.key).finish_non_exhaustive()
    }
}

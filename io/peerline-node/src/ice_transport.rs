//! `RTCIceTransport` that a script makes (webrtc-ice): a native object of its own, since no connection has it.

use crate::configuration::{NativeIceServer, enumeration};
use crate::error::{Exception, Result, exception, operation_error};
use crate::event_loop::EventLoop;
use crate::runtime;
use crate::transports::NativeIceParameters;
use napi_derive::napi;
use peerline::{EventLoopIceTransport, RtcErrorName};
use peerline_peer::{IceCredentials, IceRole, IceTransportEvent, IceTransportMisuse};
use std::sync::Arc;

/// A transport. When its object is collected, it stops.
#[napi]
#[derive(Debug)]
pub struct IceTransport {
    key: u32,
    transport: EventLoopIceTransport,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeIceTransportView {
    pub state: &'static str,
    pub gathering_state: &'static str,
    pub role: &'static str,
    pub local_parameters: NativeIceParameters,
    pub remote_parameters: Option<NativeIceParameters>,
    pub selected_pair: Option<NativePair>,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativePair {
    pub local: String,
    pub remote: String,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeIceTransportEvent {
    #[napi(js_name = "type")]
    pub event_type: &'static str,
    pub candidate: Option<String>,
}

#[napi]
impl IceTransport {
    #[napi(constructor, catch_unwind)]
    pub fn new(event_loop: &EventLoop) -> Result<Self> {
        let runtime = runtime::handle().map_err(operation_error)?;
        let ready = Arc::clone(event_loop.ready());
        let key = ready.new_key();
        let transport = EventLoopIceTransport::new(runtime, move || ready.push(key)).map_err(exception)?;
        Ok(Self { key, transport })
    }

    #[napi(getter, catch_unwind)]
    pub fn key(&self) -> u32 {
        self.key
    }

    #[napi(catch_unwind)]
    pub fn run_task(&self) -> Option<Vec<NativeIceTransportEvent>> {
        let events = self.transport.run_task()?;
        Some(events.into_iter().filter_map(NativeIceTransportEvent::from_core).collect())
    }

    #[napi(catch_unwind)]
    pub fn is_active(&self) -> bool {
        self.transport.is_active()
    }

    #[napi(catch_unwind)]
    pub fn gather(&self, policy: String, servers: Vec<NativeIceServer>) -> Result<()> {
        let policy = enumeration(&policy)?;
        let servers = servers.into_iter().map(Into::into).collect();
        self.transport.call(|core, now| core.gather(now, policy, servers)).map_err(refusal)
    }

    #[napi(catch_unwind)]
    pub fn start(&self, username_fragment: String, password: String, role: String) -> Result<()> {
        let role = if role == "controlling" { IceRole::Controlling } else { IceRole::Controlled };
        let remote = IceCredentials { ufrag: username_fragment, pwd: password };
        self.transport.call(|core, now| core.start(now, remote, role)).map_err(refusal)
    }

    #[napi(catch_unwind)]
    pub fn add_remote_candidate(&self, candidate: String) -> Result<()> {
        self.transport.call(|core, now| core.add_remote_candidate(now, &candidate)).map_err(refusal)
    }

    #[napi(catch_unwind)]
    pub fn stop(&self) {
        self.transport.call(|core, _| core.stop());
    }

    #[napi(catch_unwind)]
    pub fn view(&self) -> NativeIceTransportView {
        self.transport.look(|core| NativeIceTransportView {
            state: core.state().as_str(),
            gathering_state: core.gathering_state().as_str(),
            role: match core.role() {
                Some(IceRole::Controlling) => "controlling",
                Some(IceRole::Controlled) => "controlled",
                None => "unknown",
            },
            local_parameters: core.local_parameters().into(),
            remote_parameters: core.remote_parameters().map(Into::into),
            selected_pair: core
                .selected_candidate_pair()
                .map(|pair| NativePair { local: pair.local, remote: pair.remote }),
        })
    }
}

impl NativeIceTransportEvent {
    fn from_core(event: IceTransportEvent) -> Option<Self> {
        let (event_type, candidate) = match event {
            IceTransportEvent::State(_) => ("statechange", None),
            IceTransportEvent::GatheringState(_) => ("gatheringstatechange", None),
            IceTransportEvent::SelectedCandidatePair => ("selectedcandidatepairchange", None),
            IceTransportEvent::Candidate(candidate) => ("icecandidate", candidate),
            _ => return None,
        };
        Some(Self { event_type, candidate })
    }
}

/// The exceptions of webrtc-ice, section 3.
fn refusal(misuse: IceTransportMisuse) -> Exception {
    let name = match &misuse {
        IceTransportMisuse::MalformedParameters => RtcErrorName::SyntaxError,
        IceTransportMisuse::UnusableCandidate => RtcErrorName::OperationError,
        IceTransportMisuse::Server(error) => return exception(error),
        _ => RtcErrorName::InvalidStateError,
    };
    Exception::new(name.as_str(), misuse.to_string())
}

//! `RTCIceTransport`, `RTCDtlsTransport` and `RTCSctpTransport` (webrtc-pc §5.5, §5.6, §6.1) by their number.

use crate::candidate::NativeCandidateInit;
use crate::connection::Connection;
use crate::error::{Result, operation_error};
use napi::Env;
use napi::bindgen_prelude::ArrayBuffer;
use napi_derive::napi;
use peerline_peer::{IceCredentials, IceRole, PeerConnection, TransportId};

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeIceParameters {
    pub username_fragment: String,
    pub password: String,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeCandidatePair {
    pub local: NativeCandidateInit,
    pub remote: NativeCandidateInit,
}

#[napi(object, object_from_js = false)]
pub struct NativeTransportView<'env> {
    pub ice_state: &'static str,
    pub gathering_state: &'static str,
    pub role: &'static str,
    pub dtls_state: &'static str,
    pub local_candidates: Vec<NativeCandidateInit>,
    pub remote_candidates: Vec<NativeCandidateInit>,
    pub local_parameters: Option<NativeIceParameters>,
    pub remote_parameters: Option<NativeIceParameters>,
    pub selected_pair: Option<NativeCandidatePair>,
    pub remote_certificates: Vec<ArrayBuffer<'env>>,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeSctpView {
    pub transport: u32,
    pub state: &'static str,
    pub max_message_size: f64,
    pub max_channels: Option<u16>,
}

#[napi]
impl Connection {
    #[napi(catch_unwind)]
    pub fn transport<'env>(&self, env: &'env Env, transport: u32) -> Result<Option<NativeTransportView<'env>>> {
        let transport = TransportId(transport);
        let found = self.look(|core| {
            let view = core.transports().find(|view| view.id == transport)?;
            Some((view, core.selected_candidate_pair(transport)))
        });
        let Some((view, pair)) = found else { return Ok(None) };
        let candidates = |list: Vec<String>| list.into_iter().map(NativeCandidateInit::bare).collect();
        let certificates = view.remote_certificates.into_iter().map(|der| ArrayBuffer::from_data(env, der));
        Ok(Some(NativeTransportView {
            ice_state: view.ice_state.as_str(),
            gathering_state: view.gathering_state.as_str(),
            role: match view.ice_role {
                Some(IceRole::Controlling) => "controlling",
                Some(IceRole::Controlled) => "controlled",
                None => "unknown",
            },
            dtls_state: view.dtls_state.as_str(),
            local_candidates: candidates(view.local_candidates),
            remote_candidates: candidates(view.remote_candidates),
            local_parameters: view.local_parameters.map(NativeIceParameters::from),
            remote_parameters: view.remote_parameters.map(NativeIceParameters::from),
            selected_pair: pair.map(|pair| NativeCandidatePair {
                local: NativeCandidateInit::bare(pair.local),
                remote: NativeCandidateInit::bare(pair.remote),
            }),
            remote_certificates: certificates
                .collect::<napi::Result<_>>()
                .map_err(|error| operation_error(error.reason))?,
        }))
    }

    #[napi(catch_unwind)]
    pub fn sctp(&self) -> Option<NativeSctpView> {
        self.look(PeerConnection::sctp).map(|view| NativeSctpView {
            transport: view.transport.0,
            state: view.state.as_str(),
            max_message_size: view.max_message_size.map_or(f64::INFINITY, |size| size as f64),
            max_channels: view.max_channels,
        })
    }
}

impl From<IceCredentials> for NativeIceParameters {
    fn from(credentials: IceCredentials) -> Self {
        Self { username_fragment: credentials.ufrag, password: credentials.pwd }
    }
}

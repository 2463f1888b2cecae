//! `RTCIceTransport`, `RTCDtlsTransport` and `RTCSctpTransport` (webrtc-pc §5.5, §5.6, §6.1) by their number.

use crate::candidate::{NativeCandidateInit, Origin};
use crate::connection::Connection;
use crate::error::{Result, operation_error};
use napi::Env;
use napi::bindgen_prelude::ArrayBuffer;
use napi_derive::napi;
use peerline_peer::{CandidatePair, IceCredentials, IceRole, PeerConnection, TransportId, TransportView};

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
        found.map(|(view, pair)| NativeTransportView::of(env, view, pair)).transpose()
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

impl<'env> NativeTransportView<'env> {
    fn of(env: &'env Env, view: TransportView, pair: Option<CandidatePair>) -> Result<Self> {
        let local = Origin::new(view.section.as_ref(), view.local_parameters.as_ref());
        let remote = Origin::new(view.section.as_ref(), view.remote_parameters.as_ref());
        let selected_pair = pair.map(|pair| NativeCandidatePair {
            local: local.candidate(pair.local),
            remote: remote.candidate(pair.remote),
        });
        let local_candidates = view.local_candidates.into_iter().map(|candidate| local.candidate(candidate)).collect();
        let remote_candidates =
            view.remote_candidates.into_iter().map(|candidate| remote.candidate(candidate)).collect();
        let certificates = view.remote_certificates.into_iter().map(|der| ArrayBuffer::from_data(env, der));
        let remote_certificates = certificates.collect::<napi::Result<_>>();
        Ok(Self {
            ice_state: view.ice_state.as_str(),
            gathering_state: view.gathering_state.as_str(),
            role: match view.ice_role {
                Some(IceRole::Controlling) => "controlling",
                Some(IceRole::Controlled) => "controlled",
                None => "unknown",
            },
            dtls_state: view.dtls_state.as_str(),
            local_candidates,
            remote_candidates,
            selected_pair,
            local_parameters: view.local_parameters.map(NativeIceParameters::from),
            remote_parameters: view.remote_parameters.map(NativeIceParameters::from),
            remote_certificates: remote_certificates.map_err(|error| operation_error(error.reason))?,
        })
    }
}

impl From<IceCredentials> for NativeIceParameters {
    fn from(credentials: IceCredentials) -> Self {
        Self { username_fragment: credentials.ufrag, password: credentials.pwd }
    }
}

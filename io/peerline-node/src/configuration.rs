//! `RTCConfiguration` on its way in and out.

use crate::certificate::NativeCertificate;
use crate::error::{Result, type_error};
use napi::bindgen_prelude::ClassInstance;
use napi_derive::napi;
use peerline::{RtcConfiguration, RtcIceServer, RtcNativeSettings, RtcOAuthCredential};
use std::fmt;
use std::str::FromStr;

#[napi(object)]
#[derive(Debug)]
pub struct NativeIceServer {
    pub urls: Vec<String>,
    pub username: Option<String>,
    pub credential: Option<String>,
    pub oauth: Option<NativeOAuthCredential>,
}

#[napi(object)]
pub struct NativeOAuthCredential {
    pub kid: String,
    pub mac_key: String,
    pub access_token: String,
}

impl fmt::Debug for NativeOAuthCredential {
    /// Leaves the secrets out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativeOAuthCredential").field("kid", &self.kid).finish_non_exhaustive()
    }
}

#[napi(object)]
#[derive(Debug)]
pub struct NativeSettings {
    pub include_loopback: Option<bool>,
    pub udp_ports: Option<Vec<u16>>,
    pub max_message_size: Option<u32>,
    pub max_send_buffer: Option<u32>,
    pub max_receive_buffer: Option<u32>,
}

/// What JavaScript gives.
#[napi(object, object_to_js = false, js_name = "NativeConfiguration")]
pub struct ConfigurationInit<'env> {
    pub ice_servers: Vec<NativeIceServer>,
    pub ice_transport_policy: String,
    pub bundle_policy: String,
    pub rtcp_mux_policy: String,
    pub peer_identity: Option<String>,
    pub certificates: Vec<ClassInstance<'env, NativeCertificate>>,
    pub ice_candidate_pool_size: u8,
    pub native: Option<NativeSettings>,
}

/// What it gets.
#[napi(object, object_from_js = false)]
pub struct ConfigurationView {
    pub ice_servers: Vec<NativeIceServer>,
    pub ice_transport_policy: &'static str,
    pub bundle_policy: &'static str,
    pub rtcp_mux_policy: &'static str,
    pub peer_identity: Option<String>,
    pub certificates: Vec<NativeCertificate>,
    pub ice_candidate_pool_size: u8,
    pub native: NativeSettings,
}

/// The value of an enumeration; the shells have let no other through.
pub(crate) fn enumeration<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| type_error(format!("\"{text}\" is not a value of the enumeration")))
}

impl ConfigurationInit<'_> {
    /// `native` is what holds where JavaScript says nothing.
    pub(crate) fn into_configuration(self, native: RtcNativeSettings) -> Result<RtcConfiguration> {
        let native = match self.native {
            Some(settings) => settings.over(native)?,
            None => native,
        };
        Ok(RtcConfiguration {
            ice_servers: self.ice_servers.into_iter().map(RtcIceServer::from).collect(),
            ice_transport_policy: enumeration(&self.ice_transport_policy)?,
            bundle_policy: enumeration(&self.bundle_policy)?,
            rtcp_mux_policy: enumeration(&self.rtcp_mux_policy)?,
            peer_identity: self.peer_identity,
            certificates: self.certificates.iter().map(|certificate| certificate.certificate().clone()).collect(),
            ice_candidate_pool_size: self.ice_candidate_pool_size,
            native,
        })
    }
}

impl NativeSettings {
    fn over(self, mut native: RtcNativeSettings) -> Result<RtcNativeSettings> {
        let bytes = |value: Option<u32>, default| value.map_or(default, |value| value as usize);
        native.include_loopback = self.include_loopback.unwrap_or(native.include_loopback);
        native.max_message_size = bytes(self.max_message_size, native.max_message_size);
        native.max_send_buffer = bytes(self.max_send_buffer, native.max_send_buffer);
        native.max_receive_buffer = bytes(self.max_receive_buffer, native.max_receive_buffer);
        native.udp_ports = match self.udp_ports.as_deref() {
            None => native.udp_ports,
            Some(&[first, last]) if first <= last => Some(first..=last),
            Some(_) => return Err(type_error("udpPorts is the first and the last port")),
        };
        Ok(native)
    }
}

impl From<RtcNativeSettings> for NativeSettings {
    fn from(native: RtcNativeSettings) -> Self {
        let bytes = |value| Some(u32::try_from(value).unwrap_or(u32::MAX));
        Self {
            include_loopback: Some(native.include_loopback),
            udp_ports: native.udp_ports.map(|ports| vec![*ports.start(), *ports.end()]),
            max_message_size: bytes(native.max_message_size),
            max_send_buffer: bytes(native.max_send_buffer),
            max_receive_buffer: bytes(native.max_receive_buffer),
        }
    }
}

impl From<NativeIceServer> for RtcIceServer {
    fn from(server: NativeIceServer) -> Self {
        let oauth = |oauth: NativeOAuthCredential| RtcOAuthCredential {
            kid: oauth.kid,
            mac_key: oauth.mac_key,
            access_token: oauth.access_token,
        };
        Self {
            urls: server.urls,
            username: server.username,
            credential: server.credential,
            oauth: server.oauth.map(oauth),
        }
    }
}

impl From<RtcConfiguration> for ConfigurationView {
    fn from(configuration: RtcConfiguration) -> Self {
        let server = |server: RtcIceServer| NativeIceServer {
            urls: server.urls,
            username: server.username,
            credential: server.credential,
            oauth: server.oauth.map(|oauth| NativeOAuthCredential {
                kid: oauth.kid,
                mac_key: oauth.mac_key,
                access_token: oauth.access_token,
            }),
        };
        Self {
            ice_servers: configuration.ice_servers.into_iter().map(server).collect(),
            ice_transport_policy: configuration.ice_transport_policy.as_str(),
            bundle_policy: configuration.bundle_policy.as_str(),
            rtcp_mux_policy: configuration.rtcp_mux_policy.as_str(),
            peer_identity: configuration.peer_identity,
            certificates: configuration.certificates.into_iter().map(NativeCertificate::from).collect(),
            ice_candidate_pool_size: configuration.ice_candidate_pool_size,
            native: configuration.native.into(),
        }
    }
}

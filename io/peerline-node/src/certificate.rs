//! `RTCCertificate` (webrtc-pc §4.9): made on a thread of libuv's, kept as a native object, so that no script ever holds the private key.

use crate::error::{Result, exception, not_supported};
use crate::runtime;
use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;
use peerline::{RtcCertificate, RtcKeyAlgorithm};
use std::time::Duration;

/// A certificate with its key.
#[napi]
#[derive(Debug)]
pub struct NativeCertificate {
    certificate: RtcCertificate,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeFingerprint {
    pub algorithm: String,
    pub value: String,
}

#[napi]
impl NativeCertificate {
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of this age are exact")]
    pub fn expires(&self) -> f64 {
        self.certificate.expires() as f64
    }

    #[napi(catch_unwind)]
    pub fn get_fingerprints(&self) -> Vec<NativeFingerprint> {
        let fingerprints = self.certificate.get_fingerprints().into_iter();
        fingerprints.map(|print| NativeFingerprint { algorithm: print.algorithm, value: print.value }).collect()
    }
}

impl NativeCertificate {
    pub(crate) const fn certificate(&self) -> &RtcCertificate {
        &self.certificate
    }
}

impl From<RtcCertificate> for NativeCertificate {
    fn from(certificate: RtcCertificate) -> Self {
        Self { certificate }
    }
}

/// The work of `generateCertificate`.
#[derive(Debug)]
pub struct Generate {
    algorithm: RtcKeyAlgorithm,
    expires: Option<Duration>,
}

impl Task for Generate {
    type Output = RtcCertificate;
    type JsValue = NativeCertificate;

    fn compute(&mut self) -> napi::Result<RtcCertificate> {
        let runtime = runtime::handle().map_err(|error| napi::Error::from_reason(error.to_string()))?;
        let made = runtime.block_on(async {
            match self.expires {
                Some(expires) => RtcCertificate::generate_expiring(self.algorithm, expires).await,
                None => RtcCertificate::generate(self.algorithm).await,
            }
        });
        made.map_err(|error| napi::Error::from_reason(error.to_string()))
    }

    fn resolve(&mut self, _: Env, certificate: RtcCertificate) -> napi::Result<NativeCertificate> {
        Ok(certificate.into())
    }
}

#[napi(catch_unwind)]
pub fn generate_certificate(
    algorithm: String,
    modulus_length: Option<u32>,
    expires: Option<f64>,
) -> Result<AsyncTask<Generate>> {
    let algorithm = match (algorithm.as_str(), modulus_length) {
        ("ECDSA", _) => RtcKeyAlgorithm::EcdsaP256,
        ("RSA", None | Some(2048)) => RtcKeyAlgorithm::Rsa2048,
        ("RSA", Some(3072)) => RtcKeyAlgorithm::Rsa3072,
        ("RSA", Some(4096)) => RtcKeyAlgorithm::Rsa4096,
        _ => return Err(not_supported("keys are ECDSA on P-256, or RSA with a modulus of 2048, 3072 or 4096 bits")),
    };
    let expires = expires.map(|millis| Duration::try_from_secs_f64(millis / 1000.0).unwrap_or(Duration::MAX));
    Ok(AsyncTask::new(Generate { algorithm, expires }))
}

#[napi(catch_unwind)]
pub fn certificate_from_pem(pem: String) -> Result<NativeCertificate> {
    RtcCertificate::from_pem(&pem).map(NativeCertificate::from).map_err(exception)
}

#[napi(catch_unwind)]
pub fn certificate_to_pem(certificate: &NativeCertificate) -> String {
    certificate.certificate.to_pem()
}

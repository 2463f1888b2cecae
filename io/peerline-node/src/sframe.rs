//! SFrame (RFC 9605): the two halves of `peerline-sframe`, for the transforms of webrtc-encoded-transform (§6).
//!
//! Base keys stay in Web Crypto: the shells derive with its HKDF as the key schedule says, and give what came out.

use crate::error::{Exception, Result, operation_error, type_error};
use napi::Env;
use napi::bindgen_prelude::{ArrayBuffer, BigInt, Either, Uint8Array};
use napi_derive::napi;
use peerline_crypto_aws_lc::AwsLc;
use peerline_sframe::{CipherSuite, DecryptError, Decrypter, Encrypter, KeySchedule, Secrets};

/// What HKDF is told.
#[napi(object, object_from_js = false)]
pub struct NativeSFrameSchedule {
    pub hash: String,
    pub key_label: Uint8Array,
    pub key_length: u32,
    pub salt_label: Uint8Array,
    pub salt_length: u32,
}

/// Why a ciphertext did not open.
#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeSFrameFailure {
    pub error_type: &'static str,
    pub key_id: Option<BigInt>,
}

#[napi(catch_unwind)]
pub fn sframe_key_schedule(cipher_suite: String, key_id: BigInt) -> Result<NativeSFrameSchedule> {
    let suite = suite_of(&cipher_suite)?;
    let schedule = KeySchedule::new(suite, number_of(&key_id)?);
    let length = |bytes: usize| u32::try_from(bytes).map_err(operation_error);
    Ok(NativeSFrameSchedule {
        hash: suite.hash().as_str().to_uppercase(),
        key_label: schedule.key_label().into(),
        key_length: length(suite.key_len())?,
        salt_label: schedule.salt_label().into(),
        salt_length: length(CipherSuite::NONCE_LEN)?,
    })
}

/// The sending half.
#[napi(js_name = "SFrameEncrypter")]
#[derive(Debug)]
pub struct SFrameEncrypter {
    suite: CipherSuite,
    encrypter: Encrypter,
}

#[napi]
impl SFrameEncrypter {
    #[napi(constructor, catch_unwind)]
    pub fn new(cipher_suite: String) -> Result<Self> {
        Ok(Self { suite: suite_of(&cipher_suite)?, encrypter: Encrypter::new() })
    }

    #[napi(catch_unwind)]
    pub fn set_key(&mut self, key_id: BigInt, key: &[u8], salt: &[u8]) -> Result<()> {
        let secrets = Secrets::new(self.suite, key, salt).map_err(operation_error)?;
        self.encrypter.set_key(&AwsLc, number_of(&key_id)?, &secrets).map_err(operation_error)
    }

    #[napi(catch_unwind)]
    pub fn encrypt<'env>(&mut self, env: &'env Env, frame: &[u8]) -> Result<ArrayBuffer<'env>> {
        let ciphertext = self.encrypter.encrypt(&[], frame).map_err(operation_error)?;
        buffer(env, ciphertext)
    }
}

/// The receiving half.
#[napi(js_name = "SFrameDecrypter")]
#[derive(Debug)]
pub struct SFrameDecrypter {
    suite: CipherSuite,
    decrypter: Decrypter,
}

#[napi]
impl SFrameDecrypter {
    #[napi(constructor, catch_unwind)]
    pub fn new(cipher_suite: String) -> Result<Self> {
        let suite = suite_of(&cipher_suite)?;
        Ok(Self { suite, decrypter: Decrypter::new(suite) })
    }

    #[napi(catch_unwind)]
    pub fn set_key(&mut self, key_id: BigInt, key: &[u8], salt: &[u8]) -> Result<()> {
        let secrets = Secrets::new(self.suite, key, salt).map_err(operation_error)?;
        self.decrypter.set_key(&AwsLc, number_of(&key_id)?, &secrets).map_err(operation_error)
    }

    #[napi(catch_unwind)]
    pub fn decrypt<'env>(
        &self,
        env: &'env Env,
        ciphertext: &[u8],
    ) -> Result<Either<ArrayBuffer<'env>, NativeSFrameFailure>> {
        match self.decrypter.decrypt(&[], ciphertext) {
            Ok(frame) => buffer(env, frame).map(Either::A),
            Err(error) => Ok(Either::B(error.into())),
        }
    }
}

impl From<DecryptError> for NativeSFrameFailure {
    fn from(error: DecryptError) -> Self {
        match error {
            DecryptError::Syntax => Self { error_type: "syntax", key_id: None },
            DecryptError::UnknownKey(kid) => Self { error_type: "keyID", key_id: Some(kid.into()) },
            DecryptError::Authentication => Self { error_type: "authentication", key_id: None },
        }
    }
}

fn buffer(env: &Env, bytes: Vec<u8>) -> Result<ArrayBuffer<'_>> {
    ArrayBuffer::from_data(env, bytes).map_err(|error| operation_error(error.reason))
}

fn suite_of(name: &str) -> Result<CipherSuite> {
    CipherSuite::from_name(name).ok_or_else(|| type_error(format!("{name} is no cipher suite of SFrame")))
}

/// The number of a key: 64 bits without a sign.
fn number_of(key_id: &BigInt) -> Result<u64> {
    match key_id.get_u64() {
        (false, value, true) => Ok(value),
        _ => Err(out_of_range()),
    }
}

fn out_of_range() -> Exception {
    Exception::new("RangeError", "the number of a key has 64 bits and no sign".to_owned())
}

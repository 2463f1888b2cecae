//! Errors on their way to JavaScript: thrown with their W3C name as `code`, or as a value where a promise is rejected with it.

use napi_derive::napi;
use peerline::{RtcError, RtcErrorName, RtcIdentityError};
use peerline_peer::Error;

/// What a function that can fail throws.
pub(crate) type Exception = napi::Error<&'static str>;
/// What a function that can fail returns.
pub(crate) type Result<T> = std::result::Result<T, Exception>;

/// An exception of the facade's or the core's.
pub(crate) fn exception(error: impl Into<RtcError>) -> Exception {
    let error = error.into();
    Exception::new(error.name.as_str(), error.message)
}

/// A string or number that the shells would never have let through.
pub(crate) fn type_error(message: impl Into<String>) -> Exception {
    Exception::new(RtcErrorName::TypeError.as_str(), message.into())
}

/// Something that this build does not have.
pub(crate) fn not_supported(message: &str) -> Exception {
    Exception::new(RtcErrorName::NotSupportedError.as_str(), message)
}

/// What failed at Node's side of the border.
pub(crate) fn operation_error(error: impl std::fmt::Display) -> Exception {
    Exception::new(RtcErrorName::OperationError.as_str(), error.to_string())
}

/// An exception as data.
#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeError {
    pub name: &'static str,
    pub message: String,
    pub error_detail: Option<&'static str>,
    pub sdp_line_number: Option<u32>,
    pub sctp_cause_code: Option<u32>,
    pub received_alert: Option<u32>,
    pub sent_alert: Option<u32>,
    pub http_request_status_code: Option<u32>,
}

impl From<RtcError> for NativeError {
    fn from(error: RtcError) -> Self {
        let detail = error.detail.as_ref();
        Self {
            name: error.name.as_str(),
            message: error.message.into_owned(),
            error_detail: detail.map(|detail| detail.error_detail.as_str()),
            sdp_line_number: detail.and_then(|detail| detail.sdp_line_number),
            sctp_cause_code: detail.and_then(|detail| detail.sctp_cause_code.map(u32::from)),
            received_alert: detail.and_then(|detail| detail.received_alert.map(u32::from)),
            sent_alert: detail.and_then(|detail| detail.sent_alert.map(u32::from)),
            http_request_status_code: None,
        }
    }
}

impl From<&Error> for NativeError {
    fn from(error: &Error) -> Self {
        let native = Self::from(RtcError::from(error));
        let Error::Identity(identity) = error else { return native };
        let http_request_status_code = match identity {
            RtcIdentityError::Load(status) => status.map(u32::from),
            _ => None,
        };
        Self { error_detail: identity.detail(), http_request_status_code, ..native }
    }
}

//! A STUN server without state (RFC 8489 §6.3, §7): one function.

use crate::attribute::AttributeType;
use crate::builder::MessageBuilder;
use crate::error_code::ErrorCode;
use crate::header::{Class, Method};
use crate::message::Message;
use core::net::SocketAddr;

/// Answers a Binding request: writes the response into `buf`, which must be empty, and returns true; false means to send nothing.
///
/// The response tells the source address and nothing else (no SOFTWARE), so that the server is of no use as an amplifier: at most
/// 1.6 times the request over IPv4. Over IPv6, where the address alone is 16 bytes, a request without attributes is answered with
/// 2.2 times its bytes: 1.35 times as a packet.
#[must_use]
pub fn binding_response(datagram: &[u8], source: SocketAddr, buf: &mut Vec<u8>) -> bool {
    let Ok(request) = Message::parse(datagram) else { return false };
    // RFC 8489 §7: a FINGERPRINT that doesn't match means that this is no STUN.
    if request.class() != Class::Request
        || request.method() != Method::BINDING
        || request.fingerprint_matches() == Some(false)
    {
        return false;
    }
    // What an ICE agent may send is understood, so that its checks are no errors here.
    const KNOWN: [AttributeType; 3] = [AttributeType::USERNAME, AttributeType::PRIORITY, AttributeType::USE_CANDIDATE];
    let id = request.transaction_id();
    let mut unknown = request.unknown_required(&KNOWN).peekable();
    let mut response = if unknown.peek().is_some() {
        // RFC 8489 §6.3.1: MUST answer with 420 and name what is unknown.
        let mut response = MessageBuilder::new(buf, Class::Error, Method::BINDING, id);
        response.error_code(ErrorCode::UNKNOWN_ATTRIBUTE, "").unknown_attributes(unknown);
        response
    } else {
        let mut response = MessageBuilder::new(buf, Class::Success, Method::BINDING, id);
        response.xor_mapped_address(source);
        response
    };
    if request.fingerprint_matches() == Some(true) {
        response.fingerprint();
    }
    true
}

//! The data channel establishment protocol's two messages (RFC 8832 §5).

use crate::message::Reliability;
use core::time::Duration;

/// DATA_CHANNEL_ACK (§5.2).
const ACK: u8 = 0x02;
/// DATA_CHANNEL_OPEN (§5.1).
const OPEN: u8 = 0x03;
/// Bytes of DATA_CHANNEL_OPEN before the label.
const OPEN_HEADER_LEN: usize = 12;
/// The high bit of the channel type: unordered delivery allowed.
const UNORDERED: u8 = 0x80;

/// A DCEP message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// DATA_CHANNEL_OPEN.
    Open(Open),
    /// DATA_CHANNEL_ACK.
    Ack,
}

/// The contents of DATA_CHANNEL_OPEN (RFC 8832 §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// How hard each side tries to deliver. A lifetime travels in milliseconds, 32 bits.
    pub reliability: Reliability,
    /// True if messages may overtake each other.
    pub unordered: bool,
    /// The channel's priority (RFC 8831 §6.4: 128, 256, 512 or 1024).
    pub priority: u16,
    /// The channel's name; may be empty.
    pub label: String,
    /// The subprotocol (RFC 6455 registry); may be empty.
    pub protocol: String,
}

/// Why a DCEP message could not be read: the peer misbehaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ParseError {
    /// It ends before its fields do.
    #[error("the DCEP message is cut short")]
    Truncated,
    /// The message type is neither DATA_CHANNEL_OPEN nor DATA_CHANNEL_ACK.
    #[error("unknown DCEP message type {0}")]
    UnknownMessageType(u8),
    /// The channel type is none of RFC 8832 §8.2.2.
    #[error("unknown DCEP channel type {0}")]
    UnknownChannelType(u8),
    /// Label or protocol is not UTF-8.
    #[error("label or protocol is not UTF-8")]
    NotUtf8,
}

impl Message {
    /// Appends the message to `out`. Label and protocol longer than 65,535 bytes are cut at the last whole character before.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let open = match self {
            Self::Ack => return out.push(ACK),
            Self::Open(open) => open,
        };
        let (kind, parameter) = match open.reliability {
            Reliability::Reliable => (0, 0),
            Reliability::MaxRetransmits(count) => (1, u32::from(count)),
            Reliability::MaxLifetime(time) => (2, u32::try_from(time.as_millis()).unwrap_or(u32::MAX)),
        };
        let (label, protocol) = (fitting(&open.label), fitting(&open.protocol));
        out.push(OPEN);
        out.push(kind | if open.unordered { UNORDERED } else { 0 });
        out.extend_from_slice(&open.priority.to_be_bytes());
        out.extend_from_slice(&parameter.to_be_bytes());
        out.extend_from_slice(&label.1.to_be_bytes());
        out.extend_from_slice(&protocol.1.to_be_bytes());
        out.extend_from_slice(label.0.as_bytes());
        out.extend_from_slice(protocol.0.as_bytes());
    }
}

/// Reads a DCEP message. Bytes after the last field are ignored.
///
/// # Errors
/// See [`ParseError`].
pub fn parse(message: &[u8]) -> Result<Message, ParseError> {
    match message.first() {
        None => return Err(ParseError::Truncated),
        Some(&ACK) => return Ok(Message::Ack),
        Some(&OPEN) => {}
        Some(&other) => return Err(ParseError::UnknownMessageType(other)),
    }
    let (header, rest) = message.split_first_chunk::<OPEN_HEADER_LEN>().ok_or(ParseError::Truncated)?;
    let [_, kind, p0, p1, r0, r1, r2, r3, l0, l1, q0, q1] = *header;
    let parameter = u32::from_be_bytes([r0, r1, r2, r3]);
    let reliability = match kind & !UNORDERED {
        // §5.1: the reliability parameter of a reliable channel is ignored.
        0 => Reliability::Reliable,
        1 => Reliability::MaxRetransmits(u16::try_from(parameter).unwrap_or(u16::MAX)),
        2 => Reliability::MaxLifetime(Duration::from_millis(u64::from(parameter))),
        _ => return Err(ParseError::UnknownChannelType(kind)),
    };
    let (label, rest) = text(rest, u16::from_be_bytes([l0, l1]))?;
    let (protocol, _) = text(rest, u16::from_be_bytes([q0, q1]))?;
    let priority = u16::from_be_bytes([p0, p1]);
    Ok(Message::Open(Open { reliability, unordered: kind & UNORDERED != 0, priority, label, protocol }))
}

/// The longest prefix of `text` that a 16-bit length can count, and that length.
fn fitting(text: &str) -> (&str, u16) {
    let mut end = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    (text, u16::try_from(end).unwrap_or(u16::MAX))
}

/// A UTF-8 string of `len` bytes, and what follows it.
fn text(bytes: &[u8], len: u16) -> Result<(String, &[u8]), ParseError> {
    let (text, rest) = bytes.split_at_checked(usize::from(len)).ok_or(ParseError::Truncated)?;
    let text = core::str::from_utf8(text).map_err(|_| ParseError::NotUtf8)?;
    Ok((text.to_owned(), rest))
}

#[cfg(test)]
mod tests;

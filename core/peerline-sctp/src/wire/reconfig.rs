//! RE-CONFIG and its parameters (RFC 6525 §3, §4).

use super::Tsn;
use super::chunk;
use super::parameter::{self, Parameter, Parameters};
use peerline_edge::Serial32;

/// A re-configuration request sequence number (RFC 6525 §4.1).
pub(crate) type RequestNumber = Serial32;

/// The result of a request (RFC 6525 §4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    NothingToDo,
    Performed,
    Denied,
    WrongSsn,
    RequestInProgress,
    BadSequenceNumber,
    InProgress,
}

impl Outcome {
    const ALL: [Self; 7] = [
        Self::NothingToDo,
        Self::Performed,
        Self::Denied,
        Self::WrongSsn,
        Self::RequestInProgress,
        Self::BadSequenceNumber,
        Self::InProgress,
    ];

    fn from_code(code: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(code).ok()?).copied()
    }

    const fn code(self) -> u32 {
        self as u32
    }
}

/// A list of stream numbers inside a parameter; empty means all streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamList<'a>(&'a [u8]);

impl<'a> StreamList<'a> {
    pub(crate) const fn is_empty(self) -> bool {
        self.0.len() < 2
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u16> + use<'a> {
        self.0.as_chunks::<2>().0.iter().map(|&bytes| u16::from_be_bytes(bytes))
    }
}

/// One parameter of a RE-CONFIG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// Outgoing SSN Reset Request.
    ResetOutgoing { number: RequestNumber, response: RequestNumber, last_tsn: Tsn, streams: StreamList<'a> },
    /// Incoming SSN Reset Request.
    ResetIncoming { number: RequestNumber, streams: StreamList<'a> },
    /// SSN/TSN Reset, Add Outgoing Streams or Add Incoming Streams: requests that WebRTC has no use for.
    Other { number: RequestNumber },
    /// Re-configuration Response.
    Response { number: RequestNumber, outcome: Outcome },
}

impl<'a> Item<'a> {
    fn parse(parameter: &Parameter<'a>) -> Option<Self> {
        let (number, rest) = word(parameter.value)?;
        let number = Serial32(number);
        Some(match parameter.kind {
            parameter::OUTGOING_RESET_REQUEST => {
                let (response, rest) = word(rest)?;
                let (last_tsn, rest) = word(rest)?;
                let streams = StreamList(rest);
                Self::ResetOutgoing { number, response: Serial32(response), last_tsn: Serial32(last_tsn), streams }
            }
            parameter::INCOMING_RESET_REQUEST => Self::ResetIncoming { number, streams: StreamList(rest) },
            parameter::ASSOCIATION_RESET_REQUEST
            | parameter::ADD_OUTGOING_REQUEST
            | parameter::ADD_INCOMING_REQUEST => Self::Other { number },
            parameter::RECONFIG_RESPONSE => Self::Response { number, outcome: Outcome::from_code(word(rest)?.0)? },
            _ => return None,
        })
    }
}

fn word(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (word, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*word), rest))
}

/// The parameters of a RE-CONFIG chunk; `None` for one that can't be read. RFC 6525 §3.1 allows two.
pub(crate) fn items(value: &[u8]) -> impl Iterator<Item = Option<Item<'_>>> {
    Parameters::new(value).take(2).map(|parameter| parameter.ok().as_ref().and_then(Item::parse))
}

/// Appends a RE-CONFIG chunk with an Outgoing SSN Reset Request.
pub(crate) fn write_reset_outgoing(
    number: RequestNumber,
    response: RequestNumber,
    last_tsn: Tsn,
    streams: &[u16],
    buf: &mut Vec<u8>,
) {
    chunk::write(buf, chunk::RE_CONFIG, 0, |buf| {
        let mut value = Vec::with_capacity(streams.len().saturating_mul(2).saturating_add(12));
        for field in [number, response, last_tsn] {
            value.extend_from_slice(&field.0.to_be_bytes());
        }
        for stream in streams {
            value.extend_from_slice(&stream.to_be_bytes());
        }
        parameter::write(buf, parameter::OUTGOING_RESET_REQUEST, &value);
    });
}

/// Appends a RE-CONFIG chunk with a Re-configuration Response.
pub(crate) fn write_response(number: RequestNumber, outcome: Outcome, buf: &mut Vec<u8>) {
    chunk::write(buf, chunk::RE_CONFIG, 0, |buf| {
        let [n0, n1, n2, n3] = number.0.to_be_bytes();
        let [o0, o1, o2, o3] = outcome.code().to_be_bytes();
        parameter::write(buf, parameter::RECONFIG_RESPONSE, &[n0, n1, n2, n3, o0, o1, o2, o3]);
    });
}

//! INIT and INIT ACK (RFC 9260 §3.3.2, §3.3.3).

use super::chunk::{self, Unrecognized};
use super::parameter::{self, Parameters};
use super::{Tsn, cause};
use peerline_edge::Serial32;

/// The DTLS error detection method of RFC 9653 §5.
const EDMID_DTLS: u32 = 1;

/// Bytes of reports about unknown parameters that an INIT ACK carries at most.
const MAX_REPORT: usize = 256;

/// The extensions an endpoint offers, or both have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// FORWARD TSN (RFC 3758).
    pub(crate) partial_reliability: bool,
    /// RE-CONFIG (RFC 6525).
    pub(crate) reconfig: bool,
    /// I-DATA and I-FORWARD-TSN (RFC 8260).
    pub(crate) interleaving: bool,
    /// Zero checksums over DTLS (RFC 9653).
    pub(crate) zero_checksum: bool,
}

impl Capabilities {
    /// What both offer.
    pub(crate) const fn common(self, other: Self) -> Self {
        Self {
            partial_reliability: self.partial_reliability && other.partial_reliability,
            reconfig: self.reconfig && other.reconfig,
            interleaving: self.interleaving && other.interleaving,
            zero_checksum: self.zero_checksum && other.zero_checksum,
        }
    }

    /// One bit each, for the state cookie.
    pub(crate) fn to_bits(self) -> u8 {
        u8::from(self.partial_reliability)
            | u8::from(self.reconfig) << 1
            | u8::from(self.interleaving) << 2
            | u8::from(self.zero_checksum) << 3
    }

    /// The reverse of [`to_bits`](Self::to_bits).
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self {
            partial_reliability: bits & 1 != 0,
            reconfig: bits & 2 != 0,
            interleaving: bits & 4 != 0,
            zero_checksum: bits & 8 != 0,
        }
    }

    fn write(self, buf: &mut Vec<u8>) {
        let mut extensions = [0; 4];
        let mut count = 0;
        let offered = [
            (self.partial_reliability, chunk::FORWARD_TSN),
            (self.reconfig, chunk::RE_CONFIG),
            (self.interleaving, chunk::I_DATA),
            (self.interleaving && self.partial_reliability, chunk::I_FORWARD_TSN),
        ];
        for kind in offered.into_iter().filter_map(|(on, kind)| on.then_some(kind)) {
            if let Some(slot) = extensions.get_mut(count) {
                *slot = kind;
                count += 1;
            }
        }
        parameter::write(buf, parameter::SUPPORTED_EXTENSIONS, extensions.get(..count).unwrap_or_default());
        if self.partial_reliability {
            parameter::write(buf, parameter::FORWARD_TSN_SUPPORTED, &[]);
        }
        if self.zero_checksum {
            parameter::write(buf, parameter::ZERO_CHECKSUM, &EDMID_DTLS.to_be_bytes());
        }
    }
}

/// The contents of INIT or INIT ACK that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Init {
    pub(crate) tag: u32,
    pub(crate) a_rwnd: u32,
    pub(crate) outgoing: u16,
    pub(crate) incoming: u16,
    pub(crate) initial_tsn: Tsn,
    pub(crate) capabilities: Capabilities,
}

/// An INIT or INIT ACK that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parsed<'a> {
    pub(crate) init: Init,
    pub(crate) cookie: Option<&'a [u8]>,
    /// Unknown parameters to report, each whole and padded.
    pub(crate) unrecognized: Vec<u8>,
}

/// Why an INIT or INIT ACK was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Cut short, or a parameter length can't be.
    Malformed,
    /// RFC 9260 §3.3.2: a tag, a stream count or a window that must not be: answered with ABORT of this cause.
    Invalid(u16),
}

/// Reads the value of an INIT or INIT ACK.
pub(crate) fn parse(value: &[u8]) -> Result<Parsed<'_>, Refused> {
    let (fixed, parameters) = value.split_first_chunk::<16>().ok_or(Refused::Malformed)?;
    let [t0, t1, t2, t3, w0, w1, w2, w3, o0, o1, i0, i1, n0, n1, n2, n3] = *fixed;
    let mut init = Init {
        tag: u32::from_be_bytes([t0, t1, t2, t3]),
        a_rwnd: u32::from_be_bytes([w0, w1, w2, w3]),
        outgoing: u16::from_be_bytes([o0, o1]),
        incoming: u16::from_be_bytes([i0, i1]),
        initial_tsn: Serial32(u32::from_be_bytes([n0, n1, n2, n3])),
        capabilities: Capabilities::default(),
    };
    // RFC 9260 §3.3.2: a tag of zero or a stream count of zero must be refused.
    if init.tag == 0 || init.outgoing == 0 || init.incoming == 0 {
        return Err(Refused::Invalid(cause::INVALID_MANDATORY_PARAMETER));
    }
    let mut cookie = None;
    let mut unrecognized = Vec::new();
    for parameter in Parameters::new(parameters) {
        let parameter = parameter.map_err(|_| Refused::Malformed)?;
        match parameter.kind {
            parameter::STATE_COOKIE => cookie = Some(parameter.value),
            parameter::FORWARD_TSN_SUPPORTED => init.capabilities.partial_reliability = true,
            parameter::SUPPORTED_EXTENSIONS => read_extensions(parameter.value, &mut init.capabilities),
            parameter::ZERO_CHECKSUM => init.capabilities.zero_checksum |= parameter.value == EDMID_DTLS.to_be_bytes(),
            // RFC 8261 §6.1: over DTLS there are no addresses; those a peer lists are ignored, as are reports about our parameters,
            // the cookie preservative, and the AUTH parameters (RFC 4895) that some stacks send along.
            5 | 6 | 8 | 9 | 11 | 12 | 0x8002..=0x8004 => {}
            kind => {
                let rule = Unrecognized::of_parameter(kind);
                if rule.report && unrecognized.len().saturating_add(parameter.whole.len()) <= MAX_REPORT {
                    unrecognized.extend_from_slice(parameter.whole);
                    unrecognized.resize(super::padded(unrecognized.len()), 0);
                }
                if !rule.skip {
                    break;
                }
            }
        }
    }
    Ok(Parsed { init, cookie, unrecognized })
}

fn read_extensions(kinds: &[u8], capabilities: &mut Capabilities) {
    for &kind in kinds {
        match kind {
            chunk::RE_CONFIG => capabilities.reconfig = true,
            chunk::FORWARD_TSN => capabilities.partial_reliability = true,
            chunk::I_DATA => capabilities.interleaving = true,
            _ => {}
        }
    }
}

impl Init {
    /// Appends an INIT chunk.
    pub(crate) fn write(&self, buf: &mut Vec<u8>) {
        chunk::write(buf, chunk::INIT, 0, |buf| self.write_fields(buf));
    }

    /// Appends an INIT ACK chunk with `cookie` and the reports about `unrecognized` parameters (each whole and padded).
    pub(crate) fn write_ack(&self, cookie: &[u8], unrecognized: &[u8], buf: &mut Vec<u8>) {
        chunk::write(buf, chunk::INIT_ACK, 0, |buf| {
            self.write_fields(buf);
            parameter::write(buf, parameter::STATE_COOKIE, cookie);
            for report in Parameters::new(unrecognized).flatten() {
                parameter::write(buf, parameter::UNRECOGNIZED, report.whole);
            }
        });
    }

    fn write_fields(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(&self.tag.to_be_bytes());
        buf.extend_from_slice(&self.a_rwnd.to_be_bytes());
        buf.extend_from_slice(&self.outgoing.to_be_bytes());
        buf.extend_from_slice(&self.incoming.to_be_bytes());
        buf.extend_from_slice(&self.initial_tsn.0.to_be_bytes());
        self.capabilities.write(buf);
    }
}

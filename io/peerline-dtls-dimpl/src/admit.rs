//! Which datagrams dimpl may see: any error it returns is final, so what cannot belong to the handshake is kept away from it.
//!
//! 1. No hello was taken yet. A server takes ClientHello fragments, nothing else. A client takes a HelloVerifyRequest or a whole,
//!    well-formed ServerHello; protected records that arrive before it (flights get reordered) are held. Plaintext ones are not: who
//!    could plant them could block the real ones, which come again.
//! 2. A hello was taken. Plaintext handshake messages must be of a kind that the other side sends in plaintext, and come early in the
//!    sequence: a stray one would block dimpl's queue, and at the end of the handshake be an error.

use peerline_dtls::{ContentType, ProtocolVersion, Record, Records, Role};

/// What to do with a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Give it to dimpl.
    Take,
    /// Keep it until the version is known.
    Hold,
    /// Forget it.
    Drop,
}

/// The highest message sequence number that a handshake of ours reaches, with room: 1.2 with HelloVerifyRequest ends at 6.
const MAX_MESSAGE_SEQUENCE: u16 = 9;
/// The longest handshake message. A certificate chain fits easily.
const MAX_MESSAGE_LEN: u32 = 0xFFFF;

/// Judges a datagram that arrived in this role; `version` is known once a hello was taken.
pub(crate) fn admit(datagram: &[u8], role: Role, version: Option<ProtocolVersion>) -> Admission {
    let mut records = Records::new(datagram);
    let Some(first) = records.next() else { return Admission::Drop };
    if version.is_none() {
        match (role, Message::of(first)) {
            (Role::Server, Some(message)) if message.kind == Message::CLIENT_HELLO => {}
            (Role::Server, _) => return Admission::Drop,
            (Role::Client, Some(message)) if message.kind == Message::HELLO_VERIFY_REQUEST => {}
            (Role::Client, Some(message)) if message.kind == Message::SERVER_HELLO => {
                if !message.is_whole() || !is_server_hello(message.fragment) {
                    return Admission::Drop;
                }
            }
            (Role::Client, None) if is_protected(first) => return Admission::Hold,
            (Role::Client, _) => return Admission::Drop,
        }
    }
    // Almost every datagram of a connection in use is one protected record: nothing more to look at.
    let plain =
        |record: &Record<'_>| matches!(record, Record::Long { content_type: ContentType::HANDSHAKE, epoch: 0, .. });
    let bad = |record| plain(&record) && !Message::of(record).is_some_and(|message| message.is_possible(role, version));
    if bad(first) || records.any(bad) { Admission::Drop } else { Admission::Take }
}

/// True if a record is under keys, as far as its header says.
const fn is_protected(record: Record<'_>) -> bool {
    matches!(record, Record::Unified { .. } | Record::Long { epoch: 1.., .. })
}

/// A plaintext handshake message, or a fragment of one (RFC 6347 §4.2.2).
#[derive(Clone, Copy)]
struct Message<'a> {
    kind: u8,
    len: u32,
    sequence: u16,
    fragment_offset: u32,
    fragment: &'a [u8],
}

impl<'a> Message<'a> {
    const CLIENT_HELLO: u8 = 1;
    const SERVER_HELLO: u8 = 2;
    const HELLO_VERIFY_REQUEST: u8 = 3;
    const CERTIFICATE: u8 = 11;
    const SERVER_KEY_EXCHANGE: u8 = 12;
    const CERTIFICATE_REQUEST: u8 = 13;
    const SERVER_HELLO_DONE: u8 = 14;
    const CERTIFICATE_VERIFY: u8 = 15;
    const CLIENT_KEY_EXCHANGE: u8 = 16;

    /// The first message of a plaintext handshake record.
    fn of(record: Record<'a>) -> Option<Self> {
        let Record::Long { content_type: ContentType::HANDSHAKE, epoch: 0, fragment, .. } = record else { return None };
        let (header, body) = fragment.split_first_chunk::<12>()?;
        let &[kind, l0, l1, l2, s0, s1, o0, o1, o2, f0, f1, f2] = header;
        let fragment_len = usize::try_from(u32::from_be_bytes([0, f0, f1, f2])).ok()?;
        Some(Self {
            kind,
            len: u32::from_be_bytes([0, l0, l1, l2]),
            sequence: u16::from_be_bytes([s0, s1]),
            fragment_offset: u32::from_be_bytes([0, o0, o1, o2]),
            fragment: body.get(..fragment_len)?,
        })
    }

    fn is_whole(&self) -> bool {
        self.fragment_offset == 0 && u32::try_from(self.fragment.len()) == Ok(self.len)
    }

    /// True if the other side may send this.
    fn is_possible(&self, role: Role, version: Option<ProtocolVersion>) -> bool {
        let end = u32::try_from(self.fragment.len()).ok().and_then(|len| self.fragment_offset.checked_add(len));
        if self.sequence > MAX_MESSAGE_SEQUENCE || self.len > MAX_MESSAGE_LEN || end.is_none_or(|end| end > self.len) {
            return false;
        }
        // RFC 9147 §5.2: in 1.3 only the hellos are in plaintext.
        let only_hellos = version == Some(ProtocolVersion::Dtls13);
        match (role, self.kind) {
            (Role::Server, Self::CLIENT_HELLO) | (Role::Client, Self::SERVER_HELLO) => true,
            (Role::Client, Self::HELLO_VERIFY_REQUEST | Self::CERTIFICATE) => !only_hellos,
            (Role::Client, Self::SERVER_KEY_EXCHANGE | Self::CERTIFICATE_REQUEST | Self::SERVER_HELLO_DONE) => {
                !only_hellos
            }
            (Role::Server, Self::CERTIFICATE | Self::CLIENT_KEY_EXCHANGE | Self::CERTIFICATE_VERIFY) => !only_hellos,
            _ => false,
        }
    }
}

/// True if the body of a ServerHello is well-formed to its end. dimpl 0.9 panics on one whose last extension is a truncated
/// `supported_versions`.
fn is_server_hello(body: &[u8]) -> bool {
    is_server_hello_inner(body).is_some()
}

fn is_server_hello_inner(body: &[u8]) -> Option<()> {
    /// `supported_versions` (RFC 8446 §4.2.1).
    const SUPPORTED_VERSIONS: u16 = 43;
    let (_version_and_random, rest) = body.split_at_checked(2 + 32)?;
    let (&session_id_len, rest) = rest.split_first()?;
    let rest = rest.get(usize::from(session_id_len)..)?;
    let (_suite_and_compression, rest) = rest.split_at_checked(2 + 1)?;
    if rest.is_empty() {
        return Some(());
    }
    let (len, mut extensions) = rest.split_first_chunk::<2>()?;
    if usize::from(u16::from_be_bytes(*len)) != extensions.len() {
        return None;
    }
    while !extensions.is_empty() {
        let (&[t0, t1, l0, l1], rest) = extensions.split_first_chunk::<4>()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([l0, l1])))?;
        if u16::from_be_bytes([t0, t1]) == SUPPORTED_VERSIONS && data.len() != 2 {
            return None;
        }
        extensions = rest;
    }
    Some(())
}

#[cfg(test)]
mod tests;

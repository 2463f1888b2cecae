//! Reading a `candidate:` attribute (RFC 8839 §5.1, RFC 6544 §4.5).

use super::{Address, Candidate, CandidateError, CandidateType, Component, RelatedAddress, TcpType, Transport};
use core::net::IpAddr;

/// No candidate needs more; a name has at most 253 characters.
const MAX_LEN: usize = 2048;

/// Words that are separated by single spaces; spaces at the end don't count.
struct Words<'a>(core::iter::Peekable<core::str::Split<'a, char>>);

impl<'a> Words<'a> {
    fn next(&mut self) -> Result<&'a str, CandidateError> {
        self.0.next().filter(|word| !word.is_empty()).ok_or(CandidateError::Truncated)
    }

    fn next_if(&mut self, wanted: &str) -> bool {
        self.0.next_if(|word| word.eq_ignore_ascii_case(wanted)).is_some()
    }
}

pub(super) fn candidate(text: &str) -> Result<Candidate, CandidateError> {
    if text.len() > MAX_LEN {
        return Err(CandidateError::TooLong);
    }
    let text = text.strip_prefix("a=").unwrap_or(text).trim_end_matches([' ', '\r', '\n']);
    let rest = text.strip_prefix("candidate:").ok_or(CandidateError::Prefix)?;
    if !rest.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return Err(CandidateError::Character);
    }
    let mut words = Words(rest.split(' ').peekable());

    // RFC 8839 §5.1: 1 to 32 ice-chars; deployed agents use other characters too, and nothing depends on them.
    let foundation = words.0.next().unwrap_or_default();
    if !(1..=32).contains(&foundation.len()) {
        return Err(CandidateError::Foundation);
    }
    let component = number(words.next()?, CandidateError::Component)?;
    if !(1..=256).contains(&component) {
        return Err(CandidateError::Component);
    }
    let transport = match words.next()? {
        word if word.eq_ignore_ascii_case("udp") => Transport::Udp,
        word if word.eq_ignore_ascii_case("tcp") => Transport::Tcp,
        _ => return Err(CandidateError::Transport),
    };
    let priority = number(words.next()?, CandidateError::Priority)?;
    let address = address(words.next()?).ok_or(CandidateError::Address)?;
    let port = number(words.next()?, CandidateError::Port)?;
    if !words.next_if("typ") {
        return Err(CandidateError::Type);
    }
    let kind = match words.next()? {
        word if word.eq_ignore_ascii_case("host") => CandidateType::Host,
        word if word.eq_ignore_ascii_case("srflx") => CandidateType::ServerReflexive,
        word if word.eq_ignore_ascii_case("prflx") => CandidateType::PeerReflexive,
        word if word.eq_ignore_ascii_case("relay") => CandidateType::Relayed,
        _ => return Err(CandidateError::Type),
    };
    let related = related(&mut words)?;
    let (tcp_type, extensions) = extensions(&mut words)?;
    // RFC 6544 §4.5: MUST have a tcptype if, and only if, the transport is TCP.
    if transport == Transport::Tcp && tcp_type.is_none() {
        return Err(CandidateError::TcpType);
    }
    Ok(Candidate {
        foundation: foundation.to_owned(),
        component: Component(component),
        transport,
        priority,
        address,
        port,
        kind,
        related,
        tcp_type,
        extensions,
        text: Some(text.into()),
        url: None,
    })
}

fn related(words: &mut Words<'_>) -> Result<Option<RelatedAddress>, CandidateError> {
    if !words.next_if("raddr") {
        return Ok(None);
    }
    let address = address(words.next()?).ok_or(CandidateError::Related)?;
    if !words.next_if("rport") {
        return Err(CandidateError::Related);
    }
    Ok(Some(RelatedAddress { address, port: number(words.next()?, CandidateError::Related)? }))
}

type Extensions = (Option<TcpType>, Vec<(String, String)>);

fn extensions(words: &mut Words<'_>) -> Result<Extensions, CandidateError> {
    let (mut tcp_type, mut extensions) = (None, Vec::new());
    while let Some(name) = words.0.next() {
        // The grammar allows a value of no characters, so a double space is legal here.
        let value = words.0.next().ok_or(CandidateError::Extension)?;
        if name.is_empty() {
            return Err(CandidateError::Extension);
        }
        if name == "tcptype" && tcp_type.is_none() {
            tcp_type = Some(match value {
                "active" => TcpType::Active,
                "passive" => TcpType::Passive,
                "so" => TcpType::SimultaneousOpen,
                _ => return Err(CandidateError::TcpType),
            });
        } else {
            extensions.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok((tcp_type, extensions))
}

/// A number of decimal digits only.
fn number<T: core::str::FromStr>(word: &str, error: CandidateError) -> Result<T, CandidateError> {
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_digit()) {
        return Err(error);
    }
    word.parse().map_err(|_| error)
}

/// An IP address (an IPv6 one may have a zone, which is not for us) or a name.
fn address(word: &str) -> Option<Address> {
    if let Ok(ip) = word.split('%').next()?.parse::<IpAddr>() {
        return Some(Address::Ip(ip));
    }
    let name = word.strip_suffix('.').unwrap_or(word);
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    // A last label of digits would be an IPv4 address that didn't parse.
    let numeric = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    (name.len() <= 253 && !numeric && name.split('.').all(label)).then(|| Address::Name(word.to_owned()))
}

//! `RTCIceServer` (W3C webrtc-pc §4.2.3) and its URLs (RFC 7064 for stun and stuns, RFC 7065 for turn and turns).

use crate::error::{Error, Misuse};
use peerline_edge::Protocol;
use std::net::Ipv6Addr;

/// `RTCIceServer`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IceServer {
    /// One or more URLs.
    pub urls: Vec<String>,
    /// User name for TURN.
    pub username: Option<String>,
    /// Password for TURN.
    pub credential: Option<String>,
    /// Native: third-party authorization for TURN in the place of user name and password (RFC 7635). W3C had it as `credentialType` "oauth" and
    /// removed it; here it waits for the TURN client.
    pub oauth: Option<OAuthCredential>,
}

/// The removed `RTCOAuthCredential`, with the key's name (RFC 7635 §6.2).
#[derive(Clone, PartialEq, Eq)]
pub struct OAuthCredential {
    /// `kid`: what the server knows the key by; sent as USERNAME.
    pub kid: String,
    /// `macKey`, in base64.
    pub mac_key: String,
    /// `accessToken`, in base64.
    pub access_token: String,
}

impl core::fmt::Debug for OAuthCredential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OAuthCredential").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl core::fmt::Debug for IceServer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

impl IceServer {
    /// §4.4.1.6 step 11 "validate an ICE server".
    pub(crate) fn validate(&self) -> Result<(), Error> {
        // 11.1: a string becomes a list (done by the type). 11.2: an empty list is a SyntaxError.
        if self.urls.is_empty() {
            return Err(Misuse::IceServerWithoutUrl.into());
        }
        for url in &self.urls {
            // 11.3.1–4: parse by the grammar.
            let url = IceServerUrl::parse(url)?;
            // 11.3.5: TURN needs both username and credential, and a username of at most 509 bytes (RFC 8489 §14.3).
            if url.scheme.is_turn() {
                let username = self.username.as_ref().filter(|username| username.len() <= 509);
                if self.oauth.is_none() && (username.is_none() || self.credential.is_none()) {
                    return Err(Misuse::TurnWithoutCredential.into());
                }
            }
        }
        Ok(())
    }

    /// The parsed URLs; those that do not parse are left out (the constructor refused them).
    pub fn parsed_urls(&self) -> impl Iterator<Item = (&str, IceServerUrl)> {
        self.urls.iter().filter_map(|url| IceServerUrl::parse(url).ok().map(|parsed| (url.as_str(), parsed)))
    }
}

/// The four schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// STUN over UDP.
    Stun,
    /// STUN over TLS.
    Stuns,
    /// TURN over UDP or TCP.
    Turn,
    /// TURN over TLS (or DTLS).
    Turns,
}

impl Scheme {
    /// True for `turn` and `turns`.
    #[must_use]
    pub const fn is_turn(self) -> bool {
        matches!(self, Self::Turn | Self::Turns)
    }

    /// True for `stuns` and `turns`.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Stuns | Self::Turns)
    }

    /// The port of a URL that names none.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        if self.is_secure() { 5349 } else { 3478 }
    }
}

/// A parsed ICE server URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceServerUrl {
    /// Which scheme.
    pub scheme: Scheme,
    /// Host name or address literal, without brackets.
    pub host: String,
    /// Port, with the scheme's default filled in.
    pub port: u16,
    /// Transport to the server.
    pub transport: Protocol,
}

impl IceServerUrl {
    /// Parses `scheme:host[:port][?transport=udp|tcp]`.
    ///
    /// # Errors
    /// [`Misuse::MalformedIceServerUrl`] for anything that the two RFCs' grammars do not produce.
    pub fn parse(url: &str) -> Result<Self, Error> {
        Self::parse_grammar(url).ok_or_else(|| Misuse::MalformedIceServerUrl.into())
    }

    fn parse_grammar(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "stun" => Scheme::Stun,
            "stuns" => Scheme::Stuns,
            "turn" => Scheme::Turn,
            "turns" => Scheme::Turns,
            _ => return None,
        };
        let (authority, query) = match rest.split_once('?') {
            Some((authority, query)) => (authority, Some(query)),
            None => (rest, None),
        };
        let transport = match query {
            None if scheme.is_secure() => Protocol::Tcp,
            None => Protocol::Udp,
            // RFC 7064 has no query part.
            Some(_) if !scheme.is_turn() => return None,
            Some(query) => match query.strip_prefix("transport=")? {
                "udp" => Protocol::Udp,
                "tcp" => Protocol::Tcp,
                _ => return None,
            },
        };
        let (host, port) = split_host_port(authority)?;
        Some(Self { scheme, host: host.to_owned(), port: port.unwrap_or(scheme.default_port()), transport })
    }
}

/// Splits RFC 3986's `host [":" port]`.
fn split_host_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        let port = if after.is_empty() { None } else { Some(after.strip_prefix(':')?) };
        (host, port)
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        if host.is_empty() || !host.bytes().all(is_reg_name_byte) {
            return None;
        }
        (host, port)
    };
    match port {
        None => Some((host, None)),
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((host, Some(digits.parse().ok()?)))
        }
        Some(_) => None,
    }
}

/// RFC 3986 §3.2.2: unreserved, percent sign, and sub-delims.
const fn is_reg_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')
}

//! What a handshake agreed on: role, version, cipher suite, group, SRTP profile, the other side's certificates.

use core::fmt;

/// Which side of the handshake we are (RFC 8842 §5, RFC 4145 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// `a=setup:active`: sends the ClientHello.
    Client,
    /// `a=setup:passive`: waits for it.
    Server,
}

impl Role {
    /// The role of the other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// A version of DTLS, older first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtocolVersion {
    /// RFC 6347.
    Dtls12,
    /// RFC 9147.
    Dtls13,
}

impl ProtocolVersion {
    /// The number on the wire: 0xFEFD or 0xFEFC.
    #[must_use]
    pub const fn wire(self) -> u16 {
        match self {
            Self::Dtls12 => 0xFEFD,
            Self::Dtls13 => 0xFEFC,
        }
    }

    /// The wire number as four upper-case hexadecimal digits, as `RTCTransportStats.tlsVersion` has it.
    #[must_use]
    pub const fn as_hex(self) -> &'static str {
        match self {
            Self::Dtls12 => "FEFD",
            Self::Dtls13 => "FEFC",
        }
    }
}

macro_rules! registry {
    ($(#[$doc:meta])* $name:ident { $($constant:ident = $value:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub u16);

        impl $name {
            $(#[doc = concat!("`", $text, "`.")] pub const $constant: Self = Self($value);)*

            /// The registered name; `None` if the number is not one we know.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{:#06x}", self.0),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    };
}

registry! {
    /// A number of the IANA "TLS Cipher Suites" registry (`RTCTransportStats.dtlsCipher` is its name).
    CipherSuite {
        TLS_AES_128_GCM_SHA256 = 0x1301, "TLS_AES_128_GCM_SHA256";
        TLS_AES_256_GCM_SHA384 = 0x1302, "TLS_AES_256_GCM_SHA384";
        TLS_CHACHA20_POLY1305_SHA256 = 0x1303, "TLS_CHACHA20_POLY1305_SHA256";
        TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 = 0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 = 0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 = 0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 = 0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
        TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 = 0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
        TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 = 0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
    }
}

registry! {
    /// A number of the IANA "TLS Supported Groups" registry (`RTCTransportStats.tlsGroup` is its name).
    NamedGroup {
        SECP256R1 = 0x0017, "secp256r1";
        SECP384R1 = 0x0018, "secp384r1";
        X25519 = 0x001D, "x25519";
        X25519MLKEM768 = 0x11EC, "X25519MLKEM768";
    }
}

registry! {
    /// A number of the IANA "DTLS-SRTP Protection Profiles" registry (RFC 5764 §4.1.2, RFC 7714 §14.2).
    SrtpProfile {
        AES128_CM_HMAC_SHA1_80 = 0x0001, "SRTP_AES128_CM_HMAC_SHA1_80";
        AES128_CM_HMAC_SHA1_32 = 0x0002, "SRTP_AES128_CM_HMAC_SHA1_32";
        AEAD_AES_128_GCM = 0x0007, "SRTP_AEAD_AES_128_GCM";
        AEAD_AES_256_GCM = 0x0008, "SRTP_AEAD_AES_256_GCM";
    }
}

impl SrtpProfile {
    /// Bytes of a master key and of a master salt; `None` for a profile we don't know.
    #[must_use]
    pub const fn key_and_salt_len(self) -> Option<(usize, usize)> {
        match self {
            Self::AES128_CM_HMAC_SHA1_80 | Self::AES128_CM_HMAC_SHA1_32 => Some((16, 14)),
            Self::AEAD_AES_128_GCM => Some((16, 12)),
            Self::AEAD_AES_256_GCM => Some((32, 12)),
            _ => None,
        }
    }
}

/// What a finished handshake agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The version.
    pub version: ProtocolVersion,
    /// The cipher suite; `None` if the engine cannot tell.
    pub cipher_suite: Option<CipherSuite>,
    /// The group of the key exchange; `None` if the engine cannot tell.
    pub group: Option<NamedGroup>,
    /// The SRTP profile; `None` if none was agreed on.
    pub srtp_profile: Option<SrtpProfile>,
    /// Bytes that a record adds to its plaintext: header, explicit nonce, inner content type, tag.
    pub record_overhead: usize,
}

//! MAPPED-ADDRESS and XOR-MAPPED-ADDRESS, and whatever has their shape (RFC 8489 §14.1, §14.2).

use crate::header::{MAGIC_COOKIE, TransactionId};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const IPV4: u8 = 1;
const IPV6: u8 = 2;

/// Reads the value of an attribute of MAPPED-ADDRESS's shape.
#[must_use]
pub fn decode_address(value: &[u8]) -> Option<SocketAddr> {
    // The first byte is reserved: ignored by receivers (RFC 8489 §14.1).
    let ([_, family, p0, p1], address) = value.split_first_chunk()?;
    let ip = match (*family, address.len()) {
        (IPV4, 4) => IpAddr::from(<[u8; 4]>::try_from(address).ok()?),
        (IPV6, 16) => IpAddr::from(<[u8; 16]>::try_from(address).ok()?),
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_be_bytes([*p0, *p1])))
}

/// Reads the value of an attribute of XOR-MAPPED-ADDRESS's shape.
#[must_use]
pub fn decode_xor_address(value: &[u8], id: &TransactionId) -> Option<SocketAddr> {
    decode_address(value).map(|address| xor(address, id))
}

/// The address XORed with cookie and transaction id; its own inverse.
pub(crate) fn xor(address: SocketAddr, id: &TransactionId) -> SocketAddr {
    let port = address.port() ^ (MAGIC_COOKIE >> 16) as u16;
    let ip = match address.ip() {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() ^ MAGIC_COOKIE)),
        IpAddr::V6(v6) => {
            let low = id.0.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() ^ (u128::from(MAGIC_COOKIE) << 96 | low)))
        }
    };
    SocketAddr::new(ip, port)
}

/// Writes the value of an attribute of MAPPED-ADDRESS's shape.
pub(crate) fn encode(address: SocketAddr) -> ([u8; 20], usize) {
    let mut value = [0; 20];
    let [p0, p1] = address.port().to_be_bytes();
    match address.ip() {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            value.iter_mut().zip([0, IPV4, p0, p1, a, b, c, d]).for_each(|(to, from)| *to = from);
            (value, 8)
        }
        IpAddr::V6(v6) => {
            let bytes = [0, IPV6, p0, p1].into_iter().chain(v6.octets());
            value.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
            (value, 20)
        }
    }
}

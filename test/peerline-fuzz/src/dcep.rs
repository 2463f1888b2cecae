//! DCEP messages (RFC 8832): any bytes parse or fail; what parses prints to what parses to the same.

use peerline_sctp::dcep;

/// One message on PPID 50.
pub fn dcep(data: &[u8]) {
    let Ok(message) = dcep::parse(data) else { return };
    let mut printed = Vec::new();
    message.encode(&mut printed);
    assert_eq!(dcep::parse(&printed), Ok(message), "encoding changes the message");
}

//! SCTP over DTLS (RFC 9260, 3758, 6525, 8260, 9653, 8261): the association; RFC 8832 DCEP on top.

#![forbid(unsafe_code)]

//! The NAT table, behaviour by behaviour (RFC 4787).

use super::*;

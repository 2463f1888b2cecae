//! What holds for the whole process: how many connections it may have, and the ICE servers it brings.

use crate::driver::live_connections;
use crate::rtc_configuration::RtcIceServer;
use crate::rtc_error::RtcError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
static DEFAULT_ICE_SERVERS: Mutex<Vec<RtcIceServer>> = Mutex::new(Vec::new());

/// Limits how many connections may be open in this process: beyond it the constructor fails with `OperationError`, and nothing else happens. There is
/// no limit of ours before that, only the system's on sockets and memory.
pub fn set_connection_limit(limit: Option<usize>) {
    LIMIT.store(limit.unwrap_or(usize::MAX), Ordering::Release);
}

pub(crate) fn check_connection_limit() -> Result<(), RtcError> {
    if live_connections() < LIMIT.load(Ordering::Acquire) {
        return Ok(());
    }
    Err(peerline_peer::Misuse::TooManyConnections.into())
}

/// `getDefaultIceServers`: the servers that this process was given, for applications that have none of their own. Empty unless
/// [`set_default_ice_servers`] was called; they are never used unasked.
#[must_use]
pub fn get_default_ice_servers() -> Vec<RtcIceServer> {
    DEFAULT_ICE_SERVERS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Sets what [`get_default_ice_servers`] gives.
pub fn set_default_ice_servers(servers: Vec<RtcIceServer>) {
    *DEFAULT_ICE_SERVERS.lock().unwrap_or_else(PoisonError::into_inner) = servers;
}

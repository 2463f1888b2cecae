//! `getStats` (webrtc-pc §8).

use crate::connection::{Connection, Operation};
use crate::error::{Result, not_supported};
use napi_derive::napi;

#[napi]
impl Connection {
    #[napi(catch_unwind)]
    pub fn get_stats(&self, _transceiver: Option<u32>, _half: Option<String>) -> Result<Operation> {
        Err(not_supported("statistics are not there yet"))
    }
}

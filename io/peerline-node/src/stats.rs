//! `getStats` (webrtc-pc §8): the core's dictionaries become objects, member by member.

use crate::connection::{Connection, Operation, number};
use crate::error::{Result, type_error};
use napi::bindgen_prelude::{Array, Null, Object, ToNapiValue};
use napi::{Env, sys};
use napi_derive::napi;
use peerline_peer::stats::{Stats, StatsValue};
use peerline_peer::{StatsReport, StatsSelector, TransceiverId};

/// A report on its way to JavaScript: an array of the objects in it.
#[derive(Debug)]
pub struct NativeStats(pub(crate) StatsReport);

#[napi]
impl Connection {
    #[napi(catch_unwind)]
    pub fn get_stats(&self, transceiver: Option<u32>, half: Option<String>) -> Result<Operation> {
        let selector = match (transceiver.map(TransceiverId), half.as_deref()) {
            (None, _) => StatsSelector::Connection,
            (Some(transceiver), Some("sender")) => StatsSelector::Sender(transceiver),
            (Some(transceiver), Some("receiver")) => StatsSelector::Receiver(transceiver),
            (Some(_), _) => return Err(type_error("a transceiver has statistics of its sender or of its receiver")),
        };
        Ok(self.operation(|core, now| core.get_stats(now, selector)))
    }
}

impl ToNapiValue for NativeStats {
    unsafe fn to_napi_value(raw: sys::napi_env, Self(report): Self) -> napi::Result<sys::napi_value> {
        let env = Env::from_raw(raw);
        let mut array = env.create_array(0)?;
        for stats in report.iter() {
            array.insert(object_of(&env, stats)?)?;
        }
        // SAFETY: the environment is the one that this function was called with.
        unsafe { Array::to_napi_value(raw, array) }
    }
}

fn object_of<'env>(env: &'env Env, stats: &Stats) -> napi::Result<Object<'env>> {
    let mut object = Object::new(env)?;
    let mut result = Ok(());
    stats.visit(|name, value| {
        if result.is_ok() {
            result = set(env, &mut object, name, value);
        }
    });
    result.map(|()| object)
}

fn set(env: &Env, object: &mut Object<'_>, name: &str, value: StatsValue<'_>) -> napi::Result<()> {
    match value {
        StatsValue::Text(text) => object.set(name, text),
        StatsValue::Unsigned(count) => object.set(name, number(count)),
        StatsValue::Signed(integer) => object.set(name, integer),
        StatsValue::Number(double) => object.set(name, double),
        StatsValue::Boolean(boolean) => object.set(name, boolean),
        StatsValue::Null => object.set(name, Null),
        StatsValue::Record(record) => {
            let mut members = Object::new(env)?;
            for (key, double) in record {
                members.set(key, *double)?;
            }
            object.set(name, members)
        }
    }
}

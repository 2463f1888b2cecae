//! `RTCDataChannel` (webrtc-pc §6.2) by its number: making, sending, taking, closing.

use crate::configuration::enumeration;
use crate::connection::{Connection, id, number};
use crate::error::{Result, exception, operation_error};
use napi::Env;
use napi::bindgen_prelude::{ArrayBuffer, Uint32ArraySlice};
use napi_derive::napi;
use peerline::Bytes;
use peerline_peer::{ChannelId, DataChannel, DataChannelInit, DataChannelState, Message};

#[napi(object, object_to_js = false)]
#[derive(Debug)]
pub struct NativeChannelInit {
    pub ordered: bool,
    pub max_packet_life_time: Option<u16>,
    pub max_retransmits: Option<u16>,
    pub protocol: String,
    pub negotiated: bool,
    pub id: Option<u16>,
    pub priority: String,
}

#[napi(object, object_from_js = false)]
#[derive(Debug)]
pub struct NativeChannelView {
    pub ordered: bool,
    pub max_packet_life_time: Option<u16>,
    pub max_retransmits: Option<u16>,
    pub protocol: String,
    pub negotiated: bool,
    pub id: Option<u16>,
    pub priority: &'static str,
    pub label: String,
    pub ready_state: &'static str,
    pub buffered_amount: f64,
    pub buffered_amount_low_threshold: f64,
}

/// Messages one after the other in one buffer, so that many small ones cost one object of JavaScript's.
#[napi(object, object_from_js = false)]
pub struct NativeMessages<'env> {
    pub data: ArrayBuffer<'env>,
    pub lengths: Uint32ArraySlice<'env>,
    pub more: bool,
}

#[napi]
impl Connection {
    #[napi(catch_unwind)]
    pub fn create_data_channel(&self, label: String, init: NativeChannelInit) -> Result<f64> {
        let init = DataChannelInit {
            ordered: init.ordered,
            max_packet_life_time: init.max_packet_life_time,
            max_retransmits: init.max_retransmits,
            protocol: init.protocol,
            negotiated: init.negotiated,
            id: init.id,
            priority: enumeration(&init.priority)?,
        };
        self.try_call(|core, now| core.create_data_channel(now, &label, init)).map(|channel| number(channel.0))
    }

    #[napi(catch_unwind)]
    pub fn channel(&self, channel: f64) -> Option<NativeChannelView> {
        self.look(|core| core.channel(channel_id(channel)).map(NativeChannelView::of))
    }

    #[napi(catch_unwind)]
    pub fn channel_state(&self, channel: f64) -> &'static str {
        let state = self.look(|core| core.channel(channel_id(channel)).map(DataChannel::ready_state));
        state.unwrap_or(DataChannelState::Closed).as_str()
    }

    #[napi(catch_unwind)]
    pub fn buffered_amount(&self, channel: f64) -> f64 {
        self.look(|core| core.channel(channel_id(channel)).map_or(0, DataChannel::buffered_amount)) as f64
    }

    #[napi(catch_unwind)]
    pub fn set_buffered_amount_low_threshold(&self, channel: f64, threshold: f64) {
        let threshold = usize::try_from(id(threshold)).unwrap_or(usize::MAX);
        self.call(|core, _| core.set_buffered_amount_low_threshold(channel_id(channel), threshold));
    }

    #[napi(catch_unwind)]
    pub fn send_text(&self, channel: f64, text: String) -> Result<()> {
        self.send(channel, Message::Text(Bytes::from(text)))
    }

    #[napi(catch_unwind)]
    pub fn send_binary(&self, channel: f64, bytes: &[u8]) -> Result<()> {
        self.send(channel, Message::Binary(Bytes::copy_from_slice(bytes)))
    }

    #[napi(catch_unwind)]
    pub fn receive<'env>(&self, env: &'env Env, channel: f64, max_bytes: f64) -> Result<Option<NativeMessages<'env>>> {
        let max_bytes = usize::try_from(id(max_bytes)).unwrap_or(usize::MAX);
        let batch = self.call_in_burst(|core, now| {
            let mut batch = Batch::default();
            while !batch.more {
                let Some(message) = core.receive(now, channel_id(channel)) else { break };
                batch.push(message, max_bytes);
            }
            batch
        });
        if batch.lengths.is_empty() {
            return Ok(None);
        }
        batch.into_js(env).map(Some)
    }

    #[napi(catch_unwind)]
    pub fn close_channel(&self, channel: f64) {
        self.call(|core, now| core.close_channel(now, channel_id(channel)));
    }

    #[napi(catch_unwind)]
    pub fn release_channel(&self, channel: f64) {
        self.call(|core, now| {
            // Unread messages of a channel that lives would hold the peer back, and with it every other channel.
            while core.receive(now, channel_id(channel)).is_some() {}
            core.release_channel(channel_id(channel));
        });
    }

    fn send(&self, channel: f64, message: Message) -> Result<()> {
        self.call_in_burst(|core, now| core.send(now, channel_id(channel), message)).map_err(exception)
    }
}

const fn channel_id(number: f64) -> ChannelId {
    ChannelId(id(number))
}

/// From this length on, memory of ours that becomes JavaScript's is cheaper than a copy: the engine has to be told of its end.
const WORTH_GIVING: usize = 32 * 1024;

/// Messages on their way to JavaScript.
#[derive(Debug, Default)]
struct Batch {
    data: Vec<u8>,
    lengths: Vec<u32>,
    more: bool,
}

impl Batch {
    fn push(&mut self, message: Message, max_bytes: usize) {
        let start = self.data.len();
        let is_text = match message {
            // What the peer sends as text may not be UTF-8: W3C has it decoded all the same.
            Message::Text(text) => {
                match std::str::from_utf8(&text) {
                    Ok(_) => self.data.extend_from_slice(&text),
                    Err(_) => self.data.extend_from_slice(String::from_utf8_lossy(&text).as_bytes()),
                }
                1
            }
            // A large message goes alone, in the memory in which it was put together.
            Message::Binary(bytes) if start == 0 && bytes.len() >= WORTH_GIVING => {
                self.data = bytes.into();
                self.more = true;
                0
            }
            Message::Binary(bytes) => {
                self.data.extend_from_slice(&bytes);
                0
            }
        };
        self.lengths.push(u32::try_from(self.data.len() - start).unwrap_or(u32::MAX));
        self.lengths.push(is_text);
        self.more |= self.data.len() >= max_bytes;
    }

    fn into_js(self, env: &Env) -> Result<NativeMessages<'_>> {
        let data = match self.data.len() {
            WORTH_GIVING.. => ArrayBuffer::from_data(env, self.data),
            _ => ArrayBuffer::copy_from(env, self.data),
        };
        let data = data.map_err(|error| operation_error(error.reason))?;
        let lengths = Uint32ArraySlice::copy_from(env, self.lengths).map_err(|error| operation_error(error.reason))?;
        Ok(NativeMessages { data, lengths, more: self.more })
    }
}

impl NativeChannelView {
    fn of(channel: &DataChannel) -> Self {
        Self {
            ordered: channel.ordered(),
            max_packet_life_time: channel.max_packet_life_time(),
            max_retransmits: channel.max_retransmits(),
            protocol: channel.protocol().to_owned(),
            negotiated: channel.negotiated(),
            id: channel.id(),
            priority: channel.priority().as_str(),
            label: channel.label().to_owned(),
            ready_state: channel.ready_state().as_str(),
            buffered_amount: channel.buffered_amount() as f64,
            buffered_amount_low_threshold: channel.buffered_amount_low_threshold() as f64,
        }
    }
}

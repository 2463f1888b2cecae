//! What an association has to tell: events, counters, drops.

use crate::event::Event;
use crate::statistics::{Drops, Statistics};
use std::collections::VecDeque;

/// Events and counters, apart from the machinery so that every part can write them.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) events: VecDeque<Event>,
    pub(crate) drops: Drops,
    /// Only the counters kept here; gauges are filled in when asked.
    pub(crate) counters: Statistics,
}

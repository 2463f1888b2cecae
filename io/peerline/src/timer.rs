//! The one timer of a driver.

use crate::clock;
use peerline_edge::{Deadline, Time};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::time::Sleep;

/// The timer of one connection. It is only ever moved forwards by firing: a deadline that moves away (as a retransmission timer does with
/// each acknowledgement) costs nothing until the old one has passed.
#[derive(Debug, Default)]
pub(crate) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    armed: Option<Time>,
}

impl Timer {
    /// Ready once `deadline` has passed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, deadline: Option<Deadline>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        if self.armed.is_none_or(|armed| deadline.at < armed) {
            let at = clock::instant_of(deadline.at);
            match &mut self.sleep {
                Some(sleep) => sleep.as_mut().reset(at),
                None => self.sleep = Some(Box::pin(tokio::time::sleep_until(at))),
            }
            self.armed = Some(deadline.at);
        }
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        let fired = sleep.as_mut().poll(cx);
        if fired.is_ready() {
            self.armed = None;
        }
        fired
    }
}

//! How a driver shares its thread with other tasks: a few turns, then the others.

use crate::timer::Timer;
use peerline_edge::Deadline;
use std::task::{Context, Poll};

/// Turns before other tasks of the thread get theirs.
const TURNS: usize = 4;

/// What is left after a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// There may be more to do.
    Again,
    /// Nothing to do until this time.
    Sleep(Option<Deadline>),
    /// The connection is closed and everything is said.
    Done,
}

/// A driver: what it does in a turn, and the timer that it sleeps by.
pub(crate) trait TakesTurns {
    /// Does what there is to do, within bounds.
    fn turn(&mut self, cx: &mut Context<'_>) -> Turn;

    /// Its timer.
    fn timer(&mut self) -> &mut Timer;
}

/// One poll of a driver's task.
pub(crate) fn poll_turns(driver: &mut impl TakesTurns, cx: &mut Context<'_>) -> Poll<()> {
    for _ in 0..TURNS {
        match driver.turn(cx) {
            Turn::Again => {}
            Turn::Done => return Poll::Ready(()),
            Turn::Sleep(deadline) => {
                if driver.timer().poll(cx, deadline).is_pending() {
                    return Poll::Pending;
                }
            }
        }
    }
    // The others first.
    cx.waker().wake_by_ref();
    Poll::Pending
}

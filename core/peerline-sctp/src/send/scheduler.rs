//! Which stream sends next: weighted fair queueing by priority (RFC 8260 §3.6, RFC 8831 §6.4).

use core::cmp::Reverse;
use std::collections::BinaryHeap;

/// Virtual time: bytes over weight, scaled so that integer division loses little.
pub(super) type Virtual = u64;

const SCALE: u64 = 1 << 16;

/// The streams that have something to send, each once, by the virtual time at which its next chunk would be done.
#[derive(Debug, Default)]
pub(super) struct Scheduler {
    heap: BinaryHeap<Reverse<(Virtual, u16)>>,
    /// The virtual time of the chunk served last.
    now: Virtual,
}

impl Scheduler {
    /// Puts a stream in that was idle since `finish`: it competes from now on, without credit for its silence.
    pub(super) fn wake(&mut self, stream: u16, finish: Virtual, bytes: usize, priority: u16) -> Virtual {
        self.requeue(stream, finish.max(self.now), bytes, priority)
    }

    /// Puts a stream back in whose last chunk was done at `finish` and whose next one has `bytes`. Returns when that will be done.
    pub(super) fn requeue(&mut self, stream: u16, finish: Virtual, bytes: usize, priority: u16) -> Virtual {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let cost = bytes.saturating_mul(SCALE) / u64::from(priority.max(1));
        let finish = finish.saturating_add(cost.max(1));
        self.heap.push(Reverse((finish, stream)));
        finish
    }

    /// Puts a stream back that was taken but not served.
    pub(super) fn put_back(&mut self, stream: u16, finish: Virtual) {
        self.heap.push(Reverse((finish, stream)));
    }

    /// The stream to serve.
    pub(super) fn take(&mut self) -> Option<u16> {
        self.heap.pop().map(|Reverse((_, stream))| stream)
    }

    /// The stream taken last was served up to `finish`.
    pub(super) fn served(&mut self, finish: Virtual) {
        self.now = self.now.max(finish);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_share_by_their_priorities() {
        let mut scheduler = Scheduler::default();
        let priorities = [128, 256, 512, 1024];
        let mut finish: Vec<Virtual> =
            (0..4).map(|id| scheduler.wake(id, 0, 1000, priorities[usize::from(id)])).collect();
        let mut served = [0; 4];
        for _ in 0..1500 {
            let id = scheduler.take().unwrap();
            let index = usize::from(id);
            served[index] += 1;
            scheduler.served(finish[index]);
            finish[index] = scheduler.requeue(id, finish[index], 1000, priorities[index]);
        }
        assert_eq!(served, [100, 200, 400, 800]);
    }

    #[test]
    fn a_stream_that_wakes_gets_no_credit_for_its_silence() {
        let mut scheduler = Scheduler::default();
        let mut finish = scheduler.wake(1, 0, 1000, 256);
        for _ in 0..100 {
            assert_eq!(scheduler.take(), Some(1));
            scheduler.served(finish);
            finish = scheduler.requeue(1, finish, 1000, 256);
        }
        scheduler.wake(2, 0, 100, 256);
        assert_eq!(scheduler.take(), Some(2), "the short message goes next");
        scheduler.wake(2, 0, 3000, 256);
        assert_eq!(scheduler.take(), Some(1), "but a long one waits its turn");
    }
}

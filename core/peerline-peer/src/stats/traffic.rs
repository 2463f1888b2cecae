//! Counters that the paths of packets keep.

/// Packets of a transport, all pairs together and those that are gone included; connectivity checks are not counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traffic {
    pub(super) packets_sent: u64,
    pub(super) packets_received: u64,
    pub(super) bytes_sent: u64,
    pub(super) bytes_received: u64,
}

impl Traffic {
    /// Notes packets that leave.
    pub(crate) fn note_sent(&mut self, bytes: usize, packets: usize) {
        self.packets_sent += packets as u64;
        self.bytes_sent += bytes as u64;
    }

    /// Notes a packet that came.
    pub(crate) fn note_received(&mut self, bytes: usize) {
        self.packets_received += 1;
        self.bytes_received += bytes as u64;
    }
}

/// Messages of a data channel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Messages {
    pub(super) sent: u64,
    pub(super) received: u64,
    pub(super) bytes_sent: u64,
    pub(super) bytes_received: u64,
}

impl Messages {
    /// Notes a message that `send` took.
    pub(crate) fn note_sent(&mut self, bytes: usize) {
        self.sent += 1;
        self.bytes_sent += bytes as u64;
    }

    /// Notes a message that the application received.
    pub(crate) fn note_received(&mut self, bytes: usize) {
        self.received += 1;
        self.bytes_received += bytes as u64;
    }
}

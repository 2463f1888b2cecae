//! The border vocabulary as a trait, so that one runner can drive any machine.

use peerline_edge::{Deadline, IoOutcome, IoRequest, Received, Time, Transmit};

/// A sans-IO machine with datagrams, as `peerline-edge` describes the vocabulary. [`machine!`](crate::machine) writes the
/// implementation for a type of another crate.
pub trait Machine {
    /// What it reports.
    type Event: core::fmt::Debug;

    /// A datagram came in.
    fn handle_datagram(&mut self, now: Time, datagram: Received<'_>);

    /// The deadline of `poll_timeout` has come.
    fn handle_timeout(&mut self, now: Time);

    /// The answer to a request. Machines that ask for nothing leave it out.
    fn handle_io(&mut self, now: Time, outcome: IoOutcome) {
        let _ = (now, outcome);
    }

    /// The next datagram to send, written into `buf`, which comes empty.
    fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit>;

    /// The next request for I/O.
    fn poll_io(&mut self) -> Option<IoRequest> {
        None
    }

    /// The next event.
    fn poll_event(&mut self) -> Option<Self::Event>;

    /// When to call `handle_timeout`, and why.
    fn poll_timeout(&self) -> Option<Deadline>;
}

impl<M: Machine + ?Sized> Machine for Box<M> {
    type Event = M::Event;

    fn handle_datagram(&mut self, now: Time, datagram: Received<'_>) {
        (**self).handle_datagram(now, datagram);
    }
    fn handle_timeout(&mut self, now: Time) {
        (**self).handle_timeout(now);
    }
    fn handle_io(&mut self, now: Time, outcome: IoOutcome) {
        (**self).handle_io(now, outcome);
    }
    fn poll_transmit(&mut self, now: Time, buf: &mut Vec<u8>) -> Option<Transmit> {
        (**self).poll_transmit(now, buf)
    }
    fn poll_io(&mut self) -> Option<IoRequest> {
        (**self).poll_io()
    }
    fn poll_event(&mut self) -> Option<Self::Event> {
        (**self).poll_event()
    }
    fn poll_timeout(&self) -> Option<Deadline> {
        (**self).poll_timeout()
    }
}

/// Wraps a machine of another crate so that a [`Simulation`](crate::Simulation) can drive it: tests may not implement a foreign
/// trait for a foreign type. The wrapper derefs to the machine. The machine's inherent methods must have the border's names.
///
/// ```ignore
/// peerline_netsim::machine!(struct Agent(peerline_ice::Agent) => peerline_ice::Event);
/// let alice = sim.add(alice_host, Agent(peerline_ice::Agent::new(..)));
/// ```
#[macro_export]
macro_rules! machine {
    ($vis:vis struct $name:ident($inner:ty) => $event:ty) => {
        #[derive(Debug)]
        $vis struct $name(pub $inner);

        impl core::ops::Deref for $name {
            type Target = $inner;
            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl core::ops::DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.0
            }
        }

        impl $crate::Machine for $name {
            type Event = $event;
            fn handle_datagram(&mut self, now: $crate::edge::Time, datagram: $crate::edge::Received<'_>) {
                self.0.handle_datagram(now, datagram);
            }
            fn handle_timeout(&mut self, now: $crate::edge::Time) {
                self.0.handle_timeout(now);
            }
            fn handle_io(&mut self, now: $crate::edge::Time, outcome: $crate::edge::IoOutcome) {
                self.0.handle_io(now, outcome);
            }
            fn poll_transmit(&mut self, now: $crate::edge::Time, buf: &mut Vec<u8>) -> Option<$crate::edge::Transmit> {
                self.0.poll_transmit(now, buf)
            }
            fn poll_io(&mut self) -> Option<$crate::edge::IoRequest> {
                self.0.poll_io()
            }
            fn poll_event(&mut self) -> Option<$event> {
                self.0.poll_event()
            }
            fn poll_timeout(&self) -> Option<$crate::edge::Deadline> {
                self.0.poll_timeout()
            }
        }
    };
}

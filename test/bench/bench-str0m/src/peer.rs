//! One str0m peer: its engine and its socket, driven as its documentation asks (one mutation, then drain).

use std::time::Instant;

use bench_harness::talk::fail;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelData, ChannelId};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::socket::{Inbox, Socket};

/// How the peers of a run are built.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub gso: bool,
    /// `set_sctp_max_buffered_amount`; str0m's own default is 128 KiB.
    pub buffer: usize,
}

pub struct Peer {
    rtc: Rtc,
    socket: Socket,
    channel: Option<ChannelId>,
    deadline: Instant,
    pending: Option<SdpPendingOffer>,
}

impl Peer {
    pub fn new(settings: Settings) -> Self {
        let socket = Socket::bind(settings.gso).unwrap_or_else(|error| fail(error));
        let now = Instant::now();
        let mut rtc = Rtc::builder().set_sctp_max_buffered_amount(settings.buffer).build(now);
        let candidate = Candidate::host(socket.address(), "udp").unwrap_or_else(|error| fail(error));
        rtc.add_local_candidate(candidate);
        Self { rtc, socket, channel: None, deadline: now, pending: None }
    }

    pub fn offer(&mut self) -> String {
        let mut change = self.rtc.sdp_api();
        change.add_channel("bench".into());
        let (offer, pending) = change.apply().unwrap_or_else(|| fail("no offer"));
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    pub fn answer(&mut self, offer: &str) -> String {
        let offer = SdpOffer::from_sdp_string(offer).unwrap_or_else(|error| fail(error));
        let answer = self.rtc.sdp_api().accept_offer(offer).unwrap_or_else(|error| fail(error));
        answer.to_sdp_string()
    }

    pub fn accept(&mut self, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).unwrap_or_else(|error| fail(error));
        let pending = self.pending.take().unwrap_or_else(|| fail("an answer without an offer"));
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap_or_else(|error| fail(error));
    }

    pub fn is_open(&self) -> bool {
        self.channel.is_some()
    }

    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    pub fn fd(&self) -> std::os::fd::RawFd {
        self.socket.fd()
    }

    /// Writes a message if the engine takes it; drain after the last.
    ///
    /// The documentation asks for a drain after every mutation. Draining after every write puts each small message in a
    /// packet of its own (64 B: twenty times slower), so here the writes of one round count as one mutation.
    pub fn write(&mut self, message: &[u8]) -> bool {
        let Some(mut channel) = self.channel.and_then(|id| self.rtc.channel(id)) else { return false };
        channel.write(true, message).unwrap_or_else(|error| fail(error))
    }

    /// Tells the engine the time if it asked for it.
    pub fn time(&mut self, now: Instant, take: &mut impl FnMut(ChannelData)) {
        if now >= self.deadline {
            self.rtc.handle_input(Input::Timeout(now)).unwrap_or_else(|error| fail(error));
        }
        self.drain(take);
    }

    /// Feeds the engine a burst of datagrams.
    pub fn receive(&mut self, inbox: &mut Inbox, take: &mut impl FnMut(ChannelData)) {
        let Self { rtc, socket, channel, deadline, .. } = self;
        let destination = socket.address();
        let now = Instant::now();
        let outcome = socket.receive(inbox, |socket, source, datagram| {
            let Ok(receive) = Receive::new(Protocol::Udp, source, destination, datagram) else { return };
            rtc.handle_input(Input::Receive(now, receive)).unwrap_or_else(|error| fail(error));
            drain(rtc, socket, channel, deadline, take);
        });
        outcome.unwrap_or_else(|error| fail(error));
    }

    /// Sends what waits in the socket's batch.
    pub fn flush(&mut self) {
        self.socket.flush().unwrap_or_else(|error| fail(error));
    }

    /// Takes everything the engine has to say.
    pub fn drain(&mut self, take: &mut impl FnMut(ChannelData)) {
        drain(&mut self.rtc, &mut self.socket, &mut self.channel, &mut self.deadline, take);
    }
}

fn drain(
    rtc: &mut Rtc,
    socket: &mut Socket,
    channel: &mut Option<ChannelId>,
    deadline: &mut Instant,
    take: &mut impl FnMut(ChannelData),
) {
    loop {
        match rtc.poll_output().unwrap_or_else(|error| fail(error)) {
            Output::Timeout(at) => {
                *deadline = at;
                return;
            }
            Output::Transmit(transmit) => {
                socket.send(transmit.destination, &transmit.contents).unwrap_or_else(|error| fail(error));
            }
            Output::Event(Event::ChannelOpen(id, _)) => *channel = Some(id),
            Output::Event(Event::ChannelData(data)) => take(data),
            Output::Event(_) => {}
        }
    }
}

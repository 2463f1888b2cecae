//! The signaling server: four clients that say anything, leave and come back; what it keeps stays bounded.

use crate::input::Steps;
use core::time::Duration;
use peerline_signaling::{ClientId, Event, Limits, Signaling, Time};

const CLIENTS: usize = 4;

/// Messages one step may cause before the server is said to run away.
const FLOOD: usize = 10_000;

/// Each step is a message of one client, or time that passes, or a client that leaves and comes back. `@0` to `@3` in a message stand for the
/// peer ids of the clients.
pub fn signaling(data: &[u8]) {
    let mut server = Server::new();
    for (kind, body) in Steps::of(data) {
        let seat = usize::from(kind) % CLIENTS;
        match kind / 32 {
            7 => server.pass(body),
            6 => server.reconnect(seat),
            _ => server.say(seat, &String::from_utf8_lossy(body)),
        }
        server.drain();
    }
    let seats = server.seats.clone().into_iter().map(|seat| seat.client);
    for client in seats.chain(core::mem::take(&mut server.echoes)) {
        server.machine.disconnect(server.now, client);
    }
    server.drain();
    assert_eq!((server.machine.client_count(), server.machine.room_count()), (0, 0), "somebody is left behind");
}

#[derive(Clone)]
struct Seat {
    client: ClientId,
    peer: String,
}

struct Server {
    machine: Signaling,
    now: Time,
    seats: Vec<Seat>,
    /// Echo peers that nobody has ended yet.
    echoes: Vec<ClientId>,
}

impl Server {
    fn new() -> Self {
        let mut server = Self {
            machine: Signaling::new(Limits::default(), [7; 32]),
            now: Time::ZERO,
            seats: Vec::new(),
            echoes: Vec::new(),
        };
        for _ in 0..CLIENTS {
            let seat = server.take_seat();
            server.seats.push(seat);
        }
        server
    }

    fn take_seat(&mut self) -> Seat {
        let Ok(client) = self.machine.connect(self.now) else { panic!("the server is full with four clients") };
        self.machine.handle_message(self.now, client, r#"{"type":"hello","version":1}"#);
        let mut peer = String::new();
        while let Some((to, text)) = self.machine.poll_outgoing() {
            if let Some((_, rest)) = text.split_once(r#""peer":""#)
                && to == client
                && text.contains("welcome")
            {
                peer = rest.split('"').next().unwrap_or_default().to_owned();
            }
        }
        Seat { client, peer }
    }

    fn say(&mut self, seat: usize, text: &str) {
        let mut text = text.to_owned();
        for (number, seat) in self.seats.iter().enumerate() {
            text = text.replace(&format!("@{number}"), &seat.peer);
        }
        self.machine.handle_message(self.now, self.seats[seat].client, &text);
    }

    fn reconnect(&mut self, seat: usize) {
        self.machine.disconnect(self.now, self.seats[seat].client);
        self.seats[seat] = self.take_seat();
    }

    fn pass(&mut self, body: &[u8]) {
        let seconds: u64 = body.iter().map(|byte| u64::from(*byte)).sum();
        let end = self.now + Duration::from_secs(seconds);
        let mut calls = 0;
        while let Some(deadline) = self.machine.poll_timeout().filter(|deadline| deadline.at <= end) {
            self.now = self.now.max(deadline.at);
            self.machine.handle_timeout(self.now);
            calls += 1;
            assert!(calls < FLOOD, "the timer {:?} spins", deadline.why);
        }
        self.now = end;
    }

    fn drain(&mut self) {
        let mut turns = 0;
        loop {
            let outgoing = core::iter::from_fn(|| self.machine.poll_outgoing()).take(FLOOD).count();
            turns += outgoing + 1;
            assert!(turns < FLOOD, "talks without end");
            match self.machine.poll_event() {
                Some(Event::EchoCalled { echo, .. }) => self.echoes.push(echo),
                Some(Event::Close { client, .. }) => self.machine.disconnect(self.now, client),
                Some(_) => {}
                None => break,
            }
        }
        assert!(self.machine.room_count() <= CLIENTS, "rooms nobody is in");
    }
}

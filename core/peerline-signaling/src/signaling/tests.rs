//! The machine as its clients see it.

use super::*;
use crate::message::{Candidate, Description, DescriptionType, SeatRole};
use core::time::Duration;
use proptest::prelude::*;

const T0: Time = Time::ZERO;

struct World {
    machine: Signaling,
    inbox: BTreeMap<ClientId, Vec<ServerMessage>>,
}

impl World {
    fn new(limits: Limits) -> Self {
        Self { machine: Signaling::new(limits, [9; 32]), inbox: BTreeMap::new() }
    }

    fn client(&mut self) -> (ClientId, String) {
        let id = self.machine.connect(T0).expect("room for one more");
        self.say(id, &ClientMessage::Hello { version: 1 });
        let welcome = self.take(id);
        let [ServerMessage::Welcome { peer, .. }] = &welcome[..] else { panic!("{welcome:?}") };
        (id, peer.clone())
    }

    fn say(&mut self, client: ClientId, message: &ClientMessage) {
        self.text(T0, client, &serde_json::to_string(message).expect("prints"));
    }

    fn text(&mut self, now: Time, client: ClientId, text: &str) {
        self.machine.handle_message(now, client, text);
        self.collect();
    }

    fn collect(&mut self) {
        while let Some((to, text)) = self.machine.poll_outgoing() {
            self.inbox.entry(to).or_default().push(serde_json::from_str(&text).expect("our own message parses"));
        }
    }

    fn take(&mut self, client: ClientId) -> Vec<ServerMessage> {
        self.inbox.remove(&client).unwrap_or_default()
    }

    fn reason(&mut self, client: ClientId) -> Option<ErrorReason> {
        self.take(client).into_iter().rev().find_map(|message| match message {
            ServerMessage::Error { reason, .. } => Some(reason),
            _ => None,
        })
    }

    fn join(&mut self, client: ClientId, room: &str) -> Vec<ServerMessage> {
        self.say(client, &ClientMessage::Join { room: room.into(), name: None });
        self.take(client)
    }

    fn closed(&mut self) -> Vec<(ClientId, ErrorReason)> {
        core::iter::from_fn(|| self.machine.poll_event())
            .filter_map(|event| match event {
                Event::Close { client, reason } => Some((client, reason)),
                Event::EchoCalled { .. } => None,
            })
            .collect()
    }
}

fn offer(to: &str) -> ClientMessage {
    let description = Description { kind: DescriptionType::Offer, sdp: "v=0\r\n".into() };
    ClientMessage::Description { to: to.into(), description }
}

#[test]
fn peers_of_a_room_learn_of_each_other_and_exchange_descriptions_and_candidates() {
    let mut w = World::new(Limits::default());
    let (a, a_peer) = w.client();
    let (b, b_peer) = w.client();
    assert_eq!(w.join(a, "kitchen"), [ServerMessage::Joined { room: "kitchen".into(), peers: vec![] }]);
    w.text(T0, b, r#"{"type":"join","room":"kitchen","name":"Bob","new-member":[1,2]}"#);
    let joined = w.take(b);
    assert!(matches!(&joined[..], [ServerMessage::Joined { peers, .. }] if peers.len() == 1 && peers[0].id == a_peer));
    let told = w.take(a);
    assert!(
        matches!(&told[..], [ServerMessage::PeerJoined { peer }] if peer.id == b_peer && peer.name.as_deref() == Some("Bob"))
    );

    w.say(b, &offer(&a_peer));
    let candidate = Candidate { candidate: "candidate:1 1 udp 1 ::1 9 typ host".into(), ..Candidate::default() };
    w.say(b, &ClientMessage::Candidate { to: a_peer.clone(), candidate: Some(candidate.clone()) });
    w.text(T0, b, &format!(r#"{{"type":"candidate","to":"{a_peer}","candidate":null}}"#));
    w.say(b, &ClientMessage::Bye { to: a_peer });
    let description = Description { kind: DescriptionType::Offer, sdp: "v=0\r\n".into() };
    assert_eq!(
        w.take(a),
        [
            ServerMessage::Description { from: b_peer.clone(), description },
            ServerMessage::Candidate { from: b_peer.clone(), candidate: Some(candidate) },
            ServerMessage::Candidate { from: b_peer.clone(), candidate: None },
            ServerMessage::Bye { from: b_peer.clone() },
        ]
    );

    w.machine.disconnect(T0, b);
    w.collect();
    assert_eq!(w.take(a), [ServerMessage::PeerLeft { peer: b_peer }]);
}

#[test]
fn reads_exactly_what_a_browser_prints() {
    let text = r#"{"type":"candidate","to":"x","candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"ab"}}"#;
    let message: ClientMessage = serde_json::from_str(text).expect("parses");
    let ClientMessage::Candidate { candidate: Some(candidate), .. } = &message else { panic!("{message:?}") };
    assert_eq!((candidate.sdp_mid.as_deref(), candidate.sdp_m_line_index), (Some("0"), Some(0)));
    assert_eq!(serde_json::to_string(&message).expect("prints"), text);
    let nulls = r#"{"type":"candidate","to":"x","candidate":{"candidate":"","sdpMid":null,"sdpMLineIndex":null,"usernameFragment":null}}"#;
    assert!(serde_json::from_str::<ClientMessage>(nulls).is_ok());
}

#[test]
fn strangers_cannot_reach_each_other() {
    let mut w = World::new(Limits::default());
    let (a, a_peer) = w.client();
    let (b, b_peer) = w.client();
    for to in [a_peer.as_str(), b_peer.as_str(), "", "nobody"] {
        w.say(b, &offer(to));
        assert_eq!(w.reason(b), Some(ErrorReason::NoSuchPeer), "{to}");
    }
    w.join(a, "kitchen");
    w.join(b, "garden");
    w.say(b, &offer(&a_peer));
    assert_eq!(w.reason(b), Some(ErrorReason::NoSuchPeer));
    assert_eq!(w.take(a), []);
}

#[test]
fn a_client_is_in_one_room_and_a_room_ends_with_its_last_peer() {
    let mut w = World::new(Limits::default());
    let (a, a_peer) = w.client();
    let (b, _) = w.client();
    w.join(a, "one");
    w.join(b, "one");
    w.take(a);
    w.join(a, "two");
    assert_eq!(w.take(b), [ServerMessage::PeerLeft { peer: a_peer }]);
    assert_eq!(w.machine.room_count(), 2);
    w.say(a, &ClientMessage::Leave);
    assert_eq!(w.take(a), [ServerMessage::Left { room: "two".into() }]);
    w.say(a, &ClientMessage::Leave);
    assert_eq!(w.reason(a), Some(ErrorReason::NotInRoom));
    w.say(a, &ClientMessage::List);
    assert_eq!(w.reason(a), Some(ErrorReason::NotInRoom));
    w.machine.disconnect(T0, b);
    assert_eq!(w.machine.room_count(), 0);
}

#[test]
fn the_first_message_is_hello_in_a_version_both_speak_and_in_time() {
    let mut w = World::new(Limits::default());
    let early = w.machine.connect(T0).expect("connects");
    w.say(early, &ClientMessage::List);
    assert_eq!(w.reason(early), Some(ErrorReason::HelloFirst));
    let (open, _) = w.client();
    w.say(open, &ClientMessage::Hello { version: 1 });
    assert_eq!(w.reason(open), Some(ErrorReason::HelloFirst));
    let future = w.machine.connect(T0).expect("connects");
    w.say(future, &ClientMessage::Hello { version: 2 });
    assert_eq!(w.reason(future), Some(ErrorReason::UnsupportedVersion));
    assert_eq!(w.closed(), [(future, ErrorReason::UnsupportedVersion)]);

    let due = w.machine.poll_timeout().expect("the silent client's deadline");
    assert_eq!((due.at, due.why), (Time::from_millis(10_000), "signaling hello"));
    w.machine.handle_timeout(due.at);
    w.collect();
    assert_eq!(w.closed(), [(early, ErrorReason::HelloTimeout)]);
    assert_eq!(w.machine.poll_timeout(), None, "the open client has no deadline");
}

#[test]
fn the_echo_peer_is_a_client_that_only_its_caller_reaches() {
    let mut w = World::new(Limits { echo_calls_per_client: 1, ..Limits::default() });
    let (a, a_peer) = w.client();
    let (b, _) = w.client();
    w.text(T0, a, r#"{"type":"echo"}"#);
    let ready = w.take(a);
    let [ServerMessage::EchoReady { peer: echo_peer }] = &ready[..] else { panic!("{ready:?}") };
    let Some(Event::EchoCalled { echo, caller, offer: false }) = w.machine.poll_event() else { panic!("no call") };
    assert_eq!(caller, a_peer);

    w.say(a, &offer(echo_peer));
    assert!(matches!(&w.take(echo)[..], [ServerMessage::Description { from, .. }] if *from == a_peer));
    w.say(echo, &offer(&a_peer));
    assert!(matches!(&w.take(a)[..], [ServerMessage::Description { from, .. }] if from == echo_peer));
    w.say(b, &offer(echo_peer));
    assert_eq!(w.reason(b), Some(ErrorReason::NoSuchPeer));

    w.say(a, &ClientMessage::Echo { offer: true });
    assert_eq!(w.reason(a), Some(ErrorReason::EchoBusy));
    w.say(echo, &ClientMessage::Echo { offer: true });
    assert_eq!(w.reason(echo), Some(ErrorReason::EchoBusy));

    w.machine.disconnect(T0, a);
    w.collect();
    assert_eq!(w.take(echo), [ServerMessage::PeerLeft { peer: a_peer }]);
    assert_eq!(w.machine.echo_call_count(), 1);
    w.machine.disconnect(T0, echo);
    assert_eq!((w.machine.echo_call_count(), w.machine.client_count()), (0, 1));
}

#[test]
fn a_server_without_echo_peer_says_so() {
    let mut w = World::new(Limits { echo_calls: 0, ..Limits::default() });
    let (a, _) = w.client();
    w.say(a, &ClientMessage::Echo { offer: false });
    assert_eq!(w.reason(a), Some(ErrorReason::NoEcho));
}

fn host(w: &mut World, client: ClientId) -> (String, String) {
    w.say(client, &ClientMessage::Host { code: None, secret: None });
    let seat = w.take(client);
    let [ServerMessage::Seat { code, secret, role: SeatRole::Host }] = &seat[..] else { panic!("{seat:?}") };
    (code.clone(), secret.clone())
}

fn visit(code: &str, secret: Option<&str>) -> ClientMessage {
    ClientMessage::Visit { code: code.into(), secret: secret.map(Into::into) }
}

#[test]
fn two_machines_meet_by_a_code_and_again_after_either_lost_its_connection() {
    let mut w = World::new(Limits::default());
    let (a, a_peer) = w.client();
    let (b, b_peer) = w.client();
    let (code, a_secret) = host(&mut w, a);
    w.say(b, &visit(&code.to_uppercase(), None));
    let got = w.take(b);
    let [ServerMessage::Seat { secret: b_secret, role: SeatRole::Visitor, .. }, paired] = &got[..] else {
        panic!("{got:?}")
    };
    assert_eq!(*paired, ServerMessage::Paired { code: code.clone(), peer: a_peer.clone() });
    assert_eq!(w.take(a), [ServerMessage::Paired { code: code.clone(), peer: b_peer.clone() }]);
    w.say(b, &offer(&a_peer));
    assert_eq!(w.take(a).len(), 1);

    // The host's connection breaks and is noticed; it comes back with its secret.
    w.machine.disconnect(T0, a);
    w.collect();
    assert_eq!(w.take(b), [ServerMessage::PeerLeft { peer: a_peer }]);
    let (a2, a2_peer) = w.client();
    w.say(a2, &ClientMessage::Host { code: Some(code.clone()), secret: Some("wrong".into()) });
    assert_eq!(w.reason(a2), Some(ErrorReason::UnknownCode));
    w.say(a2, &ClientMessage::Host { code: Some(code.clone()), secret: Some(a_secret) });
    assert_eq!(w.take(a2).len(), 2);
    assert_eq!(w.take(b), [ServerMessage::Paired { code: code.clone(), peer: a2_peer }]);

    // The visitor's breaks and is not noticed yet: its secret takes the seat from the dead connection, nobody else may.
    let (thief, _) = w.client();
    w.say(thief, &visit(&code, None));
    assert_eq!(w.reason(thief), Some(ErrorReason::CodeTaken));
    let (b2, b2_peer) = w.client();
    w.say(b2, &visit(&code, Some(b_secret)));
    assert_eq!(w.closed(), [(b, ErrorReason::Replaced)]);
    assert_eq!(
        w.take(a2),
        [ServerMessage::PeerLeft { peer: b_peer }, ServerMessage::Paired { code: code.clone(), peer: b2_peer }]
    );

    w.say(a2, &ClientMessage::Release);
    assert_eq!(w.take(a2), [ServerMessage::Released { code: code.clone() }]);
    assert_eq!(w.machine.code_count(), 0);
    assert_eq!(w.take(b2).last(), Some(&ServerMessage::Released { code: code.clone() }));
    w.say(b2, &visit(&code, None));
    assert_eq!(w.reason(b2), Some(ErrorReason::UnknownCode));
}

#[test]
fn a_code_that_nobody_sits_on_dies_after_its_time() {
    let mut w = World::new(Limits::default());
    let (a, _) = w.client();
    let (code, secret) = host(&mut w, a);
    assert_eq!(w.machine.poll_timeout(), None);
    w.machine.disconnect(Time::from_millis(1000), a);
    let due = w.machine.poll_timeout().expect("a deadline");
    assert_eq!((due.at, due.why), (Time::from_millis(601_000), "signaling code"));

    // Coming back stops the clock.
    let (a, _) = w.client();
    w.say(a, &ClientMessage::Host { code: Some(code.clone()), secret: Some(secret) });
    w.machine.handle_timeout(due.at);
    assert_eq!(w.machine.code_count(), 1);
    w.machine.disconnect(due.at, a);
    w.machine.handle_timeout(due.at + Duration::from_secs(601));
    assert_eq!(w.machine.code_count(), 0);
    assert_eq!(w.machine.poll_timeout(), None);
}

#[test]
fn guessing_codes_uses_up_a_small_budget_that_hides_right_guesses_too() {
    let mut w = World::new(Limits { wrong_codes: 2, ..Limits::default() });
    let (a, _) = w.client();
    let (code, _) = host(&mut w, a);
    let (b, _) = w.client();
    for _ in 0..20 {
        w.say(b, &visit("2222-2222", None));
        assert_eq!(w.reason(b), Some(ErrorReason::UnknownCode));
    }
    for guess in ["2222-2222", &code] {
        w.say(b, &visit(guess, None));
        assert_eq!(w.reason(b), Some(ErrorReason::RateLimited));
    }
    w.text(Time::from_millis(2000), b, &format!(r#"{{"type":"visit","code":"{code}"}}"#));
    assert!(matches!(w.take(b).last(), Some(ServerMessage::Paired { .. })));
}

#[test]
fn limits_hold() {
    let limits = Limits {
        clients: 3,
        peers_per_room: 1,
        rooms: 1,
        codes: 1,
        message: 300,
        burst: 40,
        rate: 10,
        strikes: 20,
        ..Limits::default()
    };
    let mut w = World::new(limits);
    let (a, _) = w.client();
    let (b, _) = w.client();
    let (c, _) = w.client();
    assert_eq!(w.machine.connect(T0), Err(ErrorReason::ServerFull));
    w.join(a, "one");
    w.join(b, "one");
    w.say(b, &ClientMessage::Join { room: "one".into(), name: None });
    assert_eq!(w.reason(b), Some(ErrorReason::RoomFull));
    w.say(b, &ClientMessage::Join { room: "two".into(), name: None });
    assert_eq!(w.reason(b), Some(ErrorReason::TooManyRooms));
    w.say(b, &ClientMessage::Join { room: "a b".into(), name: None });
    assert_eq!(w.reason(b), Some(ErrorReason::BadRoomName));
    w.say(b, &ClientMessage::Join { room: "one".into(), name: Some("x".repeat(65)) });
    assert_eq!(w.reason(b), Some(ErrorReason::BadPeerName));
    host(&mut w, a);
    w.say(b, &ClientMessage::Host { code: None, secret: None });
    assert_eq!(w.reason(b), Some(ErrorReason::TooManyCodes));

    w.text(T0, c, &format!(r#"{{"type":"ping","id":1,"x":"{}"}}"#, "y".repeat(400)));
    assert_eq!(w.closed(), [(c, ErrorReason::TooLarge)]);
    for _ in 0..60 {
        w.say(b, &ClientMessage::Ping { id: 5 });
    }
    assert!(w.take(b).iter().any(|m| matches!(m, ServerMessage::Error { reason: ErrorReason::RateLimited, .. })));
    assert_eq!(w.closed(), [(b, ErrorReason::TooManyErrors)]);
}

#[test]
fn a_client_that_does_not_read_is_closed_and_its_memory_freed() {
    let mut machine = Signaling::new(Limits { queued_bytes: 10_000, ..Limits::default() }, [1; 32]);
    let a = machine.connect(T0).expect("connects");
    machine.handle_message(T0, a, r#"{"type":"hello","version":1}"#);
    for _ in 0..2000 {
        machine.handle_message(T0, a, r#"{"type":"ping","id":18446744073709551615}"#);
    }
    assert_eq!(machine.poll_event(), Some(Event::Close { client: a, reason: ErrorReason::TooSlow }));
    assert_eq!(machine.poll_event(), None);
    assert_eq!(machine.poll_ready(), Some(a));
    let last = machine.poll_outgoing_of(a).expect("the reason");
    assert!(last.contains("too-slow"), "{last}");
    assert_eq!(machine.poll_outgoing_of(a), None);
    machine.disconnect(T0, a);
    assert_eq!(machine.client_count(), 0);
}

#[test]
fn wrong_messages_are_answered_and_change_nothing() {
    let mut w = World::new(Limits { strikes: u32::MAX, burst: 1_000_000, ..Limits::default() });
    let (a, _) = w.client();
    let deep = "[".repeat(100_000);
    for text in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"unheard-of"}"#,
        r#"{"type":"join"}"#,
        r#"{"type":"join","room":7}"#,
        r#"{"type":"description","to":"x","description":{"type":"counter-offer","sdp":""}}"#,
        r#"{"type":"candidate","to":"x","candidate":{"candidate":"","sdpMLineIndex":70000}}"#,
        r#"{"type":"ping","id":-1}"#,
        deep.as_str(),
        "\u{0}\u{ffff}",
    ] {
        w.text(T0, a, text);
        assert_eq!(w.reason(a), Some(ErrorReason::Malformed), "{text:.60}");
    }
    let whole = r#"{"type":"description","to":"zz","description":{"type":"offer","sdp":"v=0"}}"#;
    for end in 0..whole.len() {
        w.text(T0, a, &whole[..end]);
        assert_eq!(w.reason(a), Some(ErrorReason::Malformed));
    }
    assert_eq!(w.machine.room_count() + w.machine.code_count(), 0);
    w.say(a, &ClientMessage::Ping { id: 3 });
    assert_eq!(w.take(a), [ServerMessage::Pong { id: 3 }]);
}

#[test]
fn clients_ignore_reasons_they_do_not_know() {
    let text = r#"{"type":"error","reason":"of-version-9","message":"…"}"#;
    let message: ServerMessage = serde_json::from_str(text).expect("parses");
    assert!(matches!(message, ServerMessage::Error { reason: ErrorReason::Other, .. }));
}

/// One step of a random story; numbers are taken modulo what exists.
#[derive(Clone, Debug)]
enum Step {
    Connect,
    Disconnect(usize),
    Join(usize, u8),
    Leave(usize),
    Offer(usize, usize),
    Echo(usize),
    Host(usize),
    Rehost(usize, usize),
    Visit(usize, usize, bool),
    Release(usize),
    Text(usize, String),
    Wait(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0..40usize;
    prop_oneof![
        Just(Step::Connect),
        n.clone().prop_map(Step::Disconnect),
        (n.clone(), 0..4u8).prop_map(|(c, r)| Step::Join(c, r)),
        n.clone().prop_map(Step::Leave),
        (n.clone(), n.clone()).prop_map(|(a, b)| Step::Offer(a, b)),
        n.clone().prop_map(Step::Echo),
        n.clone().prop_map(Step::Host),
        (n.clone(), n.clone()).prop_map(|(c, k)| Step::Rehost(c, k)),
        (n.clone(), n.clone(), any::<bool>()).prop_map(|(c, k, s)| Step::Visit(c, k, s)),
        n.clone().prop_map(Step::Release),
        (n, ".{0,60}").prop_map(|(c, t)| Step::Text(c, t)),
        any::<u16>().prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn after_any_story_nothing_is_left_when_all_are_gone(steps in proptest::collection::vec(step(), 0..120)) {
        let mut w = World::new(Limits { queued_messages: 8, clients: 20, codes: 5, ..Limits::default() });
        let mut now = T0;
        let (mut clients, mut peers, mut seats) = (vec![], vec![String::new()], vec![(String::new(), String::new())]);
        for step in steps {
            let pick = |c: usize| clients.get(c % clients.len().max(1)).copied();
            let mut say = |c: usize, message: ClientMessage| if let Some(client) = pick(c) {
                w.machine.handle_message(now, client, &serde_json::to_string(&message).expect("prints"));
            };
            let seat = |k: usize| seats[k % seats.len()].clone();
            match step {
                Step::Connect => if let Ok(client) = w.machine.connect(now) {
                    w.machine.handle_message(now, client, r#"{"type":"hello","version":1}"#);
                    clients.push(client);
                },
                Step::Disconnect(c) => if let Some(client) = pick(c) { w.machine.disconnect(now, client) },
                Step::Join(c, r) => say(c, ClientMessage::Join { room: format!("r{r}"), name: None }),
                Step::Leave(c) => say(c, ClientMessage::Leave),
                Step::Offer(c, p) => say(c, offer(&peers[p % peers.len()])),
                Step::Echo(c) => say(c, ClientMessage::Echo { offer: true }),
                Step::Host(c) => say(c, ClientMessage::Host { code: None, secret: None }),
                Step::Rehost(c, k) => { let (k, s) = seat(k); say(c, ClientMessage::Host { code: Some(k), secret: Some(s) }) }
                Step::Visit(c, k, s) => { let (k, secret) = seat(k); say(c, visit(&k, s.then_some(secret.as_str()))) }
                Step::Release(c) => say(c, ClientMessage::Release),
                Step::Text(c, t) => if let Some(client) = pick(c) { w.machine.handle_message(now, client, &t) },
                Step::Wait(s) => { now += Duration::from_secs(s.into()); w.machine.handle_timeout(now) }
            }
            w.collect();
            for (_, message) in w.inbox.iter().flat_map(|(id, list)| list.iter().map(move |m| (id, m))) {
                match message {
                    ServerMessage::Welcome { peer, .. } | ServerMessage::EchoReady { peer } => peers.push(peer.clone()),
                    ServerMessage::Seat { code, secret, .. } => seats.push((code.clone(), secret.clone())),
                    _ => {}
                }
            }
            w.inbox.clear();
            while let Some(event) = w.machine.poll_event() {
                match event {
                    Event::EchoCalled { echo, .. } => clients.push(echo),
                    Event::Close { client, .. } => w.machine.disconnect(now, client),
                }
            }
        }
        for client in clients {
            w.machine.disconnect(now, client);
        }
        w.machine.handle_timeout(now + Duration::from_secs(100_000));
        prop_assert_eq!(w.machine.client_count(), 0);
        prop_assert_eq!(w.machine.room_count() + w.machine.code_count() + w.machine.echo_call_count(), 0);
        prop_assert!(w.machine.peers.is_empty());
        prop_assert!(w.machine.alarms.is_empty());
    }
}

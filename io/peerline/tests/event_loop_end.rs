//! A connection of an event loop ends like any other: nothing of it stays. A process of its own, since it counts what is alive in it.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use peerline::event_loop::EventLoopConnection;
use peerline::live_connections;
use peerline_peer::{DataChannelInit, Event, SctpTransportState};
use support::*;
use tokio::runtime::Handle;

#[tokio::test]
async fn close_and_drop_leave_no_driver_behind() {
    let sockets = open_sockets();
    let open = || {
        let connection = EventLoopConnection::new(&Handle::current(), configuration(), || {}).unwrap();
        connection.call(|core, now| core.create_data_channel(now, "test", DataChannelInit::default())).unwrap();
        connection.call(|core, now| core.set_local_description(now, None));
        while connection.run_task().is_some() {}
        connection
    };
    let (closed, dropped) = (open(), open());
    assert_eq!(live_connections(), 2);
    assert!(!closed.has_ended());
    // An operation under way is abandoned, not forgotten.
    let operation = closed.call(|core, now| core.create_offer(now, Default::default()));
    closed.close();
    assert_eq!(closed.run_task(), Some(vec![Event::OperationAbandoned(operation)]));
    // webrtc-pc §6.1.2: and the end of the association is told.
    assert_eq!(closed.run_task(), Some(vec![Event::SctpTransport(SctpTransportState::Closed)]));
    assert_eq!(closed.run_task(), None);
    drop(dropped);
    all_gone().await;
    assert_eq!(open_sockets(), sockets);
    assert!(!closed.is_active() && closed.has_ended());
    // Calls after the end are refused by the core, and harmless.
    assert!(closed.call(|core, now| core.create_data_channel(now, "late", DataChannelInit::default())).is_err());
}

//! The connection limit, in a process of its own: it counts every connection.

use peerline::{
    RtcConfiguration, RtcErrorName, RtcIceServer, RtcPeerConnection, get_default_ice_servers, set_connection_limit,
    set_default_ice_servers,
};

#[tokio::test]
async fn s001_a_cap_makes_the_constructor_fail_and_nothing_else() {
    let new = || RtcPeerConnection::new(RtcConfiguration::default());
    set_connection_limit(Some(2));
    let (first, second) = (new().expect("the first"), new().expect("the second"));
    assert_eq!(new().expect_err("one too many").name, RtcErrorName::OperationError);
    assert!(first.create_data_channel("still works", Default::default()).is_ok());
    second.close();
    while peerline::live_connections() > 1 {
        tokio::task::yield_now().await;
    }
    let third = new().expect("room again");
    set_connection_limit(None);
    let many: Vec<_> = (0..300).map(|_| new().expect("no limit")).collect();
    drop((first, third, many));
}

#[test]
fn default_servers_are_what_the_process_was_given() {
    assert!(get_default_ice_servers().is_empty());
    let servers = vec![RtcIceServer { urls: vec!["stun:stun.example.org".to_owned()], ..RtcIceServer::default() }];
    set_default_ice_servers(servers.clone());
    assert_eq!(get_default_ice_servers(), servers);
}

use super::*;
use peerline_edge::Protocol::{Tcp, Udp};

#[test]
fn s011_ice_server_urls_parse_or_are_refused() {
    let accepted = [
        ("stun:example.org", Scheme::Stun, "example.org", 3478, Udp),
        ("STUN:example.org", Scheme::Stun, "example.org", 3478, Udp),
        ("stun:example.org:19302", Scheme::Stun, "example.org", 19302, Udp),
        ("stun:192.0.2.1", Scheme::Stun, "192.0.2.1", 3478, Udp),
        ("stun:[2001:db8::1]", Scheme::Stun, "2001:db8::1", 3478, Udp),
        ("stun:[2001:db8::1]:5000", Scheme::Stun, "2001:db8::1", 5000, Udp),
        ("stuns:example.org", Scheme::Stuns, "example.org", 5349, Tcp),
        ("stuns:example.org:443", Scheme::Stuns, "example.org", 443, Tcp),
        ("turn:example.org", Scheme::Turn, "example.org", 3478, Udp),
        ("turn:example.org?transport=udp", Scheme::Turn, "example.org", 3478, Udp),
        ("turn:example.org:80?transport=tcp", Scheme::Turn, "example.org", 80, Tcp),
        ("turns:example.org", Scheme::Turns, "example.org", 5349, Tcp),
        ("turns:example.org?transport=udp", Scheme::Turns, "example.org", 5349, Udp),
        ("turns:[::1]:443?transport=tcp", Scheme::Turns, "::1", 443, Tcp),
        ("turn:under_score.example", Scheme::Turn, "under_score.example", 3478, Udp),
        ("stun:stun-1.example.org", Scheme::Stun, "stun-1.example.org", 3478, Udp),
    ];
    for (url, scheme, host, port, transport) in accepted {
        let expected = IceServerUrl { scheme, host: host.to_owned(), port, transport };
        assert_eq!(IceServerUrl::parse(url), Ok(expected), "{url}");
    }
    let refused = [
        "",
        "stun",
        "stun:",
        "http://example.org",
        "stun://example.org",
        "stun:example.org:",
        "stun:example.org:port",
        "stun:example.org:65536",
        "stun:example.org:-1",
        "stun:example.org?transport=udp",
        "stuns:example.org?transport=tcp",
        "turn:example.org?transport=sctp",
        "turn:example.org?",
        "turn:example.org?transport=",
        "turn:example.org?foo=udp",
        "turn:example.org?transport=udp&x",
        "stun:[::1",
        "stun:[::g]",
        "stun:::1",
        "stun:user@example.org",
        "stun:exa mple.org",
        "turn:example.org/path",
        " stun:example.org",
        "stun:[::1]443",
    ];
    for url in refused {
        assert_eq!(IceServerUrl::parse(url), Err(Misuse::MalformedIceServerUrl.into()), "{url}");
    }
}

#[test]
fn s013_turn_without_credentials_is_refused() {
    let server = |username: Option<&str>, credential: Option<&str>| IceServer {
        urls: vec!["turn:example.org".to_owned()],
        username: username.map(str::to_owned),
        credential: credential.map(str::to_owned),
        oauth: None,
    };
    assert_eq!(server(Some("u"), Some("p")).validate(), Ok(()));
    assert_eq!(server(None, Some("p")).validate(), Err(Misuse::TurnWithoutCredential.into()));
    assert_eq!(server(Some("u"), None).validate(), Err(Misuse::TurnWithoutCredential.into()));
    let token = OAuthCredential { kid: "k".to_owned(), mac_key: "bQ==".to_owned(), access_token: "dA==".to_owned() };
    assert_eq!(IceServer { oauth: Some(token), ..server(None, None) }.validate(), Ok(()));
    assert_eq!(IceServer::default().validate(), Err(Misuse::IceServerWithoutUrl.into()));
}

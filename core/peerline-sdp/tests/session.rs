//! Whole descriptions: what is parsed prints as it was, what is no SDP fails in its line (RFC 8866 §5 and §9).

use peerline_sdp::*;

const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

fn parse(rest: &str) -> Result<Session, ParseError> {
    Session::parse(&format!("{HEAD}{rest}"))
}

#[test]
fn prints_what_it_parsed() {
    for rest in [
        "",
        "a=unknown\r\na=unknown:with a value: and more\r\na=tool:\r\n",
        "i=information\r\nu=http://example.com/\r\ne=a@example.com\r\np=+1 617 555-6011\r\nc=IN IP4 192.0.2.1/127\r\nb=CT:1000\r\n",
        "a=group:BUNDLE  0   1 \r\na=ice-options:trickle  ice2\r\n",
        "m=audio 049170/2 RTP/AVP 0  8 96\r\ni=a title\r\nc=IN IP6 2001:db8::1\r\nb=AS:64\r\nk=prompt\r\na=rtpmap:96 opus/48000/2\r\na=x\r\n",
        "m=audio 9 RTP/AVP 0\r\na=mid:0\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\nm=message 9 TCP/MSRP *\r\na=path:msrp://x\r\n",
        "a=fingerprint:SHA-1 0a:0B:0c:0D:0e:0F:10:11:12:13:14:15:16:17:18:19:1a:1B:1c:1D\r\n",
        "a=msid:{braces} {ids}\r\nm=audio 9 RTP/AVP 0\r\na=imageattr:97 send [x=800,y=640,sar=1.1,q=0.6]\r\na=ptime:2.5\r\n",
    ] {
        let text = format!("{HEAD}{rest}");
        assert_eq!(Session::parse(&text).map(|session| session.to_string()), Ok(text));
    }
}

#[test]
fn line_endings_and_empty_lines_at_the_end_are_normalized() {
    let crlf = format!("{HEAD}m=audio 9 RTP/AVP 0\r\na=mid:0\r\n");
    let lf = crlf.replace("\r\n", "\n");
    for text in [crlf.clone(), lf.clone(), lf.trim_end().to_owned(), format!("{crlf}\r\n\r\n"), format!("{lf}\n")] {
        assert_eq!(Session::parse(&text).unwrap().to_string(), crlf);
    }
}

#[test]
fn a_fault_is_found_in_its_line() {
    use Reason as R;
    for (text, line, reason) in [
        ("", 1, R::Version),
        ("Invalid SDP", 1, R::Version),
        ("v=1\r\n", 1, R::Version),
        ("v=0", 2, R::Origin),
        ("v=0\r\no=- x 2 IN IP4 127.0.0.1\r\ns=-\r\n", 2, R::Origin),
        ("v=0\r\no=- 1 2 IN IP4\r\ns=-\r\n", 2, R::Origin),
        ("v=0\r\ns=-\r\n", 2, R::Origin),
        ("v=0\r\no=- 1 2 IN IP4 127.0.0.1", 3, R::SessionName),
        ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\nt=0 0\r\n", 3, R::SessionName),
    ] {
        assert_eq!(Session::parse(text), Err(ParseError { line, reason }), "{text:?}");
    }
    for (rest, line, reason) in [
        ("\r\na=x\r\n", 5, R::EmptyLine),
        ("a=x\r\nnonsense\r\n", 6, R::NotTypeValue),
        ("aa=x\r\n", 5, R::NotTypeValue),
        ("=x\r\n", 5, R::NotTypeValue),
        ("y=x\r\n", 5, R::UnknownLineType),
        ("a=x\0y\r\n", 5, R::ControlCharacter),
        ("a=x\ry\r\n", 5, R::ControlCharacter),
        ("s=again\r\n", 5, R::OutOfOrder),
        ("a=x\r\nc=IN IP4 0.0.0.0\r\n", 6, R::OutOfOrder),
        ("m=audio 9 RTP/AVP 0\r\nt=0 0\r\n", 6, R::OutOfOrder),
        ("m=audio 9 RTP/AVP 0\r\na=x\r\nc=IN IP4 0.0.0.0\r\n", 7, R::OutOfOrder),
        ("m=audio 9 RTP/AVP\r\n", 5, R::MediaLine),
        ("m=audio 65536 RTP/AVP 0\r\n", 5, R::MediaLine),
        ("m=audio -1 RTP/AVP 0\r\n", 5, R::MediaLine),
        ("m=audio +1 RTP/AVP 0\r\n", 5, R::MediaLine),
        ("m=audio 9/x RTP/AVP 0\r\n", 5, R::MediaLine),
        ("m=\r\n", 5, R::MediaLine),
        ("c=IN IP4\r\n", 5, R::Connection),
        ("b=AS\r\n", 5, R::Bandwidth),
        ("b=AS:x\r\n", 5, R::Bandwidth),
        ("t=0\r\n", 5, R::Timing),
        ("a=\r\n", 5, R::AttributeName),
        ("a=:x\r\n", 5, R::AttributeName),
        ("a=n\u{e4}me:x\r\n", 5, R::AttributeName),
        ("a=mid\r\n", 5, R::MissingValue),
        ("a=mid:\r\n", 5, R::Token),
        ("a=mid:a b\r\n", 5, R::Token),
        ("a=setup:maybe\r\n", 5, R::Keyword),
        ("a=ice-ufrag:abc\r\n", 5, R::IceCredential),
        ("a=ice-ufrag:ab:cd\r\n", 5, R::IceCredential),
        ("a=ice-pwd:tooshort\r\n", 5, R::IceCredential),
        ("a=fingerprint:sha-256 00:01\r\n", 5, R::Fingerprint),
        ("a=fingerprint:sha-256\r\n", 5, R::Fields),
        ("a=fingerprint:unknown +1:02\r\n", 5, R::Fingerprint),
        ("a=sctp-port:65536\r\n", 5, R::Number),
        ("a=sctp-port:+5000\r\n", 5, R::Number),
        ("a=sctpmap:5000\r\n", 5, R::Fields),
        ("a=rtpmap:128 x/8000\r\n", 5, R::Number),
        ("a=rtpmap:96 x\r\n", 5, R::Fields),
        ("a=rtpmap:96 x/0x10\r\n", 5, R::Number),
        ("a=extmap:0 urn:x\r\n", 5, R::Number),
        ("a=extmap:1/upwards urn:x\r\n", 5, R::Keyword),
        ("a=extmap:1\r\n", 5, R::Fields),
        ("a=rtcp-fb:96\r\n", 5, R::Fields),
        ("a=rtcp:9 IN IP4\r\n", 5, R::Fields),
        ("a=ssrc:4294967296 cname:x\r\n", 5, R::Number),
        ("a=ssrc:1\r\n", 5, R::Fields),
        ("a=msid:a b c\r\n", 5, R::Fields),
        ("a=simulcast:send\r\n", 5, R::Fields),
        ("a=simulcast:send 1 send 2\r\n", 5, R::Fields),
        ("a=simulcast:send 1;;2\r\n", 5, R::Token),
        ("a=group:\r\n", 5, R::Token),
        ("a=tls-id:short\r\n", 5, R::Token),
        ("a=candidate:\r\n", 5, R::MissingValue),
    ] {
        assert_eq!(parse(rest), Err(ParseError { line, reason }), "{rest:?}");
        // Line feeds alone count the same.
        assert_eq!(
            Session::parse(&format!("{HEAD}{rest}").replace("\r\n", "\n")).map_err(|e| e.line),
            Err(line),
            "{rest:?}"
        );
    }
}

#[test]
fn limits_name_the_line_that_goes_over() {
    let limits = Limits {
        max_bytes: 300,
        max_line_bytes: 60,
        max_lines: 12,
        max_media: 2,
        max_attributes: 3,
        max_candidates: 1,
    };
    let with =
        |rest: &str| Session::parse_with(&format!("{HEAD}{rest}"), &limits).map(|_| ()).map_err(|e| (e.line, e.reason));
    assert_eq!(with("a=1\r\na=2\r\na=3\r\n"), Ok(()));
    assert_eq!(with("a=1\r\na=2\r\na=3\r\na=4\r\n"), Err((8, Reason::TooManyAttributes)));
    assert_eq!(with("a=1\r\nm=a 9 b c\r\na=2\r\na=3\r\na=4\r\n"), Ok(()), "counted by section");
    assert_eq!(with(&"m=a 9 b c\r\n".repeat(3)), Err((7, Reason::TooManyMedia)));
    assert_eq!(with("a=candidate:1\r\na=candidate:2\r\n"), Err((6, Reason::TooManyCandidates)));
    assert_eq!(with(&format!("a={}\r\n", "x".repeat(59))), Err((5, Reason::LineTooLong)));
    assert_eq!(with(&"b=AS:1\r\n".repeat(9)), Err((13, Reason::TooManyLines)));
    assert_eq!(with(&format!("b=AS:{}\r\n", "1".repeat(50)).repeat(6)), Err((9, Reason::TooLong)));
}

#[test]
fn origin_and_inherited_attributes_are_read() {
    let text = "v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call\r\nt=0 0\r\na=setup:active\r\na=ice-lite\r\n\
        m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=setup:passive\r\nm=video 9 RTP/AVP 31\r\na=mid:1\r\n";
    let session: Session = text.parse().unwrap();
    let origin = session.origin().unwrap();
    assert_eq!((origin.username, origin.session_id, origin.session_version), ("jdoe", "3724394400", "3724394405"));
    assert_eq!(origin.address, "IN IP4 198.51.100.1");
    assert_eq!(
        (session.inherited::<Setup>(0), session.inherited::<Setup>(1)),
        (Some(Setup::Passive), Some(Setup::Active))
    );
    assert_eq!(session.inherited_all::<Setup>(1), [Setup::Active]);
    assert_eq!(session.index_of(&Mid::new("1")), Some(1));
    assert_eq!((session.media[0].number(), session.media[1].number()), (7, 10));
    assert_eq!(
        (session.line_number("setup"), session.media[0].line_number("setup"), session.media[1].line_number("setup")),
        (5, 9, 0)
    );
    assert!(session.has(flag::ICE_LITE));
}

#[test]
fn changes_keep_the_place_of_what_they_change() {
    let mut session = parse("m=audio 049170 RTP/AVP 0\r\na=x\r\na=mid:0\r\na=sendrecv\r\na=mid:1\r\na=y\r\n").unwrap();
    let media = &mut session.media[0];
    media.set(Mid::new("9"));
    media.set_direction(Direction::Inactive);
    media.set(SctpPort(5000));
    assert_eq!(media.remove("x"), 1);
    assert_eq!(media.to_string(), "m=audio 049170 RTP/AVP 0\r\na=mid:9\r\na=inactive\r\na=y\r\na=sctp-port:5000\r\n");
    media.port = 0;
    media.set_line(Line::new('c', "IN IP4 0.0.0.0"));
    assert!(media.to_string().starts_with("m=audio 0 RTP/AVP 0\r\n"), "a changed line is spelled anew");
    assert!(media.is_rejected() && !media.is_bundle_only());
    media.push_flag(flag::BUNDLE_ONLY);
    assert!(!media.is_rejected());
}

#[test]
fn a_pushed_line_can_not_become_two() {
    let mut session = Session::new(1, 2);
    session.push_raw("x", "a\r\na=injected\0");
    let text = session.to_string();
    assert_eq!(text.lines().count(), 5);
    assert_eq!(Session::parse(&text).unwrap(), session);
}

#[test]
fn passwords_stay_out_of_debug_output() {
    let session = parse("a=ice-pwd:abcdefghijklmnopqrstuvwx\r\n").unwrap();
    assert!(!format!("{session:?}").contains("abcdefghijkl"));
    assert!(!format!("{:?}", session.get::<IcePwd>()).contains("abcdefghijkl"));
}

//! SDP: any text parses or fails; what parses prints to text that parses to the same.

use peerline_sdp::{
    Candidate, ExtMap, Fingerprint, Fmtp, Group, IceOptions, IcePwd, IceUfrag, Identity, MaxMessageSize, Mid, Msid,
    RidLine, Rtcp, RtcpFb, RtpMap, SctpInit, SctpMap, SctpPort, Section, Session, Setup, Simulcast, SsrcGroup,
    SsrcLine, TlsId,
};

/// The whole description, and every attribute through its type.
pub fn sdp(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(session) = Session::parse(&text) else { return };
    let printed = session.to_string();
    let again = Session::parse(&printed).unwrap_or_else(|error| panic!("printed text fails: {error:?}\n{printed}"));
    assert_eq!(again.to_string(), printed, "printing is not stable");
    let _ = session.origin();
    read(&session);
    for (index, media) in session.media.iter().enumerate() {
        read(media);
        let _ = (media.is_rtp(), media.is_sctp(), media.is_bundle_only(), media.is_rejected(), media.direction());
        let _ = (session.inherited::<IceUfrag>(index), session.inherited_all::<Fingerprint>(index));
    }
}

/// Typed attributes print to what parses to the same value.
fn read(section: &Section) {
    macro_rules! round_trip {
        ($($kind:ty),*) => {$(
            for attribute in section.all::<$kind>() {
                let mut other = Section::default();
                other.push(attribute.clone());
                assert_eq!(other.get::<$kind>(), Some(attribute), concat!(stringify!($kind), " changes when printed"));
            }
        )*};
    }
    round_trip!(
        Candidate,
        ExtMap,
        Fingerprint,
        Fmtp,
        Group,
        IceOptions,
        IcePwd,
        IceUfrag,
        Identity,
        MaxMessageSize,
        Mid,
        Msid,
        RidLine,
        Rtcp,
        RtcpFb,
        RtpMap,
        SctpInit,
        SctpMap,
        SctpPort,
        Setup,
        Simulcast,
        SsrcGroup,
        SsrcLine,
        TlsId
    );
}

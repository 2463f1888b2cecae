//! The session level of our descriptions (RFC 9429 §5.2.1 and §5.3.1).

use peerline_sdp::{Group, GroupSemantics, IceOptions, Identity, Mid, Session, flag};

use crate::View;

/// `v=` to `a=identity`.
pub(super) fn session(view: &View<'_>, groups: Vec<Group>, allow_mixed: bool, ice_options: &[&str]) -> Session {
    let mut session = Session::new(view.session_id, view.session_version);
    for group in groups {
        session.push(group);
    }
    if allow_mixed {
        session.push_flag(flag::EXTMAP_ALLOW_MIXED);
    }
    // RFC 9429 doesn't ask for it; endpoints that know only the drafts of RFC 8830 look for it.
    session.push_raw("msid-semantic", " WMS");
    if !ice_options.is_empty() {
        session.push(IceOptions(ice_options.iter().map(|&option| option.to_owned()).collect()));
    }
    if view.settings.ice_lite {
        session.push_flag(flag::ICE_LITE);
    }
    if let Some(identity) = &view.settings.identity {
        session.push(Identity(identity.clone()));
    }
    session
}

/// A BUNDLE group of these sections.
pub(super) fn bundle(mids: Vec<Mid>) -> Group {
    Group { semantics: GroupSemantics::Bundle, mids }
}

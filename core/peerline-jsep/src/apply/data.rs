//! What a description does to the SCTP association (RFC 8841 §10, RFC 9429 §5.11, webrtc-pc §6.1.1.2).

use peerline_sdp::{MaxMessageSize, Media, SctpInit};

use super::Application;
use super::transport::Transports;
use crate::{DataChange, DataNegotiated, DataSection, DtlsRole, Error, Invalid, SdpType, remote};

/// RFC 8841 §6.1: without `a=max-message-size` the limit is 64 KiB.
const DEFAULT_MAX_MESSAGE_SIZE: u64 = 65_536;

/// What happens to the association.
pub(super) fn change(application: &Application<'_>, transports: &Transports) -> Result<DataChange, Error> {
    let view = application.view;
    let is_data = |media: &Media| media.is_sctp() && media.kind == "application" && !media.is_rejected();
    let section = application.session.media.iter().enumerate().find(|(_, media)| is_data(media));
    let Some((index, media)) = section else {
        // RFC 8841 §10.4: an answer that rejects the section, or agrees to its removal, closes the association.
        let closes = view.data.sctp_transport && application.sdp_type == SdpType::Answer;
        return Ok(if closes { DataChange::Close } else { DataChange::Keep });
    };
    let Some(transport) = transports.map.used(index) else { return Ok(DataChange::Keep) };
    let change = transports.changes.iter().find(|change| change.id == transport);
    let dtls = change.and_then(|change| change.dtls.as_ref());
    let negotiated = match dtls {
        Some(dtls) => Some(negotiated(application, index, media, dtls.role, dtls.restart)?),
        None => None,
    };
    Ok(DataChange::Section(DataSection {
        m_line_index: index,
        mid: application.mid(index),
        transport,
        create: !view.data.sctp_transport,
        negotiated,
    }))
}

fn negotiated(
    application: &Application<'_>,
    index: usize,
    media: &Media,
    dtls_role: DtlsRole,
    new_dtls: bool,
) -> Result<DataNegotiated, Error> {
    let missing = || Error::section(index, Invalid::SctpPort);
    let section =
        |session: Option<&'_ peerline_sdp::Session>| session.and_then(|session| session.media.get(index)).cloned();
    let local = section(application.local()).unwrap_or_else(|| media.clone());
    let theirs = section(application.remote().map(|(session, _)| session)).unwrap_or_else(|| media.clone());
    let remote_port = remote::sctp_port(&theirs).ok_or_else(missing)?;
    let known = application.view.data.remote_port;
    let max_message_size = match theirs.get::<MaxMessageSize>() {
        None => Some(DEFAULT_MAX_MESSAGE_SIZE),
        // RFC 8841 §6.1: zero means any size.
        Some(MaxMessageSize(0)) => None,
        Some(MaxMessageSize(size)) => Some(size),
    };
    let both_init = local.get::<SctpInit>().is_some();
    Ok(DataNegotiated {
        local_port: remote::sctp_port(&local).ok_or_else(missing)?,
        remote_port,
        // RFC 9429 §5.11: another port is another association; so is one over another DTLS association.
        restart: known.is_some_and(|known| known != remote_port || new_dtls),
        max_message_size,
        dtls_role,
        remote_init: theirs.get::<SctpInit>().filter(|_| both_init).map(|init| init.0),
    })
}

//! RTP header extensions in offers and answers (RFC 8285 §5 to §7, RFC 9143 §10.4, webrtc-extensions §5).

use std::collections::{BTreeMap, BTreeSet};

use peerline_sdp::{Direction, ExtMap, Media};

use super::Taken;
use crate::{HeaderExtension, HeaderExtensionPreference, Side, Transceiver, View};

/// RFC 6904: the URI around an encrypted extension.
const ENCRYPT: &str = "urn:ietf:params:rtp-hdrext:encrypt";

/// Ids above this are only placeholders in offers (RFC 8285 §5).
const LAST_ID: u16 = 255;

/// What the transceiver wants of an extension that we have.
fn wanted(view: &View<'_>, transceiver: &Transceiver, uri: &str) -> Option<HeaderExtensionPreference> {
    let defaults = || view.settings.capabilities.of(transceiver.kind).header_extensions_to_negotiate();
    let known = |preference: &HeaderExtensionPreference| preference.uri == uri;
    let own = transceiver.header_extensions.iter().find(|preference| known(preference)).cloned();
    own.or_else(|| defaults().find(known))
}

/// webrtc-extensions §5.2: what an answer makes of `[[HeaderExtensionsToNegotiate]]`, which is `[[NegotiatedHeaderExtensions]]` too.
pub(crate) fn agreed(transceiver: &Transceiver, answer: &Media, side: Side) -> Vec<HeaderExtensionPreference> {
    let answered: Vec<ExtMap> = if answer.is_rejected() { Vec::new() } else { answer.all().collect() };
    let direction = |uri: &str| {
        let direction = answered.iter().find(|extension| extension.uri == uri)?.direction.unwrap_or_default();
        Some(if side == Side::Remote { direction.reversed() } else { direction })
    };
    let preferences = transceiver.header_extensions.iter();
    preferences
        .map(|preference| HeaderExtensionPreference { direction: direction(&preference.uri), ..preference.clone() })
        .collect()
}

/// The extensions of a section of an offer: ids that the section, or another, had before, then those we like.
pub(crate) fn offered(
    view: &View<'_>,
    transceiver: &Transceiver,
    negotiated: Option<&Media>,
    taken: &mut Taken,
) -> Vec<ExtMap> {
    let agreed: Vec<ExtMap> = negotiated.map(|media| media.all::<ExtMap>().collect()).unwrap_or_default();
    let mut used: BTreeSet<u16> = BTreeSet::new();
    let mut extensions = Vec::new();
    for capability in &view.settings.capabilities.of(transceiver.kind).header_extensions {
        let Some(direction) = wanted(view, transceiver, &capability.uri).and_then(|wanted| wanted.direction) else {
            continue;
        };
        let here = agreed.iter().find(|known| known.uri == capability.uri).map(|known| known.id);
        let elsewhere = || {
            taken.extensions.iter().find(|(id, uri)| **uri == capability.uri && !used.contains(*id)).map(|(id, _)| *id)
        };
        let free = |id: &u16| !used.contains(id) && !taken.extensions.contains_key(id);
        // RFC 8285 §4.2: one byte for 1 to 14; 15 is reserved; two bytes from there on.
        let id = here
            .or_else(elsewhere)
            .or_else(|| std::iter::once(capability.id).chain(1..=14).chain(16..=LAST_ID).find(free));
        let Some(id) = id else { continue };
        used.insert(id);
        taken.extensions.insert(id, capability.uri.clone());
        let direction = (direction != Direction::SendRecv).then_some(direction);
        extensions.push(ExtMap { id, direction, uri: capability.uri.clone(), attributes: None });
    }
    extensions
}

/// The extensions of an answer: those of the offer that we want, with its ids (RFC 8285 §7).
pub(crate) fn answered(view: &View<'_>, transceiver: &Transceiver, offered: &Media) -> Vec<ExtMap> {
    let mut extensions: Vec<ExtMap> = Vec::new();
    for extension in offered.all::<ExtMap>().filter(|extension| extension.id <= LAST_ID && extension.uri != ENCRYPT) {
        let Some(accepted) = wanted(view, transceiver, &extension.uri).and_then(|wanted| wanted.accepted) else {
            continue;
        };
        let theirs = extension.direction.unwrap_or_default().reversed();
        let direction = theirs.intersected(accepted);
        if direction == Direction::Inactive || extensions.iter().any(|known| known.uri == extension.uri) {
            continue;
        }
        let direction = (direction != Direction::SendRecv).then_some(direction);
        extensions.push(ExtMap { direction, attributes: None, ..extension });
    }
    extensions
}

/// Whether an id stands for two extensions, or is none that a section may have.
pub(crate) fn has_invalid_id(media: &Media) -> bool {
    let mut uris: BTreeMap<u16, String> = BTreeMap::new();
    // RFC 8285 §5: 1 to 255, or 4096 to 4351 as a placeholder. A line that stands there twice says nothing new.
    media.all::<ExtMap>().any(|extension| {
        let is_id = (1..=LAST_ID).contains(&extension.id) || (4096..=4351).contains(&extension.id);
        !is_id || *uris.entry(extension.id).or_insert_with(|| extension.uri.clone()) != extension.uri
    })
}

/// RFC 8285 §7: whether an answer gives an extension of the offer another id. Ids above [`LAST_ID`] are there to be replaced.
pub(crate) fn is_reassigned(offered: &Media, answered: &Media) -> bool {
    let offered: Vec<ExtMap> = offered.all::<ExtMap>().filter(|extension| extension.id <= LAST_ID).collect();
    let uris: BTreeMap<u16, &str> = offered.iter().map(|known| (known.id, known.uri.as_str())).collect();
    let ids: BTreeMap<&str, u16> = offered.iter().map(|known| (known.uri.as_str(), known.id)).collect();
    answered.all::<ExtMap>().any(|extension| {
        let other_uri = uris.get(&extension.id).is_some_and(|uri| *uri != extension.uri);
        other_uri || ids.get(extension.uri.as_str()).is_some_and(|id| *id != extension.id)
    })
}

/// The extensions that both sections have, with the ids of `ids` and directions from our point of view (`local` is ours).
pub(crate) fn common(local: &Media, remote: &Media, ids: &Media) -> Vec<HeaderExtension> {
    let in_local: Vec<ExtMap> = local.all::<ExtMap>().collect();
    let in_remote: Vec<ExtMap> = remote.all::<ExtMap>().collect();
    let mut extensions = Vec::new();
    for extension in ids.all::<ExtMap>() {
        let find = |all: &[ExtMap]| {
            all.iter().find(|known| known.uri == extension.uri).map(|known| known.direction.unwrap_or_default())
        };
        let (Some(ours), Some(theirs)) = (find(&in_local), find(&in_remote)) else { continue };
        let direction = ours.intersected(theirs.reversed());
        extensions.push(HeaderExtension { uri: extension.uri, id: extension.id, direction, encrypted: false });
    }
    extensions
}

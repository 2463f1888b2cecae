//! Which media sections an offer has, in which order (RFC 9429 §5.2.1 and §5.2.2).

use std::collections::VecDeque;

use peerline_sdp::{Media, Mid, Session};

use crate::mid::MidAllocator;
use crate::{MediaKind, SdpType, TransceiverId, View};

/// One media section of the offer to be.
#[derive(Debug, Clone)]
pub(super) enum Slot<'v> {
    /// The section of a transceiver.
    Media { transceiver: TransceiverId, mid: Mid, age: Age },
    /// The data section.
    Data { mid: Mid, age: Age },
    /// A section with port zero.
    Rejected { was: &'v Media, mid: Option<Mid> },
}

/// Whether a section was in a description before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// It was, with this mid.
    Existing,
    /// It is new, at the end or in the place of a rejected one.
    New,
}

impl Slot<'_> {
    pub(super) fn is_rejected(&self) -> bool {
        matches!(self, Self::Rejected { .. })
    }

    pub(super) fn is_new(&self) -> bool {
        matches!(self, Self::Media { age: Age::New, .. } | Self::Data { age: Age::New, .. })
    }

    pub(super) fn mid(&self) -> Option<&Mid> {
        match self {
            Self::Media { mid, .. } | Self::Data { mid, .. } => Some(mid),
            Self::Rejected { mid, .. } => mid.as_ref(),
        }
    }
}

/// The answer of the last completed exchange.
pub(super) fn last_answer<'v>(view: &View<'v>) -> Option<&'v Session> {
    [view.current_local, view.current_remote]
        .into_iter()
        .flatten()
        .find(|d| d.sdp_type == SdpType::Answer)
        .map(|d| &d.session)
}

/// The sections of the offer.
pub(super) fn slots<'v>(view: &View<'v>) -> Vec<Slot<'v>> {
    let mut mids = MidAllocator::new(view, None);
    // RFC 9429 §5.2.1: one section per transceiver that isn't stopped, in the order they were added …
    let mut added: VecDeque<TransceiverId> = view
        .transceivers
        .iter()
        .filter(|t| t.m_line_index.is_none() && !t.stopped && !t.stopping)
        .map(|t| t.id)
        .collect();
    let existing: &[Media] = view.local_description().map_or(&[], |description| &description.session.media);
    let mut has_data = false;
    let mut slots: Vec<Slot<'v>> = Vec::with_capacity(existing.len() + added.len() + 1);
    for (index, media) in existing.iter().enumerate() {
        let mid = media.get::<Mid>();
        let live = view.transceiver_at(index).filter(|t| !t.stopped && !t.stopping);
        if let Some(transceiver) = live {
            let mid = transceiver.mid.clone().or(mid).unwrap_or_else(|| mids.next());
            slots.push(Slot::Media { transceiver: transceiver.id, mid, age: Age::Existing });
        } else if media.is_sctp() && !has_data && is_live(view, media, index) {
            has_data = true;
            slots.push(Slot::Data { mid: mid.unwrap_or_else(|| mids.next()), age: Age::Existing });
        } else if is_recyclable(view, index)
            && let Some(transceiver) = added.pop_front()
        {
            // §5.2.2: a section with port zero MUST be recycled for an added transceiver, with a new mid.
            slots.push(Slot::Media { transceiver, mid: mids.next(), age: Age::New });
        } else {
            // §5.2.2: of a stopped transceiver, or one that is gone already: port zero.
            slots.push(Slot::Rejected { was: media, mid });
        }
    }
    slots.extend(added.into_iter().map(|transceiver| Slot::Media { transceiver, mid: mids.next(), age: Age::New }));
    // … lastly, if a data channel was created, a section for data; in the place of a rejected one, if there is one left.
    if view.data.wanted && !has_data {
        let data = Slot::Data { mid: mids.next(), age: Age::New };
        let free = (0..existing.len())
            .find(|&index| slots.get(index).is_some_and(Slot::is_rejected) && is_recyclable(view, index));
        match free.and_then(|index| slots.get_mut(index)) {
            Some(slot) => *slot = data,
            None => slots.push(data),
        }
    }
    slots
}

/// §5.2.2: a section with port zero in the current local or the current remote description.
pub(crate) fn is_recyclable(view: &View<'_>, index: usize) -> bool {
    let current = [view.current_local, view.current_remote].into_iter().flatten();
    current.filter_map(|description| description.session.media.get(index)).any(Media::is_rejected)
}

/// Whether a data section that was described before goes on: the other side may have rejected what our own offer still describes.
fn is_live(view: &View<'_>, media: &Media, index: usize) -> bool {
    if view.pending_local.is_some() { !media.is_rejected() } else { !is_recyclable(view, index) }
}

/// The section in the last answer, if the slot goes on with what was agreed there.
pub(super) fn negotiated<'v>(view: &View<'v>, slot: &Slot<'_>, index: usize) -> Option<&'v Media> {
    let answered = last_answer(view)?
        .media
        .get(index)
        .filter(|answered| !slot.is_new() && !slot.is_rejected() && !answered.is_rejected())?;
    let same_mid = answered.get::<Mid>().is_none_or(|mid| slot.mid() == Some(&mid));
    same_mid.then_some(answered)
}

/// The media type of a section, for the "first of its type" of the balanced policy.
pub(super) fn kind_name<'s>(view: &View<'_>, slot: &'s Slot<'_>) -> &'s str {
    match slot {
        Slot::Media { transceiver, .. } => view.transceiver(*transceiver).map_or("", |t| MediaKind::as_str(t.kind)),
        Slot::Data { .. } => "application",
        Slot::Rejected { was, .. } => &was.kind,
    }
}

//! What a description changes at transceivers (W3C webrtc-pc §4.4.1.5 steps 4.5 and 4.6, "process remote tracks" §5.1.1.1).

use super::{EncodingParameters, Transceiver};
use crate::PeerConnection;
use crate::event::{Event, TrackEvent};
use crate::task::Task;
use peerline_jsep::{
    CreatedBy, EncodingsChange, MediaChange, Plan, RemoteTrackChange, SdpType, SlotChange, TransceiverId,
};
use peerline_sdp::{Direction, Rid};

/// The lists of §4.4.1.5 that become events once everything has changed.
#[derive(Debug, Default)]
pub(crate) struct TrackChanges {
    mute: Vec<TransceiverId>,
    remove: Vec<(String, TransceiverId)>,
    add: Vec<(String, TransceiverId)>,
    fire: Vec<(TransceiverId, Vec<String>)>,
    ended: Vec<TrackEvent>,
}

impl PeerConnection {
    /// Changes the transceivers as the plan says.
    pub(crate) fn change_transceivers(&mut self, plan: &Plan) -> TrackChanges {
        let mut changes = TrackChanges::default();
        // What getParameters returned before may no longer be true.
        for transceiver in &mut self.transceivers {
            transceiver.sender.last_returned = None;
        }
        if plan.stable.is_some() {
            for transceiver in &mut self.transceivers {
                transceiver.save_stable();
            }
        }
        let is_local_answer = matches!(plan.slots, SlotChange::CommitLocal)
            || (plan.sdp_type == SdpType::Pranswer && plan.slots == SlotChange::PendingLocal);
        for change in &plan.media {
            if let Some(kind) = change.create {
                self.insert_transceiver_as(change.transceiver, kind, Direction::RecvOnly, CreatedBy::RemoteOffer);
            }
            if let Ok(transceiver) = self.transceiver_mut(change.transceiver) {
                transceiver.apply(change, plan.sdp_type.is_answer(), &mut changes);
                if is_local_answer {
                    // §4.4.1.5: a local answer also decides what was told last.
                    transceiver.jsep.fired_direction = Some(change.direction);
                }
            }
        }
        // After the media: in a rollback, a transceiver may be in both.
        for transceiver in self.transceivers.iter_mut().filter(|t| plan.disassociate.contains(&t.jsep.id)) {
            transceiver.jsep.mid = None;
            transceiver.jsep.m_line_index = None;
            if plan.sdp_type == SdpType::Rollback {
                transceiver.sender.transport = None;
                transceiver.receiver.transport = None;
            }
        }
        for id in &plan.remove_transceivers {
            if let Ok(transceiver) = self.transceiver_mut(*id) {
                changes.ended.extend(transceiver.stop_sending_and_receiving());
                transceiver.jsep.stopped = true;
            }
        }
        changes
    }

    /// Mute, removetrack, addtrack, track: in this order, after signalingstatechange.
    pub(crate) fn fire_track_changes(&mut self, changes: TrackChanges) {
        let TrackChanges { mute, remove, add, fire, ended } = changes;
        let mut all = Vec::new();
        all.extend(mute.into_iter().map(TrackEvent::Muted));
        all.extend(
            remove.into_iter().map(|(stream, transceiver)| TrackEvent::RemovedFromStream { stream, transceiver }),
        );
        all.extend(add.into_iter().map(|(stream, transceiver)| TrackEvent::AddedToStream { stream, transceiver }));
        all.extend(fire.into_iter().map(|(transceiver, streams)| TrackEvent::Track { transceiver, streams }));
        for event in all {
            self.tasks.fire(Event::Track(event));
        }
        for event in ended {
            self.tasks.push(Task::Track(event));
        }
    }
}

impl Transceiver {
    fn save_stable(&mut self) {
        // [[LastStableRidlessSendEncodings]]: only encodings without rids can be proposed over.
        let ridless = self.sender.encodings.iter().all(|encoding| encoding.rid.is_none());
        self.sender.last_stable_encodings = ridless.then(|| self.sender.encodings.clone());
    }

    fn apply(&mut self, change: &MediaChange, is_answer: bool, changes: &mut TrackChanges) {
        self.jsep.mid.get_or_insert_with(|| change.mid.clone());
        self.jsep.m_line_index = Some(change.m_line_index);
        if change.create.is_some() {
            let encodings = vec![EncodingParameters::default_for(self.jsep.kind)];
            // What a rollback goes back to if addTrack keeps the transceiver.
            self.sender.last_stable_encodings = Some(encodings.clone());
            self.set_encodings(encodings);
        }
        if let Some(transport) = change.transport {
            self.sender.transport = Some(transport);
            self.receiver.transport = Some(transport);
        }
        if change.set_current_direction {
            self.jsep.current_direction = Some(change.direction);
            self.sender.was_sending |= matches!(change.direction, Direction::SendRecv | Direction::SendOnly);
        }
        if let Some(receptive) = change.receptive {
            self.receiver.receptive = receptive;
        }
        // An offer negotiates nothing yet.
        if let Some(parameters) = change.receive.as_ref().filter(|_| is_answer) {
            self.receiver.negotiated = parameters.clone();
        }
        if let Some(parameters) = &change.send {
            self.sender.negotiated = parameters.clone();
        }
        if let Some(extensions) = &change.extensions {
            self.change_header_extensions(extensions);
        }
        self.change_encodings(&change.encodings);
        self.forget_lost_codecs();
        if let Some(track) = &change.remote_track {
            self.change_remote_track(change, track, changes);
        }
        if change.stop {
            changes.ended.extend(self.stop_sending_and_receiving());
            self.jsep.stopped = true;
            self.jsep.current_direction = None;
        }
    }

    fn change_remote_track(&mut self, change: &MediaChange, track: &RemoteTrackChange, changes: &mut TrackChanges) {
        let id = self.jsep.id;
        self.jsep.remote_streams.clone_from(&track.streams);
        if track.set_fired_direction {
            self.jsep.fired_direction = Some(change.direction);
        }
        changes.add.extend(track.added.iter().map(|stream| (stream.clone(), id)));
        changes.remove.extend(track.removed.iter().map(|stream| (stream.clone(), id)));
        if track.fire_track {
            changes.fire.push((id, track.streams.clone()));
        }
        if track.mute && !core::mem::replace(&mut self.receiver.track.muted, true) {
            changes.mute.push(id);
        }
    }

    fn change_encodings(&mut self, change: &EncodingsChange) {
        let of = |rid: &Rid, encodings: &[EncodingParameters]| {
            encodings.iter().find(|encoding| encoding.rid.as_deref() == Some(rid.as_str())).cloned()
        };
        let encodings = match change {
            EncodingsChange::Keep => return,
            EncodingsChange::Propose(rids) => {
                let proposed = rids.iter().enumerate().map(|(index, rid)| EncodingParameters {
                    rid: Some(rid.as_str().to_owned()),
                    scale_resolution_down_by: Some(f64::from(1_u32 << (rids.len() - 1 - index).min(16))),
                    ..EncodingParameters::default()
                });
                proposed.collect()
            }
            EncodingsChange::Retain(rids) => rids.iter().filter_map(|rid| of(rid, &self.sender.encodings)).collect(),
            EncodingsChange::First => self.sender.encodings.iter().take(1).cloned().collect(),
            // Only an offer's rids are undone, not what the application has set since.
            EncodingsChange::Restore => match self.sender.last_stable_encodings.take() {
                Some(encodings) if self.sender.encodings.iter().any(|encoding| encoding.rid.is_some()) => encodings,
                _ => return,
            },
        };
        self.set_encodings(encodings);
    }
}

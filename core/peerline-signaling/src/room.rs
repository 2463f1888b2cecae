//! Rooms: a name and who is in it.

use crate::client::ClientId;
use crate::message::{ErrorReason, PeerInfo, ServerMessage};
use crate::name;
use crate::signaling::Signaling;
use alloc::collections::BTreeSet;
use peerline_edge::Time;

impl Signaling {
    pub(crate) fn join(
        &mut self,
        now: Time,
        client: ClientId,
        room: String,
        name: Option<String>,
    ) -> Result<(), ErrorReason> {
        if !name::is_room_name(&room) {
            return Err(ErrorReason::BadRoomName);
        }
        if name.as_deref().is_some_and(|name| !name::is_peer_name(name)) {
            return Err(ErrorReason::BadPeerName);
        }
        let Some(state) = self.clients.get(&client) else { return Ok(()) };
        let again = state.room.as_ref() == Some(&room);
        if !again {
            match self.rooms.get(&room) {
                Some(members) if members.len() >= self.limits.peers_per_room => return Err(ErrorReason::RoomFull),
                None if self.rooms.len() >= self.limits.rooms => return Err(ErrorReason::TooManyRooms),
                _ => {}
            }
            self.move_out(now, client);
        }
        let others = self.others(client, &room);
        let peers = self.describe(&others);
        self.rooms.entry(room.clone()).or_default().insert(client);
        let Some(state) = self.clients.get_mut(&client) else { return Ok(()) };
        state.room = Some(room.clone());
        state.name = name;
        let peer = PeerInfo { id: state.peer.clone(), name: state.name.clone() };
        self.send(now, client, &ServerMessage::Joined { room, peers });
        if !again {
            for other in others {
                self.send(now, other, &ServerMessage::PeerJoined { peer: peer.clone() });
            }
        }
        Ok(())
    }

    pub(crate) fn leave(&mut self, now: Time, client: ClientId) -> Result<(), ErrorReason> {
        let room = self.clients.get(&client).and_then(|state| state.room.clone()).ok_or(ErrorReason::NotInRoom)?;
        self.move_out(now, client);
        self.send(now, client, &ServerMessage::Left { room });
        Ok(())
    }

    pub(crate) fn list(&mut self, now: Time, client: ClientId) -> Result<(), ErrorReason> {
        let room = self.clients.get(&client).and_then(|state| state.room.clone()).ok_or(ErrorReason::NotInRoom)?;
        let peers = self.describe(&self.others(client, &room));
        self.send(now, client, &ServerMessage::Peers { room, peers });
        Ok(())
    }

    /// Leaves the room and tells the others.
    fn move_out(&mut self, now: Time, client: ClientId) {
        let others = self.quit_room(client);
        let Some(peer) = self.clients.get(&client).map(|state| state.peer.clone()) else { return };
        for other in others {
            self.send(now, other, &ServerMessage::PeerLeft { peer: peer.clone() });
        }
    }

    /// Leaves the room, which ends with its last peer; gives those that stay.
    pub(crate) fn quit_room(&mut self, client: ClientId) -> BTreeSet<ClientId> {
        let Some(room) = self.clients.get_mut(&client).and_then(|state| state.room.take()) else {
            return BTreeSet::new();
        };
        let Some(members) = self.rooms.get_mut(&room) else { return BTreeSet::new() };
        members.remove(&client);
        let rest = members.clone();
        if rest.is_empty() {
            self.rooms.remove(&room);
        }
        rest
    }

    fn others(&self, client: ClientId, room: &str) -> BTreeSet<ClientId> {
        self.rooms.get(room).into_iter().flatten().copied().filter(|other| *other != client).collect()
    }

    fn describe(&self, clients: &BTreeSet<ClientId>) -> Vec<PeerInfo> {
        let states = clients.iter().filter_map(|client| self.clients.get(client));
        states.map(|state| PeerInfo { id: state.peer.clone(), name: state.name.clone() }).collect()
    }
}

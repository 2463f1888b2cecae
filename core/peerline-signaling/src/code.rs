//! Codes: two seats under a short name that one person tells another, kept through lost connections.

use crate::client::ClientId;
use crate::message::{ErrorReason, SeatRole, ServerMessage};
use crate::name;
use crate::signaling::{Alarm, Signaling};
use peerline_edge::Time;

/// One side of a code.
#[derive(Debug)]
pub(crate) struct Seat {
    secret: String,
    client: Option<ClientId>,
}

#[derive(Debug)]
pub(crate) struct Code {
    host: Seat,
    visitor: Option<Seat>,
    /// When the code dies; set while nobody sits on it.
    expires: Option<Time>,
}

impl Code {
    fn visitor_client(&self) -> Option<ClientId> {
        self.visitor.as_ref().and_then(|seat| seat.client)
    }
}

impl Signaling {
    /// Makes a code, or takes the host's seat again.
    pub(crate) fn host(
        &mut self,
        now: Time,
        client: ClientId,
        code: Option<String>,
        secret: Option<String>,
    ) -> Result<(), ErrorReason> {
        let Some(code) = code else { return self.make_code(now, client) };
        let code = name::normalize_code(&code).ok_or(ErrorReason::UnknownCode)?;
        let entry = self.codes.get_mut(&code).filter(|entry| secret.as_deref() == Some(&entry.host.secret));
        let Some(entry) = entry else { return Err(ErrorReason::UnknownCode) };
        let secret = entry.host.secret.clone();
        if entry.host.client != Some(client) {
            let former = entry.host.client;
            self.replace(now, former);
            self.give_up(now, client);
            let Some(entry) = self.codes.get_mut(&code) else { return Err(ErrorReason::UnknownCode) };
            entry.host.client = Some(client);
        }
        self.seat(now, client, code, secret, SeatRole::Host);
        Ok(())
    }

    fn make_code(&mut self, now: Time, client: ClientId) -> Result<(), ErrorReason> {
        self.give_up(now, client);
        if self.codes.len() >= self.limits.codes {
            return Err(ErrorReason::TooManyCodes);
        }
        let secret = name::draw_secret(&mut self.rng);
        let code = loop {
            let code = name::draw_code(&mut self.rng);
            if !self.codes.contains_key(&code) {
                break code;
            }
        };
        let host = Seat { secret: secret.clone(), client: Some(client) };
        self.codes.insert(code.clone(), Code { host, visitor: None, expires: None });
        self.seat(now, client, code, secret, SeatRole::Host);
        Ok(())
    }

    /// Takes the visitor's seat: free, left by another visitor, or the client's own by its secret.
    pub(crate) fn visit(
        &mut self,
        now: Time,
        client: ClientId,
        code: &str,
        secret: Option<String>,
    ) -> Result<(), ErrorReason> {
        let code = name::normalize_code(code).ok_or(ErrorReason::UnknownCode)?;
        // Guessers share one small budget; with it used up, a right guess must look like a wrong one.
        let known = self.codes.get(&code).and_then(|entry| entry.visitor.as_ref()).map(|seat| seat.secret.as_str());
        if (known.is_none() || known != secret.as_deref()) && !self.wrong_codes.has(now) {
            return Err(ErrorReason::RateLimited);
        }
        let Some(entry) = self.codes.get(&code) else {
            self.wrong_codes.take(now);
            return Err(ErrorReason::UnknownCode);
        };
        let proven = entry.visitor.as_ref().is_some_and(|seat| secret.as_deref() == Some(&seat.secret));
        let former = entry.visitor_client();
        if former.is_some_and(|former| former != client && !proven) || entry.host.client == Some(client) {
            return Err(ErrorReason::CodeTaken);
        }
        if former != Some(client) {
            self.replace(now, former);
            self.give_up(now, client);
        }
        let fresh = name::draw_secret(&mut self.rng);
        let Some(entry) = self.codes.get_mut(&code) else { return Err(ErrorReason::UnknownCode) };
        let secret = if proven { secret.unwrap_or(fresh) } else { fresh };
        entry.visitor = Some(Seat { secret: secret.clone(), client: Some(client) });
        self.seat(now, client, code, secret, SeatRole::Visitor);
        Ok(())
    }

    /// Tells a client its seat, and both sides that they are a pair.
    fn seat(&mut self, now: Time, client: ClientId, code: String, secret: String, role: SeatRole) {
        let Some(entry) = self.codes.get_mut(&code) else { return };
        if let Some(expires) = entry.expires.take() {
            self.alarms.remove(&(expires, Alarm::Code(code.clone())));
        }
        let (host, visitor) = (entry.host.client, entry.visitor_client());
        if let Some(state) = self.clients.get_mut(&client) {
            state.seat = Some((code.clone(), role));
        }
        self.send(now, client, &ServerMessage::Seat { code: code.clone(), secret, role });
        if let (Some(host), Some(visitor)) = (host, visitor) {
            self.link(host, visitor);
            for (one, other) in [(host, visitor), (visitor, host)] {
                let Some(peer) = self.clients.get(&other).map(|state| state.peer.clone()) else { continue };
                self.send(now, one, &ServerMessage::Paired { code: code.clone(), peer });
            }
        }
    }

    /// Gives up the seat for good.
    pub(crate) fn release(&mut self, now: Time, client: ClientId) -> Result<(), ErrorReason> {
        let seat = self.clients.get(&client).and_then(|state| state.seat.clone());
        let (code, _) = seat.ok_or(ErrorReason::UnknownCode)?;
        self.give_up(now, client);
        self.send(now, client, &ServerMessage::Released { code });
        Ok(())
    }

    fn give_up(&mut self, now: Time, client: ClientId) {
        let Some((code, role)) = self.vacate(now, client) else { return };
        if role == SeatRole::Host
            && let Some(entry) = self.codes.remove(&code)
        {
            if let Some(expires) = entry.expires {
                self.alarms.remove(&(expires, Alarm::Code(code.clone())));
            }
            if let Some(visitor) = entry.visitor_client()
                && let Some(state) = self.clients.get_mut(&visitor)
            {
                state.seat = None;
                self.send(now, visitor, &ServerMessage::Released { code });
            }
        }
    }

    /// Gets up from the seat, which stays reserved; the other side is told, if the two were a pair.
    pub(crate) fn vacate(&mut self, now: Time, client: ClientId) -> Option<(String, SeatRole)> {
        let (code, role) = self.clients.get_mut(&client).and_then(|state| state.seat.take())?;
        let entry = self.codes.get_mut(&code)?;
        let other = match role {
            SeatRole::Host => {
                entry.host.client = None;
                entry.visitor_client()
            }
            SeatRole::Visitor => {
                if let Some(seat) = &mut entry.visitor {
                    seat.client = None;
                }
                entry.host.client
            }
        };
        match other {
            Some(other) => {
                let peer = self.clients.get(&client).map(|state| state.peer.clone());
                let linked = self.clients.get(&other).is_some_and(|state| state.links.contains(&client));
                self.unlink(client, other);
                if let Some(peer) = peer.filter(|_| linked) {
                    self.send(now, other, &ServerMessage::PeerLeft { peer });
                }
            }
            None => {
                let expires = now + self.limits.code_life;
                entry.expires = Some(expires);
                self.alarms.insert((expires, Alarm::Code(code.clone())));
            }
        }
        Some((code, role))
    }

    /// Closes a connection whose seat was taken from another.
    fn replace(&mut self, now: Time, former: Option<ClientId>) {
        if let Some(former) = former {
            self.refuse(now, former, ErrorReason::Replaced, None);
        }
    }

    /// A code's time has come, if it is still that time.
    pub(crate) fn expire(&mut self, at: Time, code: &str) {
        if self.codes.get(code).is_some_and(|entry| entry.expires == Some(at)) {
            self.codes.remove(code);
        }
    }
}

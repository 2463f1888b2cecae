//! The messages of the protocol, as JSON (see the crate's documentation).

use serde::{Deserialize, Serialize};

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ClientMessage {
    /// The first message of a connection.
    Hello {
        /// The version of the protocol, now 1.
        version: u32,
    },
    /// Enters a room (and leaves the one before).
    Join {
        /// The room's name.
        room: String,
        /// What people may call this peer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Leaves the room.
    Leave,
    /// Gives up the seat at a code; the host's ends the code.
    Release,
    /// Asks who is in the room.
    List,
    /// A session description for another peer.
    Description {
        /// That peer.
        to: String,
        /// The description.
        description: Description,
    },
    /// An ICE candidate for another peer; none means that there are no more.
    Candidate {
        /// That peer.
        to: String,
        /// The candidate.
        candidate: Option<Candidate>,
    },
    /// The call with another peer is over.
    Bye {
        /// That peer.
        to: String,
    },
    /// Calls the built-in echo peer.
    Echo {
        /// True if the echo peer shall make the offer.
        #[serde(default)]
        offer: bool,
    },
    /// Takes the host's seat at a code: at a new one, or again after a lost connection.
    Host {
        /// The code to come back to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The secret of that seat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
    },
    /// Takes the visitor's seat at a code.
    Visit {
        /// The code.
        code: String,
        /// The secret of the seat, if this client sat there before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
    },
    /// Asks for a `pong`.
    Ping {
        /// Comes back in the `pong`.
        #[serde(default)]
        id: u64,
    },
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ServerMessage {
    /// The answer to `hello`.
    Welcome {
        /// The version that both speak.
        version: u32,
        /// The client's own peer id.
        peer: String,
        /// What a client should know of the server's limits.
        limits: WelcomeLimits,
        /// True if there is an echo peer.
        echo: bool,
        /// UDP ports of the same host that answer STUN.
        #[serde(default)]
        stun: Vec<u16>,
    },
    /// The client is in the room.
    Joined {
        /// The room.
        room: String,
        /// The others in it.
        peers: Vec<PeerInfo>,
    },
    /// The client has left the room.
    Left {
        /// The room.
        room: String,
    },
    /// The others in the room.
    Peers {
        /// The room.
        room: String,
        /// The others in it.
        peers: Vec<PeerInfo>,
    },
    /// Somebody came into the room.
    PeerJoined {
        /// Who.
        peer: PeerInfo,
    },
    /// A peer of the room, of the code or of the echo call is gone.
    PeerLeft {
        /// Who.
        peer: String,
    },
    /// A session description from another peer.
    Description {
        /// That peer.
        from: String,
        /// The description.
        description: Description,
    },
    /// An ICE candidate from another peer; none means that there are no more.
    Candidate {
        /// That peer.
        from: String,
        /// The candidate.
        candidate: Option<Candidate>,
    },
    /// Another peer ended the call.
    Bye {
        /// That peer.
        from: String,
    },
    /// The echo peer waits for an offer, or is about to make one.
    EchoReady {
        /// Its id.
        peer: String,
    },
    /// The client has a seat at a code.
    Seat {
        /// The code.
        code: String,
        /// With it the client gets the seat again after a lost connection.
        secret: String,
        /// Which seat.
        role: SeatRole,
    },
    /// Both seats of a code are taken.
    Paired {
        /// The code.
        code: String,
        /// Who sits on the other seat.
        peer: String,
    },
    /// The client has no seat at the code any more.
    Released {
        /// The code.
        code: String,
    },
    /// The answer to `ping`.
    Pong {
        /// The number of the `ping`.
        id: u64,
    },
    /// A message was refused.
    Error {
        /// Why.
        reason: ErrorReason,
        /// The reason in words, for people.
        message: String,
        /// The peer it was meant for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peer: Option<String>,
    },
}

/// A session description, as `JSON.stringify` prints the browser's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: DescriptionType,
    /// Its text.
    #[serde(default)]
    pub sdp: String,
}

/// The kinds of a session description (W3C webrtc-pc, `RTCSdpType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DescriptionType {
    /// An offer.
    Offer,
    /// A provisional answer.
    Pranswer,
    /// A final answer.
    Answer,
    /// Back to the last stable state.
    Rollback,
}

impl DescriptionType {
    /// The W3C word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Pranswer => "pranswer",
            Self::Answer => "answer",
            Self::Rollback => "rollback",
        }
    }
}

/// An ICE candidate, as `JSON.stringify` prints the browser's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The candidate attribute's text; empty for the end of one generation.
    pub candidate: String,
    /// The m-section by its mid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The m-section by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE user fragment of its generation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

/// A peer as others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerInfo {
    /// Its id.
    pub id: String,
    /// What people may call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The limits that `welcome` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WelcomeLimits {
    /// Bytes of one message.
    pub message: usize,
    /// Peers in one room.
    pub peers: usize,
}

/// The two seats of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeatRole {
    /// Who made the code.
    Host,
    /// Who was told the code.
    Visitor,
}

/// Why the server refused a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorReason {
    /// Not JSON, not an object of a known type, or a member is missing.
    Malformed,
    /// Longer than the limit. The connection closes.
    TooLarge,
    /// More messages than the rate allows; this one was dropped.
    RateLimited,
    /// Too many refused messages. The connection closes.
    TooManyErrors,
    /// The first message has to be `hello`, and only the first.
    HelloFirst,
    /// No `hello` came in time. The connection closes.
    HelloTimeout,
    /// The server speaks another version. The connection closes.
    UnsupportedVersion,
    /// The room's name is empty, too long, or has other characters than allowed.
    BadRoomName,
    /// The peer's name is too long or has control characters.
    BadPeerName,
    /// The room has as many peers as it may have.
    RoomFull,
    /// The server has as many rooms as it may have.
    TooManyRooms,
    /// The client is in no room.
    NotInRoom,
    /// The peer is gone, or shares no room, code or echo call with the client.
    NoSuchPeer,
    /// The client doesn't read what waits for it. The connection closes.
    TooSlow,
    /// The server has no echo peer.
    NoEcho,
    /// All echo peers are busy, or the client has called too many.
    EchoBusy,
    /// No such code: mistyped, used up or expired.
    UnknownCode,
    /// Another client sits on that seat.
    CodeTaken,
    /// The server has as many codes as it may have.
    TooManyCodes,
    /// The server has as many clients as it may have.
    ServerFull,
    /// The same seat was taken from another connection. This connection closes.
    Replaced,
    /// A reason that this version doesn't know.
    #[serde(other)]
    Other,
}

impl ErrorReason {
    /// The reason in words, with what can be done about it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Malformed => "the message is not JSON of a known type with all its members",
            Self::TooLarge => "the message is longer than the limit told in welcome",
            Self::RateLimited => "too many messages: this one was dropped, slow down",
            Self::TooManyErrors => "too many refused messages",
            Self::HelloFirst => "the first message has to be hello, and only the first",
            Self::HelloTimeout => "no hello came in time",
            Self::UnsupportedVersion => "this server speaks version 1 of the protocol",
            Self::BadRoomName => "a room's name has 1 to 64 characters out of A-Z a-z 0-9 - _ . ~",
            Self::BadPeerName => "a peer's name has at most 64 bytes and no control characters",
            Self::RoomFull => "the room is full",
            Self::TooManyRooms => "the server has no place for another room",
            Self::NotInRoom => "join a room first",
            Self::NoSuchPeer => "that peer is gone, or shares no room, code or echo call with you",
            Self::TooSlow => "messages for you pile up: read faster",
            Self::NoEcho => "this server has no echo peer",
            Self::EchoBusy => "all echo peers are busy: end a call or try again later",
            Self::UnknownCode => "no such code: it is mistyped, used up or expired",
            Self::CodeTaken => "somebody else uses that code already",
            Self::TooManyCodes => "the server has no place for another code",
            Self::ServerFull => "the server has no place for another client",
            Self::Replaced => "the same seat was taken from another connection",
            Self::Other => "refused for a reason that this version doesn't know",
        }
    }

    /// True if the server closes the connection after this error.
    #[must_use]
    pub const fn closes(self) -> bool {
        matches!(
            self,
            Self::TooLarge
                | Self::TooManyErrors
                | Self::HelloTimeout
                | Self::UnsupportedVersion
                | Self::TooSlow
                | Self::ServerFull
                | Self::Replaced
        )
    }
}

//! The events of a connection and everything on it (W3C webrtc-pc §4.8.2 to §4.8.3, §5.5, §5.6, §6.2) as one stream.

use crate::event_queue::Next;
use crate::media_stream::MediaStream;
use crate::media_stream_track::MediaStreamTrack;
use crate::rtc_data_channel::RtcDataChannel;
use crate::rtc_dtls_transport::{RtcDtlsTransport, RtcDtlsTransportState};
use crate::rtc_dtmf_sender::RtcDtmfSender;
use crate::rtc_error::RtcError;
use crate::rtc_ice_candidate::{RtcIceCandidate, RtcPeerConnectionIceError};
use crate::rtc_ice_transport::{RtcIceGathererState, RtcIceTransport, RtcIceTransportState};
use crate::rtc_peer_connection::{
    RtcIceConnectionState, RtcIceGatheringState, RtcPeerConnectionState, RtcSignalingState,
};
use crate::rtc_rtp_receiver::RtcRtpReceiver;
use crate::rtc_rtp_transceiver::RtcRtpTransceiver;
use crate::rtc_sctp_transport::RtcSctpTransportState;
use crate::shared::{Handle, Shared, State};
use crate::waiters::{Place, leave, poll_at};
use futures_core::Stream;
use peerline_peer::{ChannelEvent, Event, TrackEvent, TransportEvent};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// What happened. Events come in the order in which W3C fires them; a getter that is asked when the event comes may already show
/// something newer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RtcPeerConnectionEvent {
    /// `negotiationneeded`: make an offer.
    NegotiationNeeded,
    /// `signalingstatechange`.
    SignalingStateChange(RtcSignalingState),
    /// `icegatheringstatechange`.
    IceGatheringStateChange(RtcIceGatheringState),
    /// `iceconnectionstatechange`.
    IceConnectionStateChange(RtcIceConnectionState),
    /// `connectionstatechange`.
    ConnectionStateChange(RtcPeerConnectionState),
    /// `icecandidate`: signal it to the peer; `None` when gathering is done.
    IceCandidate(Option<RtcIceCandidate>),
    /// `icecandidateerror`.
    IceCandidateError(RtcPeerConnectionIceError),
    /// `track`: the peer sends a track.
    Track(RtcTrackEvent),
    /// `addtrack` of a stream that the peer named.
    StreamAddTrack(MediaStream, MediaStreamTrack),
    /// `removetrack` of a stream that the peer named.
    StreamRemoveTrack(MediaStream, MediaStreamTrack),
    /// `mute` of a remote track.
    TrackMute(MediaStreamTrack),
    /// `unmute` of a remote track.
    TrackUnmute(MediaStreamTrack),
    /// `ended` of a remote track.
    TrackEnded(MediaStreamTrack),
    /// `tonechange`: a tone begins, or (empty) the last one is over.
    ToneChange(RtcDtmfSender, String),
    /// `datachannel`: the peer opened a channel.
    DataChannel(RtcDataChannel),
    /// `open` of a channel.
    DataChannelOpen(RtcDataChannel),
    /// `bufferedamountlow` of a channel.
    DataChannelBufferedAmountLow(RtcDataChannel),
    /// `error` of a channel.
    DataChannelError(RtcDataChannel, RtcError),
    /// `closing` of a channel: the peer closes it.
    DataChannelClosing(RtcDataChannel),
    /// `close` of a channel.
    DataChannelClose(RtcDataChannel),
    /// `statechange` of an ICE transport.
    IceTransportStateChange(RtcIceTransportState),
    /// `gatheringstatechange` of an ICE transport.
    IceTransportGatheringStateChange(RtcIceGathererState),
    /// `selectedcandidatepairchange` of an ICE transport.
    SelectedCandidatePairChange(RtcIceTransport),
    /// `statechange` of a DTLS transport.
    DtlsTransportStateChange(RtcDtlsTransportState),
    /// `error` of a DTLS transport.
    DtlsTransportError(RtcDtlsTransport, RtcError),
    /// `statechange` of the SCTP transport.
    SctpTransportStateChange(RtcSctpTransportState),
    /// So many events were dropped here, because nobody read them: at most [`MAX_QUEUED_EVENTS`](crate::MAX_QUEUED_EVENTS) wait. States can
    /// still be asked for; a channel whose `DataChannel` event was dropped stays unknown.
    Lagged(u64),
}

/// `RTCTrackEvent` (§5.7).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RtcTrackEvent {
    /// `receiver`.
    pub receiver: RtcRtpReceiver,
    /// `track`.
    pub track: MediaStreamTrack,
    /// `streams`.
    pub streams: Vec<MediaStream>,
    /// `transceiver`.
    pub transceiver: RtcRtpTransceiver,
}

/// Takes the next event that can still be told; `Some(None)` once the connection is closed and every event was taken.
pub(crate) fn take_event(shared: &Arc<Shared>, state: &mut State) -> Option<Option<RtcPeerConnectionEvent>> {
    while let Some(next) = state.events.pop() {
        let event = match next {
            Next::Lagged(count) => Some(RtcPeerConnectionEvent::Lagged(count)),
            Next::Event(event) => public_event(shared, state, event),
        };
        if event.is_some() {
            return Some(event);
        }
    }
    state.is_closed().then_some(None)
}

fn public_event(shared: &Arc<Shared>, state: &mut State, event: Event) -> Option<RtcPeerConnectionEvent> {
    use RtcPeerConnectionEvent as Public;
    Some(match event {
        Event::NegotiationNeeded => Public::NegotiationNeeded,
        Event::SignalingStateChange(state) => Public::SignalingStateChange(state),
        Event::IceGatheringStateChange(state) => Public::IceGatheringStateChange(state),
        Event::IceConnectionStateChange(state) => Public::IceConnectionStateChange(state),
        Event::ConnectionStateChange(state) => Public::ConnectionStateChange(state),
        Event::IceCandidate(candidate) => {
            Public::IceCandidate(candidate.map(|candidate| RtcIceCandidate::from_init(candidate.into())))
        }
        Event::IceCandidateError(error) => Public::IceCandidateError(error),
        Event::DataChannel(id) => Public::DataChannel(RtcDataChannel::of(shared, state, id)?),
        // Never queued: readers are woken instead. (Looked at before a handle is made: none may be dropped under the lock.)
        Event::Channel(_, ChannelEvent::Readable) => return None,
        Event::Channel(id, event) => {
            let channel = RtcDataChannel::of(shared, state, id)?;
            match event {
                ChannelEvent::Open | ChannelEvent::Readable => Public::DataChannelOpen(channel),
                ChannelEvent::BufferedAmountLow => Public::DataChannelBufferedAmountLow(channel),
                ChannelEvent::Error(error) => Public::DataChannelError(channel, (&error).into()),
                ChannelEvent::Closing => Public::DataChannelClosing(channel),
                ChannelEvent::Close => Public::DataChannelClose(channel),
            }
        }
        Event::Track(event) => return track_event(shared, state, event),
        Event::ToneChange { transceiver, tone } => {
            Public::ToneChange(RtcDtmfSender::new(Handle::new(shared), transceiver), tone)
        }
        Event::Transport(id, event) => match event {
            TransportEvent::IceState(state) => Public::IceTransportStateChange(state),
            TransportEvent::IceGatheringState(state) => Public::IceTransportGatheringStateChange(state),
            TransportEvent::SelectedCandidatePair => {
                Public::SelectedCandidatePairChange(RtcIceTransport::new(Handle::new(shared), id))
            }
            TransportEvent::DtlsState(state) => Public::DtlsTransportStateChange(state),
            TransportEvent::DtlsError(failure) => {
                Public::DtlsTransportError(RtcDtlsTransport::new(Handle::new(shared), id), failure.into())
            }
        },
        Event::SctpTransport(state) => Public::SctpTransportStateChange(state),
        // Settled promises go to their futures.
        _ => return None,
    })
}

fn track_event(shared: &Arc<Shared>, state: &mut State, event: TrackEvent) -> Option<RtcPeerConnectionEvent> {
    use RtcPeerConnectionEvent as Public;
    Some(match event {
        TrackEvent::Track { transceiver, streams } => {
            // Handles last: none may be dropped under the lock.
            let track = state.receiver_track(transceiver)?;
            Public::Track(RtcTrackEvent {
                track,
                streams: streams.iter().map(|id| state.remote_stream(id)).collect(),
                receiver: RtcRtpReceiver::new(Handle::new(shared), transceiver),
                transceiver: RtcRtpTransceiver::new(Handle::new(shared), transceiver),
            })
        }
        TrackEvent::AddedToStream { stream, transceiver } => {
            Public::StreamAddTrack(state.remote_stream(&stream), state.receiver_track(transceiver)?)
        }
        TrackEvent::RemovedFromStream { stream, transceiver } => {
            Public::StreamRemoveTrack(state.remote_stream(&stream), state.receiver_track(transceiver)?)
        }
        TrackEvent::Muted(id) => Public::TrackMute(state.receiver_track(id)?),
        TrackEvent::Unmuted(id) => Public::TrackUnmute(state.receiver_track(id)?),
        TrackEvent::Ended(id) => Public::TrackEnded(state.receiver_track(id)?),
    })
}

/// The events of a connection as a stream. It does not keep the connection open, and ends when the connection is closed and every event was
/// taken. All streams and [`next_event`](crate::RtcPeerConnection::next_event) of a connection take from one queue: each event goes to one of them.
pub struct RtcPeerConnectionEvents {
    shared: Arc<Shared>,
    key: Option<u32>,
}

impl RtcPeerConnectionEvents {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared, key: None }
    }
}

impl Stream for RtcPeerConnectionEvents {
    type Item = RtcPeerConnectionEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { shared, key } = self.get_mut();
        poll_at(shared, Place::Events, key, cx, |state| take_event(shared, state))
    }
}

impl Drop for RtcPeerConnectionEvents {
    fn drop(&mut self) {
        leave(&self.shared, Place::Events, &mut self.key);
    }
}

impl fmt::Debug for RtcPeerConnectionEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RtcPeerConnectionEvents").finish_non_exhaustive()
    }
}

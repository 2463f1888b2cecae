//! Two negotiators that both want something at once, over signaling that is slow.

mod support;

use peerline::{
    MediaStream, MediaStreamTrack, Negotiator, RtcDataChannelInit, RtcMediaKind, RtcPeerConnection,
    RtcPeerConnectionState, RtcSignalingMessage, RtcSignalingState,
};
use support::{peer, soon};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Carries one side's events and messages until nothing has happened for a while.
async fn run(
    connection: RtcPeerConnection,
    polite: bool,
    to: UnboundedSender<RtcSignalingMessage>,
    mut from: UnboundedReceiver<RtcSignalingMessage>,
) {
    let mut negotiator = Negotiator::new(connection.clone(), polite);
    loop {
        let answer = tokio::select! {
            Some(event) = connection.next_event() => negotiator.handle_event(&event).await,
            Some(message) = from.recv() => negotiator.handle_message(message).await,
            else => return,
        };
        match answer {
            Ok(Some(message)) => drop(to.send(message)),
            Ok(None) => {}
            Err(error) => panic!("{error} on the {} side", if polite { "polite" } else { "impolite" }),
        }
    }
}

#[tokio::test]
async fn two_sides_that_offer_at_once_converge_and_connect() {
    for round in 0..10 {
        let (alice, bob) = (peer(), peer());
        let ((to_bob, from_alice), (to_alice, from_bob)) = (unbounded_channel(), unbounded_channel());
        let tasks = [
            tokio::spawn(run(alice.clone(), true, to_bob, from_bob)),
            tokio::spawn(run(bob.clone(), false, to_alice, from_alice)),
        ];
        let hers = alice.create_data_channel("hers", RtcDataChannelInit::default()).expect("a channel");
        let his = bob.create_data_channel("his", RtcDataChannelInit::default()).expect("a channel");
        if round % 2 == 0 {
            alice
                .add_track(&MediaStreamTrack::new(RtcMediaKind::Audio, "mic"), &[&MediaStream::new()])
                .expect("a sender");
        }
        bob.add_track(&MediaStreamTrack::new(RtcMediaKind::Video, "camera"), &[&MediaStream::new()]).expect("a sender");
        soon("her channel opens", hers.opened()).await.expect("open");
        soon("his channel opens", his.opened()).await.expect("open");
        soon("alice connects", alice.connected()).await.expect("connected");
        soon("bob connects", bob.connected()).await.expect("connected");
        assert_eq!(
            (alice.connection_state(), bob.connection_state()),
            (RtcPeerConnectionState::Connected, RtcPeerConnectionState::Connected)
        );
        let settled = async {
            while alice.signaling_state() != RtcSignalingState::Stable
                || alice.get_transceivers().len() != bob.get_transceivers().len()
            {
                tokio::task::yield_now().await;
            }
        };
        soon("convergence", settled).await;
        assert_eq!(alice.get_transceivers().len(), if round % 2 == 0 { 2 } else { 1 });
        alice.close();
        bob.close();
        for task in tasks {
            task.abort();
        }
    }
}

//! The states of a connection, computed from the states of its transports (W3C webrtc-pc §4.3.2–§4.3.4, §4.4.3).

use crate::states::{ConnectionState, DtlsTransportState, IceConnectionState, IceGatheringState};

/// `RTCIceGatheringState` of a connection whose transports are in these states.
#[must_use]
pub fn ice_gathering_state(transports: &[IceGatheringState]) -> IceGatheringState {
    use IceGatheringState::{Complete, Gathering, New};
    if transports.contains(&Gathering) {
        Gathering
    } else if !transports.is_empty() && transports.iter().all(|state| *state == Complete) {
        Complete
    } else {
        New
    }
}

/// `RTCIceConnectionState` of a connection that is not closed, whose ICE transports are in these states.
#[must_use]
pub fn ice_connection_state(transports: &[IceConnectionState]) -> IceConnectionState {
    use IceConnectionState::{Checking, Closed, Completed, Connected, Disconnected, Failed, New};
    let any = |wanted| transports.contains(&wanted);
    let all_in = |wanted: &[IceConnectionState]| transports.iter().all(|state| wanted.contains(state));
    // In the order of the table: the first row that applies.
    if any(Failed) {
        Failed
    } else if any(Disconnected) {
        Disconnected
    } else if all_in(&[New, Closed]) {
        New
    } else if any(New) || any(Checking) {
        Checking
    } else if all_in(&[Completed, Closed]) {
        Completed
    } else {
        Connected
    }
}

/// `RTCPeerConnectionState` of a connection that is not closed, whose transports are in these states.
#[must_use]
pub fn connection_state(ice: &[IceConnectionState], dtls: &[DtlsTransportState]) -> ConnectionState {
    use DtlsTransportState as Dtls;
    use IceConnectionState as Ice;
    let ice_all_in = |wanted: &[Ice]| ice.iter().all(|state| wanted.contains(state));
    let dtls_all_in = |wanted: &[Dtls]| dtls.iter().all(|state| wanted.contains(state));
    if ice.contains(&Ice::Failed) || dtls.contains(&Dtls::Failed) {
        ConnectionState::Failed
    } else if ice.contains(&Ice::Disconnected) {
        ConnectionState::Disconnected
    } else if ice_all_in(&[Ice::New, Ice::Closed]) && dtls_all_in(&[Dtls::New, Dtls::Closed]) {
        ConnectionState::New
    } else if ice_all_in(&[Ice::Connected, Ice::Completed, Ice::Closed])
        && dtls_all_in(&[Dtls::Connected, Dtls::Closed])
    {
        ConnectionState::Connected
    } else {
        ConnectionState::Connecting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of three transports, against the specification's sentences read one by one.
    #[test]
    fn s007_aggregate_ice_state_over_all_combinations_of_three_transports() {
        use IceConnectionState as Ice;
        for a in Ice::ALL {
            for b in Ice::ALL {
                for c in Ice::ALL {
                    let states = [*a, *b, *c];
                    let count = |wanted: &[Ice]| states.iter().filter(|state| wanted.contains(state)).count();
                    let expected = match () {
                        () if count(&[Ice::Failed]) > 0 => Ice::Failed,
                        () if count(&[Ice::Disconnected]) > 0 => Ice::Disconnected,
                        () if count(&[Ice::New, Ice::Closed]) == 3 => Ice::New,
                        () if count(&[Ice::New, Ice::Checking]) > 0 => Ice::Checking,
                        () if count(&[Ice::Completed, Ice::Closed]) == 3 => Ice::Completed,
                        () => Ice::Connected,
                    };
                    assert_eq!(ice_connection_state(&states), expected, "{states:?}");
                }
            }
        }
    }

    #[test]
    fn s060_connected_needs_dtls_on_every_transport() {
        use DtlsTransportState as Dtls;
        use IceConnectionState as Ice;
        let state = |dtls: &[Dtls]| connection_state(&[Ice::Connected, Ice::Completed], dtls);
        assert_eq!(state(&[Dtls::Connected, Dtls::Connected]), ConnectionState::Connected);
        assert_eq!(state(&[Dtls::Connected, Dtls::Connecting]), ConnectionState::Connecting);
        assert_eq!(state(&[Dtls::Connected, Dtls::Failed]), ConnectionState::Failed);
        assert_eq!(connection_state(&[], &[]), ConnectionState::New);
        assert_eq!(connection_state(&[Ice::New], &[Dtls::New]), ConnectionState::New);
        assert_eq!(connection_state(&[Ice::Checking], &[Dtls::New]), ConnectionState::Connecting);
        assert_eq!(connection_state(&[Ice::Disconnected], &[Dtls::Connected]), ConnectionState::Disconnected);
    }

    #[test]
    fn gathering_is_complete_only_when_all_transports_are() {
        use IceGatheringState::{Complete, Gathering, New};
        assert_eq!(ice_gathering_state(&[]), New);
        assert_eq!(ice_gathering_state(&[Complete, New]), New);
        assert_eq!(ice_gathering_state(&[Complete, Gathering]), Gathering);
        assert_eq!(ice_gathering_state(&[Complete, Complete]), Complete);
    }
}

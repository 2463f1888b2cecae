//! A peer connection reduced to its slots: it describes itself in a `View` and executes `Plan`s, as the real one does.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by several test binaries, none of which uses all of it"
)]

pub mod show;

use std::collections::BTreeMap;

use peerline_jsep::*;
use peerline_sdp::{Direction, Fingerprint, Mid, Session};

pub struct Peer {
    pub name: &'static str,
    pub settings: Settings,
    pub state: SignalingState,
    pub current_local: Option<Description>,
    pub pending_local: Option<Description>,
    pub current_remote: Option<Description>,
    pub pending_remote: Option<Description>,
    pub last_offer: Option<Created>,
    pub last_answer: Option<Created>,
    pub session_version: u64,
    pub transceivers: Vec<Transceiver>,
    pub next_transceiver: TransceiverId,
    pub data: Data,
    pub transports: Vec<Transport>,
    pub next_transport: TransportId,
    pub map: TransportMap,
    pub stable: Option<Stable>,
    pub to_replace: Vec<IceCredentials>,
    pub generation: u32,
    /// What was negotiated last, to send and to receive.
    pub sends: BTreeMap<TransceiverId, RtpParameters>,
    pub receives: BTreeMap<TransceiverId, RtpParameters>,
}

pub fn fingerprint(seed: u8) -> Fingerprint {
    Fingerprint { hash: "sha-256".to_owned(), digest: (0..32).map(|i| seed.wrapping_add(i)).collect() }
}

/// Opus and VP8 with retransmission, the mid extension: enough for what isn't about codecs.
pub fn small_capabilities() -> Capabilities {
    let mut capabilities = Capabilities::standard();
    for (kind, names) in [(&mut capabilities.audio, ["opus", "opus"]), (&mut capabilities.video, ["VP8", "VP8"])] {
        kind.codecs.retain(|c| names.contains(&c.codec.name.as_str()));
        kind.header_extensions.retain(|e| e.uri.ends_with("mid"));
    }
    capabilities
}

impl Peer {
    /// With [`small_capabilities`].
    pub fn small(name: &'static str) -> Self {
        let mut peer = Self::new(name);
        peer.settings.capabilities = small_capabilities().into();
        peer
    }

    pub fn new(name: &'static str) -> Self {
        let seed = name.bytes().next().unwrap_or(0);
        let settings = Settings {
            fingerprints: vec![fingerprint(seed)],
            capabilities: Capabilities::shared(),
            ..Settings::default()
        };
        Self {
            name,
            settings,
            state: SignalingState::Stable,
            current_local: None,
            pending_local: None,
            current_remote: None,
            pending_remote: None,
            last_offer: None,
            last_answer: None,
            session_version: 1,
            transceivers: Vec::new(),
            next_transceiver: TransceiverId(0),
            data: Data::default(),
            transports: Vec::new(),
            next_transport: TransportId(0),
            map: TransportMap::default(),
            stable: None,
            to_replace: Vec::new(),
            generation: 0,
            sends: BTreeMap::new(),
            receives: BTreeMap::new(),
        }
    }

    pub fn with_policy(name: &'static str, policy: BundlePolicy) -> Self {
        let mut peer = Self::small(name);
        peer.settings.bundle_policy = policy;
        peer
    }

    pub fn view(&self) -> View<'_> {
        View {
            signaling_state: self.state,
            current_local: self.current_local.as_ref(),
            pending_local: self.pending_local.as_ref(),
            current_remote: self.current_remote.as_ref(),
            pending_remote: self.pending_remote.as_ref(),
            last_offer: self.last_offer.as_ref(),
            last_answer: self.last_answer.as_ref(),
            session_id: 4_962_303_333_179_871_722,
            session_version: self.session_version,
            transceivers: self.transceivers.clone(),
            next_transceiver: self.next_transceiver,
            data: self.data.clone(),
            transports: self.transports.clone(),
            next_transport: self.next_transport,
            map: &self.map,
            stable: self.stable.as_ref(),
            ice_credentials_to_replace: &self.to_replace,
            default_stream: "default",
            settings: &self.settings,
        }
    }

    pub fn add_transceiver(&mut self, kind: MediaKind, direction: Direction, created_by: CreatedBy) -> TransceiverId {
        let id = self.next_transceiver;
        self.next_transceiver = TransceiverId(id.0 + 1);
        let mut transceiver = Transceiver::new(id, kind, direction, created_by);
        transceiver.msid_appdata = Some(format!("{}-track-{}", self.name, id.0));
        self.transceivers.push(transceiver);
        id
    }

    pub fn add_track(&mut self, kind: MediaKind, streams: &[&str]) -> TransceiverId {
        let id = self.add_transceiver(kind, Direction::SendRecv, CreatedBy::AddTrack);
        self.get_mut(id).send_streams = streams.iter().map(|&s| s.to_owned()).collect();
        id
    }

    pub fn get(&self, id: TransceiverId) -> &Transceiver {
        self.transceivers.iter().find(|t| t.id == id).expect("transceiver")
    }

    pub fn get_mut(&mut self, id: TransceiverId) -> &mut Transceiver {
        self.transceivers.iter_mut().find(|t| t.id == id).expect("transceiver")
    }

    pub fn stop(&mut self, id: TransceiverId) {
        let transceiver = self.get_mut(id);
        transceiver.stopping = true;
        transceiver.direction = Direction::Inactive;
        if transceiver.mid.is_none() {
            transceiver.stopped = true;
        }
    }

    pub fn create_data_channel(&mut self) {
        self.data.wanted = true;
    }

    pub fn restart_ice(&mut self) {
        let sessions = [&self.current_local, &self.pending_local];
        let media = sessions.into_iter().flatten().flat_map(|d| &d.session.media);
        for media in media {
            if let (Some(ufrag), Some(pwd)) =
                (media.get::<peerline_sdp::IceUfrag>(), media.get::<peerline_sdp::IcePwd>())
            {
                self.to_replace.push(IceCredentials { ufrag: ufrag.0, pwd: pwd.0 });
            }
        }
    }

    fn fresh(name: &str, generation: &mut u32) -> IceCredentials {
        *generation += 1;
        IceCredentials { ufrag: format!("{name}{generation:03}"), pwd: format!("{name:-<16}password{generation:03}") }
    }

    pub fn try_create_offer(&mut self, options: &OfferOptions) -> Result<String, Error> {
        let (name, mut generation) = (self.name, self.generation);
        let created = create_offer(&self.view(), options, &mut || Self::fresh(name, &mut generation))?;
        self.generation = generation;
        self.session_version += 1;
        let text = created.text.clone();
        self.last_offer = Some(created);
        Ok(text)
    }

    pub fn create_offer(&mut self) -> String {
        self.try_create_offer(&OfferOptions::default()).expect("offer")
    }

    pub fn try_create_answer(&mut self) -> Result<String, Error> {
        let (name, mut generation) = (self.name, self.generation);
        let created =
            create_answer(&self.view(), &AnswerOptions::default(), &mut || Self::fresh(name, &mut generation))?;
        self.generation = generation;
        self.session_version += 1;
        let text = created.text.clone();
        self.last_answer = Some(created);
        Ok(text)
    }

    pub fn create_answer(&mut self) -> String {
        self.try_create_answer().expect("answer")
    }

    pub fn try_set_local(&mut self, sdp_type: SdpType, text: &str) -> Result<Plan, Error> {
        check_unmodified(&self.view(), sdp_type, text)?;
        let session = if sdp_type == SdpType::Rollback { Session::default() } else { Session::parse(text)? };
        let plan = apply_local(&self.view(), sdp_type, &session)?;
        self.execute(&plan, session);
        Ok(plan)
    }

    pub fn set_local(&mut self, sdp_type: SdpType, text: &str) -> Plan {
        self.try_set_local(sdp_type, text).expect("local description")
    }

    pub fn try_set_remote(&mut self, sdp_type: SdpType, text: &str) -> Result<Plan, Error> {
        if needs_implicit_rollback(self.state, sdp_type) {
            let plan = rollback(&self.view(), Side::Local)?;
            self.execute(&plan, Session::default());
        }
        let session = if sdp_type == SdpType::Rollback { Session::default() } else { Session::parse(text)? };
        let plan = apply_remote(&self.view(), sdp_type, &session)?;
        self.execute(&plan, session);
        Ok(plan)
    }

    pub fn set_remote(&mut self, sdp_type: SdpType, text: &str) -> Plan {
        self.try_set_remote(sdp_type, text).expect("remote description")
    }

    pub fn rollback(&mut self) -> Plan {
        if self.state == SignalingState::HaveRemoteOffer {
            return self.set_remote(SdpType::Rollback, "");
        }
        self.set_local(SdpType::Rollback, "")
    }

    pub fn negotiation_needed(&self) -> bool {
        negotiation_needed(&self.view())
    }

    pub fn transport_with(&self, local: &IceCredentials) -> Option<&Transport> {
        self.transports.iter().find(|t| t.local.as_ref() == Some(local))
    }

    /// Every transport finds one host candidate and is done.
    pub fn gather_all(&mut self) {
        for transport in &mut self.transports {
            let Some(credentials) = transport.local.clone().filter(|_| !transport.gathering_complete) else { continue };
            let candidate = format!("candidate:1 1 udp 2130706431 192.0.2.{} 50000 typ host", transport.id.0 % 200);
            transport.candidates = vec![candidate.clone()];
            transport.gathering_complete = true;
            for description in [&mut self.current_local, &mut self.pending_local].into_iter().flatten() {
                candidate::add_local(&mut description.session, &credentials.ufrag, &candidate);
                candidate::add_local(&mut description.session, &credentials.ufrag, "");
            }
        }
    }

    pub fn transport_at(&self, m_line_index: usize) -> Option<TransportId> {
        self.map.used(m_line_index)
    }

    fn execute(&mut self, plan: &Plan, session: Session) {
        self.change_slots(plan, session);
        for change in &plan.media {
            self.change_media(change);
        }
        for id in &plan.disassociate {
            let transceiver = self.get_mut(*id);
            transceiver.mid = None;
            transceiver.m_line_index = None;
        }
        self.map = plan.map.clone();
        for change in &plan.transports {
            self.change_transport(change);
        }
        self.transports.retain(|t| !plan.close_transports.contains(&t.id));
        match &plan.data {
            DataChange::Keep => {}
            DataChange::Close => {
                self.data.sctp_transport = false;
                self.data.remote_port = None;
                // A rejected section closes the channels; a rollback leaves them waiting for the next offer.
                self.data.wanted &= plan.sdp_type == SdpType::Rollback;
            }
            DataChange::Section(section) => {
                assert_eq!(section.create, !self.data.sctp_transport);
                self.data.sctp_transport = true;
                self.data.wanted = true;
                if let Some(negotiated) = &section.negotiated {
                    self.data.remote_port = Some(negotiated.remote_port);
                }
            }
        }
        for id in &plan.remove_transceivers {
            self.transceivers.retain(|t| t.id != *id);
        }
        self.next_transceiver = plan.next_transceiver;
        self.next_transport = plan.next_transport;
        if plan.clear_ice_credentials_to_replace {
            self.to_replace.clear();
        }
        self.check_invariants();
    }

    fn change_slots(&mut self, plan: &Plan, session: Session) {
        if let Some(stable) = &plan.stable {
            self.stable = Some(stable.clone());
        }
        let description = Description { sdp_type: plan.sdp_type, session };
        match plan.slots {
            SlotChange::PendingLocal => self.pending_local = Some(description),
            SlotChange::PendingRemote => self.pending_remote = Some(description),
            SlotChange::CommitLocal => {
                self.current_local = Some(description);
                self.current_remote = self.pending_remote.take();
                self.pending_local = None;
            }
            SlotChange::CommitRemote => {
                self.current_remote = Some(description);
                self.current_local = self.pending_local.take();
                self.pending_remote = None;
            }
            SlotChange::DropPending => {
                self.pending_local = None;
                self.pending_remote = None;
            }
        }
        if matches!(plan.slots, SlotChange::CommitLocal | SlotChange::CommitRemote) {
            self.last_offer = None;
            self.last_answer = None;
        }
        self.state = plan.signaling_state;
        if self.state == SignalingState::Stable {
            self.stable = None;
        }
    }

    fn change_media(&mut self, change: &MediaChange) {
        if let Some(kind) = change.create {
            self.transceivers.push(Transceiver::new(
                change.transceiver,
                kind,
                Direction::RecvOnly,
                CreatedBy::RemoteOffer,
            ));
            let name = self.name;
            self.get_mut(change.transceiver).msid_appdata = Some(format!("{name}-track-{}", change.transceiver.0));
        }
        let transceiver =
            self.transceivers.iter_mut().find(|t| t.id == change.transceiver).expect("transceiver of a change");
        transceiver.mid = Some(change.mid.clone());
        transceiver.m_line_index = Some(change.m_line_index);
        if change.set_current_direction {
            transceiver.current_direction = Some(change.direction);
        }
        if let Some(parameters) = &change.send {
            self.sends.insert(change.transceiver, parameters.clone());
        }
        if let Some(parameters) = &change.receive {
            self.receives.insert(change.transceiver, parameters.clone());
        }
        match &change.encodings {
            EncodingsChange::Keep | EncodingsChange::Restore => {}
            EncodingsChange::First => transceiver.encodings.truncate(1),
            EncodingsChange::Retain(rids) => {
                transceiver.encodings.retain(|e| e.rid.as_ref().is_some_and(|rid| rids.contains(rid)))
            }
            EncodingsChange::Propose(rids) => {
                transceiver.encodings =
                    rids.iter().map(|rid| Encoding { rid: Some(rid.clone()), active: true }).collect();
            }
        }
        if let Some(track) = &change.remote_track {
            transceiver.remote_streams = track.streams.clone();
            if track.set_fired_direction {
                transceiver.fired_direction = Some(change.direction);
            }
        } else if change.set_current_direction {
            transceiver.fired_direction = Some(change.direction);
        }
        if change.stop {
            transceiver.stopping = true;
            transceiver.stopped = true;
            transceiver.direction = Direction::Inactive;
            transceiver.current_direction = None;
        }
    }

    fn change_transport(&mut self, change: &TransportChange) {
        if change.created {
            self.transports.push(Transport::new(change.id));
        }
        let transport = self.transports.iter_mut().find(|t| t.id == change.id).expect("transport of a change");
        if let Some(role) = change.ice_role {
            transport.ice_role = Some(role);
        }
        if let Some(gather) = &change.gather {
            transport.local = Some(gather.credentials.clone());
            transport.candidates.clear();
            transport.gathering_complete = false;
        }
        if let Some(remote) = &change.remote_ice {
            transport.remote = Some(remote.credentials.clone());
        }
        if let Some(dtls) = &change.dtls {
            transport.dtls_role = Some(dtls.role);
            transport.remote_fingerprints = dtls.fingerprints.clone();
            transport.remote_tls_id = dtls.remote_tls_id.clone();
        }
    }

    /// What must hold after every plan.
    pub fn check_invariants(&self) {
        let mut mids: Vec<&Mid> = self.transceivers.iter().filter_map(|t| t.mid.as_ref()).collect();
        let count = mids.len();
        mids.sort();
        mids.dedup();
        assert_eq!(mids.len(), count, "two transceivers with one mid");
        let mut lines: Vec<usize> = self.transceivers.iter().filter_map(|t| t.m_line_index).collect();
        let count = lines.len();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), count, "two transceivers at one section");
        for id in self.map.used.iter().flatten() {
            assert!(self.transports.iter().any(|t| t.id == *id), "section uses a transport that doesn't exist");
        }
        for transport in &self.transports {
            assert!(self.transports.iter().filter(|t| t.id == transport.id).count() == 1);
        }
    }
}

/// Offer, answer, both ways set.
pub fn exchange(offerer: &mut Peer, answerer: &mut Peer) -> (String, String) {
    let offer = offerer.create_offer();
    offerer.set_local(SdpType::Offer, &offer);
    answerer.set_remote(SdpType::Offer, &offer);
    let answer = answerer.create_answer();
    answerer.set_local(SdpType::Answer, &answer);
    offerer.set_remote(SdpType::Answer, &answer);
    (offer, answer)
}

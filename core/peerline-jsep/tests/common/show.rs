//! A plan in a few lines, for snapshots.

use std::fmt::Write;

use peerline_jsep::*;

pub fn codecs(parameters: &RtpParameters) -> String {
    let codec = |codec: &Codec| {
        let parameters = if codec.name == "rtx" { format!("({})", codec.parameters) } else { String::new() };
        format!("{}:{}{}", codec.payload_type, codec.name, parameters)
    };
    let codecs: Vec<String> = parameters.codecs.iter().map(codec).collect();
    let extension = |e: &HeaderExtension| {
        format!("{}/{}:{}", e.id, e.direction, e.uri.rsplit([':', '/']).next().unwrap_or_default())
    };
    let extensions: Vec<String> = parameters.header_extensions.iter().map(extension).collect();
    format!("[{}] [{}]", codecs.join(" "), extensions.join(" "))
}

fn media(out: &mut String, change: &MediaChange) {
    let create = change.create.map_or(String::new(), |kind| format!(" create {}", kind.as_str()));
    write!(out, "  media {} mid {} T{}{create}", change.m_line_index, change.mid, change.transceiver.0)
        .expect("a String takes everything");
    if let Some(transport) = change.transport {
        write!(out, " on transport {}", transport.0).expect("a String takes everything");
    }
    write!(out, " {}{}", change.direction, if change.set_current_direction { " (current)" } else { "" })
        .expect("a String takes everything");
    if let Some(receptive) = change.receptive {
        write!(out, " receptive={receptive}").expect("a String takes everything");
    }
    out.push_str(if change.stop { " stop\n" } else { "\n" });
    if let Some(track) = &change.remote_track {
        writeln!(
            out,
            "    track streams={:?} added={:?} removed={:?} fire={} mute={}",
            track.streams, track.added, track.removed, track.fire_track, track.mute
        )
        .expect("a String takes everything");
    }
    if let Some(receive) = &change.receive {
        writeln!(out, "    receive {}", codecs(receive)).expect("a String takes everything");
    }
    if let Some(send) = &change.send {
        writeln!(out, "    send {}", codecs(send)).expect("a String takes everything");
    }
    if change.encodings != EncodingsChange::Keep {
        writeln!(out, "    encodings {:?}", change.encodings).expect("a String takes everything");
    }
}

fn transport(out: &mut String, change: &TransportChange) {
    let created = if change.created { " created" } else { "" };
    writeln!(out, "  transport {}{created} section {} mid {}", change.id.0, change.m_line_index, change.mid)
        .expect("a String takes everything");
    if let Some(role) = change.ice_role {
        writeln!(out, "    ice role {role:?}").expect("a String takes everything");
    }
    if let Some(gather) = &change.gather {
        writeln!(out, "    gather {:?} {}", gather.kind, gather.credentials.ufrag).expect("a String takes everything");
    }
    if let Some(remote) = &change.remote_ice {
        let flags = [(remote.restart, " restart"), (remote.lite, " lite"), (remote.end_of_candidates, " end")];
        let flags: String = flags.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
        writeln!(out, "    remote {}{flags} {:?} {:?}", remote.credentials.ufrag, remote.options.0, remote.candidates)
            .expect("a String takes everything");
    }
    if let Some(dtls) = &change.dtls {
        let digests: Vec<u8> = dtls.fingerprints.iter().filter_map(|f| f.digest.first().copied()).collect();
        writeln!(out, "    dtls {:?}{} {digests:?}", dtls.role, if dtls.restart { " restart" } else { "" })
            .expect("a String takes everything");
    }
    if change.rtcp != RtcpComponent::None {
        writeln!(out, "    rtcp {:?}", change.rtcp).expect("a String takes everything");
    }
}

pub fn plan(plan: &Plan) -> String {
    let mut out = format!("{} -> {}, {:?}\n", plan.sdp_type, plan.signaling_state, plan.slots);
    if plan.stable.is_some() {
        out.push_str("  save stable\n");
    }
    let ids = |ids: &[TransceiverId]| ids.iter().map(|id| format!(" T{}", id.0)).collect::<String>();
    if !plan.disassociate.is_empty() {
        writeln!(out, "  disassociate{}", ids(&plan.disassociate)).expect("a String takes everything");
    }
    for change in &plan.media {
        media(&mut out, change);
    }
    let map = |map: &[Option<TransportId>]| {
        map.iter().map(|id| id.map_or(" -".to_owned(), |id| format!(" {}", id.0))).collect::<String>()
    };
    writeln!(out, "  map{} offered{}", map(&plan.map.used), map(&plan.map.offered)).expect("a String takes everything");
    for change in &plan.transports {
        transport(&mut out, change);
    }
    for id in &plan.close_transports {
        writeln!(out, "  close transport {}", id.0).expect("a String takes everything");
    }
    match &plan.data {
        DataChange::Keep => {}
        DataChange::Close => out.push_str("  data close\n"),
        DataChange::Section(section) => {
            let create = if section.create { " create" } else { "" };
            writeln!(
                out,
                "  data section {} mid {} transport {}{create}",
                section.m_line_index, section.mid, section.transport.0
            )
            .expect("a String takes everything");
            if let Some(n) = &section.negotiated {
                let restart = if n.restart { " restart" } else { "" };
                let size = n.max_message_size.map_or("any".to_owned(), |size| size.to_string());
                writeln!(
                    out,
                    "    ports {} {} size {size} {:?}{restart} init={:?}",
                    n.local_port, n.remote_port, n.dtls_role, n.remote_init
                )
                .expect("a String takes everything");
            }
        }
    }
    if !plan.remove_transceivers.is_empty() {
        writeln!(out, "  remove{}", ids(&plan.remove_transceivers)).expect("a String takes everything");
    }
    if let Some(can_trickle) = plan.can_trickle {
        writeln!(out, "  can trickle {can_trickle}").expect("a String takes everything");
    }
    if plan.clear_ice_credentials_to_replace {
        out.push_str("  clear credentials to replace\n");
    }
    out
}

/// The lines of a description that matter to its structure: `m=`, groups, mids, directions, credentials, bundle-only, msid.
pub fn skeleton(text: &str) -> String {
    const KEPT: [&str; 16] = [
        "m=",
        "a=group",
        "a=mid",
        "a=ice-ufrag",
        "a=setup",
        "a=bundle-only",
        "a=sendrecv",
        "a=sendonly",
        "a=recvonly",
        "a=inactive",
        "a=msid:",
        "a=rid",
        "a=simulcast",
        "a=end-of",
        "a=candidate",
        "c=",
    ];
    let lines = text.lines().filter(|line| KEPT.iter().any(|kept| line.starts_with(kept)));
    lines.map(|line| format!("{line}\n")).collect()
}

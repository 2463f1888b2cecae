//! Which crate may use which: the only list. `ARCHITECTURE.md` draws the same floors.

use crate::Outcome;
use crate::report::say;
use crate::workspace::{name_of, packages, read, shown};
use std::path::Path;

/// Each crate (without the prefix `peerline-`) and the crates of ours that it may use. Tests may use more: see [`TEST_SUPPORT`].
const TABLE: &[(&str, &[&str])] = &[
    ("edge", &[]),
    ("crypto", &[]),
    ("sdp", &[]),
    ("payload", &[]),
    ("capture", &[]),
    ("rtp", &["edge"]),
    ("signaling", &["edge"]),
    ("sctp", &["edge"]),
    ("cc", &["rtp", "edge"]),
    ("srtp", &["rtp", "crypto"]),
    ("sframe", &["crypto"]),
    ("dtls", &["crypto", "edge"]),
    ("stun", &["crypto", "edge"]),
    ("turn", &["stun", "crypto", "edge"]),
    // `crypto` only for the trait that it hands on to `stun`.
    ("ice", &["turn", "stun", "crypto", "edge"]),
    ("rtp-session", &["rtp", "payload", "cc", "edge"]),
    ("jsep", &["sdp", "rtp"]),
    ("peer", &["jsep", "ice", "dtls", "srtp", "sctp", "rtp-session", "sdp", "crypto", "edge"]),
    // Backends: each implements the traits of the core crates on its right.
    ("crypto-aws-lc", &["crypto", "dtls"]),
    ("dtls-dimpl", &["dtls", "edge"]),
    // The facade puts the backends and the peer together.
    ("peerline", &["peer", "capture", "edge", "crypto", "crypto-aws-lc", "dtls", "dtls-dimpl"]),
    ("media", &["peerline"]),
    // `stun` for the embedded STUN server.
    ("server", &["peerline", "turn", "stun", "signaling"]),
    // The core's ids, events and dictionaries cross the border to JavaScript as they are: the facade's objects would be a second set of identities.
    ("node", &["peerline", "peer", "capture", "sframe", "edge", "crypto-aws-lc", "server"]),
    ("netsim", &["edge"]),
    // Drives every parser and machine on purpose.
    (
        "fuzz",
        &[
            "edge",
            "crypto",
            "crypto-aws-lc",
            "sdp",
            "sframe",
            "ice",
            "stun",
            "sctp",
            "dtls",
            "dtls-dimpl",
            "peer",
            "signaling",
            "netsim",
        ],
    ),
];

/// What tests (`dev-dependencies`) of any crate may use besides: it stands beside the house, not in it.
const TEST_SUPPORT: &[&str] = &["netsim", "crypto-aws-lc", "dtls-dimpl", "crypto", "edge", "stun"];

pub(crate) fn run() -> Outcome {
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for package in packages()? {
        let name = short(&name_of(&package));
        wrong.extend(check(&package, &name)?);
        seen.push(name);
    }
    let missing: Vec<_> = TABLE.iter().map(|(name, _)| *name).filter(|name| !seen.iter().any(|s| s == name)).collect();
    if !missing.is_empty() {
        say(&format!("layers: planned, not yet there: {}", missing.join(", ")));
    }
    if !wrong.is_empty() {
        return Err(format!("against the layers:\n  {}", wrong.join("\n  ")));
    }
    say(&format!("layers: {} crates, every arrow points down", seen.len()));
    Ok(())
}

fn check(package: &Path, name: &str) -> Result<Vec<String>, String> {
    let manifest = package.join("Cargo.toml");
    let text = read(&manifest)?;
    let Some((_, allowed)) = TABLE.iter().find(|(known, _)| *known == name) else {
        return Ok(vec![format!("{}: {name} is not in the table of xtask/src/layers.rs", shown(&manifest))]);
    };
    let mut wrong = Vec::new();
    for (section, dependency) in own_dependencies(&text) {
        let is_allowed = allowed.contains(&dependency.as_str())
            || (section == Section::Tests && (TEST_SUPPORT.contains(&dependency.as_str()) || dependency == name));
        if !is_allowed {
            wrong.push(format!("{}: {name} may not use {dependency}", shown(&manifest)));
        }
    }
    Ok(wrong)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Code,
    Tests,
    Other,
}

/// The crates of ours that a manifest names, each with the kind of its section.
fn own_dependencies(manifest: &str) -> Vec<(Section, String)> {
    let mut section = Section::Other;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            section = match header.rsplit('.').next().unwrap_or(header) {
                "dependencies" | "build-dependencies" => Section::Code,
                "dev-dependencies" => Section::Tests,
                _ => Section::Other,
            };
            // `[dependencies.name]`
            let mut parts = header.rsplitn(2, '.');
            if let (Some(name), Some(before)) = (parts.next(), parts.next())
                && before.ends_with("dependencies")
                && is_ours(name)
            {
                let kind = if before.ends_with("dev-dependencies") { Section::Tests } else { Section::Code };
                found.push((kind, short(name)));
            }
            continue;
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default().trim_matches('"');
        if section != Section::Other && is_ours(name) {
            found.push((section, short(name)));
        }
    }
    found
}

fn is_ours(name: &str) -> bool {
    name == "peerline" || name.starts_with("peerline-")
}

fn short(name: &str) -> String {
    name.strip_prefix("peerline-").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_way_to_name_a_dependency() {
        let manifest = "[package]\nname = \"peerline-x\"\n[dependencies]\npeerline-edge.workspace = true\nserde = \"1\"\n\
                        peerline-sdp = { path = \"a\" }\n[dev-dependencies]\npeerline-netsim = { workspace = true }\n\
                        [target.'cfg(unix)'.dependencies]\npeerline.workspace = true\n[dependencies.peerline-ice]\npath = \"b\"\n";
        let found = own_dependencies(manifest);
        let expected = [
            (Section::Code, "edge"),
            (Section::Code, "sdp"),
            (Section::Tests, "netsim"),
            (Section::Code, "peerline"),
            (Section::Code, "ice"),
        ];
        assert_eq!(found, expected.map(|(section, name)| (section, name.to_owned())));
    }

    #[test]
    fn the_table_itself_runs_in_no_circle() {
        fn reaches(from: &str, to: &str) -> bool {
            let uses = TABLE.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, uses)| uses);
            uses.iter().any(|used| *used == to || reaches(used, to))
        }
        for (name, uses) in TABLE {
            assert!(!reaches(name, name), "{name} reaches itself");
            assert!(
                uses.iter().all(|used| TABLE.iter().any(|(known, _)| known == used)),
                "{name} uses an unknown crate"
            );
        }
    }
}

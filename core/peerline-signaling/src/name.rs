//! Names that travel: peer ids, room names, codes, secrets.

use peerline_edge::Rng;

/// Digits and small letters that nobody mistakes for another: 32 of them, 5 bits each.
const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz0";

/// Characters of a code, without its hyphen: 40 bits.
const CODE_LENGTH: usize = 8;

/// Draws `len` characters of 5 bits each.
fn draw(rng: &mut Rng, len: usize) -> String {
    (0..len).map(|_| char::from(ALPHABET[rng.u32() as usize % ALPHABET.len()])).collect()
}

/// A peer id: 50 bits, so that nobody calls a peer whose id was not told.
pub(crate) fn draw_peer_id(rng: &mut Rng) -> String {
    draw(rng, 10)
}

/// The secret of a seat: 120 bits.
pub(crate) fn draw_secret(rng: &mut Rng) -> String {
    draw(rng, 24)
}

/// A code as people read it: `k7qd-3mzt`.
pub(crate) fn draw_code(rng: &mut Rng) -> String {
    hyphenate(&draw(rng, CODE_LENGTH))
}

fn hyphenate(code: &str) -> String {
    let (first, second) = code.split_at(CODE_LENGTH / 2);
    format!("{first}-{second}")
}

/// A code as the server wrote it, from what a person typed: any case, with or without hyphens and spaces. None if it can't be a code.
#[must_use]
pub fn normalize_code(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let mut code = String::with_capacity(CODE_LENGTH);
    for c in typed.chars().filter(|c| !matches!(c, '-' | ' ')) {
        // The alphabet has no `o`, `i` and `l`: who types `o` means 0. Nothing stands for 1, so `i`, `l` and `1` are mistakes.
        let c = if matches!(c, 'o' | 'O') { '0' } else { c.to_ascii_lowercase() };
        if !c.is_ascii() || !ALPHABET.contains(&(c as u8)) {
            return None;
        }
        code.push(c);
    }
    (code.len() == CODE_LENGTH).then(|| hyphenate(&code))
}

/// True if `name` may be the name of a room.
pub(crate) fn is_room_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
}

/// True if `name` may be the name of a peer.
pub(crate) fn is_peer_name(name: &str) -> bool {
    name.len() <= 64 && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_what_people_do_to_it() {
        let mut rng = Rng::new([3; 32]);
        for _ in 0..200 {
            let code = draw_code(&mut rng);
            assert_eq!(normalize_code(&code).as_deref(), Some(code.as_str()));
            assert_eq!(normalize_code(&code.to_uppercase().replace('-', " ")).as_deref(), Some(code.as_str()));
            assert_eq!(normalize_code(&code.replace('0', "o")).as_deref(), Some(code.as_str()));
        }
        for wrong in ["", "k7qd", "k7qd-3mz1", "k7qd-3mzt-2", "ключ-ключ", "k7qd-3mzé"] {
            assert_eq!(normalize_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_rooms_name_is_short_and_plain() {
        assert!(is_room_name("kitchen-2_b.c~"));
        assert!(!is_room_name(""));
        assert!(!is_room_name("a b"));
        assert!(!is_room_name("../etc"));
        assert!(!is_room_name(&"x".repeat(65)));
    }
}

//! The mask that hides DTLS 1.3 record numbers, with its AES key schedules kept (RFC 9147 §4.2.3).
//!
//! dimpl asks for a mask with the bare key, once per record each way; to expand that key costs more than the one block it then
//! encrypts.

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, UnboundCipherKey};
use core::cell::RefCell;

/// Schedules kept per thread; a connection in use has two.
const SLOTS: usize = 64;

struct Slot {
    key: Vec<u8>,
    schedule: EncryptingKey,
}

thread_local! {
    static KEPT: RefCell<[Option<Slot>; SLOTS]> = const { RefCell::new([const { None }; SLOTS]) };
}

/// `sample`, encrypted with AES under `key` (16 or 32 bytes); `None` if that is no AES key.
pub(crate) fn mask(key: &[u8], sample: &[u8; 16]) -> Option<[u8; 16]> {
    KEPT.with_borrow_mut(|kept| {
        // Keys are random: one byte spreads them.
        let slot = kept.get_mut(usize::from(*key.first()?) % SLOTS)?;
        if slot.as_ref().is_none_or(|slot| slot.key != key) {
            let algorithm = if key.len() == 16 { &AES_128 } else { &AES_256 };
            let schedule = EncryptingKey::ecb(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
            *slot = Some(Slot { key: key.to_vec(), schedule });
        }
        let mut block = *sample;
        slot.as_ref()?.schedule.encrypt(&mut block).ok()?;
        Some(block)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_fips_197_whether_the_schedule_is_kept_or_not() {
        let key: Vec<u8> = (0..32).collect();
        let sample = core::array::from_fn(|index| (index as u8) * 0x11);
        let aes128 = [0x69, 0xC4, 0xE0, 0xD8, 0x6A, 0x7B, 0x04, 0x30, 0xD8, 0xCD, 0xB7, 0x80, 0x70, 0xB4, 0xC5, 0x5A];
        let aes256 = [0x8E, 0xA2, 0xB7, 0xCA, 0x51, 0x67, 0x45, 0xBF, 0xEA, 0xFC, 0x49, 0x90, 0x4B, 0x49, 0x60, 0x89];
        // Both keys share a slot.
        for _ in 0..3 {
            assert_eq!(mask(&key[..16], &sample), Some(aes128));
            assert_eq!(mask(&key[..16], &sample), Some(aes128));
            assert_eq!(mask(&key, &sample), Some(aes256));
        }
        assert_eq!(mask(&key[..20], &sample), None);
        assert_eq!(mask(&[], &sample), None);
    }
}

//! The messages: each begins with its number, the rest is a fixed pattern, so that every byte can be verified.

/// Makes the messages of one run in one buffer.
#[derive(Debug)]
pub struct Maker {
    buffer: Vec<u8>,
    next: u64,
}

impl Maker {
    /// A maker of messages of `size` bytes (at least 8).
    pub fn new(size: usize) -> Self {
        Self { buffer: pattern(size), next: 0 }
    }

    /// The message to send next; the same one until [`Self::sent`].
    pub fn message(&mut self) -> &[u8] {
        self.buffer[..8].copy_from_slice(&self.next.to_le_bytes());
        &self.buffer
    }

    /// Notes that the stack took the message.
    pub fn sent(&mut self) {
        self.next += 1;
    }

    /// Messages taken so far.
    pub fn count(&self) -> u64 {
        self.next
    }
}

/// Verifies that the messages of one run arrive whole, unchanged, once, and in order.
#[derive(Debug)]
pub struct Checker {
    pattern: Vec<u8>,
    next: u64,
}

impl Checker {
    /// A checker of messages of `size` bytes (at least 8).
    pub fn new(size: usize) -> Self {
        Self { pattern: pattern(size), next: 0 }
    }

    /// Checks one message and counts it; says what is wrong with it otherwise.
    pub fn check(&mut self, message: &[u8]) -> Result<u64, String> {
        if message.len() != self.pattern.len() {
            return Err(format!("message {} has {} bytes instead of {}", self.next, message.len(), self.pattern.len()));
        }
        let (number, rest) = message.split_at(8);
        if number != self.next.to_le_bytes() {
            return Err(format!("message {} arrived as {number:02x?}", self.next));
        }
        if rest != &self.pattern[8..] {
            return Err(format!("message {} arrived with changed bytes", self.next));
        }
        self.next += 1;
        Ok(self.next)
    }
}

fn pattern(size: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..size.max(8)).map(|_| byte()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Checker, Maker};

    #[test]
    fn a_changed_missing_or_repeated_message_is_noticed() {
        let (mut maker, mut checker) = (Maker::new(64), Checker::new(64));
        assert_eq!(checker.check(maker.message()), Ok(1));
        assert!(checker.check(maker.message()).is_err(), "repeated");
        maker.sent();
        let mut changed = maker.message().to_vec();
        changed[63] ^= 1;
        assert!(checker.check(&changed).is_err(), "changed");
        assert!(checker.check(&changed[..63]).is_err(), "cut short");
        assert_eq!(checker.check(maker.message()), Ok(2));
        maker.sent();
        maker.sent();
        assert!(checker.check(maker.message()).is_err(), "one is missing");
    }
}

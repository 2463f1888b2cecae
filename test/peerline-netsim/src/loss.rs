//! Which packets a link loses: at random, in bursts (Gilbert-Elliott), or exactly the ones a test names.

use crate::packet_kind::Protocol;
use peerline_edge::Rng;

/// Which packets a link loses. Counting starts at 1 when the model is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Loss {
    /// None.
    #[default]
    None,
    /// Each packet with this probability (0.0 to 1.0).
    Random(f64),
    /// Bursts: the Gilbert-Elliott chain of two states.
    Bursts(Bursts),
    /// Exactly these packets: `Loss::Packets(vec![3, 5, 7])` loses the third, the fifth and the seventh.
    Packets(Vec<u64>),
    /// Every `n`th packet.
    EveryNth(u64),
    /// Of the packets of one protocol exactly these: the first DTLS packet, say. Others pass.
    OfProtocol(Protocol, Vec<u64>),
    /// The packets whose sizes lie in this range, bounds included, in bytes of payload: a path-MTU black hole, say.
    Sizes(usize, usize),
    /// All: the cable is cut.
    All,
}

/// The Gilbert-Elliott model: a good and a bad state, with a loss probability in each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// Probability per packet of going from good to bad.
    pub good_to_bad: f64,
    /// Probability per packet of going from bad to good; its inverse is the mean length of a burst.
    pub bad_to_good: f64,
    /// Loss probability in the good state.
    pub loss_in_good: f64,
    /// Loss probability in the bad state.
    pub loss_in_bad: f64,
}

impl Bursts {
    /// Bursts of this mean length in packets (at least 1) in which everything is lost, with this share of all packets lost (below 1).
    #[must_use]
    pub fn of(mean_length: f64, share_lost: f64) -> Self {
        let bad_to_good = 1.0 / mean_length.max(1.0);
        let share = share_lost.clamp(0.0, 0.99);
        Self { good_to_bad: bad_to_good * share / (1.0 - share), bad_to_good, loss_in_good: 0.0, loss_in_bad: 1.0 }
    }
}

/// The running state of a [`Loss`] model on one link.
#[derive(Clone, Debug, Default)]
pub(crate) struct LossState {
    offered: u64,
    offered_of_protocol: u64,
    bad: bool,
}

impl LossState {
    /// Decides over the next packet.
    pub(crate) fn loses(&mut self, model: &Loss, contents: &[u8], rng: &mut Rng) -> bool {
        self.offered += 1;
        match model {
            Loss::None => false,
            Loss::Random(probability) => rng.unit() < *probability,
            Loss::Bursts(bursts) => {
                let flip = if self.bad { bursts.bad_to_good } else { bursts.good_to_bad };
                self.bad ^= rng.unit() < flip;
                rng.unit() < if self.bad { bursts.loss_in_bad } else { bursts.loss_in_good }
            }
            Loss::Packets(numbers) => numbers.contains(&self.offered),
            Loss::EveryNth(n) => self.offered.checked_rem(*n) == Some(0),
            Loss::OfProtocol(protocol, numbers) => {
                if Protocol::of(contents) != *protocol {
                    return false;
                }
                self.offered_of_protocol += 1;
                numbers.contains(&self.offered_of_protocol)
            }
            Loss::Sizes(from, to) => (*from..=*to).contains(&contents.len()),
            Loss::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(model: &Loss, packets: usize) -> Vec<usize> {
        let (mut state, mut rng) = (LossState::default(), Rng::new([3; 32]));
        (1..=packets).filter(|_| state.loses(model, b"\x80", &mut rng)).collect()
    }

    #[test]
    fn loses_exactly_the_named_packets() {
        assert_eq!(lost(&Loss::Packets(vec![3, 5, 7]), 10), [3, 5, 7]);
        assert_eq!(lost(&Loss::EveryNth(4), 10), [4, 8]);
        assert_eq!(lost(&Loss::EveryNth(0), 10), []);
        assert_eq!(lost(&Loss::All, 3), [1, 2, 3]);
        assert_eq!(lost(&Loss::Sizes(2, 9), 3), []);
        assert_eq!(lost(&Loss::Sizes(1, 1), 3), [1, 2, 3]);
    }

    #[test]
    fn random_loss_comes_near_its_probability() {
        let share = lost(&Loss::Random(0.1), 20_000).len();
        assert!((1_850..2_150).contains(&share), "{share} of 20000");
    }

    #[test]
    fn bursts_keep_their_share_and_their_length() {
        let lost = lost(&Loss::Bursts(Bursts::of(5.0, 0.1)), 50_000);
        assert!((4_300..5_700).contains(&lost.len()), "{} of 50000", lost.len());
        let bursts = 1 + lost.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let mean = lost.len() as f64 / bursts as f64;
        assert!((4.3..5.7).contains(&mean), "mean burst {mean}");
    }

    #[test]
    fn counts_the_packets_of_one_protocol_only() {
        let model = Loss::OfProtocol(Protocol::Dtls, vec![2]);
        let (mut state, mut rng) = (LossState::default(), Rng::new([3; 32]));
        let mut offer = |first| state.loses(&model, &[first], &mut rng);
        assert_eq!([offer(22), offer(0), offer(22), offer(22)], [false, false, true, false]);
    }
}

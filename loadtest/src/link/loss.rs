//! Which packets a line loses.
//!
//! In: what is asked for, and chance. Out: packet by packet, whether it is lost.
//! Never: looks at the packet; a line does not know what it carries.

use super::chance::Chance;

/// How a line loses packets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Loss {
    /// Not at all.
    #[default]
    None,
    /// Each for itself.
    Random {
        /// So many in a thousand.
        permille: u16,
    },
    /// In bursts: a good state that loses nothing and a bad one that loses all (Gilbert).
    Gilbert {
        /// So many in a thousand, all bursts together.
        permille: u16,
        /// Mean length of a burst, in tenths of a packet; one packet at least.
        burst_tenths: u16,
    },
}

/// The state of one line's loss.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    is_bad: bool,
}

impl Dice {
    pub(super) const fn new() -> Self {
        Self { is_bad: false }
    }

    /// Whether the next packet is lost.
    pub(super) fn is_lost(&mut self, loss: Loss, chance: &mut Chance) -> bool {
        match loss {
            Loss::None => {
                self.is_bad = false;
                false
            }
            Loss::Random { permille } => {
                self.is_bad = false;
                permille > 0 && chance.happens(permille.into(), 1_000)
            }
            Loss::Gilbert { permille, burst_tenths } => {
                let Chain { to_bad, to_good, of } = chain(permille, burst_tenths);
                self.is_bad = if self.is_bad {
                    !chance.happens(to_good, of)
                } else {
                    chance.happens(to_bad, of)
                };
                self.is_bad
            }
        }
    }
}

/// How often the state changes, so many times in `of`.
struct Chain {
    to_bad: u64,
    to_good: u64,
    of: u64,
}

/// A burst ends after each packet with one in its mean length; bursts begin as often as the share
/// of lost packets then needs. Much loss in short bursts cannot be: the share is kept, bursts grow.
fn chain(permille: u16, burst_tenths: u16) -> Chain {
    let lost = u64::from(permille.min(1_000));
    let kept = 1_000 - lost;
    if kept == 0 {
        return Chain { to_bad: 1, to_good: 0, of: 1 };
    }
    let shortest = 10_000_u64.div_ceil(kept);
    let burst = u64::from(burst_tenths).max(shortest);
    Chain { to_bad: 10 * lost, to_good: 10 * kept, of: burst * kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKETS: usize = 200_000;

    /// The share lost in thousandths, and the mean length of a burst in tenths.
    fn found(loss: Loss) -> (usize, usize) {
        let (mut dice, mut chance) = (Dice::new(), Chance::new(42));
        let lost: Vec<bool> = (0..PACKETS).map(|_| dice.is_lost(loss, &mut chance)).collect();
        let share = lost.iter().filter(|lost| **lost).count();
        let begins = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count().max(1);
        (share * 1_000 / PACKETS, share * 10 / begins)
    }

    #[test]
    fn random_loss_has_its_share() {
        assert_eq!(found(Loss::None), (0, 0));
        let (share, _) = found(Loss::Random { permille: 100 });
        assert!((98..=102).contains(&share), "{share}");
        assert_eq!(found(Loss::Random { permille: 1_000 }).0, 1_000);
    }

    #[test]
    fn bursts_have_their_share_and_length() {
        for (permille, burst_tenths) in [(10, 20), (100, 20), (200, 35), (300, 100)] {
            let (share, burst) = found(Loss::Gilbert { permille, burst_tenths });
            assert!(share.abs_diff(permille.into()) <= 12, "{permille}: {share}");
            assert!(burst.abs_diff(burst_tenths.into()) <= 3, "{burst_tenths}: {burst}");
        }
    }

    #[test]
    fn what_cannot_be_keeps_its_share() {
        // Nine of ten lost leaves no room for bursts of one: they are ten long at least.
        let (share, burst) = found(Loss::Gilbert { permille: 900, burst_tenths: 10 });
        assert!((890..=910).contains(&share) && (95..=105).contains(&burst), "{share} {burst}");
        assert_eq!(found(Loss::Gilbert { permille: 1_000, burst_tenths: 20 }).0, 1_000);
        assert_eq!(found(Loss::Gilbert { permille: 0, burst_tenths: 20 }).0, 0);
    }
}

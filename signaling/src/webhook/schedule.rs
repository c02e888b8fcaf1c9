//! When a message that did not come through is sent again.
//!
//! In: how often it was tried, how old it is, chance, what the receiver asked for. Out: how long
//! to wait, or that it is given up.
//! Never: a clock; chance of its own.

use jiff::SignedDuration;

/// The waits between attempts, from Standard Webhooks: a hiccup is over in seconds, a restart in
/// minutes, a broken release in hours, and three days hold a weekend.
const WAITS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];
/// Longer than any wait there is. What is due later than that was put there by a wrong clock.
pub(crate) const WAIT_MAX: SignedDuration = SignedDuration::from_hours(30);
/// How old a message may be and still be tried again. A little over the sum of the waits: what
/// stood behind another message all that time has its first attempt, and then does not take as
/// long again.
const AGE_MAX: SignedDuration = SignedDuration::from_hours(96);
/// The longest wait a receiver may ask for. One that asks for a year is not coming back.
const ASKED_MAX: SignedDuration = SignedDuration::from_hours(24);
/// A wait is longer by up to this part of it, so that what failed together does not come back
/// together.
const JITTER_PART: i32 = 5;

/// Chance between nothing and one, in steps of a 256th.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jitter(pub(crate) u8);

/// A message that did not come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failed {
    /// How often it was tried, this attempt included.
    pub(crate) tries: u32,
    /// How long ago its schedule began.
    pub(crate) age: SignedDuration,
    /// What `Retry-After` asked for.
    pub(crate) asked: Option<SignedDuration>,
}

/// How long to wait for the next attempt; `None`: there is none.
pub(crate) fn wait(failed: Failed, jitter: Jitter) -> Option<SignedDuration> {
    if failed.age > AGE_MAX {
        return None;
    }
    let usual = WAITS.get(usize::try_from(failed.tries).ok()?.checked_sub(1)?)?;
    let longer = usual.checked_mul(i32::from(jitter.0))?.checked_div(256 * JITTER_PART)?;
    let asked = failed.asked.unwrap_or_default().min(ASKED_MAX);
    Some(usual.checked_add(longer)?.max(asked))
}

#[cfg(test)]
mod tests {
    use super::{AGE_MAX, ASKED_MAX, Failed, Jitter, WAIT_MAX, WAITS, wait};
    use jiff::SignedDuration;

    const NONE: Jitter = Jitter(0);
    /// The first attempt and one after each wait.
    const TRIES_MAX: u32 = 10;

    fn failed(tries: u32) -> Failed {
        Failed { tries, age: SignedDuration::ZERO, asked: None }
    }

    #[test]
    fn the_waits_are_those_of_the_standard_and_then_it_is_given_up() {
        let waits: Vec<_> = (1..=9).map(|tries| wait(failed(tries), NONE).unwrap()).collect();
        assert_eq!(waits, WAITS);
        assert_eq!(wait(failed(TRIES_MAX), NONE), None);
        assert_eq!(wait(failed(u32::MAX), NONE), None);
        assert_eq!(wait(failed(0), NONE), None, "there is no failed attempt");
    }

    #[test]
    fn chance_makes_a_wait_longer_by_a_fifth_at_most() {
        for tries in 1..=9 {
            let (least, most) =
                (wait(failed(tries), NONE).unwrap(), wait(failed(tries), Jitter(255)).unwrap());
            assert!(most < WAIT_MAX, "no wait is taken for a wrong clock's");
            assert!(least < most && most < least.checked_mul(6).unwrap().checked_div(5).unwrap());
        }
    }

    #[test]
    fn a_receiver_can_ask_for_a_longer_wait_and_not_for_a_shorter() {
        let asking = |tries, asked| wait(Failed { asked: Some(asked), ..failed(tries) }, NONE);
        assert_eq!(asking(1, SignedDuration::from_secs(90)), Some(SignedDuration::from_secs(90)));
        assert_eq!(asking(2, SignedDuration::from_secs(90)), Some(WAITS[1]));
        assert_eq!(asking(1, SignedDuration::MAX), Some(ASKED_MAX));
        assert_eq!(asking(TRIES_MAX, SignedDuration::ZERO), None);
    }

    #[test]
    fn what_is_too_old_is_not_tried_again() {
        let old = |age| wait(Failed { age, ..failed(1) }, NONE);
        assert!(old(AGE_MAX).is_some());
        assert_eq!(old(AGE_MAX + SignedDuration::from_nanos(1)), None);
        let sum = WAITS.iter().fold(SignedDuration::ZERO, |sum, wait| sum + *wait);
        assert!(AGE_MAX > sum + sum / 5, "the schedule has room before that");
    }
}

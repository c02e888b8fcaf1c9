//! When to try again, and when to say that it does not work.
//!
//! In: failures and successes, with their time; chance. Out: pauses; the moments to tell.
//! Never: reads a clock; gives up.

use std::time::Duration;

/// First pause after a failure. A store that only stumbled is asked again at once.
const PAUSE_MIN: Duration = Duration::from_secs(1);
/// Longest pause. Longer would leave a store unused that has come back; shorter would knock at one
/// that is down for a night a hundred thousand times.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// How long nothing can be stored before somebody is told. A store that is restarted takes less.
const ALARM_AFTER: Duration = Duration::from_secs(30);

/// Pauses that grow while it fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after one more failure: twice the last one, up to a minute; of it between a half
    /// and the whole, by `jitter` from 0 to 1.
    pub fn next(&mut self, jitter: f64) -> Duration {
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let pause = PAUSE_MIN.saturating_mul(factor).min(PAUSE_MAX);
        self.failures = self.failures.saturating_add(1);
        pause.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// It worked.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }
}

/// Tells once when it has failed for a while, and once when it works again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm<T> {
    failing_since: Option<T>,
    told: bool,
}

impl<T> Default for Alarm<T> {
    fn default() -> Self {
        Self { failing_since: None, told: false }
    }
}

impl<T: Copy> Alarm<T> {
    /// It failed. Says whether that is to be told now.
    pub fn failed(&mut self, now: T, since: impl Fn(&T, T) -> Duration) -> bool {
        let began = *self.failing_since.get_or_insert(now);
        let due = !self.told && since(&now, began) >= ALARM_AFTER;
        self.told |= due;
        due
    }

    /// It worked. Says whether that is to be told, since the opposite was.
    pub const fn worked(&mut self) -> bool {
        let told = self.told;
        self.failing_since = None;
        self.told = false;
        told
    }
}

#[cfg(test)]
mod tests {
    use super::{ALARM_AFTER, Alarm, Backoff, PAUSE_MAX};
    use std::time::Duration;

    #[test]
    fn pauses_double_to_a_minute_and_begin_anew() {
        let mut backoff = Backoff::default();
        let whole: Vec<u64> = (0..9).map(|_| backoff.next(1.0).as_secs()).collect();
        assert_eq!(whole, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        for _ in 0..100 {
            assert_eq!(backoff.next(0.0), PAUSE_MAX / 2);
        }
        backoff.reset();
        assert_eq!(backoff.next(0.0), Duration::from_millis(500));
        assert_eq!(backoff.next(f64::MAX), Duration::from_secs(2));
    }

    #[test]
    fn an_outage_is_told_once_and_its_end_once() {
        let mut alarm = Alarm::default();
        let since = |now: &Duration, began: Duration| now.saturating_sub(began);
        let at = Duration::from_secs;
        assert!(!alarm.worked());
        assert!(!alarm.failed(at(10), since));
        assert!(!alarm.failed(at(39), since));
        assert!(!alarm.worked(), "a short outage is nobody's business");
        assert!(!alarm.failed(at(41), since));
        assert!(alarm.failed(at(41) + ALARM_AFTER, since));
        assert!(!alarm.failed(at(100), since));
        assert!(alarm.worked());
        assert!(!alarm.worked());
    }
}

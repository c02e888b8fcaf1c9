//! Time as plain numbers.
//!
//! In: instants of a caller, the time of day. Out: microseconds since the caller's own beginning,
//! and time as NTP writes it.
//! Never: reads a clock.

use crate::bytes::low_32;
use std::ops::Add;
use std::time::{Duration, Instant};

/// From the beginning of NTP's time to that of Unix, in seconds.
const SECONDS_1900_TO_1970: u64 = 2_208_988_800;

/// A moment: microseconds since a beginning that is the same for all the caller tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Micros(pub u64);

impl Micros {
    /// The moment `now`, counted from `beginning`.
    #[must_use]
    pub fn between(beginning: Instant, now: Instant) -> Self {
        Self::from(now.saturating_duration_since(beginning))
    }

    /// How long after `earlier` this is; nothing if it is before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl From<Duration> for Micros {
    fn from(since: Duration) -> Self {
        Self(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }
}

impl Add<Duration> for Micros {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(Self::from(span).0))
    }
}

/// The time of day as NTP writes it: seconds since 1900 in the upper half, their fractions in the
/// lower (RFC 5905). The seconds begin anew in 2036, as the format means them to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Ntp(pub u64);

impl Ntp {
    /// From the time since 1970.
    #[must_use]
    pub fn from_unix(since: Duration) -> Self {
        let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
        Self((since.as_secs().wrapping_add(SECONDS_1900_TO_1970) << 32) | fraction)
    }

    /// The middle half, as reports name each other by (RFC 3550 section 6.4.1): units of 1/65,536
    /// of a second.
    #[must_use]
    pub const fn middle(self) -> u32 {
        low_32(self.0 >> 16)
    }
}

/// A time in units of 1/65,536 of a second, as reports tell it.
pub(crate) fn sixteenths(span: Duration) -> u32 {
    let units = (span.as_micros() << 16) / 1_000_000;
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_ntp_does() {
        let unix = |ms| Ntp::from_unix(Duration::from_millis(ms));
        assert_eq!(unix(0), Ntp(2_208_988_800 << 32));
        assert_eq!(unix(1_500), Ntp((2_208_988_801 << 32) | 1 << 31));
        assert_eq!(unix(1_500).middle(), 0x7e81_8000);
    }

    #[test]
    fn moments_do_not_run_backwards() {
        assert_eq!(Micros(5).since(Micros(7)), Duration::ZERO);
        assert_eq!(Micros(5) + Duration::from_micros(2), Micros(7));
        assert_eq!(Micros(u64::MAX) + Duration::MAX, Micros(u64::MAX));
        assert_eq!(sixteenths(Duration::from_millis(1_500)), 98_304);
        assert_eq!(sixteenths(Duration::MAX), u32::MAX);
    }
}

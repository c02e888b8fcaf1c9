//! The time of one person's voice: RTP timestamps beyond their 32 bits.
//!
//! In: timestamps and sequence numbers, with late ones among them. Out: when each frame begins.
//! Never: orders frames by when they came.

/// Ticks of Opus a second, whatever it encodes (RFC 7587).
pub(super) const TICKS_PER_SECOND: u32 = 48_000;

/// Farther back than this a frame is not late: it is of another clock, if its number is newer,
/// or of no use. RED reaches a third of it.
const LATE_MAX: u32 = TICKS_PER_SECOND;

/// Where a clock starts, so that nothing late lies before zero.
const START: u64 = 1 << 33;

/// When a frame begins, in ticks of 48 kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MediaTime(u64);

impl MediaTime {
    /// The first of a clock.
    const fn first(timestamp: u32) -> Self {
        Self(START + timestamp as u64)
    }

    /// As an RTP timestamp.
    pub(super) fn rtp(self) -> u32 {
        u32::try_from(self.0 & u64::from(u32::MAX)).expect("masked to 32 bits")
    }

    /// So many ticks later.
    pub(super) const fn plus(self, ticks: u32) -> Self {
        Self(self.0.saturating_add(ticks as u64))
    }

    /// So many ticks earlier.
    pub(super) const fn minus(self, ticks: u32) -> Self {
        Self(self.0.saturating_sub(ticks as u64))
    }

    /// How many ticks `earlier` lies before; `None` if it does not, or too far for 32 bits.
    pub(super) fn since(self, earlier: Self) -> Option<u32> {
        u32::try_from(self.0.checked_sub(earlier.0)?).ok()
    }

    /// The time nearest to this one with such a timestamp.
    fn near(self, timestamp: u32) -> Self {
        let ahead = timestamp.wrapping_sub(self.rtp());
        if ahead < 1 << 31 { self.plus(ahead) } else { self.minus(ahead.wrapping_neg()) }
    }
}

/// What a frame's numbers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// When it begins.
    At(MediaTime),
    /// The publisher's clock began anew; what came before has no relation to it.
    Anew(MediaTime),
    /// From long ago, of no use.
    Stale,
}

/// The clock of one publisher's voice.
#[derive(Debug, Default)]
pub(super) struct Clock {
    newest: Option<Newest>,
}

#[derive(Debug, Clone, Copy)]
struct Newest {
    sequence: u64,
    at: MediaTime,
}

impl Clock {
    /// Reads a frame's sequence number (extended) and timestamp.
    pub(super) fn read(&mut self, sequence: u64, timestamp: u32) -> Reading {
        let Some(newest) = &mut self.newest else { return self.begin(sequence, timestamp) };
        let at = newest.at.near(timestamp);
        if newest.at.since(at).is_some_and(|back| back > LATE_MAX) {
            let newer = sequence > newest.sequence;
            return if newer { self.begin(sequence, timestamp) } else { Reading::Stale };
        }
        newest.sequence = newest.sequence.max(sequence);
        newest.at = newest.at.max(at);
        Reading::At(at)
    }

    fn begin(&mut self, sequence: u64, timestamp: u32) -> Reading {
        let at = MediaTime::first(timestamp);
        self.newest = Some(Newest { sequence, at });
        Reading::Anew(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrap_is_a_step_forward_and_a_late_frame_a_step_back() {
        let mut clock = Clock::default();
        let Reading::Anew(first) = clock.read(7, u32::MAX - 959) else { panic!() };
        let Reading::At(second) = clock.read(8, 0) else { panic!() };
        assert_eq!((second.since(first), second.rtp()), (Some(960), 0));
        assert_eq!(clock.read(6, u32::MAX - 1_919), Reading::At(first.minus(960)));
        assert_eq!(first.since(second), None);
    }

    #[test]
    fn a_leap_back_is_another_clock_only_with_a_newer_number() {
        let mut clock = Clock::default();
        clock.read(100, 4_000_000);
        assert_eq!(clock.read(99, 3_900_000), Reading::Stale);
        assert_eq!(clock.read(101, 17), Reading::Anew(MediaTime::first(17)));
        assert_eq!(clock.read(102, 977), Reading::At(MediaTime::first(977)));
        let silence = 977 + 600 * TICKS_PER_SECOND;
        assert_eq!(clock.read(103, silence), Reading::At(MediaTime::first(silence)));
    }
}

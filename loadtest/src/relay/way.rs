//! One direction of a leg: the modelled line, and how true the relay was to it.
//!
//! In: datagrams as they come, changes of the line, the time. Out: datagrams when they are due.
//! Never: opens a socket or reads a clock; looks into a datagram.

use super::histogram::Histogram;
use crate::link::{Counters, HEADERS_BYTES, Link, Profile};
use serde::Serialize;
use std::time::Instant;

/// A datagram on its way, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) flow: u64,
    pub(super) payload: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Way {
    link: Link<Parcel>,
    /// How long each datagram had to wait for those before it.
    waits: Histogram,
    /// How much later than due each datagram was passed on: the relay's own fault.
    late: Histogram,
    bytes: u64,
    /// The counters at the last report.
    reported: Counters,
}

/// How a direction went since the last report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WayReport {
    /// Datagrams passed on.
    pub datagrams: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// Did not fit into the buffer.
    pub dropped_full: u64,
    /// Lost, as the line is told to lose.
    pub lost: u64,
    /// Half of the datagrams waited no longer in the queue.
    pub queue_p50_ms: usize,
    /// Nineteen of twenty waited no longer.
    pub queue_p95_ms: usize,
    /// The longest wait.
    pub queue_max_ms: usize,
    /// Ninety-nine of a hundred were passed on no later than this after they were due. What is
    /// late here is this machine's doing, not the line's.
    pub late_p99_ms: usize,
    /// The latest.
    pub late_max_ms: usize,
}

impl Way {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            link: Link::new(Profile::default(), seed),
            waits: Histogram::new(),
            late: Histogram::new(),
            bytes: 0,
            reported: Counters::default(),
        }
    }

    pub(super) const fn profile(&self) -> Profile {
        self.link.profile()
    }

    pub(super) fn set(&mut self, now: Instant, profile: Profile) {
        self.link.set(now, profile);
    }

    pub(super) fn handle_datagram(&mut self, now: Instant, parcel: Parcel) {
        let waits = self.link.queue_delay(now);
        let dropped = self.link.counters().dropped_full;
        self.link.put(now, parcel.payload.len() + HEADERS_BYTES, parcel);
        if self.link.counters().dropped_full == dropped {
            self.waits.add(waits);
        }
    }

    /// The next datagram that is due.
    pub(super) fn poll_datagram(&mut self, now: Instant) -> Option<Parcel> {
        while let Some(due) = self.link.next_at().filter(|due| *due <= now) {
            // The line is looked at in its own time, so that a late relay does not change it.
            if let Some(parcel) = self.link.take(due) {
                self.late.add(now.saturating_duration_since(due));
                let bytes = parcel.payload.len() + HEADERS_BYTES;
                self.bytes += u64::try_from(bytes).unwrap_or_default();
                return Some(parcel);
            }
        }
        None
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.link.next_at()
    }

    /// How it went since the last time this was asked.
    pub(super) fn report(&mut self) -> WayReport {
        let (now, before) = (self.link.counters(), self.reported);
        let report = WayReport {
            datagrams: now.taken - before.taken,
            bytes: self.bytes,
            dropped_full: now.dropped_full - before.dropped_full,
            lost: now.lost - before.lost,
            queue_p50_ms: self.waits.percentile_ms(50),
            queue_p95_ms: self.waits.percentile_ms(95),
            queue_max_ms: self.waits.longest_ms(),
            late_p99_ms: self.late.percentile_ms(99),
            late_max_ms: self.late.longest_ms(),
        };
        self.reported = now;
        self.bytes = 0;
        self.waits.clear();
        self.late.clear();
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bedside_sfu_api::Bitrate;
    use std::time::Duration;

    fn parcel(bytes: usize) -> Parcel {
        Parcel { flow: 1, payload: vec![0; bytes] }
    }

    #[test]
    fn a_late_relay_says_so_and_changes_no_line() {
        let start = Instant::now();
        let mut way = Way::new(1);
        // 972 bytes and their headers at 80 kbit/s are 100 ms.
        way.set(start, Profile { rate: Some(Bitrate::kbps(80)), ..Profile::default() });
        way.handle_datagram(start, parcel(972));
        way.handle_datagram(start, parcel(972));
        assert_eq!(way.poll_datagram(start + Duration::from_millis(99)), None);
        assert_eq!(way.poll_timeout(), Some(start + Duration::from_millis(100)));
        let late = start + Duration::from_millis(230);
        assert!(way.poll_datagram(late).is_some() && way.poll_datagram(late).is_some());
        let report = way.report();
        let expected = WayReport {
            datagrams: 2,
            bytes: 2_000,
            dropped_full: 0,
            lost: 0,
            queue_p50_ms: 0,
            queue_p95_ms: 100,
            queue_max_ms: 100,
            late_p99_ms: 130,
            late_max_ms: 130,
        };
        assert_eq!(report, expected);
    }

    #[test]
    fn a_report_is_of_the_time_since_the_last() {
        let now = Instant::now();
        let mut way = Way::new(1);
        way.set(now, Profile { down: true, ..Profile::default() });
        way.handle_datagram(now, parcel(100));
        assert_eq!(way.report().lost, 1);
        way.set(now, Profile::default());
        way.handle_datagram(now, parcel(100));
        assert!(way.poll_datagram(now).is_some());
        let report = way.report();
        assert_eq!((report.lost, report.datagrams, report.bytes), (0, 1, 128));
    }
}

//! What left for a receiver, until their feedback says what became of it.
//!
//! In: departures, and fates in the order the receiver tells them. Out: arrivals, losses, and
//! how much is under way.
//! Never: judges; a packet nobody speaks of any more is just forgotten.

use crate::packet::{Departure, Fate, LineId};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a packet may be under way, there and back: the longest queues of home lines hold
/// five seconds each way. What has not been told of by then never will be.
const UNDER_WAY_MAX: Duration = Duration::from_secs(12);
/// Most packets remembered: some seconds of the fastest visit.
const PACKETS_MAX: usize = 4_096;
/// How many are remembered behind the newest that was told of: a quarter of a second of a visit of
/// four. A receiver that tells again of a packet, because it came after all, does so by then.
const TOLD_MAX: u64 = 128;

/// A packet, in half a line of the processor's cache: every one that leaves is written here.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: Instant,
    /// Its size, and that of what left right before it and is not told of.
    bytes: u32,
    beside: u32,
    seq: u16,
    line: Option<LineId>,
    repair: bool,
    /// Whether the feedback has told of it, and that it arrived.
    told: bool,
    arrived: bool,
}

impl Sent {
    fn bytes(&self) -> usize {
        self.bytes as usize
    }
}

/// A packet that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// When it left, by our clock.
    pub(crate) sent: Instant,
    /// When it arrived, by the receiver's.
    pub(crate) at: Instant,
    /// Its size on the wire.
    pub(crate) bytes: usize,
    /// The size of what left right before it and is not told of.
    pub(crate) beside: usize,
    /// The size of those between the last arrival and this one that did not.
    pub(crate) lost_before: usize,
}

/// What one feedback told; used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// In the order they were sent.
    pub(crate) arrived: Vec<Arrived>,
    /// Line and RTP sequence number of those lost.
    pub(crate) lost: Vec<(LineId, u16)>,
    /// Packets told of as lost, of any kind.
    pub(crate) losses: usize,
    /// From the departure of the newest that arrived to now.
    pub(crate) rtt: Option<Duration>,
}

impl Report {
    fn clear(&mut self) {
        self.arrived.clear();
        self.lost.clear();
        self.losses = 0;
        self.rtt = None;
    }
}

/// Packets under way.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Oldest first, without gaps, and the transport-wide number of the oldest.
    sent: VecDeque<Sent>,
    first: u64,
    under_way: usize,
    /// Whatever left before this number is not waited for any more.
    settled: u64,
}

impl History {
    /// A packet has left.
    pub(crate) fn handle_departure(&mut self, now: Instant, departure: Departure) {
        let Departure { transport, line, seq, bytes, beside, repair } = departure;
        // The first has a number of its sender's choice; a gap would leave no place for those after.
        if transport != self.end() {
            self.sent.clear();
            (self.first, self.under_way) = (transport, 0);
        }
        self.under_way += bytes;
        self.sent.push_back(Sent {
            at: now,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            beside: u32::try_from(beside).unwrap_or(u32::MAX),
            seq,
            line,
            repair,
            told: false,
            arrived: false,
        });
        self.forget(now);
    }

    /// The receiver has told of packets. What that says is left in `report`, and nothing else.
    pub(crate) fn handle_fates(&mut self, now: Instant, fates: &[Fate], report: &mut Report) {
        report.clear();
        let mut lost_before = 0;
        if let Some(first) = fates.first() {
            // A report got lost if those before it were never told of; they may have arrived.
            self.settle(first.transport);
        }
        for fate in fates {
            let Some(sent) = self.find(fate.transport) else { continue };
            let Sent { at, seq, line, repair, told, arrived: again, .. } = *sent;
            let (bytes, beside) = (sent.bytes(), sent.beside as usize);
            sent.told = true;
            sent.arrived |= fate.arrived.is_some();
            if !told {
                self.under_way = self.under_way.saturating_sub(bytes);
            }
            match fate.arrived {
                // Told again, it is no news.
                Some(_) if again => {}
                Some(arrived) => {
                    report.arrived.push(Arrived {
                        sent: at,
                        at: arrived,
                        bytes,
                        beside,
                        lost_before,
                    });
                    report.rtt = Some(now.saturating_duration_since(at));
                    lost_before = 0;
                }
                None if told => {}
                None => {
                    lost_before += bytes;
                    report.losses += 1;
                    report.lost.extend(line.filter(|_| !repair).map(|line| (line, seq)));
                }
            }
        }
        if let Some(last) = fates.last() {
            self.settle(last.transport + 1);
        }
    }

    /// Nothing below this number is waited for any more.
    fn settle(&mut self, until: u64) {
        let until = until.min(self.end());
        for number in self.settled..until {
            let Some(sent) = self.find(number) else { continue };
            if !std::mem::replace(&mut sent.told, true) {
                let bytes = sent.bytes();
                self.under_way = self.under_way.saturating_sub(bytes);
            }
        }
        self.settled = self.settled.max(until);
    }

    /// Bytes that left and that nothing was heard of yet.
    pub(crate) const fn under_way(&self) -> usize {
        self.under_way
    }

    /// When the oldest of them left.
    pub(crate) fn waiting_since(&self) -> Option<Instant> {
        let index = usize::try_from(self.settled.saturating_sub(self.first)).ok()?;
        self.sent.iter().skip(index).find(|sent| !sent.told).map(|sent| sent.at)
    }

    fn find(&mut self, transport: u64) -> Option<&mut Sent> {
        let index = usize::try_from(transport.checked_sub(self.first)?).ok()?;
        self.sent.get_mut(index)
    }

    /// The number of the packet that leaves next.
    fn end(&self) -> u64 {
        self.first + u64::try_from(self.sent.len()).unwrap_or(u64::MAX)
    }

    fn forget(&mut self, now: Instant) {
        while let Some(oldest) = self.sent.front() {
            let settled = self.first + TOLD_MAX < self.settled;
            if !settled && self.sent.len() <= PACKETS_MAX && now <= oldest.at + UNDER_WAY_MAX {
                return;
            }
            if !oldest.told {
                self.under_way = self.under_way.saturating_sub(oldest.bytes());
            }
            self.first += 1;
            self.settled = self.settled.max(self.first);
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn departure(transport: u64) -> Departure {
        let seq = u16::try_from(transport).unwrap();
        Departure { transport, line: Some(LineId(0)), seq, bytes: 100, beside: 0, repair: false }
    }

    #[test]
    fn tells_what_arrived_what_was_lost_and_what_is_under_way() {
        let (mut history, start) = (History::default(), crate::some_instant());
        let ms = Duration::from_millis;
        for n in 0..5 {
            history.handle_departure(start + ms(10 * n), departure(n));
        }
        assert_eq!(history.under_way(), 500);
        let fate = |transport, arrived| Fate { transport, arrived };
        let fates = [fate(0, Some(start)), fate(1, None), fate(2, Some(start + ms(21)))];
        let mut report = Report::default();
        history.handle_fates(start + ms(70), &fates, &mut report);
        assert_eq!(report.arrived.len(), 2);
        assert_eq!(report.arrived[1].lost_before, 100);
        assert_eq!(report.lost, [(LineId(0), 1)]);
        assert_eq!(report.rtt, Some(ms(50)));
        assert_eq!(history.under_way(), 200);
        // Told again, it counts once; arrived after all, it is an arrival.
        let again = [fate(1, None), fate(1, Some(start))];
        history.handle_fates(start + ms(90), &again, &mut report);
        assert_eq!((report.losses, report.arrived.len()), (0, 1));
        let third = [fate(1, Some(start)), fate(0, Some(start))];
        history.handle_fates(start + ms(95), &third, &mut report);
        assert!(report.arrived.is_empty(), "an arrival counts once");
        assert_eq!(history.under_way(), 200);
        history.handle_departure(start + ms(13_000), departure(5));
        assert_eq!(history.under_way(), 100);
        assert_eq!(history.waiting_since(), Some(start + ms(13_000)));
    }
}

//! Which numbers are missing, and when to ask for them.
//!
//! In: the numbers that come, the round trip. Out: those to ask for now.
//! Never: asks for ever; what does not come in time has been done without.

use crate::bytes::low_16;
use crate::moment::Micros;
use std::collections::VecDeque;
use std::time::Duration;

/// Most numbers that are missed at a time. More than that is repaired by a keyframe; the oldest
/// are given up.
const GAPS_MAX: usize = 256;
/// How late a packet may come without being asked for: order changes on its way by less.
const REORDERED_WITHIN: Duration = Duration::from_millis(5);
/// Asked again no sooner than this, however short the round trip.
const AGAIN_AFTER: Duration = Duration::from_millis(20);
/// Given up after so many questions, and so long. A picture that waits for longer is better begun
/// anew.
const ASKS_MAX: u8 = 10;
const MISSED_FOR: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy)]
struct Gap {
    index: u64,
    found: Micros,
    /// How often it was asked for, and when last.
    asks: u8,
    asked: Micros,
}

impl Gap {
    fn due(&self, rtt: Duration) -> Micros {
        if self.asks == 0 {
            self.found + REORDERED_WITHIN
        } else {
            self.asked + rtt.saturating_add(rtt / 4).max(AGAIN_AFTER)
        }
    }

    fn is_hopeless(&self, now: Micros) -> bool {
        self.asks >= ASKS_MAX || now.since(self.found) > MISSED_FOR
    }
}

/// Numbers that are missing, in ascending order.
#[derive(Debug, Default)]
pub(super) struct Gaps(VecDeque<Gap>);

impl Gaps {
    /// `index` came when `newest` was the newest.
    pub(super) fn handle(&mut self, now: Micros, newest: u64, index: u64) {
        if index <= newest {
            self.close(index);
            return;
        }
        let most = u64::try_from(GAPS_MAX).unwrap_or(u64::MAX);
        let first = (newest + 1).max(index.saturating_sub(most));
        for index in first..index {
            if self.0.len() >= GAPS_MAX {
                self.0.pop_front();
            }
            self.0.push_back(Gap { index, found: now, asks: 0, asked: now });
        }
    }

    /// It came after all.
    pub(super) fn close(&mut self, index: u64) {
        if let Ok(place) = self.0.binary_search_by_key(&index, |gap| gap.index) {
            self.0.remove(place);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Appends what to ask for now, and gives up what is hopeless.
    pub(super) fn poll(&mut self, now: Micros, rtt: Duration, out: &mut Vec<u16>) {
        if self.0.is_empty() {
            return;
        }
        self.0.retain(|gap| !gap.is_hopeless(now));
        for gap in self.0.iter_mut().filter(|gap| gap.due(rtt) <= now) {
            gap.asks += 1;
            gap.asked = now;
            out.push(low_16(gap.index));
        }
    }

    /// When there is something to ask for.
    pub(super) fn due(&self, rtt: Duration) -> Option<Micros> {
        self.0.iter().map(|gap| gap.due(rtt)).min()
    }
}

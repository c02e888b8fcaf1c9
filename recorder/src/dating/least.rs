//! The least of a value over the last while.
//!
//! In: values with their times. Out: the least that is not too old.
//! Never: keeps more than a few dozen of them; forgets the newest, however old.

use std::collections::VecDeque;

/// Values that are kept. They come with reports, every few seconds; more often than twice a
/// second there is nothing to learn of them.
const KEPT_MAX: usize = 64;

/// The least value of a window of time.
#[derive(Debug)]
pub(super) struct Least {
    window_us: i64,
    /// Rising values, oldest first.
    values: VecDeque<(i64, i64)>,
}

impl Least {
    pub(super) const fn new(window_us: i64) -> Self {
        Self { window_us, values: VecDeque::new() }
    }

    /// The value was this at that time.
    pub(super) fn handle(&mut self, at_us: i64, value: i64) {
        while self.values.back().is_some_and(|&(_, last)| last >= value) {
            self.values.pop_back();
        }
        if self.values.len() >= KEPT_MAX {
            self.values.pop_front();
        }
        self.values.push_back((at_us, value));
        let oldest_us = at_us.saturating_sub(self.window_us);
        while self.values.len() > 1 && self.values.front().is_some_and(|&(at, _)| at < oldest_us) {
            self.values.pop_front();
        }
    }

    /// The least as of this time.
    pub(super) fn value(&self, at_us: i64) -> Option<i64> {
        let oldest_us = at_us.saturating_sub(self.window_us);
        let fresh = self.values.iter().find(|&&(at, _)| at >= oldest_us);
        fresh.or(self.values.back()).map(|&(_, value)| value)
    }

    /// All values are measured against something else now.
    pub(super) fn shift(&mut self, by_us: i64) {
        for (_, value) in &mut self.values {
            *value = value.saturating_add(by_us);
        }
    }

    pub(super) fn clear(&mut self) {
        self.values.clear();
    }
}

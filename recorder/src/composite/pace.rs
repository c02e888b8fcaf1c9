//! How many pictures a second a film can afford while it is made.
//!
//! In: how far it is behind. Out: fewer pictures, more again, or that even the fewest are too many.
//! Never: a step without time to see what the last one did.

use crate::film::Rate;

/// So far behind, the film takes fewer pictures.
const BEHIND_MS: u64 = 1_000;

/// So far behind at the lowest rate, it is too slow.
const TOO_SLOW_MS: u64 = 3_000;

/// Nearer than this it keeps up.
const NEAR_MS: u64 = 200;

/// Time to see what a step down did.
const DOWN_MS: u64 = 2_000;

/// Time to keep up before a step back up; doubled each time that turns out to have been too early.
const UP_MS: u64 = 10_000;

/// Longest time before a step back up is tried.
const UP_MS_MAX: u64 = 160_000;

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Rate(Rate),
    TooSlow,
    KeepsUp,
}

/// The pace of one film.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    is_too_slow: bool,
    /// When the rate last changed.
    changed_at: u64,
    /// Since when it has kept up.
    near_since: Option<u64>,
    patience_ms: u64,
    /// The last step was one up.
    has_risen: bool,
}

impl Default for Pace {
    fn default() -> Self {
        let rate = Rate::Thirty;
        let (is_too_slow, has_risen) = (false, false);
        Self { rate, is_too_slow, changed_at: 0, near_since: None, patience_ms: UP_MS, has_risen }
    }
}

impl Pace {
    /// Pictures are left out altogether until it keeps up.
    pub(super) const fn is_too_slow(&self) -> bool {
        self.is_too_slow
    }

    /// Says what to change when the film is so far behind.
    pub(super) fn handle_behind(&mut self, now_ms: u64, behind_ms: u64) -> Option<Change> {
        if behind_ms >= NEAR_MS {
            self.near_since = None;
        }
        let passed = now_ms.saturating_sub(self.changed_at);
        if self.is_too_slow {
            self.is_too_slow = behind_ms >= NEAR_MS;
            return (!self.is_too_slow).then_some(Change::KeepsUp);
        }
        if behind_ms >= TOO_SLOW_MS && self.rate == Rate::One {
            self.is_too_slow = true;
            return Some(Change::TooSlow);
        }
        if behind_ms >= BEHIND_MS && (passed >= DOWN_MS || self.changed_at == 0) {
            if self.has_risen {
                self.patience_ms = (self.patience_ms * 2).min(UP_MS_MAX);
            }
            return self.step(now_ms, lower(self.rate), false);
        }
        if behind_ms < NEAR_MS {
            let since = *self.near_since.get_or_insert(now_ms);
            if now_ms.saturating_sub(since) >= self.patience_ms {
                return self.step(now_ms, higher(self.rate), true);
            }
        }
        None
    }

    fn step(&mut self, now_ms: u64, rate: Rate, has_risen: bool) -> Option<Change> {
        self.near_since = None;
        if rate == self.rate {
            return None;
        }
        self.rate = rate;
        self.changed_at = now_ms;
        self.has_risen = has_risen;
        Some(Change::Rate(rate))
    }
}

const fn lower(rate: Rate) -> Rate {
    match rate {
        Rate::Thirty => Rate::Fifteen,
        Rate::Fifteen => Rate::Eight,
        Rate::Eight | Rate::One => Rate::One,
    }
}

const fn higher(rate: Rate) -> Rate {
    match rate {
        Rate::One => Rate::Eight,
        Rate::Eight => Rate::Fifteen,
        Rate::Fifteen | Rate::Thirty => Rate::Thirty,
    }
}

#[cfg(test)]
mod tests;

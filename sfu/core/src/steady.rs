//! The least of a value over the last moments.
//!
//! In: the value as it changes. Out: its least within the window.
//! Never: forgets the newest, however old.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The least value of a window.
#[derive(Debug)]
pub(crate) struct Least<T> {
    window: Duration,
    /// Rising values, oldest first: the front is the least.
    values: VecDeque<(Instant, T)>,
}

impl<T: Copy + Ord> Least<T> {
    pub(crate) const fn new(window: Duration) -> Self {
        Self { window, values: VecDeque::new() }
    }

    /// The value is this from now on. The least of the window.
    pub(crate) fn handle(&mut self, now: Instant, value: T) -> T {
        while self.values.back().is_some_and(|&(_, last)| last >= value) {
            self.values.pop_back();
        }
        self.values.push_back((now, value));
        while self.values.len() > 1
            && self.values.front().is_some_and(|&(at, _)| now > at + self.window)
        {
            self.values.pop_front();
        }
        self.values.front().map_or(value, |&(_, least)| least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_least_for_the_window() {
        let (start, ms) = (crate::some_instant(), Duration::from_millis);
        let mut least = Least::new(ms(1_000));
        let told: Vec<u64> = [(0, 5), (400, 3), (800, 9), (1_401, 9), (9_000, 7)]
            .into_iter()
            .map(|(at, value)| least.handle(start + ms(at), value))
            .collect();
        assert_eq!(told, [5, 3, 3, 9, 7]);
    }
}

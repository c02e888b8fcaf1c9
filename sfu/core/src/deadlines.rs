//! When each of many is due, and when the first of them is.
//!
//! In: somebody's next deadline, whenever it changes. Out: the earliest of all, and who is due.
//! Never: allocates when a deadline changes, or looks at those whose deadline did not change: a
//! change costs as many steps as their number has bits.

use std::time::Instant;

/// A tournament: who is due sooner goes on to the next round, up to the first of all.
#[derive(Debug)]
pub(crate) struct Deadlines<K> {
    /// The winner of all at one; those who play at `index` sit at twice that, and beside it. The
    /// second half are the seats.
    rounds: Vec<Option<Instant>>,
    key_by_seat: Vec<Option<K>>,
    free: Vec<Seat>,
}

/// Somebody's place; it is theirs until they leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat(usize);

impl<K: Copy> Deadlines<K> {
    pub(crate) const fn new() -> Self {
        Self { rounds: Vec::new(), key_by_seat: Vec::new(), free: Vec::new() }
    }

    /// Somebody comes, and is not due yet.
    pub(crate) fn sit(&mut self, key: K) -> Seat {
        let seat = self.free.pop().unwrap_or(Seat(self.key_by_seat.len()));
        if seat.0 == self.key_by_seat.len() {
            self.key_by_seat.push(None);
            self.widen();
        }
        if let Some(place) = self.key_by_seat.get_mut(seat.0) {
            *place = Some(key);
        }
        seat
    }

    /// Somebody goes.
    pub(crate) fn leave(&mut self, seat: Seat) {
        self.set(seat, None);
        if self.key_by_seat.get_mut(seat.0).is_some_and(|place| place.take().is_some()) {
            self.free.push(seat);
        }
    }

    /// Somebody is due then, or never.
    pub(crate) fn set(&mut self, seat: Seat, at: Option<Instant>) {
        let mut index = self.width() + seat.0;
        let Some(place) = self.rounds.get_mut(index) else { return };
        if *place == at {
            return;
        }
        *place = at;
        while index > 1 {
            index /= 2;
            let winner = self.winner(index);
            let Some(place) = self.rounds.get_mut(index) else { return };
            if *place == winner {
                return;
            }
            *place = winner;
        }
    }

    /// When the first is due.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.rounds.get(1).copied().flatten()
    }

    /// Whoever is due at `now` and sits behind `after`; with `None`, from the first seat on.
    pub(crate) fn due(&self, now: Instant, after: Option<Seat>) -> Option<(Seat, K)> {
        let width = self.width();
        let is_due = |index: usize| self.rounds.get(index)?.filter(|at| *at <= now);
        let mut index = width + after.map_or(0, |seat| seat.0 + 1);
        if index >= 2 * width {
            return None;
        }
        // Up, past those who sit before; then down to the first who is due.
        while is_due(index).is_none() {
            while index % 2 == 1 {
                index /= 2;
            }
            if index == 0 {
                return None;
            }
            index += 1;
        }
        while index < width {
            index *= 2;
            index += usize::from(is_due(index).is_none());
        }
        let seat = Seat(index - width);
        Some((seat, self.key_by_seat.get(seat.0).copied().flatten()?))
    }

    fn width(&self) -> usize {
        self.rounds.len() / 2
    }

    fn winner(&self, index: usize) -> Option<Instant> {
        let pair = [2 * index, 2 * index + 1].map(|index| self.rounds.get(index).copied());
        pair.into_iter().flatten().flatten().min()
    }

    /// Makes room for the newest seat.
    fn widen(&mut self) {
        let before = self.width();
        if self.key_by_seat.len() <= before {
            return;
        }
        let width = self.key_by_seat.len().next_power_of_two();
        let mut rounds = vec![None; width];
        rounds.extend_from_slice(self.rounds.get(before..).unwrap_or_default());
        rounds.resize(2 * width, None);
        self.rounds = rounds;
        for index in (1..width).rev() {
            let winner = self.winner(index);
            if let Some(place) = self.rounds.get_mut(index) {
                *place = winner;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::time::Duration;

    proptest! {
        /// Against a map that is looked through.
        #[test]
        fn it_knows_what_a_map_knows(
            steps in proptest::collection::vec((0_u8..5, 0_usize..40, 0_u64..30), 1..300),
        ) {
            let start = crate::some_instant();
            let at = |second: u64| start + Duration::from_secs(second);
            let (mut deadlines, mut model) = (Deadlines::new(), BTreeMap::new());
            let mut seats: Vec<(u32, Seat)> = Vec::new();
            for (number, (kind, which, second)) in (0_u32..).zip(steps) {
                let place = if seats.is_empty() { 0 } else { which % seats.len() };
                match (kind, seats.get(place).copied()) {
                    (0 | 1, _) | (_, None) => {
                        seats.push((number, deadlines.sit(number)));
                        model.insert(number, None);
                    }
                    (2, Some((key, seat))) => {
                        deadlines.leave(seat);
                        seats.swap_remove(place);
                        model.remove(&key);
                    }
                    (_, Some((key, seat))) => {
                        let due = (second < 25).then(|| at(second));
                        deadlines.set(seat, due);
                        model.insert(key, due);
                    }
                }
                prop_assert_eq!(deadlines.first(), model.values().flatten().min().copied());
                let now = at(second);
                let (mut told, mut last) = (Vec::new(), None);
                while let Some((seat, key)) = deadlines.due(now, last) {
                    told.push(key);
                    last = Some(seat);
                }
                told.sort_unstable();
                let due = model.iter().filter(|(_, at)| at.is_some_and(|at| at <= now));
                prop_assert_eq!(told, due.map(|(key, _)| *key).collect::<Vec<_>>());
            }
        }
    }
}

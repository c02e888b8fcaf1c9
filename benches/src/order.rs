//! What a benchmark of several parts is asked for.
//!
//! In: the words behind `--`, the parts there are. Out: which of them are wanted, and how many rounds.
//! Never: takes a part for wanted that nobody knows.

use std::num::NonZeroUsize;

/// What a run is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    only: Option<String>,
    /// Rounds of which the middle is told.
    pub rounds: usize,
}

impl Order {
    /// From the words; cargo adds `--bench` of its own.
    ///
    /// # Errors
    /// A word that is not known, or lacks its value.
    pub fn read(
        mut words: impl Iterator<Item = String>,
        parts: &[&str],
        rounds: usize,
    ) -> Result<Self, String> {
        let known = format!("--only {}, --rounds N", parts.join("|"));
        let mut order = Self { only: None, rounds };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} wants a value: {known}"));
            match word.as_str() {
                "--bench" => {}
                "--only" => order.only = Some(value()?),
                "--rounds" => {
                    let rounds: NonZeroUsize =
                        value()?.parse().map_err(|fault| format!("--rounds: {fault}"))?;
                    order.rounds = rounds.get();
                }
                other => return Err(format!("{other} is not known here: {known}")),
            }
        }
        match &order.only {
            Some(only) if !parts.contains(&only.as_str()) => {
                Err(format!("{only} is not a part of this: {known}"))
            }
            _ => Ok(order),
        }
    }

    /// Whether a part is wanted.
    #[must_use]
    pub fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Order, String> {
        Order::read(words.split_whitespace().map(str::to_owned), &["join", "idle"], 9)
    }

    #[test]
    fn everything_is_wanted_unless_one_part_is_named() {
        let order = read("--bench").unwrap();
        assert!(order.wants("join") && order.wants("idle"));
        let order = read("--only idle --rounds 3 --bench").unwrap();
        assert!(!order.wants("join") && order.wants("idle"));
        assert_eq!(order.rounds, 3);
    }

    #[test]
    fn what_is_not_known_is_refused_and_what_is_known_is_told() {
        for words in
            ["--only lunch", "--lunch", "--only", "--rounds", "--rounds many", "--rounds 0"]
        {
            assert!(read(words).is_err(), "{words}");
        }
        assert!(read("--only lunch").unwrap_err().contains("--only join|idle, --rounds N"));
    }
}

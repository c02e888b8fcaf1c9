//! A line's rate over time, as somebody measured it.
//!
//! In: text of lines `seconds kbit/s`; `#` begins a comment. Out: the rate at any time.
//! Never: ends; it begins anew.

use bedside_sfu_api::Bitrate;
use std::fmt;
use std::time::Duration;

/// How long a trace of one line is; any length would do.
const ONE_STEP: Duration = Duration::from_secs(1);
/// The last time a line may carry, in seconds: a day. What is longer is no trace but a mistake.
const SECONDS_MAX: f64 = 86_400.0;

/// Rates, each from a time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Never empty; times rise.
    steps: Vec<Step>,
    length: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    at: Duration,
    rate: Bitrate,
}

/// Why a trace cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceError {
    /// No line holds a rate.
    Empty,
    /// A line is not `seconds kbit/s`.
    Shape {
        /// Counted from one.
        line: usize,
    },
    /// A line is not later than the one before it.
    Order {
        /// Counted from one.
        line: usize,
    },
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the trace holds no rate; write lines such as `0.5 250`"),
            Self::Shape { line } => {
                write!(f, "line {line} of the trace is not `seconds kbit/s`, such as `0.5 250`")
            }
            Self::Order { line } => {
                write!(f, "line {line} of the trace is not later than the line before it")
            }
        }
    }
}

impl std::error::Error for TraceError {}

impl Trace {
    /// Reads a trace.
    ///
    /// # Errors
    /// When there is no rate in it, or a line is not what it has to be.
    pub fn parse(text: &str) -> Result<Self, TraceError> {
        let mut steps: Vec<Step> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            let words = line.split('#').next().unwrap_or_default().trim();
            if words.is_empty() {
                continue;
            }
            let step = step(words).ok_or(TraceError::Shape { line: line_number })?;
            if steps.last().is_some_and(|last| last.at >= step.at) {
                return Err(TraceError::Order { line: line_number });
            }
            steps.push(step);
        }
        let last = steps.last().ok_or(TraceError::Empty)?.at;
        // The last rate holds as long as the one before it did.
        let before = steps.iter().rev().nth(1).map(|step| last.saturating_sub(step.at));
        Ok(Self { length: last + before.unwrap_or(ONE_STEP), steps })
    }

    /// The rate at this time from the trace's beginning; before its first line, that of the first.
    #[must_use]
    pub fn rate(&self, at: Duration) -> Bitrate {
        let at = self.within(at);
        let begun = self.steps.iter().take_while(|step| step.at <= at).last();
        begun.or(self.steps.first()).map_or(Bitrate::ZERO, |step| step.rate)
    }

    /// When a line of it takes effect next, after this time.
    #[must_use]
    pub fn next_change(&self, after: Duration) -> Duration {
        let within = self.within(after);
        let round = after.saturating_sub(within);
        let later = self.steps.iter().map(|step| step.at).find(|at| *at > within);
        round + later.unwrap_or(self.length)
    }

    /// How long one round of it is.
    #[must_use]
    pub const fn length(&self) -> Duration {
        self.length
    }

    fn within(&self, at: Duration) -> Duration {
        let nanos = at.as_nanos() % self.length.as_nanos().max(1);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

fn step(words: &str) -> Option<Step> {
    let mut words = words.split_whitespace();
    let (seconds, kbps) = (words.next()?, words.next()?);
    let seconds: f64 = seconds.parse().ok()?;
    if words.next().is_some() || !(0.0..=SECONDS_MAX).contains(&seconds) {
        return None;
    }
    let kbps: u32 = kbps.parse().ok()?;
    let at = Duration::try_from_secs_f64(seconds).ok()?;
    Some(Step { at, rate: Bitrate::kbps(kbps.into()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn rates_hold_until_the_next_and_begin_anew() {
        let trace = Trace::parse("# a train\n0 2000\n\n1.5 250  # tunnel\n2 1000\n").unwrap();
        let kbps = |at| trace.rate(ms(at)).as_bps() / 1_000;
        assert_eq!([0, 1_499, 1_500, 2_000, 2_499].map(kbps), [2_000, 2_000, 250, 1_000, 1_000]);
        assert_eq!(trace.length(), ms(2_500));
        assert_eq!([2_500, 4_000, 4_500].map(kbps), [2_000, 250, 1_000]);
        let next = |at| trace.next_change(ms(at)).as_millis();
        assert_eq!([0, 1_500, 2_000, 2_500, 4_100].map(next), [1_500, 2_000, 2_500, 4_000, 4_500]);
    }

    #[test]
    fn one_line_is_a_steady_rate() {
        let trace = Trace::parse("3 400").unwrap();
        assert_eq!([0, 3_500, 999_999].map(|at| trace.rate(ms(at))), [Bitrate::kbps(400); 3]);
    }

    #[test]
    fn mistakes_are_named_by_their_line() {
        assert_eq!(Trace::parse("# nothing\n"), Err(TraceError::Empty));
        for (text, line) in [
            ("0", 1),
            ("0 1\nx 2", 2),
            ("0 1 2", 1),
            ("-1 5", 1),
            ("NaN 5", 1),
            ("1e9 5", 1),
            ("0 -5", 1),
            ("0 1.5", 1),
            ("0 99999999999", 1),
        ] {
            assert_eq!(Trace::parse(text), Err(TraceError::Shape { line }), "{text}");
        }
        assert_eq!(Trace::parse("1 5\n\n1 6"), Err(TraceError::Order { line: 3 }));
        assert!(Trace::parse("1 5\n0 6").unwrap_err().to_string().contains("line 2"));
    }
}

//! The one place of the service that reads the wall clock.
//!
//! In: nothing. Out: now, in whole milliseconds, so that what is answered is what is stored.
//! Never: a decision; whoever decides is given the time.

use jiff::{Timestamp, Unit};

/// Now.
#[must_use]
pub fn now() -> Timestamp {
    to_millisecond(Timestamp::now())
}

/// An instant without what is finer than a millisecond.
pub(crate) fn to_millisecond(at: Timestamp) -> Timestamp {
    at.round(Unit::Millisecond).unwrap_or(at)
}

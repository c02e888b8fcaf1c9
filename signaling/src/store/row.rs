//! Columns to values and back.
//!
//! In: what the database holds. Out: typed values, or a `Fault` that names what is wrong.
//! Never: a guess; a row this version did not write is a fault.

use crate::Fault;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An instant as it is kept: Unix milliseconds. Finer than any clock on a schedule, and the
/// same in every engine.
pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A kept instant.
pub(super) fn instant(millis: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_millisecond(millis).map_err(Fault::stored("instant"))
}

/// A kept count.
pub(super) fn count(stored: i64) -> Result<u64, Fault> {
    u64::try_from(stored).map_err(Fault::stored("count"))
}

/// A count to be kept.
pub(super) fn kept(count: u64) -> Result<i64, Fault> {
    i64::try_from(count).map_err(Fault::stored("count"))
}

/// A kept role.
pub(super) fn role(name: &str) -> Result<Role, Fault> {
    named(Role::ALL.into_iter().find(|role| role.name() == name), "role")
}

/// A kept state.
pub(super) fn state(name: &str) -> Result<VisitState, Fault> {
    named(VisitState::ALL.into_iter().find(|state| state.name() == name), "visit state")
}

/// A kept word.
pub(super) fn named<T>(found: Option<T>, what: &'static str) -> Result<T, Fault> {
    found.ok_or("this version does not know the word").map_err(Fault::stored(what))
}

/// A length of time in the unit of `millis`.
pub(super) fn length(span: jiff::SignedDuration) -> i64 {
    span.as_secs().saturating_mul(1_000)
}

/// A code word of the API as it is kept: the name it has in JSON.
pub(super) fn word<T: Serialize>(value: &T) -> Result<String, Fault> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        Ok(_) => Err("is no word").map_err(Fault::stored("word")),
        Err(error) => Err(Fault::stored("word")(error)),
    }
}

/// A kept code word.
pub(super) fn worded<T: DeserializeOwned>(name: String) -> Result<T, Fault> {
    serde_json::from_value(serde_json::Value::String(name)).map_err(Fault::stored("word"))
}

/// Places for `count` bound values: `$1, $2, …`.
pub(super) fn places(count: usize) -> String {
    let places: Vec<String> = (1..=count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

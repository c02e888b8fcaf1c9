//! Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01), from both ends.
//!
//! In: arrivals with their numbers, or a receiver's reports. Out: reports, or what became of each
//! packet.
//! Never: decides when to report, or what a report means for the line.

mod arrivals;
mod reports;
#[cfg(test)]
mod tests;

pub use arrivals::Arrivals;
pub use reports::{Fate, Fates, Reports};

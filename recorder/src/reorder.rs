//! Puts packets into their order again while what is missing may still be repeated.
//!
//! In: packets as they come. Out: packets in order, and how many are given up in between.
//! Never: waits for one longer than [`HOLD`], or keeps more of a stream than a named number.

pub(crate) mod pictures;
pub(crate) mod voices;

use std::time::{Duration, Instant};

/// How long a missing packet is waited for: three round trips of a poor line, in which it is asked
/// for and repeated. Longer would mend a little more and keep more in memory.
pub(crate) const HOLD: Duration = Duration::from_millis(400);

/// A packet that waits for its turn.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// Its number.
    pub(crate) seq: u64,
    /// As the sender wrote it.
    pub(crate) timestamp: u32,
    /// The same, without wraps.
    pub(crate) ticks: i64,
    /// End of a picture.
    pub(crate) marker: bool,
    /// When it came.
    pub(crate) arrival: Instant,
    /// What it carries.
    pub(crate) payload: Vec<u8>,
}

impl std::fmt::Debug for Held {
    /// Without what it carries, which is nobody's to read in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held")
            .field("seq", &self.seq)
            .field("ticks", &self.ticks)
            .field("marker", &self.marker)
            .field("bytes", &self.payload.len())
            .finish()
    }
}

/// What comes next of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// This packet.
    Packet(Held),
    /// So many packets that nobody waits for any more.
    Lost(u64),
}

#[cfg(test)]
mod tests;

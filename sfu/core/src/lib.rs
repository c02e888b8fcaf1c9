//! The mind of the SFU: pure state machines, one `Shard` a core.
//!
//! In: datagrams (`handle_datagram`), commands (`handle_command`), time (`handle_timeout`).
//! Out: datagrams (`poll_transmit`), events (`poll_event`), what a recorder takes (`poll_tapped`),
//! the next deadline (`poll_timeout`).
//! Never: a clock, a socket, a lock, a thread. After each `handle_*` call every `poll_*` until it
//! has nothing more.
//!
//! ```text
//! Shard ─ demux ─► Room ─► Participant ─ Peer (ICE, DTLS, SRTP)
//!                    │         ├─ Track      what they publish
//!                    │         └─ SlotState  what they receive ─ Forwarder
//!                    └─ decide: Egress → allocate → aim
//! ```

mod allocate;
mod arrivals;
mod bind;
mod circle;
mod codec;
mod deadlines;
mod demux;
mod egress;
mod forward;
mod keyframe;
#[cfg(test)]
mod mangle;
mod outbox;
mod outlet;
mod packet;
mod participant;
mod peer;
mod room;
mod shard;
mod silence;
mod slots;
mod speaker;
mod speech;
mod steady;
mod tap;
mod track;
mod travel;
mod uplink;
mod voice;
mod worth;

pub use packet::{Datagram, Transmit};
pub use shard::{SHARD_PARTICIPANTS_MAX, Shard, ShardConfig};

/// Some instant for a test to count from; the only clock the crate ever reads.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "an Instant has no other beginning")]
fn some_instant() -> std::time::Instant {
    std::time::Instant::now()
}

//! The simulator: visits in virtual time, on the real core, with browsers and lines that are
//! modelled.
//!
//! In: scenarios and seeds. Out: a scoreboard, drawings, a trace line by line.
//! Never: a clock, a socket, or chance that the seed does not decide. `run` alone has threads.
//!
//! ```text
//! run ─ world ─┬─ Shard (bedside-sfu-core)
//!              ├─ Link up, Link down      a person's line
//!              └─ Client ─┬─ voice, camera, uplink   what a browser sends
//!                         └─ ear, eye, feedback      what it hears, sees, and says of it
//!      record ─ metric ─ score
//! ```

mod baseline;
pub(crate) mod camera;
mod catalogue;
pub(crate) mod client;
pub mod command;
pub(crate) mod ear;
pub(crate) mod eye;
mod feedback;
mod metric;
pub(crate) mod opus;
pub(crate) mod outbox;
mod page;
pub(crate) mod plot;
mod record;
pub(crate) mod red;
mod replay;
mod run;
mod scenario;
mod score;
mod trace;
mod uplink;
pub(crate) mod voice;
pub(crate) mod vp8;
mod world;

pub use plot::powers::powers;

/// Some instant to count from. Nothing depends on which it is.
pub(crate) fn some_instant() -> std::time::Instant {
    std::time::Instant::now()
}

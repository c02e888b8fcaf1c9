//! Recordings as tracks, from packets to what players and measurements find in the parts.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at what is wrong, and says what it measured"
)]

mod take {
    mod hour;
    mod person;
    mod players;
    mod reading;
}

//! People who cost next to nothing: they connect as a browser does, and from then on a person is a
//! few counters and four keys, so that one thread can be hundreds of them.
//!
//! In: an answer, datagrams, time. Out: an offer, datagrams, counts of what was delivered.
//! Never: a socket but in `wire`; never a picture or a voice, only packets that look like them.
//!
//! ```text
//! Handshake (ICE and DTLS by str0m) ─ Session ─► Person ─ srtp, rtp, feedback
//! ```

mod feedback;
pub mod hall;
mod handshake;
mod person;
pub mod rtp;
mod session;
pub mod srtp;
pub mod wire;

pub use handshake::{Handshake, Lines};
pub use person::{Delivered, Person, TOLD_WITHIN};
pub use session::Session;

//! RTP, RTCP and SRTP as they are on the wire.
//!
//! In: bytes, plain values, moments. Out: the same, the other way round.
//! Never: a clock, a socket, a lock, a WebRTC library. Any bytes at all are survived: no panic, no
//! read past the end, and work and memory that end at a named limit.
//!
//! ```text
//! datagram ─ demux ─► srtp::Opener ─► header::Packet ─► receive::Incoming ┐
//!                └──► srtp::Opener ─► rtcp::packets ──► send::Outgoing    ├► rtcp::write
//!                                                  └──► twcc::Reports     │      ▼
//! payload ─► send::Outgoing ─► header::write ─► srtp::Sealer ─► datagram  ◄ srtp::Sealer
//! ```
//!
//! Nothing here allocates once its buffers have grown to the size of the visit.

mod bytes;
pub mod demux;
pub mod header;
mod moment;
pub mod payload;
pub mod receive;
pub mod rtcp;
pub mod send;
mod seq;
pub mod srtp;
pub mod twcc;
mod window;

pub use moment::{Micros, Ntp};
pub use seq::extend;

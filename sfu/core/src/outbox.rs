//! What connections have done and not yet handed on, of all of a shard: the same few lines of the
//! processor's cache for everybody.
//!
//! In: datagrams, departures, events, from whichever connection is at work. Out: the same.
//! Never: keeps anything of one connection when another is at work, but datagrams.

use crate::packet::{Departure, Transmit};
use crate::peer::PeerEvent;
use std::collections::VecDeque;

/// Lent to whoever is at work.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// To be sent.
    pub(crate) transmits: VecDeque<Transmit>,
    /// What left of the connection at work, in that order.
    pub(crate) departures: VecDeque<Departure>,
    /// What it has seen.
    pub(crate) events: VecDeque<PeerEvent>,
}

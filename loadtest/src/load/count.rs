//! What is counted of all people together, second by second.
//!
//! In: datagrams, packets and what was felt. Out: the same as numbers.
//! Never: of one person; whom each met is told when they get up.

use super::senses::Felt;
use super::spans::Spans;
use crate::link::is_rtp;
use std::time::Duration;

/// The counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Datagrams to the server.
    pub(crate) sent: u64,
    /// RTP from the server: each was taken from somebody, sealed and sent.
    pub(crate) forwarded: u64,
    /// Bytes of it.
    pub(crate) forwarded_bytes: u64,
    /// How long voices and pictures took through the server, where neither line is modelled.
    pub(crate) voices: Spans,
    pub(crate) pictures: Spans,
    /// And where one is.
    pub(crate) by_line: Spans,
    /// How late this program was at what was due.
    pub(crate) late: Spans,
    pub(crate) felt: Felt,
    /// Packets of another visit.
    pub(crate) strays: u64,
    /// Connections that failed.
    pub(crate) lost: u64,
    /// People whose connection is up, at the end of the second.
    pub(crate) connected: u64,
}

impl Count {
    pub(crate) fn handle_received(&mut self, datagram: &[u8]) {
        if is_rtp(datagram) {
            self.forwarded += 1;
            self.forwarded_bytes += u64::try_from(datagram.len()).unwrap_or_default();
        }
    }

    pub(crate) fn handle_direct(&mut self, is_voice: bool, took: Duration) {
        let spans = if is_voice { &mut self.voices } else { &mut self.pictures };
        spans.add(took);
    }

    pub(crate) fn handle_by_line(&mut self, took: Duration) {
        self.by_line.add(took);
    }

    /// Adds what was counted beside or after this.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.sent += other.sent;
        self.forwarded += other.forwarded;
        self.forwarded_bytes += other.forwarded_bytes;
        self.voices.merge(&other.voices);
        self.pictures.merge(&other.pictures);
        self.by_line.merge(&other.by_line);
        self.late.merge(&other.late);
        self.felt.merge(&other.felt);
        self.strays += other.strays;
        self.lost += other.lost;
        self.connected += other.connected;
    }

    /// Voices and pictures together.
    pub(crate) fn direct(&self) -> Spans {
        let mut both = self.voices.clone();
        both.merge(&self.pictures);
        both
    }
}

//! One stream as it goes out.
//!
//! In: payloads with their numbers, what the receiver reports and asks for. Out: packets in clear,
//! ready to be sealed; the sender's report.
//! Never: seals, paces, or writes one number twice.

mod history;
mod share;
#[cfg(test)]
mod tests;

use crate::bytes::low_16;
use crate::header::{self, Elements, ExtensionMap, Header};
use crate::moment::{Micros, Ntp};
use crate::payload::Payload;
use crate::rtcp::{Block, SenderReport};
use crate::window::{Seen, Window};
use ::bytes::BytesMut;
use history::{History, Sent};
use share::Share;
use std::time::Duration;

/// Longest round trip that is believed.
const RTT_MAX: Duration = Duration::from_secs(10);

/// A packet that is to leave.
#[derive(Debug, Clone)]
pub struct Departing {
    /// Its sequence number, extended. Most are above the one before; one that came late to us may
    /// be below.
    pub index: u64,
    /// By the stream's clock.
    pub timestamp: u32,
    /// End of a frame (video), start of a talk spurt (audio).
    pub marker: bool,
    /// How it is encoded.
    pub payload_type: u8,
    /// The same of a repetition (RFC 4588); `None`: it is not kept to be repeated.
    pub repair_type: Option<u8>,
    /// What it carries.
    pub payload: Payload,
}

/// What goes into the head of a packet beside its numbers.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    /// What was negotiated.
    pub map: &'a ExtensionMap,
    /// The values.
    pub elements: Elements<'a>,
}

/// A packet that was written in clear, as the sealer wants to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The stream it is of: that of repetitions, if it is one.
    pub ssrc: u32,
    /// Its sequence number in that stream, extended.
    pub index: u64,
    /// Where the payload begins.
    pub header_len: usize,
}

/// A stream that goes out.
#[derive(Debug)]
pub struct Outgoing {
    ssrc: u32,
    clock_rate: u32,
    packets: u32,
    octets: u32,
    written: Window,
    last: Option<Last>,
    /// The stream of repetitions, and the number of its next packet.
    repairs: Option<(u32, u64)>,
    history: History,
    share: Share,
    rtt: Option<Duration>,
    fraction_lost: u8,
}

/// The newest packet that left.
#[derive(Debug, Clone, Copy)]
struct Last {
    timestamp: u32,
    at: Micros,
}

impl Outgoing {
    /// A stream of that clock rate in hertz; with the stream that repeats what was lost and its
    /// first sequence number, if there is one.
    #[must_use]
    pub fn new(ssrc: u32, clock_rate: u32, repairs: Option<(u32, u16)>) -> Self {
        Self {
            ssrc,
            clock_rate,
            packets: 0,
            octets: 0,
            written: Window::default(),
            last: None,
            repairs: repairs.map(|(ssrc, seq)| (ssrc, u64::from(seq))),
            history: History::default(),
            share: Share::default(),
            rtt: None,
            fraction_lost: 0,
        }
    }

    /// The stream.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// The stream of repetitions.
    #[must_use]
    pub fn repair_ssrc(&self) -> Option<u32> {
        self.repairs.map(|(ssrc, _)| ssrc)
    }

    /// Appends a packet to `out`, which is best empty. None, and nothing appended, if its number was
    /// written before, or is so old that nobody knows: under one number only one packet may be sealed.
    pub fn write(
        &mut self,
        now: Micros,
        departing: Departing,
        labels: &Labels<'_>,
        out: &mut BytesMut,
    ) -> Option<Written> {
        let Departing { index, timestamp, marker, payload_type, repair_type, payload } = departing;
        if self.written.look(index) != Seen::New {
            return None;
        }
        let newest = self.written.newest().is_none_or(|newest| newest < index);
        self.written.mark(index);
        let header =
            Header { payload_type, marker, seq: low_16(index), timestamp, ssrc: self.ssrc };
        let header_len = header::write(out, &header, labels.map, &labels.elements);
        payload.write(out);
        let octets = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(octets);
        self.share.handle_media(now, octets);
        if newest {
            self.last = Some(Last { timestamp, at: now });
        }
        if let Some(payload_type) = repair_type.filter(|_| self.repairs.is_some()) {
            let sent = Sent {
                index,
                timestamp,
                marker,
                payload_type,
                orientation: labels.elements.orientation,
                payload,
                left: now,
                repeated: now,
            };
            self.history.insert(sent, self.rtt);
        }
        Some(Written { ssrc: self.ssrc, index, header_len })
    }

    /// Appends a repetition of a packet that the receiver asked for. None, and nothing appended, if
    /// it is forgotten, or under way already, or repetitions have had their share.
    pub fn repair(
        &mut self,
        now: Micros,
        seq: u16,
        labels: &Labels<'_>,
        out: &mut BytesMut,
    ) -> Option<Written> {
        let (ssrc, index) = self.repairs?;
        let sent = self.history.find(now, seq, self.rtt)?;
        let octets = u32::try_from(sent.payload.len()).unwrap_or(u32::MAX);
        if !self.share.take_repair(now, octets) {
            return None;
        }
        sent.repeated = now;
        self.repairs = Some((ssrc, index + 1));
        let Sent { payload_type, marker, timestamp, .. } = *sent;
        let header = Header { payload_type, marker, seq: low_16(index), timestamp, ssrc };
        let elements = Elements { orientation: sent.orientation, ..labels.elements };
        let header_len = header::write(out, &header, labels.map, &elements);
        out.extend_from_slice(&low_16(sent.index).to_be_bytes());
        sent.payload.write(out);
        Some(Written { ssrc, index, header_len })
    }

    /// Lets go of what is too old to be repeated; a stream that rests keeps nothing.
    pub fn handle_timeout(&mut self, now: Micros) {
        self.history.rest(now, self.rtt);
    }

    /// Forgets what was sent, so that nothing of it is sent again.
    pub fn forget(&mut self) {
        self.history.clear();
    }

    /// The receiver told how the stream arrives.
    pub fn handle_block(&mut self, now: Ntp, block: &Block) {
        if block.ssrc != self.ssrc {
            return;
        }
        self.fraction_lost = block.fraction_lost;
        if let Some(rtt) = round_trip(now, block) {
            self.rtt = Some(rtt);
        }
    }

    /// The round trip by the receiver's last report.
    #[must_use]
    pub const fn rtt(&self) -> Option<Duration> {
        self.rtt
    }

    /// The share lost by the receiver's last report, in 256ths.
    #[must_use]
    pub const fn fraction_lost(&self) -> u8 {
        self.fraction_lost
    }

    /// What to tell the receiver of the stream; none before its first packet. `ntp` is the time of
    /// day at `now`.
    #[must_use]
    pub fn report(&self, now: Micros, ntp: Ntp) -> Option<SenderReport> {
        let Last { timestamp, at, .. } = self.last?;
        let ticks = now.since(at).as_micros() * u128::from(self.clock_rate) / 1_000_000;
        let ticks = u32::try_from(ticks & u128::from(u32::MAX)).unwrap_or(0);
        Some(SenderReport {
            ssrc: self.ssrc,
            ntp,
            timestamp: timestamp.wrapping_add(ticks),
            packets: self.packets,
            octets: self.octets,
        })
    }
}

/// Since our report left, less what the receiver held it (RFC 3550 section 6.4.1).
fn round_trip(now: Ntp, block: &Block) -> Option<Duration> {
    if block.last_report == 0 {
        return None;
    }
    let units = now.middle().wrapping_sub(block.last_report).wrapping_sub(block.since_report);
    // Clocks that differ a little make a very short one negative.
    let units = u64::try_from(units.cast_signed()).unwrap_or(0);
    let rtt = Duration::from_micros((units * 1_000_000) >> 16);
    (rtt <= RTT_MAX).then_some(rtt)
}

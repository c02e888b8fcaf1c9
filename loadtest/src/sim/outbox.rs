//! Pictures that wait to be sent: a browser does not send one at once, but a few packets at a time.
//!
//! In: pictures, probes, time, the estimate. Out: packets, each when its turn has come.
//! Never: voices; those do not wait.

use super::camera::{Frame, LAYERS};
use super::uplink::PROBE_BYTES;
use bedside_sfu_api::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Pictures are sent so much faster than the estimate (libwebrtc's pacing factor).
const FASTER_PERCENT: u64 = 250;
/// A layer whose oldest picture has waited longer than this makes no further ones.
const WAITS_MAX: Duration = Duration::from_millis(250);

/// A packet to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// Of which layer of the camera; of none where it carries nothing.
    pub(crate) layer: Option<usize>,
    /// Sequence number, extended.
    pub(crate) seq: u64,
    /// RTP timestamp.
    pub(crate) timestamp: u32,
    /// The last of its picture.
    pub(crate) marker: bool,
    /// What it carries.
    pub(crate) payload: Vec<u8>,
}

impl Outgoing {
    /// So many bytes of nothing.
    pub(crate) fn void(seq: u64, bytes: usize) -> Self {
        let payload = vec![0; bytes];
        Self { layer: None, seq, timestamp: 0, marker: false, payload }
    }
}

/// What waits.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pictures: VecDeque<(Instant, Outgoing)>,
    probes: VecDeque<(Bitrate, Outgoing)>,
    /// Sent when there is nothing else.
    padding: VecDeque<Outgoing>,
    /// Nothing before.
    next_at: Option<Instant>,
    now: Option<Instant>,
}

impl Outbox {
    /// Layers that have waited too long.
    pub(crate) fn full(&self, now: Instant) -> [bool; LAYERS] {
        let mut full = [false; LAYERS];
        for (layer, full) in full.iter_mut().enumerate() {
            let mut of_layer = self.pictures.iter().filter(|(_, out)| out.layer == Some(layer));
            *full = of_layer.next().is_some_and(|(at, _)| now > *at + WAITS_MAX);
        }
        full
    }

    /// A picture is to be sent.
    pub(crate) fn push_frame(&mut self, now: Instant, frame: Frame) {
        self.now = Some(now);
        let Frame { layer, timestamp, packets } = frame;
        let count = packets.len();
        for (place, (seq, payload)) in packets.into_iter().enumerate() {
            let (layer, marker) = (Some(layer), place + 1 == count);
            let outgoing = Outgoing { layer, seq, timestamp, marker, payload };
            self.pictures.push_back((now, outgoing));
        }
    }

    /// A packet of a probe is to be sent at this rate, before the pictures.
    pub(crate) fn push_probe(&mut self, now: Instant, rate: Bitrate, seq: u64) {
        self.now = Some(now);
        self.probes.push_back((rate, Outgoing::void(seq, PROBE_BYTES)));
    }

    /// Packets that carry nothing are to be sent when there is nothing else; what was left of
    /// earlier ones is forgotten.
    pub(crate) fn set_padding(&mut self, now: Instant, padding: VecDeque<Outgoing>) {
        self.now = Some(now);
        self.padding = padding;
    }

    /// When the next may be sent.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        let is_empty =
            self.probes.is_empty() && self.pictures.is_empty() && self.padding.is_empty();
        if is_empty { None } else { self.next_at.or(self.now) }
    }

    /// The next packet, if its turn has come.
    pub(crate) fn poll(&mut self, now: Instant, estimate: Bitrate) -> Option<Outgoing> {
        self.now = Some(now);
        if self.next_at.is_some_and(|at| now < at) {
            return None;
        }
        let (rate, outgoing) = if let Some(probe) = self.probes.pop_front() {
            probe
        } else if let Some((_, picture)) = self.pictures.pop_front() {
            (estimate.percent(FASTER_PERCENT), picture)
        } else {
            (estimate, self.padding.pop_front()?)
        };
        let bits = 8 * u64::try_from(outgoing.payload.len().max(PROBE_BYTES / 10)).unwrap_or(0);
        let takes = Duration::from_nanos(bits * 1_000_000_000 / rate.as_bps().max(1));
        self.next_at = Some(self.next_at.map_or(now, |at| at.max(now)) + takes);
        Some(outgoing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::some_instant;

    fn frame(layer: usize, packets: u64) -> Frame {
        let packets = (0..packets).map(|seq| (seq, vec![0; 1_000])).collect();
        Frame { layer, timestamp: 0, packets }
    }

    /// When packets leave, in milliseconds, and whether each is a probe's.
    fn sent(outbox: &mut Outbox, start: Instant, kbps: u64, until: u64) -> Vec<(u64, bool)> {
        let mut sent = Vec::new();
        for ms in 0..until {
            let now = start + Duration::from_millis(ms);
            while let Some(outgoing) = outbox.poll(now, Bitrate::kbps(kbps)) {
                sent.push((ms, outgoing.layer.is_none()));
            }
        }
        sent
    }

    #[test]
    fn pictures_leave_at_two_and_a_half_times_the_estimate() {
        let (mut outbox, start) = (Outbox::default(), some_instant());
        outbox.push_frame(start, frame(0, 5));
        assert_eq!(outbox.next_at(), Some(start));
        let times: Vec<u64> = sent(&mut outbox, start, 320, 100).iter().map(|s| s.0).collect();
        assert_eq!(times, [0, 10, 20, 30, 40]);
        assert_eq!(outbox.next_at(), None);
    }

    #[test]
    fn a_probe_goes_first_and_at_its_own_rate() {
        let (mut outbox, start) = (Outbox::default(), some_instant());
        outbox.push_frame(start, frame(0, 2));
        for seq in 0..3 {
            outbox.push_probe(start, Bitrate::kbps(4_000), seq);
        }
        let sent = sent(&mut outbox, start, 320, 100);
        assert_eq!(sent, [(0, true), (2, true), (4, true), (6, false), (16, false)]);
    }

    #[test]
    fn nothing_is_sent_when_there_is_nothing_else() {
        let (mut outbox, start) = (Outbox::default(), some_instant());
        let nothing = |seq| Outgoing::void(seq, 400);
        outbox.set_padding(start, (0..9).map(nothing).collect());
        outbox.push_frame(start, frame(0, 1));
        outbox.set_padding(start, (0..2).map(nothing).collect());
        assert_eq!(sent(&mut outbox, start, 320, 100), [(0, false), (10, true), (20, true)]);
    }

    #[test]
    fn a_layer_that_waits_too_long_makes_no_more() {
        let (mut outbox, start) = (Outbox::default(), some_instant());
        outbox.push_frame(start, frame(1, 1));
        assert_eq!(outbox.full(start + WAITS_MAX), [false; 3]);
        assert_eq!(outbox.full(start + WAITS_MAX * 2), [false, true, false]);
    }
}

//! Short bursts that find out whether an uplink carries more than is sent.
//!
//! In: what is sent, what arrived of a burst, what would be sent. Out: the next burst; what one
//! has found.
//! Never: a burst for more than twice what is wanted.

use super::Arrival;
use bedside_sfu_api::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a burst is, and the least packets in it.
const BURST: Duration = Duration::from_millis(15);
const PACKETS_MIN: usize = 5;
/// Bytes of a packet of a burst.
pub(crate) const PACKET_BYTES: usize = 1_000;
/// The first bursts are so many times the first estimate.
const FIRST_TIMES: [u64; 2] = [3, 6];
/// Later ones are twice the estimate.
const LATER_TIMES: u64 = 2;
/// How often, while less is sent than could be.
const INTERVAL: Duration = Duration::from_secs(5);
/// A burst that found so much of its rate is followed by another at once.
const FURTHER_PERCENT: u64 = 70;
/// What is sent is counted over this time, and is less than could be under that share.
const SENT_OVER: Duration = Duration::from_millis(500);
const LESS_PERCENT: u64 = 65;
/// A burst whose packets have not arrived after this time has found nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// The share of a burst that has to arrive.
const ARRIVED_PERCENT: usize = 80;
/// What is believed of a burst that arrived more slowly than it was sent.
const SLOWER_PERCENT: u64 = 95;

/// A burst to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Probe {
    /// At this rate.
    pub(crate) rate: Bitrate,
    /// So many packets of `PACKET_BYTES`.
    pub(crate) packets: usize,
}

#[derive(Debug)]
struct Under {
    probe: Probe,
    since: Instant,
    arrivals: Vec<Arrival>,
}

/// All bursts.
#[derive(Debug)]
pub(super) struct Probes {
    number: u32,
    under: Option<Under>,
    found: Option<Bitrate>,
    again: bool,
    probed_at: Option<Instant>,
    sent: VecDeque<(Instant, usize)>,
}

impl Probes {
    pub(super) const fn new() -> Self {
        Self {
            number: 0,
            under: None,
            found: None,
            again: false,
            probed_at: None,
            sent: VecDeque::new(),
        }
    }

    /// The number of the burst that is being sent.
    pub(super) const fn current(&self) -> u32 {
        self.number
    }

    pub(super) fn handle_sent(&mut self, now: Instant, bytes: usize) {
        self.sent.push_back((now, bytes));
        while self.sent.front().is_some_and(|(at, _)| now > *at + SENT_OVER) {
            self.sent.pop_front();
        }
    }

    /// Whether less is sent than the estimate allows.
    pub(super) fn is_sending_less(&self, now: Instant, estimate: Bitrate) -> bool {
        let recent = self.sent.iter().filter(|(at, _)| now <= *at + SENT_OVER);
        let bytes: usize = recent.map(|(_, bytes)| bytes).sum();
        let millis = u64::try_from(SENT_OVER.as_millis()).unwrap_or(1);
        let sent = Bitrate::bps(8_000 * u64::try_from(bytes).unwrap_or_default() / millis);
        sent < estimate.percent(LESS_PERCENT)
    }

    pub(super) fn handle_arrival(&mut self, arrival: Arrival) {
        let Some(under) = &mut self.under else { return };
        if arrival.probe != Some(self.number) {
            return;
        }
        under.arrivals.push(arrival);
        if under.arrivals.len() * 100 < under.probe.packets * ARRIVED_PERCENT {
            return;
        }
        let rate = under.probe.rate;
        let found = judge(&under.arrivals);
        self.under = None;
        self.again = found.is_some_and(|found| found >= rate.percent(FURTHER_PERCENT));
        self.found = found;
    }

    /// What the last burst has found.
    pub(super) const fn poll_found(&mut self) -> Option<Bitrate> {
        self.found.take()
    }

    /// The next burst, if it is time.
    pub(super) fn poll(
        &mut self,
        now: Instant,
        estimate: Bitrate,
        wanted: Bitrate,
    ) -> Option<Probe> {
        if self.under.as_ref().is_some_and(|under| now > under.since + PATIENCE) {
            self.under = None;
        }
        if self.under.is_some() || estimate >= wanted * LATER_TIMES {
            return None;
        }
        let first = usize::try_from(self.number).ok().and_then(|n| FIRST_TIMES.get(n)).copied();
        let is_due = self.probed_at.is_none_or(|at| now >= at + INTERVAL);
        let has_room = self.is_sending_less(now, estimate);
        let times = match first {
            Some(times) => times * super::FIRST.as_bps() / estimate.as_bps().max(1),
            None if std::mem::take(&mut self.again) || (is_due && has_room) => LATER_TIMES,
            None => return None,
        };
        let rate = (estimate * times.max(LATER_TIMES)).min(wanted * LATER_TIMES);
        let millis = u64::try_from(BURST.as_millis()).unwrap_or(1);
        let bytes = usize::try_from(rate.as_bps() * millis / 8_000).unwrap_or_default();
        let probe = Probe { rate, packets: bytes.div_ceil(PACKET_BYTES).max(PACKETS_MIN) };
        self.number += 1;
        self.probed_at = Some(now);
        self.under = Some(Under { probe, since: now, arrivals: Vec::new() });
        Some(probe)
    }
}

/// The rate at which a burst arrived, but no more than it was sent at.
fn judge(arrivals: &[Arrival]) -> Option<Bitrate> {
    let rate = |first: Instant, last: Instant, bytes: usize| {
        let nanos = last.checked_duration_since(first)?.as_nanos();
        let bits = 8_000_000_000 * u128::try_from(bytes).ok()?;
        u64::try_from(bits.checked_div(nanos)?).ok().map(Bitrate::bps)
    };
    let (first, last) = (arrivals.first()?, arrivals.last()?);
    let total: usize = arrivals.iter().map(|arrival| arrival.bytes).sum();
    // From the first to the last, one of both has passed outside.
    let sent = rate(first.sent, last.sent, total - last.bytes)?;
    let arrived = rate(first.arrived, last.arrived, total - first.bytes)?;
    let slower = arrived < sent.percent(90);
    Some(if slower { arrived.percent(SLOWER_PERCENT) } else { sent.min(arrived) })
}

//! When a browser tells what arrived: libwebrtc spends a twentieth of its own send rate on
//! transport-wide feedback, and no more.
//!
//! In: datagrams to be sent. Out: the same; those that hold nothing but feedback wait their turn.
//! Never: changes one. The WebRTC library beneath makes feedback every 50 ms. Several wait and leave
//! as one parcel, which takes as much of the line as the one longer report that libwebrtc makes.

use bedside_sfu_api::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Between two reports, at least and at most.
const INTERVAL_MIN: Duration = Duration::from_millis(50);
const INTERVAL_MAX: Duration = Duration::from_millis(250);
/// Before the send rate is known.
const INTERVAL_FIRST: Duration = Duration::from_millis(100);
/// What libwebrtc takes a report for (`TwccReportSize`), in bits.
const REPORT_BITS: u64 = 68 * 8;
/// The share of the send rate for reports.
const SHARE_PERCENT: u64 = 5;
/// What SRTCP adds at the end of a datagram: an index and the tag of AES-GCM.
const SRTCP_BYTES: usize = 20;

/// What each report has that one of all would have once: its head, and the end above.
const REPEATED_BYTES: usize = 20 + SRTCP_BYTES;

/// Datagrams that travel as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    /// What arrives, together.
    pub(crate) datagrams: Vec<Vec<u8>>,
    /// What it takes of the line, without IP and UDP.
    pub(crate) bytes: usize,
}

impl Parcel {
    /// A datagram by itself.
    pub(crate) fn of(datagram: Vec<u8>) -> Self {
        Self { bytes: datagram.len(), datagrams: vec![datagram] }
    }
}

/// How long from a report to the next at this send rate.
pub(crate) fn interval(estimate: Option<Bitrate>) -> Duration {
    let Some(estimate) = estimate else { return INTERVAL_FIRST };
    let bps = estimate.percent(SHARE_PERCENT).as_bps().max(1);
    Duration::from_micros(REPORT_BITS * 1_000_000 / bps).clamp(INTERVAL_MIN, INTERVAL_MAX)
}

/// Whether a datagram is SRTCP with a transport-wide report and nothing behind it. The head of
/// the first report of a compound packet is not encrypted (RFC 3711 section 3.4).
pub(crate) fn is_report_alone(datagram: &[u8]) -> bool {
    let Some([first, kind, high, low]) = datagram.first_chunk::<4>() else { return false };
    let words = usize::from(u16::from_be_bytes([*high, *low])) + 1;
    *first >> 6 == 2
        && *kind == 205
        && *first & 0x1f == 15
        && 4 * words + SRTCP_BYTES >= datagram.len()
}

/// Reports that wait.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    waiting: VecDeque<Vec<u8>>,
    sent_at: Option<Instant>,
}

impl Reports {
    /// A report waits.
    pub(crate) fn push(&mut self, report: Vec<u8>) {
        self.waiting.push_back(report);
    }

    /// When the next may leave.
    pub(crate) fn next_at(&self, interval: Duration) -> Option<Instant> {
        let sent_at = self.sent_at;
        self.waiting.front().and(sent_at).map(|at| at + interval)
    }

    /// All that waited, when their time has come.
    pub(crate) fn take(&mut self, now: Instant, interval: Duration) -> Option<Parcel> {
        if self.waiting.is_empty() || self.next_at(interval).is_some_and(|at| now < at) {
            return None;
        }
        self.sent_at = Some(now);
        let datagrams: Vec<Vec<u8>> = self.waiting.drain(..).collect();
        let own = datagrams.iter().map(|each| each.len().saturating_sub(REPEATED_BYTES));
        Some(Parcel { bytes: REPEATED_BYTES + own.sum::<usize>(), datagrams })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::some_instant;

    #[test]
    fn a_twentieth_of_the_send_rate_is_for_reports() {
        let ms = |kbps| interval(Some(Bitrate::kbps(kbps))).as_millis();
        assert_eq!([20, 44, 80, 200, 250, 5_000].map(ms), [250, 247, 136, 54, 50, 50]);
        assert_eq!(interval(None), INTERVAL_FIRST);
    }

    #[test]
    fn reports_leave_together_when_it_is_time() {
        let (mut reports, start) = (Reports::default(), some_instant());
        let ms = |ms| start + Duration::from_millis(ms);
        let wait = Duration::from_millis(136);
        let report = |number: u8| vec![number; 50];
        let parcel = |numbers: &[u8], bytes| {
            let datagrams = numbers.iter().map(|number| report(*number)).collect();
            Some(Parcel { datagrams, bytes })
        };
        reports.push(report(1));
        assert_eq!(reports.take(ms(0), wait), parcel(&[1], 50));
        reports.push(report(2));
        reports.push(report(3));
        assert_eq!(reports.next_at(wait), Some(ms(136)));
        assert_eq!(reports.take(ms(100), wait), None);
        assert_eq!(reports.take(ms(136), wait), parcel(&[2, 3], 60), "one head for both");
        assert_eq!(reports.next_at(wait), None);
    }

    #[test]
    fn only_a_report_alone_waits() {
        let mut report = vec![0x8f, 205, 0, 4];
        report.resize(20 + 20, 0);
        assert!(is_report_alone(&report));
        report.resize(20 + 20 + 16, 0);
        assert!(!is_report_alone(&report), "a request for lost packets comes with it");
        report.truncate(40);
        report[0] = 0x81;
        assert!(!is_report_alone(&report), "a request for lost packets");
        assert!(!is_report_alone(&[0x80, 205]));
    }
}

//! Reads what left for a receiver, what their transport-wide feedback says of it
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01), and their sender reports (RFC 3550).
//!
//! In: the library's raw packets, in their order. Out: departures with the fields that matter,
//! the fates of earlier ones, and one moment by a sender's two clocks.
//! Never: judges the path; that is `egress`.

use crate::packet::{Departure, Fate, LineId};
use std::time::{Instant, SystemTime};
use str0m::rtp::rtcp::Rtcp;
use str0m::rtp::{RawPacket, Ssrc};

/// IPv4 and UDP headers.
const IP_UDP_BYTES: usize = 20 + 8;
/// The AEAD tag (RFC 7714), which a raw packet does not show.
const TAG_BYTES: usize = 16;
/// Most packets between two reports that are taken for lost.
const SKIPPED_MAX: u64 = 100;
/// From the beginning of NTP's time to that of Unix.
const SECONDS_1900_TO_1970: u64 = 2_208_988_800;
/// Reports left out in a row on a thin line.
const LEFT_OUT_MAX: u8 = 4;
/// Most fates taken from one report; one covers 250 ms at most, at ten thousand packets a second.
const FATES_MAX: usize = 2_500;

/// Which of a receiver's streams an SSRC is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outgoing {
    pub(super) ssrc: Ssrc,
    pub(super) line: LineId,
    /// Retransmissions (RFC 4588) go on an SSRC of their own.
    pub(super) repair: bool,
}

/// Counters that have only 16 bits on the wire.
#[derive(Debug)]
pub(super) struct Wire {
    /// Zero of the receiver's clock.
    epoch: Instant,
    sent: u64,
    reported: u64,
    /// Number of the last report.
    count: Option<u8>,
    beside: usize,
    /// Whether our own feedback is thinned out, and how many reports were left out in a row.
    thin: bool,
    left_out: u8,
}

/// What a raw packet told.
#[derive(Debug)]
pub(super) enum Told {
    Departed(Departure),
    Fates(Vec<Fate>),
    /// The moment by the sender's clock (NTP, 64 bits) and by the stream's.
    Dated {
        ssrc: Ssrc,
        ntp: u64,
        timestamp: u32,
    },
    Nothing,
}

impl Wire {
    pub(super) const fn new(now: Instant) -> Self {
        Self { epoch: now, sent: 0, reported: 0, count: None, beside: 0, thin: false, left_out: 0 }
    }

    /// Whether our own feedback is thinned out. The library reports every 50 ms; on the thinnest
    /// lines that is half of what a voice needs.
    pub(super) const fn thin(&mut self, thin: bool) {
        self.thin = thin;
    }

    /// A datagram is about to leave, of whatever kind. Whether it may.
    pub(super) fn handle_datagram(&mut self, datagram: &[u8]) -> bool {
        if self.thin && is_transport_feedback(datagram) && self.left_out < LEFT_OUT_MAX {
            self.left_out += 1;
            return false;
        }
        if is_transport_feedback(datagram) {
            self.left_out = 0;
        }
        if !is_rtp(datagram) {
            self.beside += datagram.len() + IP_UDP_BYTES;
        }
        true
    }

    /// The fates, and before them those of packets that no report told of although no report is
    /// missing: some clients begin a report with the first packet that came.
    fn with_skipped(&mut self, count: u8, fates: Vec<Fate>) -> Vec<Fate> {
        let follows = self.count.is_some_and(|before| before.wrapping_add(1) == count);
        self.count = Some(count);
        let (Some(first), Some(last)) = (fates.first(), fates.last()) else { return fates };
        let newest = self.reported.max(last.transport);
        let skipped = self.reported + 1..first.transport;
        self.reported = newest;
        if !follows || skipped.end.saturating_sub(skipped.start) > SKIPPED_MAX {
            return fates;
        }
        skipped.map(|transport| Fate { transport, arrived: None }).chain(fates).collect()
    }

    /// Reads one raw packet.
    pub(super) fn read(&mut self, raw: RawPacket, streams: &[Outgoing]) -> Told {
        match raw {
            RawPacket::RtpTx(header, bytes) => {
                let Some(number) = header.ext_vals.transport_cc else { return Told::Nothing };
                self.sent = extend(self.sent, number);
                let stream = streams.iter().find(|stream| stream.ssrc == header.ssrc);
                Told::Departed(Departure {
                    transport: self.sent,
                    line: stream.map(|stream| stream.line),
                    seq: header.sequence_number,
                    bytes: bytes.len() + TAG_BYTES + IP_UDP_BYTES,
                    beside: std::mem::take(&mut self.beside),
                    repair: stream.is_none_or(|stream| stream.repair),
                })
            }
            RawPacket::RtcpRx(Rtcp::Twcc(report)) => {
                let count = report.feedback_count;
                let fates = report.into_iter(self.epoch, self.reported.into());
                let fates: Vec<Fate> = fates
                    .take(FATES_MAX)
                    .map(|(number, _, arrived)| Fate { transport: *number, arrived })
                    .collect();
                Told::Fates(self.with_skipped(count, fates))
            }
            RawPacket::RtcpRx(Rtcp::SenderReport(report)) => {
                let info = report.sender_info;
                let timestamp = info.rtp_time.numer() & u64::from(u32::MAX);
                let timestamp = u32::try_from(timestamp).expect("masked to 32 bits");
                Told::Dated { ssrc: info.ssrc, ntp: ntp(info.ntp_time), timestamp }
            }
            RawPacket::RtcpRx(_) | RawPacket::RtcpTx(_) | RawPacket::RtpRx(_, _) => Told::Nothing,
        }
    }
}

/// A time as NTP writes it: seconds since 1900 in the upper half, their fractions in the lower. The
/// library reads reports by way of floating point, so half a microsecond is what is left of them.
fn ntp(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    // The seconds begin anew in 2036 (RFC 5905 section 6), as the format means them to.
    (since.as_secs().wrapping_add(SECONDS_1900_TO_1970) << 32) | fraction
}

/// A report of packets received (RTPFB 205, FMT 15); the head of SRTCP is in clear.
const fn is_transport_feedback(datagram: &[u8]) -> bool {
    // Version 2, with padding or without.
    matches!(datagram, [0x8f | 0xaf, 205, ..])
}

/// Media, and not RTCP, STUN or DTLS (RFC 7983, RFC 5761).
pub(super) fn is_rtp(datagram: &[u8]) -> bool {
    match datagram {
        [128..=191, kind, ..] => !(192..=223).contains(kind),
        _ => false,
    }
}

/// The value next to `near` that ends in these 16 bits.
fn extend(near: u64, low: u16) -> u64 {
    let wrap = 1_u64 << 16;
    let same = near - near % wrap + u64::from(low);
    if same + wrap / 2 < near {
        same + wrap
    } else if same > near + wrap / 2 {
        same.saturating_sub(wrap)
    } else {
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_report_tells_of_was_lost_unless_a_report_was() {
        let fate = |transport| Fate { transport, arrived: Some(crate::some_instant()) };
        let mut wire = Wire::new(crate::some_instant());
        let numbers = |fates: Vec<Fate>| -> Vec<(u64, bool)> {
            fates.iter().map(|fate| (fate.transport, fate.arrived.is_some())).collect()
        };
        assert_eq!(numbers(wire.with_skipped(255, vec![fate(5)])), [(5, true)]);
        let next = wire.with_skipped(0, vec![fate(7), fate(8)]);
        assert_eq!(numbers(next), [(6, false), (7, true), (8, true)]);
        assert_eq!(numbers(wire.with_skipped(2, vec![fate(12)])), [(12, true)]);
    }

    #[test]
    fn a_time_is_written_as_ntp_does() {
        let unix = |ms| SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(ms);
        assert_eq!(ntp(unix(0)), 2_208_988_800 << 32);
        assert_eq!(ntp(unix(1_500)), (2_208_988_801 << 32) | 1 << 31);
        assert_eq!(ntp(SystemTime::UNIX_EPOCH - std::time::Duration::from_secs(9)), ntp(unix(0)));
    }

    #[test]
    fn sixteen_bits_go_on_counting() {
        assert_eq!(extend(0, 5), 5);
        assert_eq!(extend(65_535, 0), 65_536);
        assert_eq!(extend(65_536, 65_535), 65_535);
        assert_eq!(extend(200_000, 3_400), 200_008);
    }
}

//! Seals what leaves.
//!
//! In: packets in clear with their number, compound reports. Out: the same, sealed in place.
//! Never: looks a stream up; who sends knows its numbers.

use super::cipher::{Cipher, Purpose};
use super::{ENCRYPTED, INDEX_END, MasterKey, REPORT_CLEAR, REPORT_INDEX_END, REPORT_WORD, Suite};
use crate::bytes::{low_16, low_32, u16_at, u32_at};
use crate::header::FIXED;
use ::bytes::BytesMut;

/// Why something cannot be sealed: a mistake of ours, or the end of a very long association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// The packet is shorter than its head, or bears another number than it is sealed under.
    #[error("sealing a packet that is none")]
    Malformed,
    /// No number is left for it.
    #[error("sealing beyond the last number of the keys")]
    Exhausted,
}

/// Seals for one receiver.
#[derive(Debug)]
pub struct Sealer {
    suite: Suite,
    media: Cipher,
    reports: Cipher,
    /// Number of the next report; one count for all streams.
    report: u32,
}

impl Sealer {
    /// Seals with this key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            suite: master.suite(),
            media: Cipher::new(master, Purpose::Media),
            reports: Cipher::new(master, Purpose::Reports),
            report: 0,
        }
    }

    /// How it seals.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// Seals a packet whose payload begins at `header_len`. `index` is its sequence number,
    /// extended to 48 bits; what is sealed twice under one number of a stream has to be the same
    /// twice, or the key is given away.
    ///
    /// # Errors
    /// The packet is none, or the numbers have come to their end; the packet is left as it is.
    pub fn seal_rtp(
        &mut self,
        packet: &mut BytesMut,
        header_len: usize,
        index: u64,
    ) -> Result<(), SealFault> {
        if index >= INDEX_END {
            return Err(SealFault::Exhausted);
        }
        let (Some(seq), Some(ssrc)) = (u16_at(packet, 2), u32_at(packet, 8)) else {
            return Err(SealFault::Malformed);
        };
        let end = packet.len();
        if seq != low_16(index) || header_len < FIXED || header_len > end {
            return Err(SealFault::Malformed);
        }
        packet.resize(end + self.suite.tag_len(), 0);
        let (head, rest) = packet.split_at_mut(header_len);
        let (body, tag) = rest.split_at_mut(end - header_len);
        match &self.media {
            Cipher::Gcm(gcm) => gcm.seal((ssrc, index), head, body, tag),
            Cipher::Counter(counter) => {
                counter.turn(ssrc, index, body);
                let turns = low_32(index >> 16).to_be_bytes();
                let (whole, tag) = packet.split_at_mut(end);
                tag.copy_from_slice(&counter.tag(whole, &turns));
            }
        }
        Ok(())
    }

    /// Seals a compound report.
    ///
    /// # Errors
    /// It is none, or the numbers have come to their end; the report is left as it is.
    pub fn seal_rtcp(&mut self, packet: &mut Vec<u8>) -> Result<(), SealFault> {
        if self.report >= REPORT_INDEX_END {
            return Err(SealFault::Exhausted);
        }
        let ssrc = u32_at(packet, 4).ok_or(SealFault::Malformed)?;
        let (end, tag_len) = (packet.len(), self.suite.tag_len());
        let word = (self.report | ENCRYPTED).to_be_bytes();
        let index = u64::from(self.report);
        packet.resize(end + tag_len + REPORT_WORD, 0);
        let (head, rest) = packet.split_at_mut(REPORT_CLEAR);
        let (body, tail) = rest.split_at_mut(end - REPORT_CLEAR);
        match &self.reports {
            Cipher::Gcm(gcm) => {
                let (tag, last) = tail.split_at_mut(tag_len);
                last.copy_from_slice(&word);
                gcm.seal((ssrc, index), &clear(head, word), body, tag);
            }
            Cipher::Counter(counter) => {
                counter.turn(ssrc, index, body);
                let (whole, tail) = packet.split_at_mut(end);
                let (last, tag) = tail.split_at_mut(REPORT_WORD);
                last.copy_from_slice(&word);
                tag.copy_from_slice(&counter.tag(whole, &word));
            }
        }
        self.report += 1;
        Ok(())
    }
}

/// What of a report is authenticated without being encrypted: its head and the word with its
/// number (RFC 7714 section 9.2).
pub(super) fn clear(head: &[u8], word: [u8; REPORT_WORD]) -> [u8; REPORT_CLEAR + REPORT_WORD] {
    let mut clear = [0; REPORT_CLEAR + REPORT_WORD];
    clear.iter_mut().zip(head.iter().copied().chain(word)).for_each(|(to, from)| *to = from);
    clear
}

#[cfg(test)]
impl Sealer {
    /// Seals with the keys of a session, as the RFC's examples have them.
    pub(super) fn with_session(suite: Suite, key: &[u8], salt: &[u8], report: u32) -> Self {
        let session = || Cipher::session(suite, key, salt);
        Self { suite, media: session(), reports: session(), report }
    }
}

//! What was sent and how it arrived (RFC 3550 section 6.4).
//!
//! In: bytes. Out: the fields of a sender's report, and of the blocks in any report.
//! Never: makes anything of them.

use crate::bytes::{u32_at, u64_at};
use crate::moment::Ntp;

/// Bytes of a sender's report before its blocks, and of a block.
const SENDER_BYTES: usize = 28;
const BLOCK_BYTES: usize = 24;

/// What a sender says of its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderReport {
    /// The stream.
    pub ssrc: u32,
    /// A moment by the sender's clock.
    pub ntp: Ntp,
    /// The same moment by the stream's.
    pub timestamp: u32,
    /// Packets sent so far.
    pub packets: u32,
    /// Bytes of payload sent so far.
    pub octets: u32,
}

impl SenderReport {
    /// Reads one, and what follows it.
    pub(super) fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let report = Self {
            ssrc: u32_at(bytes, 4)?,
            ntp: Ntp(u64_at(bytes, 8)?),
            timestamp: u32_at(bytes, 16)?,
            packets: u32_at(bytes, 20)?,
            octets: u32_at(bytes, 24)?,
        };
        Some((report, bytes.get(SENDER_BYTES..)?))
    }
}

/// How one stream arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The stream.
    pub ssrc: u32,
    /// Share lost since the last report, in 256ths.
    pub fraction_lost: u8,
    /// Packets lost in all, in 24 bits with their sign: duplicates make it less.
    pub lost: i32,
    /// Newest sequence number, extended to 32 bits.
    pub newest: u32,
    /// In units of the stream's clock.
    pub jitter: u32,
    /// The middle of the time in the last report of the sender; zero if there was none.
    pub last_report: u32,
    /// How long ago that report came, in 65,536ths of a second.
    pub since_report: u32,
}

impl Block {
    fn parse(bytes: &[u8; BLOCK_BYTES]) -> Option<Self> {
        let loss = u32_at(bytes, 4)?;
        let [fraction_lost, ..] = loss.to_be_bytes();
        Some(Self {
            ssrc: u32_at(bytes, 0)?,
            fraction_lost,
            // The sign of 24 bits is carried over the upper eight.
            lost: (loss << 8).cast_signed() >> 8,
            newest: u32_at(bytes, 8)?,
            jitter: u32_at(bytes, 12)?,
            last_report: u32_at(bytes, 16)?,
            since_report: u32_at(bytes, 20)?,
        })
    }
}

/// The blocks of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks<'a> {
    rest: &'a [u8],
}

impl<'a> Blocks<'a> {
    pub(super) fn new(bytes: &'a [u8], count: u8) -> Self {
        Self { rest: bytes.get(..BLOCK_BYTES * usize::from(count)).unwrap_or(bytes) }
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let (first, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Block::parse(first)
    }
}

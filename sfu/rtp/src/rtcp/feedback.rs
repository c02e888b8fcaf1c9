//! Which packets arrived and when, by their transport-wide numbers
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01).
//!
//! In: bytes. Out: for each number in turn whether it came, and how long after the one before.
//! Never: a time of day; the clock is the receiver's own.

use crate::bytes::{u16_at, u32_at};

/// Bytes before the chunks.
const HEAD: usize = 20;
/// Steps of the receiver's clock are told in 250 µs, its whole time in 64 ms.
pub(crate) const TICK_MICROS: u64 = 250;
pub(crate) const TICKS_PER_REFERENCE: i64 = 256;

/// What a packet's chunk says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Lost,
    /// It came 0 to 255 ticks after the one before.
    Soon,
    /// It came more than that after, or earlier than it.
    Far,
}

impl Status {
    pub(crate) const fn of(ticks: Option<i64>) -> Self {
        match ticks {
            None => Self::Lost,
            Some(0..=255) => Self::Soon,
            Some(_) => Self::Far,
        }
    }

    /// None of the fourth, which means nothing.
    const fn from_bits(bits: u16) -> Option<Self> {
        match bits {
            0 => Some(Self::Lost),
            1 => Some(Self::Soon),
            2 => Some(Self::Far),
            _ => None,
        }
    }
}

/// A report of arrivals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feedback<'a> {
    /// Who received.
    pub sender: u32,
    /// A stream of the association.
    pub media: u32,
    /// The first number it speaks of.
    pub base: u16,
    /// Of how many numbers it speaks.
    pub count: u16,
    /// When the clock of the steps begins: 64 ms each, 24 bits.
    pub reference: u32,
    /// Counts the reports.
    pub number: u8,
    rest: &'a [u8],
}

impl<'a> Feedback<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let time = u32_at(bytes, 16)?;
        let [.., number] = time.to_be_bytes();
        Some(Self {
            sender: u32_at(bytes, 4)?,
            media: u32_at(bytes, 8)?,
            base: u16_at(bytes, 12)?,
            count: u16_at(bytes, 14)?,
            reference: time >> 8,
            number,
            rest: bytes.get(HEAD..)?,
        })
    }

    /// Each number from the base on. Ends where the bytes do.
    #[must_use]
    pub fn statuses(&self) -> Statuses<'a> {
        let (mut covered, mut end) = (0_usize, 0_usize);
        while covered < usize::from(self.count) {
            let Some(chunk) = u16_at(self.rest, end) else { break };
            covered += Chunk(chunk).length();
            end += 2;
        }
        let (chunks, steps) = self.rest.split_at_checked(end).unwrap_or((self.rest, &[]));
        Statuses { number: self.base, left: self.count, chunk: Chunk(0), used: 0, chunks, steps }
    }
}

/// Sixteen bits that tell of a run, of fourteen packets, or of seven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chunk(u16);

impl Chunk {
    fn length(self) -> usize {
        match self.0 >> 14 {
            0 | 1 => usize::from(self.0 & 0x1fff),
            2 => 14,
            _ => 7,
        }
    }

    fn status(self, place: usize) -> Option<Status> {
        let bits = match self.0 >> 14 {
            0 | 1 => self.0 >> 13 & 3,
            2 => self.0 >> 13_usize.checked_sub(place)? & 1,
            _ => self.0 >> 12_usize.checked_sub(2 * place)? & 3,
        };
        Status::from_bits(bits)
    }
}

/// What a report says, number by number: `None` of one that did not come, or how many ticks of
/// 250 µs it came after the one before.
#[derive(Debug, Clone, Copy)]
pub struct Statuses<'a> {
    number: u16,
    left: u16,
    chunk: Chunk,
    /// How much of the chunk has been told.
    used: usize,
    chunks: &'a [u8],
    steps: &'a [u8],
}

impl Statuses<'_> {
    fn step(&mut self, status: Status) -> Option<Option<i16>> {
        match status {
            Status::Lost => Some(None),
            Status::Soon => {
                let (&step, rest) = self.steps.split_first()?;
                self.steps = rest;
                Some(Some(i16::from(step)))
            }
            Status::Far => {
                let (&step, rest) = self.steps.split_first_chunk()?;
                self.steps = rest;
                Some(Some(i16::from_be_bytes(step)))
            }
        }
    }
}

impl Iterator for Statuses<'_> {
    type Item = (u16, Option<i16>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        while self.used >= self.chunk.length() {
            let (&chunk, rest) = self.chunks.split_first_chunk()?;
            self.chunks = rest;
            (self.chunk, self.used) = (Chunk(u16::from_be_bytes(chunk)), 0);
        }
        let status = self.chunk.status(self.used)?;
        self.used += 1;
        let number = self.number;
        self.number = number.wrapping_add(1);
        Some((number, self.step(status)?))
    }
}

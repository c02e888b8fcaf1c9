//! Reads bit by bit, as the headers of pictures are written.
//!
//! In: bytes. Out: numbers, or `None` where the bytes end.
//! Never: reads past the end.

/// A place in some bytes.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    /// From the first bit on.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// One bit.
    pub(super) fn flag(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// A number of so many bits, at most 32, the highest first.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0_u32, |number, _| Some(number << 1 | u32::from(self.flag()?)))
    }

    /// So many bits that nobody wants to know.
    pub(super) fn skip(&mut self, bits: usize) -> Option<()> {
        self.at = self.at.checked_add(bits)?;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    /// Exp-Golomb (H.264 section 9.1); AV1 calls the same `uvlc`.
    pub(super) fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        let rest = self.number(zeros)?;
        (1_u32 << zeros).checked_add(rest)?.checked_sub(1)
    }

    /// Exp-Golomb with a sign.
    pub(super) fn signed_golomb(&mut self) -> Option<i32> {
        let coded = i64::from(self.golomb()?);
        let half = (coded + 1) / 2;
        i32::try_from(if coded % 2 == 1 { half } else { -half }).ok()
    }
}

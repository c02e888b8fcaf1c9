//! What a receiver asks for: packets again (RFC 4585 section 6.2.1), keyframes (RFC 5104 section
//! 4.3.1).
//!
//! In: bytes. Out: the numbers and streams asked for, one by one.
//! Never: more than a datagram can name: seventeen numbers in four bytes.

/// Packets to send again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nack<'a> {
    /// Who asks.
    pub sender: u32,
    /// Of which stream.
    pub media: u32,
    pub(super) items: &'a [u8],
}

impl<'a> Nack<'a> {
    /// The numbers, as they are asked for.
    pub fn lost(self) -> impl Iterator<Item = u16> + 'a {
        let (items, _) = self.items.as_chunks();
        items.iter().flat_map(|&[p0, p1, m0, m1]| {
            let (first, mask) = (u16::from_be_bytes([p0, p1]), u16::from_be_bytes([m0, m1]));
            let follows = (0..16).filter(move |bit| mask >> bit & 1 == 1);
            let follows = follows.map(move |bit| first.wrapping_add(bit + 1));
            std::iter::once(first).chain(follows)
        })
    }
}

/// Keyframes asked for with numbers: the same number again is the same question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fir<'a> {
    /// Who asks.
    pub sender: u32,
    pub(super) items: &'a [u8],
}

impl<'a> Fir<'a> {
    /// Streams, with the number of the question.
    pub fn asked(self) -> impl Iterator<Item = (u32, u8)> + 'a {
        let (items, _) = self.items.as_chunks();
        items.iter().map(|&[s0, s1, s2, s3, number, ..]: &[u8; 8]| {
            (u32::from_be_bytes([s0, s1, s2, s3]), number)
        })
    }
}

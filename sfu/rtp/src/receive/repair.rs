//! A retransmission is a packet in a packet (RFC 4588 section 4).
//!
//! In: the payload of a retransmission. Out: the number and payload of what it repeats.
//! Never: the rest of the head; timestamp and marker are those of the retransmission.

/// What a retransmission repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repaired<'a> {
    /// The sequence number it had.
    pub seq: u16,
    /// What it carried.
    pub payload: &'a [u8],
}

/// What a retransmission carries; nothing, if it only fills the line.
#[must_use]
pub fn unwrap(payload: &[u8]) -> Option<Repaired<'_>> {
    let (seq, payload) = payload.split_first_chunk()?;
    (!payload.is_empty()).then(|| Repaired { seq: u16::from_be_bytes(*seq), payload })
}

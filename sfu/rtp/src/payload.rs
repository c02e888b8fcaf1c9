//! What a packet carries, kept once for all it goes to.
//!
//! In: bytes, and how their beginning differs for one receiver. Out: those bytes, as often as they
//! are written.
//! Never: a copy for each receiver.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Most bytes at the beginning that may differ: a VP8 descriptor has six (RFC 7741 section 4.2).
const LEAD_MAX: usize = 8;

/// A payload, or a part of a buffer that is one, with its own first bytes.
#[derive(Debug, Clone)]
pub struct Payload {
    shared: Arc<[u8]>,
    /// Where the part begins and ends that follows the lead.
    from: u16,
    to: u16,
    lead: [u8; LEAD_MAX],
    lead_len: u8,
}

impl Payload {
    /// A part of a buffer. None if it does not lie in it, or beyond 65,535 bytes.
    #[must_use]
    pub fn part(shared: Arc<[u8]>, part: Range<usize>) -> Option<Self> {
        shared.get(part.clone())?;
        let (from, to) = (u16::try_from(part.start).ok()?, u16::try_from(part.end).ok()?);
        Some(Self { shared, from, to, lead: [0; LEAD_MAX], lead_len: 0 })
    }

    /// The same with `lead` in place of its first bytes, `instead` of them. None if it has not so
    /// many, or `lead` is longer than eight bytes.
    #[must_use]
    pub fn led_by(&self, lead: &[u8], instead: usize) -> Option<Self> {
        if self.lead_len > 0 {
            return None;
        }
        let from = self.from.checked_add(u16::try_from(instead).ok()?)?;
        let mut led = Self { from, lead_len: u8::try_from(lead.len()).ok()?, ..self.clone() };
        led.lead.get_mut(..lead.len())?.copy_from_slice(lead);
        (from <= self.to).then_some(led)
    }

    /// Bytes of it.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.lead_len) + usize::from(self.to.saturating_sub(self.from))
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes that are shared: all of them, unless it has a lead of its own.
    #[must_use]
    pub fn shared(&self) -> &[u8] {
        self.shared.get(usize::from(self.from)..usize::from(self.to)).unwrap_or(&[])
    }

    /// Appends it.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.lead.get(..usize::from(self.lead_len)).unwrap_or(&[]));
        out.extend_from_slice(self.shared());
    }
}

impl From<Arc<[u8]>> for Payload {
    /// The whole buffer, or its first 65,535 bytes.
    fn from(shared: Arc<[u8]>) -> Self {
        let to = u16::try_from(shared.len()).unwrap_or(u16::MAX);
        Self { shared, from: 0, to, lead: [0; LEAD_MAX], lead_len: 0 }
    }
}

/// Sizes of buffers: most voices fit into the first, any payload of a browser into the second.
const SMALL: usize = 256;
const LARGE: usize = 1_424;
/// Most buffers kept of a size: two seconds at four thousand packets a second, 11 MiB of the large.
const BUFFERS_MAX: usize = 8_192;
/// How many are looked at for one that nobody uses any more; they are used in turn, so the first
/// is likely to be free.
const LOOKS: usize = 4;

/// Buffers of payloads, used again when nobody holds them any more.
#[derive(Debug, Default)]
pub struct Pool {
    small: VecDeque<Arc<[u8]>>,
    large: VecDeque<Arc<[u8]>>,
}

impl Pool {
    /// A payload of these bytes.
    pub fn payload(&mut self, bytes: &[u8]) -> Payload {
        let (buffers, size) = match bytes.len() {
            0..=SMALL => (&mut self.small, SMALL),
            ..=LARGE => (&mut self.large, LARGE),
            _ => return Payload::from(Arc::from(bytes)),
        };
        let mut buffer = free(buffers).unwrap_or_else(|| std::iter::repeat_n(0, size).collect());
        if let Some(place) = Arc::get_mut(&mut buffer).and_then(|all| all.get_mut(..bytes.len())) {
            place.copy_from_slice(bytes);
        }
        if buffers.len() < BUFFERS_MAX {
            buffers.push_back(Arc::clone(&buffer));
        }
        Payload::part(buffer, 0..bytes.len()).expect("the buffer is as large as its size")
    }
}

/// The first of the buffers that nobody else holds.
fn free(buffers: &mut VecDeque<Arc<[u8]>>) -> Option<Arc<[u8]>> {
    for _ in 0..LOOKS.min(buffers.len()) {
        let mut buffer = buffers.pop_front()?;
        if Arc::get_mut(&mut buffer).is_some() {
            return Some(buffer);
        }
        buffers.push_back(buffer);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(payload: &Payload) -> Vec<u8> {
        let mut out = Vec::new();
        payload.write(&mut out);
        assert_eq!(out.len(), payload.len());
        out
    }

    #[test]
    fn a_part_is_written_with_its_own_beginning() {
        let shared: Arc<[u8]> = Arc::from([0, 1, 2, 3, 4, 5]);
        let part = Payload::part(Arc::clone(&shared), 1..5).unwrap();
        assert_eq!(bytes(&part), [1, 2, 3, 4]);
        assert_eq!(bytes(&part.led_by(&[9, 8, 7], 1).unwrap()), [9, 8, 7, 2, 3, 4]);
        assert_eq!(bytes(&part.led_by(&[], 4).unwrap()), []);
        assert!(part.led_by(&[0; 9], 1).is_none() && part.led_by(&[], 5).is_none());
        assert!(part.led_by(&[1], 1).unwrap().led_by(&[2], 0).is_none());
        assert!(Payload::part(Arc::clone(&shared), 1..7).is_none());
        assert_eq!(bytes(&Payload::from(shared)), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_buffer_is_used_again_when_nobody_holds_it() {
        let mut pool = Pool::default();
        let held = pool.payload(&[1; 300]);
        let first = Arc::as_ptr(&pool.payload(&[2; 1_000]).shared);
        let again = pool.payload(&[3; 257]);
        assert_eq!(Arc::as_ptr(&again.shared), first);
        assert_eq!((bytes(&held), bytes(&again)), (vec![1; 300], vec![3; 257]));
        assert_eq!((pool.small.len(), pool.large.len()), (0, 2));
        assert_eq!(bytes(&pool.payload(&[4; 2_000])), [4; 2_000], "larger than any buffer");
        let kept: Vec<Payload> = (0..9_000).map(|_| pool.payload(b"voice")).collect();
        assert_eq!(pool.small.len(), BUFFERS_MAX);
        assert!(kept.iter().all(|payload| bytes(payload) == b"voice"));
    }
}

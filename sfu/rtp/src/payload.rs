//! What a packet carries, kept once for all it goes to.
//!
//! In: bytes, and how their beginning differs for one receiver. Out: those bytes, as often as they
//! are written.
//! Never: a copy for each receiver.

use ::bytes::{Bytes, BytesMut};

/// Most bytes at the beginning that may differ: a VP8 descriptor has six (RFC 7741 section 4.2). With
/// one more, and their number, they fill eight.
const LEAD_MAX: usize = 7;

/// A payload with its own first bytes.
#[derive(Debug, Clone)]
pub struct Payload {
    /// What follows the lead.
    shared: Bytes,
    lead: [u8; LEAD_MAX],
    lead_len: u8,
}

impl Payload {
    /// The same with `lead` in place of as many first bytes. None if it has not so many, has a lead
    /// already, or `lead` is longer than seven bytes.
    #[must_use]
    pub fn led_by(&self, lead: &[u8]) -> Option<Self> {
        if self.lead_len > 0 || lead.len() > self.shared.len() {
            return None;
        }
        let mut led = Self {
            shared: self.shared.slice(lead.len()..),
            lead: [0; LEAD_MAX],
            lead_len: u8::try_from(lead.len()).ok()?,
        };
        led.lead.get_mut(..lead.len())?.copy_from_slice(lead);
        Some(led)
    }

    /// Bytes of it.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.lead_len) + self.shared.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends it.
    pub fn write(&self, out: &mut BytesMut) {
        out.extend_from_slice(self.lead.get(..usize::from(self.lead_len)).unwrap_or(&[]));
        out.extend_from_slice(&self.shared);
    }
}

impl From<Bytes> for Payload {
    fn from(shared: Bytes) -> Self {
        Self { shared, lead: [0; LEAD_MAX], lead_len: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(payload: &Payload) -> Vec<u8> {
        let mut out = BytesMut::new();
        payload.write(&mut out);
        assert_eq!(out.len(), payload.len());
        out.into()
    }

    #[test]
    fn it_is_written_with_its_own_beginning() {
        let whole = Payload::from(Bytes::from_static(&[1, 2, 3, 4]));
        assert_eq!(bytes(&whole), [1, 2, 3, 4]);
        assert_eq!(bytes(&whole.led_by(&[9, 8]).unwrap()), [9, 8, 3, 4]);
        assert_eq!(bytes(&whole.led_by(&[9, 8, 7, 6]).unwrap()), [9, 8, 7, 6]);
        assert!(whole.led_by(&[0; 5]).is_none());
        assert!(whole.led_by(&[1]).unwrap().led_by(&[2]).is_none());
        let long = Payload::from(Bytes::from_static(&[0; 20]));
        assert!(long.led_by(&[0; 8]).is_none());
    }
}

//! Which way leads to the client (RFC 8445 section 7.3.1.5, ICE-lite).
//!
//! In: connectivity checks, and the answers that the library gave them. Out: where media goes.
//! Never: believes a check that the library has not answered with success; that one was signed.

use crate::packet::{Datagram, Transmit};
use std::net::SocketAddr;

/// A binding request and the answer of success (RFC 8489 section 5); ids follow after eight bytes.
const REQUEST: [u8; 2] = [0x00, 0x01];
const SUCCESS: [u8; 2] = [0x01, 0x01];
const HEAD_BYTES: usize = 20;
/// The attribute by which the client chooses a pair (RFC 8445 section 7.1.2).
const USE_CANDIDATE: u16 = 0x0025;

/// A pair of addresses: ours, theirs.
pub(super) type Pair = (SocketAddr, SocketAddr);

/// The way to one client.
#[derive(Debug, Default)]
pub(super) struct Way {
    chosen: Option<Pair>,
    /// A check that chooses a pair and is not answered yet: its id.
    asked: Option<[u8; 16]>,
}

impl Way {
    /// Where media goes, once the client has chosen.
    pub(super) const fn pair(&self) -> Option<Pair> {
        self.chosen
    }

    /// A datagram for the library, which has read it.
    pub(super) fn handle_check(&mut self, datagram: Datagram<'_>) {
        self.asked = chooses(datagram.payload).then(|| id(datagram.payload)).flatten();
    }

    /// What the library sends. Whether media goes another way from now on.
    pub(super) fn handle_answer(&mut self, transmit: &Transmit) -> bool {
        let answers = transmit.payload.starts_with(&SUCCESS)
            && self.asked.is_some()
            && id(&transmit.payload) == self.asked;
        if !answers {
            return false;
        }
        self.asked = None;
        let pair = (transmit.source, transmit.destination);
        self.chosen.replace(pair).is_some_and(|former| former != pair)
    }
}

fn id(message: &[u8]) -> Option<[u8; 16]> {
    message.get(4..HEAD_BYTES)?.try_into().ok()
}

/// Whether a message is a binding request that chooses its pair.
fn chooses(message: &[u8]) -> bool {
    let Some(mut rest) = message.get(HEAD_BYTES..).filter(|_| message.starts_with(&REQUEST)) else {
        return false;
    };
    while let Some(&[k0, k1, l0, l1]) = rest.first_chunk() {
        if u16::from_be_bytes([k0, k1]) == USE_CANDIDATE {
            return true;
        }
        let length = usize::from(u16::from_be_bytes([l0, l1])).next_multiple_of(4);
        let Some(after) = rest.get(4 + length..) else { return false };
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn request(choose: bool) -> Vec<u8> {
        let mut message = vec![0, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42];
        message.extend([7; 12]);
        message.extend([0, 6, 0, 3, b'a', b':', b'b', 0]);
        if choose {
            message.extend([0, 0x25, 0, 0]);
        }
        message
    }

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn check(way: &mut Way, from: u16, choose: bool, answer: [u8; 2]) -> bool {
        let payload = request(choose);
        way.handle_check(Datagram {
            source: address(from),
            destination: address(1),
            payload: &payload,
        });
        let mut told = request(false);
        told[..2].copy_from_slice(&answer);
        let payload = Bytes::from(told);
        way.handle_answer(&Transmit { source: address(1), destination: address(from), payload })
    }

    #[test]
    fn the_client_chooses_and_chooses_anew() {
        let mut way = Way::default();
        assert!(!check(&mut way, 2, false, SUCCESS));
        assert_eq!(way.pair(), None, "a check alone chooses nothing");
        assert!(!check(&mut way, 2, true, [0x01, 0x11]));
        assert_eq!(way.pair(), None, "nor one that the library refuses");
        assert!(!check(&mut way, 2, true, SUCCESS));
        assert_eq!(way.pair(), Some((address(1), address(2))));
        assert!(!check(&mut way, 3, false, SUCCESS));
        assert!(!check(&mut way, 2, true, SUCCESS), "the same again is no move");
        assert!(check(&mut way, 3, true, SUCCESS));
        assert_eq!(way.pair(), Some((address(1), address(3))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = (chooses(&bytes), id(&bytes));
            let _ = chooses(&[request(false), bytes].concat());
        }
    }
}

//! Connectivity checks as they are on the wire (RFC 8489, RFC 8445 section 7).
//!
//! In: a datagram. Out: the check in it, if it is one and whole; the answer to it.
//! Never: asks anything itself; an ICE-lite agent only answers.

use aws_lc_rs::{constant_time, hmac};
use bytes::Bytes;
use std::net::{IpAddr, SocketAddr};

const REQUEST: [u8; 2] = [0x00, 0x01];
const SUCCESS: [u8; 2] = [0x01, 0x01];
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const HEAD_BYTES: usize = 20;
/// Head of an attribute: its name and length.
const ATTRIBUTE_HEAD_BYTES: usize = 4;
const DIGEST_BYTES: usize = 20;
const CHECKSUM_BYTES: usize = 4;

const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const USE_CANDIDATE: u16 = 0x0025;
const FINGERPRINT: u16 = 0x8028;
/// What a checksum is mixed with, so that it differs from other protocols' ones.
const FINGERPRINT_XOR: u32 = 0x5354_554e;
/// Families of addresses.
const IPV4: u8 = 1;
const IPV6: u8 = 2;

/// A binding request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check<'a> {
    message: &'a [u8],
    id: [u8; 12],
    /// By whom and to whom: `ours:theirs`.
    pub(super) username: &'a str,
    /// The client chooses this way (RFC 8445 section 8.1.1).
    pub(super) chooses: bool,
    /// Where the digest stands, and what it says.
    digest: (usize, &'a [u8]),
}

impl<'a> Check<'a> {
    /// A check, if the datagram is one, whole, and signed by anybody.
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let head = message.first_chunk::<HEAD_BYTES>()?;
        let [kind @ .., l0, l1, c0, c1, c2, c3] = head.first_chunk::<8>()?;
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let is_check = *kind == REQUEST
            && [*c0, *c1, *c2, *c3] == COOKIE
            && length == message.len() - HEAD_BYTES;
        if !is_check {
            return None;
        }
        let id = *head.last_chunk()?;
        let (mut username, mut chooses, mut digest) = (None, false, None);
        let mut at = HEAD_BYTES;
        while at < message.len() {
            let &[k0, k1, l0, l1] = message.get(at..)?.first_chunk()?;
            let length = usize::from(u16::from_be_bytes([l0, l1]));
            let value = message.get(at + ATTRIBUTE_HEAD_BYTES..)?.get(..length)?;
            match (u16::from_be_bytes([k0, k1]), digest) {
                (FINGERPRINT, _) if !is_checksum(message.get(..at)?, value) => return None,
                // What follows the digest is signed by nobody.
                (_, Some(_)) => {}
                (USERNAME, None) => username = Some(std::str::from_utf8(value).ok()?),
                (USE_CANDIDATE, None) => chooses = true,
                (MESSAGE_INTEGRITY, None) => digest = Some((at, value)),
                (_, None) => {}
            }
            at += ATTRIBUTE_HEAD_BYTES + length.next_multiple_of(4);
        }
        Some(Self { message, id, username: username?, chooses, digest: digest? })
    }

    /// Whether whoever sent it knows the password.
    pub(super) fn is_signed(&self, password: &str) -> bool {
        let (at, told) = self.digest;
        let signed = self.message.get(..at);
        signed.and_then(|signed| digest(password, signed)).is_some_and(|digest| {
            constant_time::verify_slices_are_equal(digest.as_ref(), told).is_ok()
        })
    }

    /// The answer of success: where the check came from.
    pub(super) fn answer(&self, source: SocketAddr, password: &str) -> Option<Bytes> {
        let mut answer = Vec::with_capacity(HEAD_BYTES + 24 + 24 + 8);
        answer.extend(SUCCESS);
        answer.extend([0, 0]);
        answer.extend(COOKIE);
        answer.extend(self.id);
        put_address(&mut answer, source);
        let digest = digest(password, &answer)?;
        put(&mut answer, MESSAGE_INTEGRITY, digest.as_ref());
        let checksum = checksum(&answer)?;
        put(&mut answer, FINGERPRINT, &checksum);
        let length = u16::try_from(answer.len() - HEAD_BYTES).ok()?;
        answer.get_mut(2..4)?.copy_from_slice(&length.to_be_bytes());
        Some(answer.into())
    }
}

/// An attribute; values here end where the next may begin.
fn put(message: &mut Vec<u8>, name: u16, value: &[u8]) {
    message.extend(name.to_be_bytes());
    message.extend(u16::try_from(value.len()).unwrap_or_default().to_be_bytes());
    message.extend(value);
}

/// Where the check came from, hidden from whatever rewrites addresses on its way.
fn put_address(message: &mut Vec<u8>, source: SocketAddr) {
    let key: [u8; 16] =
        message.get(4..HEAD_BYTES).and_then(|key| key.try_into().ok()).unwrap_or_default();
    let [k0, k1, ..] = key;
    let [p0, p1] = source.port().to_be_bytes();
    let mut value = vec![0, IPV4, p0 ^ k0, p1 ^ k1];
    let mut hide = |address: &[u8]| value.extend(address.iter().zip(key).map(|(a, k)| a ^ k));
    match source.ip() {
        IpAddr::V4(ip) => hide(&ip.octets()),
        IpAddr::V6(ip) => hide(&ip.octets()),
    }
    if let (IpAddr::V6(_), Some(family)) = (source.ip(), value.get_mut(1)) {
        *family = IPV6;
    }
    put(message, XOR_MAPPED_ADDRESS, &value);
}

/// The digest of what stands before it; the head tells of it already (RFC 8489 section 14.5).
fn digest(password: &str, before: &[u8]) -> Option<hmac::Tag> {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let mut digest = hmac::Context::with_key(&key);
    let (head, rest) = told(before, DIGEST_BYTES)?;
    digest.update(&head);
    digest.update(rest);
    Some(digest.sign())
}

/// The checksum of what stands before it.
fn checksum(before: &[u8]) -> Option<[u8; CHECKSUM_BYTES]> {
    let (head, rest) = told(before, CHECKSUM_BYTES)?;
    let sum = head.iter().chain(rest).fold(u32::MAX, |sum, byte| {
        let index = usize::from(sum.to_le_bytes()[0] ^ byte);
        CRC.get(index).copied().unwrap_or_default() ^ sum >> 8
    });
    Some((!sum ^ FINGERPRINT_XOR).to_be_bytes())
}

fn is_checksum(before: &[u8], told: &[u8]) -> bool {
    checksum(before).is_some_and(|checksum| checksum == told)
}

/// A message up to an attribute of so many bytes; its head tells the length with that attribute.
fn told(before: &[u8], bytes: usize) -> Option<([u8; HEAD_BYTES], &[u8])> {
    let (head, rest) = before.split_first_chunk::<HEAD_BYTES>()?;
    let length = u16::try_from(rest.len() + ATTRIBUTE_HEAD_BYTES + bytes).ok()?;
    let mut head = *head;
    head.get_mut(2..4)?.copy_from_slice(&length.to_be_bytes());
    Some((head, rest))
}

/// Remainders of CRC-32 (ISO 3309), by byte.
#[expect(clippy::indexing_slicing, reason = "a constant's index is checked when it is built")]
const CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    let mut byte = 0_u32;
    while index < table.len() {
        let (mut sum, mut bit) = (byte, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[index] = sum;
        index += 1;
        byte += 1;
    }
    table
};

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 5769 section 2.1: a request, and the password it is signed with.
    const PASSWORD: &str = "VOkJxbRl1RmTxUk/WvJxBt";
    const EXAMPLE: &str = "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74\
        002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70c\
        bfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";
    /// Section 2.2: the answer to it, without the name of its software.
    const ADDRESS: &str = "192.0.2.1:32853";

    fn example() -> Vec<u8> {
        let digits: Vec<u32> = EXAMPLE.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
    }

    /// A check as clients send it.
    pub(crate) fn check(username: &str, password: &str, chooses: bool) -> Vec<u8> {
        let mut message = [&REQUEST[..], &[0, 0], &COOKIE, &[7; 12]].concat();
        let padded = username.len().next_multiple_of(4);
        put(&mut message, USERNAME, username.as_bytes());
        message.resize(HEAD_BYTES + ATTRIBUTE_HEAD_BYTES + padded, 0);
        if chooses {
            put(&mut message, USE_CANDIDATE, &[]);
        }
        let digest = digest(password, &message).unwrap();
        put(&mut message, MESSAGE_INTEGRITY, digest.as_ref());
        let checksum = checksum(&message).unwrap();
        put(&mut message, FINGERPRINT, &checksum);
        let length = u16::try_from(message.len() - HEAD_BYTES).unwrap();
        message[2..4].copy_from_slice(&length.to_be_bytes());
        message
    }

    #[test]
    fn the_standards_example_is_read() {
        let message = example();
        let check = Check::read(&message).unwrap();
        assert_eq!((check.username, check.chooses), ("evtj:h6vY", false));
        assert!(check.is_signed(PASSWORD));
        assert!(!check.is_signed("VOkJxbRl1RmTxUk/WvJxBu"));
    }

    #[test]
    fn the_standards_example_is_answered() {
        let message = example();
        let answer =
            Check::read(&message).unwrap().answer(ADDRESS.parse().unwrap(), PASSWORD).unwrap();
        assert_eq!(answer[..2], SUCCESS);
        assert_eq!(answer[4..20], message[4..20]);
        assert_eq!(answer[20..32], [0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43]);
        assert_eq!(usize::from(answer[3]), answer.len() - HEAD_BYTES);
        assert_eq!(digest(PASSWORD, &answer[..32]).unwrap().as_ref(), &answer[36..56]);
        assert!(is_checksum(&answer[..56], &answer[60..]));
        let sixth = "[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().unwrap();
        let answer = Check::read(&message).unwrap().answer(sixth, PASSWORD).unwrap();
        assert_eq!(answer[20..28], [0, 0x20, 0, 20, 0, 2, 0xa1, 0x47]);
        assert_eq!(answer[28..34], [0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3]);
    }

    #[test]
    fn a_check_that_differs_in_a_bit_is_none() {
        let message = check("ours:theirs", PASSWORD, true);
        assert!(
            Check::read(&message).is_some_and(|check| check.chooses && check.is_signed(PASSWORD))
        );
        // All before the checksum is signed; that without one it would be taken, as other agents do.
        for bit in 0..(message.len() - 8) * 8 {
            let mut other = message.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let taken = Check::read(&other).is_some_and(|check| check.is_signed(PASSWORD));
            assert!(!taken, "bit {bit}");
        }
    }

    #[test]
    fn what_follows_the_digest_says_nothing() {
        let mut message = check("ours:theirs", PASSWORD, false);
        message.truncate(message.len() - 8);
        put(&mut message, USE_CANDIDATE, &[]);
        message[3] -= 4;
        let check = Check::read(&message).unwrap();
        assert!(check.is_signed(PASSWORD) && !check.chooses);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(
            bytes in proptest::collection::vec(any::<u8>(), 0..64),
            at in 0_usize..80,
        ) {
            let _ = Check::read(&bytes);
            let mut message = check("ours:theirs", PASSWORD, true);
            let at = at.min(message.len());
            message.splice(at.., bytes);
            let _ = Check::read(&message).map(|check| check.is_signed(PASSWORD));
        }
    }
}

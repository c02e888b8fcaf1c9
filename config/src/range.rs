//! A range of addresses: those that begin with the same bits.
//!
//! In: `10.1.0.0/16`, `fd00::/8`, or one address. Out: whether an address is in it.
//! Never: an IPv4 address in a range of IPv6 or the other way round.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;

/// The addresses whose first bits are those of `start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Range {
    start: IpAddr,
    bits: u8,
}

impl Range {
    /// The addresses whose first `bits` bits are those of `start`.
    ///
    /// # Panics
    /// When an address of that family has fewer bits.
    #[must_use]
    pub const fn new(start: IpAddr, bits: u8) -> Self {
        assert!(bits <= width(start), "an address has 32 bits or 128");
        Self { start, bits }
    }

    /// Reads a range, or one address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (start, bits) =
            text.split_once('/').map_or((text, None), |(start, bits)| (start, Some(bits)));
        let start: IpAddr = start.parse().ok()?;
        let bits = bits.map_or(Some(width(start)), |bits| bits.parse().ok())?;
        (bits <= width(start)).then_some(Self { start, bits })
    }

    /// Whether the address is in it.
    #[must_use]
    pub const fn holds(&self, address: IpAddr) -> bool {
        let same = match (self.start, address) {
            (IpAddr::V4(start), IpAddr::V4(address)) => {
                (start.to_bits() ^ address.to_bits()).leading_zeros()
            }
            (IpAddr::V6(start), IpAddr::V6(address)) => {
                (start.to_bits() ^ address.to_bits()).leading_zeros()
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        same >= self.bits as u32
    }
}

const fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl TryFrom<String> for Range {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no address or range")
    }
}

impl From<Range> for String {
    fn from(range: Range) -> Self {
        range.to_string()
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == width(self.start) {
            return write!(f, "{}", self.start);
        }
        write!(f, "{}/{}", self.start, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::Range;
    use std::net::IpAddr;

    fn holds(range: &str, address: &str) -> bool {
        let address: IpAddr = address.parse().expect("an address");
        Range::parse(range).expect("a range").holds(address)
    }

    #[test]
    fn a_range_holds_what_shares_its_bits() {
        assert!(holds("10.1.0.0/16", "10.1.255.255"));
        assert!(!holds("10.1.0.0/16", "10.2.0.0"));
        assert!(holds("10.1.2.3", "10.1.2.3"));
        assert!(!holds("10.1.2.3", "10.1.2.2"));
        assert!(holds("0.0.0.0/0", "192.0.2.1"));
        assert!(holds("fd00::/8", "fdff::1"));
        assert!(!holds("fd00::/8", "fe80::1"));
    }

    #[test]
    fn the_families_are_apart() {
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(!holds("::/0", "127.0.0.1"));
    }

    #[test]
    fn what_is_no_range_is_not_taken() {
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "300.1.1.1", "10.0.0.0/", "host"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["10.1.0.0/16", "fd00::/8", "10.1.2.3", "::1"] {
            assert_eq!(Range::parse(text).expect("a range").to_string(), text);
        }
    }
}

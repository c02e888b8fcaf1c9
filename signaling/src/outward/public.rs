//! Which addresses are on the open internet.
//!
//! In: an address. Out: whether anybody may be sent there.
//! Never: a name; what a name means can change between two questions, an address cannot.
//!
//! The ranges are those of the IANA registries of special-purpose addresses that are not
//! globally reachable, and what clouds put at public numbers for their own machines only.

use bedside_config::Range;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const fn v4(a: u8, b: u8, c: u8, bits: u8) -> Range {
    Range::new(IpAddr::V4(Ipv4Addr::new(a, b, c, 0)), bits)
}

const fn v6(a: u16, b: u16, c: u16, bits: u8) -> Range {
    Range::new(IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)), bits)
}

/// Not public, although they look like addresses of machines.
const CLOSED_V4: [Range; 16] = [
    v4(0, 0, 0, 8),       // this network; Linux takes it for loopback
    v4(10, 0, 0, 8),      // private
    v4(100, 64, 0, 10),   // shared by a carrier's customers; a cloud's metadata too
    v4(127, 0, 0, 8),     // loopback
    v4(169, 254, 0, 16),  // link-local; the metadata of most clouds
    v4(172, 16, 0, 12),   // private
    v4(192, 0, 0, 24),    // protocol assignments
    v4(192, 0, 2, 24),    // documentation
    v4(192, 88, 99, 24),  // 6to4 relays of old
    v4(192, 168, 0, 16),  // private
    v4(198, 18, 0, 15),   // benchmarks
    v4(198, 51, 100, 24), // documentation
    v4(203, 0, 113, 24),  // documentation
    v4(224, 0, 0, 4),     // multicast
    v4(240, 0, 0, 4),     // reserved, broadcast
    Range::new(IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)), 32), // the host of an Azure machine
];

/// All there is of public IPv6 so far. What lies outside is loopback, link-local, private,
/// multicast or not given to anybody.
const OPEN_V6: Range = v6(0x2000, 0, 0, 3);

/// Not public, although inside of it.
const CLOSED_V6: [Range; 4] = [
    v6(0x2001, 0, 0, 23),     // protocol assignments: Teredo, ORCHID, benchmarks
    v6(0x2001, 0xdb8, 0, 32), // documentation
    v6(0x2002, 0, 0, 16),     // 6to4, which carries any IPv4 address
    v6(0x3fff, 0, 0, 20),     // documentation
];

/// Addresses that are IPv4 in another dress: the last 32 bits say where a packet goes.
const MAPPED: Range = Range::new(IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0)), 96);
/// The prefix by which an IPv6-only network reaches IPv4 (NAT64, RFC 6052).
const TRANSLATED: Range = v6(0x64, 0xff9b, 0, 96);

/// Whether the address is on the open internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => !CLOSED_V4.iter().any(|range| range.holds(address)),
        IpAddr::V6(long) if MAPPED.holds(address) || TRANSLATED.holds(address) => {
            is_public(IpAddr::V4(last_32_bits(long)))
        }
        IpAddr::V6(_) => {
            OPEN_V6.holds(address) && !CLOSED_V6.iter().any(|range| range.holds(address))
        }
    }
}

const fn last_32_bits(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::is_public;

    fn public(text: &str) -> bool {
        is_public(text.parse().expect("an address"))
    }

    #[test]
    fn the_open_internet_is_public() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "2a00::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(public(text), "{text}");
        }
    }

    #[test]
    fn what_is_inside_is_not() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!public(text), "{text}");
        }
    }

    #[test]
    fn an_address_in_another_dress_is_judged_by_what_it_carries() {
        for inner in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"] {
            assert!(!public(&format!("::ffff:{inner}")), "{inner}");
            assert!(!public(&format!("64:ff9b::{inner}")), "{inner}");
        }
    }
}

//! Only a named proxy is believed, and only about whom it saw itself.

use super::{Peer, seen_through};
use bedside_config::Range;
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn range(text: &str) -> Range {
    Range::parse(text).unwrap()
}

#[test]
fn a_range_of_proxies_is_named_at_once() {
    let trusted = [range("10.2.0.0/16"), range("fd00::/8")];
    for (peer, seen) in [
        ("10.2.255.1", "203.0.113.9"),
        ("fd12::7", "203.0.113.9"),
        ("10.3.0.1", "10.3.0.1"),
        ("fe80::1", "fe80::1"),
    ] {
        assert_eq!(seen_through(ip(peer), &trusted, "203.0.113.9"), ip(seen), "{peer}");
    }
    assert_eq!(seen_through(ip("10.2.0.1"), &trusted, "192.0.2.7, 10.2.0.2"), ip("192.0.2.7"));
}

#[test]
fn a_house_is_one_ipv6_network() {
    let house = |text: &str| Peer(ip(text)).house();
    assert_eq!(house("2001:db8:0:7::1"), house("2001:db8:0:7:ffff::9"));
    assert_ne!(house("2001:db8:0:7::1"), house("2001:db8:0:8::1"));
    assert_eq!(house("::ffff:192.0.2.1"), ip("192.0.2.1"), "the same house by another spelling");
    assert_ne!(house("192.0.2.1"), house("192.0.2.2"));
}

#[test]
fn a_header_of_a_stranger_is_not_believed() {
    assert_eq!(seen_through(ip("203.0.113.9"), &[], "192.0.2.1"), ip("203.0.113.9"));
    let trusted = [range("10.0.0.1")];
    assert_eq!(seen_through(ip("203.0.113.9"), &trusted, "192.0.2.1"), ip("203.0.113.9"));
}

#[test]
fn behind_named_proxies_it_is_the_rightmost_address_that_is_none() {
    let trusted = [range("10.0.0.1"), range("::ffff:10.0.0.2")];
    for (forwarded, seen) in [
        ("203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1,203.0.113.9 ,10.0.0.2", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "10.0.0.2"),
        ("", "10.0.0.1"),
        ("192.0.2.1, unknown", "10.0.0.1"),
        ("192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"),
    ] {
        assert_eq!(seen_through(ip("10.0.0.1"), &trusted, forwarded), ip(seen), "{forwarded}");
    }
    assert_eq!(
        seen_through(ip("::ffff:10.0.0.1"), &trusted, "203.0.113.9"),
        ip("203.0.113.9"),
        "the same proxy by another spelling"
    );
}

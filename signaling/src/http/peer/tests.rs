//! Only a named proxy is believed, and only about whom it saw itself.

use super::seen_through;
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn a_header_of_a_stranger_is_not_believed() {
    assert_eq!(seen_through(ip("203.0.113.9"), &[], "192.0.2.1"), ip("203.0.113.9"));
    let trusted = [ip("10.0.0.1")];
    assert_eq!(seen_through(ip("203.0.113.9"), &trusted, "192.0.2.1"), ip("203.0.113.9"));
}

#[test]
fn behind_named_proxies_it_is_the_rightmost_address_that_is_none() {
    let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
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

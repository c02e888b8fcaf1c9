//! Distances and suggestions.

use super::{distance, nearest};

#[test]
fn the_distance_is_the_number_of_edits() {
    let cases = [
        ("", "", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("kitten", "sitting", 3),
        ("port", "prot", 2),
        ("shard", "shards", 1),
        ("Listen", "listen", 0),
    ];
    for (from, to, edits) in cases {
        assert_eq!(distance(from, to), edits, "{from} -> {to}");
        assert_eq!(distance(to, from), edits, "{to} -> {from}");
    }
}

#[test]
fn only_what_is_near_is_suggested() {
    let known = ["listen", "public_url", "drain_seconds"];
    assert_eq!(nearest("listn", known), Some("listen"));
    assert_eq!(nearest("public-url", known), Some("public_url"));
    assert_eq!(nearest("drain_second", known), Some("drain_seconds"));
    assert_eq!(nearest("certificate", known), None);
    assert_eq!(nearest("x", known), None);
}

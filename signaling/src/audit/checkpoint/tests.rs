//! A line is believed when this key signed it as it is, and not otherwise.

use super::{AGE_MAX, Claim, Forged, ROWS_MAX, Signer, due};
use crate::audit::chain::Head;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::Value;

fn claim(seq: u64, hash: [u8; 32]) -> Claim {
    let at = "2026-12-01T09:30:00Z".parse().unwrap();
    Claim { tenant: "clinic".to_owned(), head: Head { seq, hash }, at }
}

#[test]
fn anybody_with_the_public_key_can_check_a_line() {
    let signer = Signer::new(&[1; 32]);
    let line = signer.sign(&claim(1_000, [7; 32]));
    let parts: Vec<&str> = line.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("three parts: {line}") };
    let json =
        |part| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let key = serde_json::to_value(signer.public_key()).unwrap();
    assert_eq!((&key["kty"], &key["crv"]), (&"OKP".into(), &"Ed25519".into()));
    assert_eq!(json(header)["kid"], key["kid"]);
    assert_eq!(json(payload)["seq"], 1_000);
    let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    UnparsedPublicKey::new(&ED25519, public)
        .verify(
            format!("{header}.{payload}").as_bytes(),
            &URL_SAFE_NO_PAD.decode(signature).unwrap(),
        )
        .unwrap();
}

#[test]
fn a_line_of_another_key_is_named_so() {
    let line = Signer::new(&[1; 32]).sign(&claim(1, [7; 32]));
    assert_eq!(Signer::new(&[2; 32]).open(&line), Err(Forged::OtherKey));
    for none in ["", ".", "..", "a.b.c", "checkpoint"] {
        assert_eq!(Signer::new(&[1; 32]).open(none), Err(Forged::Unreadable), "{none}");
    }
}

#[test]
fn signed_by_rows_or_by_time_and_never_for_nothing() {
    let (young, old) = (SignedDuration::ZERO, AGE_MAX);
    let cases = [
        (0, young, false),
        (0, old, false),
        (1, young, false),
        (1, old, true),
        (ROWS_MAX - 1, young, false),
        (ROWS_MAX, young, true),
    ];
    for (rows, age, expected) in cases {
        assert_eq!(due(rows, age), expected, "{rows} rows, {age:?}");
    }
}

proptest! {
    #[test]
    fn what_was_signed_is_read_back(seq: u64, hash: [u8; 32]) {
        let signer = Signer::new(&[1; 32]);
        let claim = claim(seq, hash);
        prop_assert_eq!(signer.open(&signer.sign(&claim)), Ok(claim));
    }

    #[test]
    fn a_line_with_one_letter_changed_is_forged(place in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
        let signer = Signer::new(&[1; 32]);
        let line = signer.sign(&claim(12, [9; 32]));
        let at = place.index(line.len());
        let mut changed = line.clone();
        changed.replace_range(at..=at, &letter);
        prop_assume!(changed != line);
        prop_assert!(signer.open(&changed).is_err(), "{}", changed);
    }
}

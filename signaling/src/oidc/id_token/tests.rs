//! An ID token counts for us, for this attempt, for now.

use super::{Expected, subject};
use crate::token::{Claims, Untrusted};
use jiff::Timestamp;
use serde_json::{Value, json};

const EXPECTED: Expected<'_> =
    Expected { issuer: "https://id.example.org", client_id: "bedside", nonce: "n-0S6_WzA2Mj" };

fn noon() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

fn good() -> Value {
    let second = noon().as_second();
    json!({
        "iss": EXPECTED.issuer, "aud": EXPECTED.client_id, "sub": "24400320",
        "nonce": EXPECTED.nonce, "iat": second, "exp": second + 3_600,
    })
}

fn with(changes: &[(&str, Value)]) -> Value {
    let mut claims = good();
    for (claim, value) in changes {
        claims[*claim] = value.clone();
    }
    claims
}

fn check(claims: Value) -> Result<String, Untrusted> {
    let claims: Claims = serde_json::from_value(claims).unwrap();
    subject(&claims, EXPECTED, noon()).map(str::to_owned)
}

#[test]
fn a_good_one_says_who_it_is() {
    assert_eq!(check(good()), Ok("24400320".to_owned()));
    assert!(check(with(&[("azp", json!("bedside"))])).is_ok());
    assert!(check(with(&[("aud", json!(["bedside", "x"])), ("azp", json!("bedside"))])).is_ok());
}

#[test]
fn each_claim_is_looked_at() {
    let second = noon().as_second();
    for (claim, value, wrong) in [
        ("iss", json!("https://id.example.com"), "iss"),
        ("aud", json!("another"), "aud"),
        ("aud", json!(["bedside", "another"]), "azp"),
        ("azp", json!("another"), "azp"),
        ("nonce", json!("another"), "nonce"),
        ("nonce", Value::Null, "nonce"),
        ("exp", json!(second - 31), "exp"),
        ("iat", json!(second - 700), "iat"),
        ("iat", json!(second + 60), "iat"),
        ("sub", json!(""), "sub"),
        ("sub", json!("x".repeat(256)), "sub"),
    ] {
        assert_eq!(check(with(&[(claim, value)])), Err(Untrusted::Claim(wrong)), "{claim}");
    }
    for claim in ["iss", "aud", "nonce", "exp", "iat", "sub"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(claim);
        assert_eq!(check(claims), Err(Untrusted::Claim(claim)), "without {claim}");
    }
}

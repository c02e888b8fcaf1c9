//! An assertion holds for one client, for us, for a few minutes.

use super::{Assertion, claimed_client};
use crate::token::tests::keys;
use crate::token::tests::signer::Signer;
use crate::token::{Alg, Claims, Jws, Untrusted};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

const TOKEN_URL: &str = "https://visits.example.org/v1/oauth/token";
const CLIENT: Uuid = Uuid::from_u128(7);

fn noon() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

fn good() -> Value {
    let id = CLIENT.simple().to_string();
    json!({
        "iss": id, "sub": id, "aud": TOKEN_URL, "jti": "once",
        "iat": noon().as_second(), "exp": noon().as_second() + 300,
    })
}

fn with(claim: &str, value: Value) -> Value {
    let mut claims = good();
    claims[claim] = value;
    claims
}

fn without(claim: &str) -> Value {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(claim);
    claims
}

fn check(claims: Value) -> Result<Assertion, Untrusted> {
    let claims: Claims = serde_json::from_value(claims).unwrap();
    Assertion::check(&claims, CLIENT, TOKEN_URL, noon())
}

#[test]
fn a_good_one_holds_and_is_remembered_until_it_ends() {
    let held = check(good()).unwrap();
    assert_eq!(held.jti, "once");
    assert!(held.until >= noon() + SignedDuration::from_secs(300), "{held:?}");
    check(with("aud", json!(["https://elsewhere.example.org", TOKEN_URL]))).unwrap();
    check(with("iss", json!(CLIENT.hyphenated().to_string()))).unwrap_err();
    check(with("exp", json!(noon().as_second() as f64 + 60.5))).unwrap();
    check(without("iat")).unwrap();
}

#[test]
fn each_claim_is_looked_at() {
    let second = noon().as_second();
    for (claims, wrong) in [
        (with("iss", json!("somebody")), "iss"),
        (with("iss", json!(Uuid::from_u128(8).simple().to_string())), "iss"),
        (without("iss"), "iss"),
        (with("sub", json!("somebody")), "sub"),
        (without("sub"), "sub"),
        (with("aud", json!("https://visits.example.org")), "aud"),
        (with("aud", json!([])), "aud"),
        (without("aud"), "aud"),
        (without("exp"), "exp"),
        (with("exp", json!(second - 31)), "exp"),
        (with("exp", json!(second + 400)), "exp"),
        (with("nbf", json!(second + 60)), "nbf"),
        (with("iat", json!(second + 60)), "iat"),
        (without("jti"), "jti"),
        (with("jti", json!("")), "jti"),
        (with("jti", json!("x".repeat(257))), "jti"),
    ] {
        assert_eq!(check(claims), Err(Untrusted::Claim(wrong)), "{wrong}");
    }
}

#[test]
fn clocks_may_differ_a_little() {
    let second = noon().as_second();
    check(with("exp", json!(second - 20))).unwrap();
    check(with("exp", json!(second + 320))).unwrap();
    check(with("iat", json!(second + 20))).unwrap();
}

#[test]
fn who_it_says_it_is_from_is_read_before_it_is_believed() {
    let signer = Signer::es384("a");
    let token = signer.sign(&good());
    assert_eq!(claimed_client(&token), Some(CLIENT));
    for nothing in ["", "a.b.c", "a", &signer.sign(&json!({ "iss": "me" }))] {
        assert_eq!(claimed_client(nothing), None);
    }
    // The whole way, as the server goes it.
    let claims = keys(&[&signer]).open(&Jws::parse(&token).unwrap(), &super::ALGORITHMS).unwrap();
    Assertion::check(&claims, CLIENT, TOKEN_URL, noon()).unwrap();
    let rs256 = Signer::rsa("RS256", "a");
    let opened =
        keys(&[&rs256]).open(&Jws::parse(&rs256.sign(&good())).unwrap(), &super::ALGORITHMS);
    assert_eq!(opened, Err(Untrusted::Algorithm), "not one of SMART's");
    assert!(!super::ALGORITHMS.contains(&Alg::Es256));
}

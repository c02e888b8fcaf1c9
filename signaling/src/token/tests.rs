//! Tokens signed as others sign them are opened, and nothing else is.

#[path = "../../tests/api/signer.rs"]
pub(crate) mod signer;

use super::jwk::UnusableKeys;
use super::{AccessTokens, Alg, Granted, Jws, Keys, Untrusted};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use signer::{Signer, decode, encode};
use uuid::Uuid;

pub(crate) fn keys(signers: &[&Signer]) -> Keys {
    let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
    Keys::from_json(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn open(keys: &Keys, token: &str, allowed: &[Alg]) -> Result<Option<String>, Untrusted> {
    keys.open(&Jws::parse(token)?, allowed).map(|claims| claims.sub)
}

#[test]
fn each_algorithm_opens_what_it_signed() {
    for signer in [
        Signer::es256("a"),
        Signer::es384("a"),
        Signer::rsa("RS256", "a"),
        Signer::rsa("RS384", "a"),
    ] {
        let token = signer.sign(&json!({ "sub": "me" }));
        assert_eq!(open(&keys(&[&signer]), &token, &Alg::ALL), Ok(Some("me".to_owned())));
        let alg = Alg::named(signer.alg).unwrap();
        let others: Vec<_> = Alg::ALL.into_iter().filter(|other| *other != alg).collect();
        assert_eq!(open(&keys(&[&signer]), &token, &others), Err(Untrusted::Algorithm));
    }
}

#[test]
fn what_was_changed_or_signed_by_another_stays_closed() {
    let (ours, theirs) = (Signer::es384("a"), Signer::es384("a"));
    let token = ours.sign(&json!({ "sub": "me" }));
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, _) = signed.split_once('.').unwrap();
    let forged = format!("{head}.{}.{signature}", encode(r#"{"sub":"you"}"#));
    let empty = format!("{signed}.");
    let keys = keys(&[&ours]);
    for wrong in [forged, empty, theirs.sign(&json!({ "sub": "me" }))] {
        assert_eq!(open(&keys, &wrong, &Alg::ALL), Err(Untrusted::Signature), "{wrong}");
    }
}

/// The two classic forgeries: no signature at all, and our public key as a shared secret.
#[test]
fn a_head_cannot_choose_a_weaker_way() {
    let signer = Signer::rsa("RS384", "a");
    for alg in ["none", "HS256", "HS384", "PS384", "RS512", "", "rs384"] {
        let token = signer.sign_with(json!({ "alg": alg, "kid": "a" }), &json!({}));
        assert_eq!(open(&keys(&[&signer]), &token, &Alg::ALL), Err(Untrusted::Algorithm), "{alg}");
    }
    let critical = json!({ "alg": "RS384", "kid": "a", "crit": ["exp"] });
    let token = signer.sign_with(critical, &json!({}));
    assert_eq!(open(&keys(&[&signer]), &token, &Alg::ALL), Err(Untrusted::Malformed));
}

#[test]
fn the_named_key_is_the_one_that_is_used() {
    let (first, second) = (Signer::es384("1"), Signer::es384("2"));
    let both = keys(&[&first, &second]);
    assert!(open(&both, &second.sign(&json!({})), &Alg::ALL).is_ok());
    let misnamed = first.sign_with(json!({ "alg": "ES384", "kid": "2" }), &json!({}));
    assert_eq!(open(&both, &misnamed, &Alg::ALL), Err(Untrusted::Signature));
    let unknown = first.sign_with(json!({ "alg": "ES384", "kid": "3" }), &json!({}));
    assert_eq!(open(&both, &unknown, &Alg::ALL), Err(Untrusted::UnknownKey));
    let unnamed = first.sign_with(json!({ "alg": "ES384" }), &json!({}));
    assert_eq!(open(&both, &unnamed, &Alg::ALL), Err(Untrusted::UnknownKey), "which one?");
    assert!(open(&keys(&[&first]), &unnamed, &Alg::ALL).is_ok());
}

#[test]
fn what_is_no_token_is_told() {
    let keys = keys(&[&Signer::es384("a")]);
    let long = "a".repeat(20_000);
    for text in ["", ".", "..", "a.b", "a.b.c", "e30.e30.e30", "{}.{}.{}", &long] {
        assert_eq!(open(&keys, text, &Alg::ALL), Err(Untrusted::Malformed), "{text}");
    }
}

#[test]
fn a_key_set_is_taken_or_told_why_not() {
    let read = |keys: Value| Keys::from_json(json!({ "keys": keys }).to_string().as_bytes());
    let good = Signer::es384("a").jwk();
    let unknown = json!({ "kty": "AKP", "alg": "ML-DSA-65", "pub": "…" });
    assert!(read(json!([unknown, good])).is_ok(), "kinds of tomorrow are passed over");
    assert_eq!(read(json!([unknown])), Err(UnusableKeys::None));
    assert_eq!(read(json!([])), Err(UnusableKeys::None));
    let mut private = good.clone();
    private["d"] = "c2VjcmV0".into();
    assert_eq!(read(json!([private])), Err(UnusableKeys::Private));
    assert_eq!(read(json!([{ "kty": "oct", "k": "c2VjcmV0" }])), Err(UnusableKeys::Private));
    assert_eq!(read(json!(vec![good.clone(); 33])), Err(UnusableKeys::TooMany));
    let mut encrypts = good;
    encrypts["use"] = "enc".into();
    assert_eq!(read(json!([encrypts])), Err(UnusableKeys::None));
    let short = json!({ "kty": "RSA", "n": encode([0xff; 128]), "e": "AQAB" });
    assert_eq!(read(json!([short])), Err(UnusableKeys::None), "1024 bits");
    assert_eq!(Keys::from_json(b"{}"), Err(UnusableKeys::Malformed));
    assert_eq!(Keys::from_json(b"[]"), Err(UnusableKeys::Malformed));
}

const URL: &str = "https://visits.example.org";

#[test]
fn an_access_token_says_whose_it_is_until_it_ends() {
    let tokens = AccessTokens::new(&[7; 32], URL);
    let now: Timestamp = "2026-12-01T12:00:00Z".parse().unwrap();
    let granted = Granted { client: Uuid::from_u128(7), scope: "visits:read".to_owned() };
    let token = tokens.mint(&granted, now).unwrap();
    assert_eq!(tokens.open(&token, now), Ok(granted.clone()));
    let last = now + SignedDuration::from_secs(299);
    assert_eq!(tokens.open(&token, last), Ok(granted.clone()));
    let ended = now + SignedDuration::from_secs(300);
    assert_eq!(tokens.open(&token, ended), Err(Untrusted::Claim("exp")));
    assert_ne!(tokens.mint(&granted, now).unwrap(), token, "each has a name of its own");
    let head: Value = serde_json::from_slice(&decode(token.split('.').next().unwrap())).unwrap();
    assert_eq!(head["kid"], tokens.jwks()["keys"][0]["kid"]);

    let another_key = AccessTokens::new(&[8; 32], URL);
    assert!(another_key.open(&token, now).is_err());
    let another_house = AccessTokens::new(&[7; 32], "https://other.example.org");
    assert_eq!(another_house.open(&token, now), Err(Untrusted::Claim("iss")));
    // Anybody can check it with what is published.
    let published = Keys::from_json(tokens.jwks().to_string().as_bytes()).unwrap();
    assert!(open(&published, &token, &[Alg::EdDsa]).is_ok());
}

//! Signatures that another implementation makes too.

use super::{Shown, Signed, SigningKeys, Which};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use aws_lc_rs::{hmac, signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bedside_signaling_api::webhook::SignatureScheme;
use uuid::Uuid;

const MESSAGE: Signed<'_> = Signed {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1_614_265_330,
    body: r#"{"test": 2432232314}"#,
};

fn keys() -> SigningKeys {
    SigningKeys::new(&[7; 32])
}

fn which(generation: u64) -> Which {
    Which { endpoint: Uuid::from_u128(1), generation }
}

#[test]
fn what_is_signed_is_what_the_specification_s_vector_signs() {
    // The vector of the reference libraries, with their secret in place of a derived one.
    let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let Signed { id, timestamp, body } = MESSAGE;
    let content = format!("{id}.{timestamp}.{body}");
    let vector = STANDARD.encode(hmac::sign(&key, content.as_bytes()));
    assert_eq!(vector, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    // Ours is the same computation under the secret that the receiver is shown.
    let Shown::Secret(shown) = keys().shown(SignatureScheme::V1, which(0)).unwrap() else {
        panic!("v1 shows a secret")
    };
    let secret = STANDARD.decode(shown.strip_prefix("whsec_").unwrap()).unwrap();
    assert_eq!(secret.len(), 32);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let expected = format!("v1,{}", STANDARD.encode(hmac::sign(&key, content.as_bytes())));
    assert_eq!(keys().sign(SignatureScheme::V1, which(0), MESSAGE).unwrap(), expected);
}

#[test]
fn the_public_key_checks_and_does_not_sign() {
    let Shown::PublicKey(shown) = keys().shown(SignatureScheme::V1a, which(3)).unwrap() else {
        panic!("v1a shows a public key")
    };
    let public = STANDARD.decode(shown.strip_prefix("whpk_").unwrap()).unwrap();
    let signed = keys().sign(SignatureScheme::V1a, which(3), MESSAGE).unwrap();
    let signature = STANDARD.decode(signed.strip_prefix("v1a,").unwrap()).unwrap();
    let Signed { id, timestamp, body } = MESSAGE;
    let verify = |content: String| {
        let key: UnparsedPublicKey<&[u8]> = signature::UnparsedPublicKey::new(&ED25519, &public);
        key.verify(content.as_bytes(), &signature)
    };
    assert!(verify(format!("{id}.{timestamp}.{body}")).is_ok());
    assert!(verify(format!("{id}.{timestamp}.{body} ")).is_err());
    assert!(verify(format!("{id}.{}.{body}", timestamp + 1)).is_err());
}

#[test]
fn each_endpoint_and_generation_has_its_own() {
    let other = Which { endpoint: Uuid::from_u128(2), generation: 0 };
    for scheme in SignatureScheme::ALL {
        let sign = |keys: SigningKeys, which| keys.sign(scheme, which, MESSAGE).unwrap();
        let mut all = vec![
            sign(keys(), which(0)),
            sign(keys(), which(1)),
            sign(keys(), other),
            sign(SigningKeys::new(&[8; 32]), which(0)),
        ];
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4);
    }
}

#[test]
fn a_secret_does_not_print() {
    let shown = keys().shown(SignatureScheme::V1, which(0)).unwrap();
    assert_eq!(format!("{shown:?}"), "Secret");
}

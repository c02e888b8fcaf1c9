//! Keys as their tools print them, and what people make of them by hand.

use super::{Unusable, check};
use aws_lc_rs::encoding::{AsBigEndian as _, EcPublicKeyCompressedBin, EcPublicKeyUncompressedBin};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bedside_config::SealingSuite;

/// Of age's own documentation.
const AGE: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[test]
fn age_s_public_keys_are_taken_and_nothing_near_them() {
    assert_eq!(check(SealingSuite::Age, AGE), Ok(()));
    let cut = &AGE[..AGE.len() - 1];
    let longer = format!("{AGE}q");
    let swapped = AGE.replacen("ql3z", "q3lz", 1);
    let foreign = AGE.replacen("ql3z", "qb3z", 1);
    for broken in [cut, longer.as_str(), swapped.as_str(), foreign.as_str(), "age1", "age1é"] {
        assert_eq!(check(SealingSuite::Age, broken), Err(Unusable::Broken), "{broken}");
    }
    let shouted = AGE.to_ascii_uppercase();
    for other in ["", "ssh-ed25519 AAAA", shouted.as_str(), "agelong"] {
        assert_eq!(check(SealingSuite::Age, other), Err(Unusable::Other("age1")), "{other}");
    }
    assert_eq!(check(SealingSuite::Aes256Gcm, AGE), Err(Unusable::Other("bedside-p256:")));
}

#[test]
fn every_letter_of_a_key_counts() {
    for place in "age1".len()..AGE.len() {
        for letter in ["q", "p"] {
            let mut typed = AGE.to_owned();
            typed.replace_range(place..=place, letter);
            let same = typed == AGE;
            assert_eq!(check(SealingSuite::Age, &typed).is_ok(), same, "{typed}");
        }
    }
}

#[test]
fn a_private_key_is_called_one_and_not_repeated() {
    for private in ["AGE-SECRET-KEY-1QQQ", "age-secret-key-1qqq"] {
        for suite in [SealingSuite::Age, SealingSuite::Aes256Gcm] {
            let refused = check(suite, private).unwrap_err();
            assert_eq!(refused, Unusable::Private);
            assert!(!refused.to_string().to_lowercase().contains("qqq"));
        }
    }
}

#[test]
fn points_of_p_256_are_taken_and_nothing_near_them() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let key = pair.public_key();
    let full: EcPublicKeyUncompressedBin<'_> = key.as_be_bytes().unwrap();
    let short: EcPublicKeyCompressedBin<'_> = key.as_be_bytes().unwrap();
    let text = |bytes: &[u8]| format!("bedside-p256:{}", URL_SAFE_NO_PAD.encode(bytes));
    assert_eq!(check(SealingSuite::Aes256Gcm, &text(full.as_ref())), Ok(()));
    assert_eq!(check(SealingSuite::Aes256Gcm, &text(short.as_ref())), Ok(()));

    let mut beside = full.as_ref().to_vec();
    beside[64] ^= 1;
    for broken in [&beside[..], &full.as_ref()[..64], &[4; 65], &[]] {
        assert_eq!(check(SealingSuite::Aes256Gcm, &text(broken)), Err(Unusable::Broken));
    }
    assert_eq!(check(SealingSuite::Aes256Gcm, "bedside-p256:+/="), Err(Unusable::Broken));
    assert_eq!(check(SealingSuite::Age, &text(full.as_ref())), Err(Unusable::Other("age1")));
}

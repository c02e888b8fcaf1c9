//! Whether a text is a public key that recordings can be sealed to.
//!
//! In: a text, and the suite recordings are sealed by. Out: yes, or what is wrong with it.
//! Never: the text in what is said of it: somebody may have sent a private key by mistake.
//!
//! The recorder looks again when it seals; this is so that whoever names a key hears it then, and
//! not on the day of the first recording.

use super::bech32;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bedside_config::SealingSuite;

/// How age's public keys begin (X25519), before the `1` that ends every such beginning.
const AGE: &str = "age";
/// Bytes of an X25519 public key.
const X25519_BYTES: usize = 32;
/// How age's private keys begin; in upper case, as its tools print them.
const AGE_PRIVATE: &str = "AGE-SECRET-KEY-";
/// How a P-256 public key of ours begins.
const P256: &str = "bedside-p256:";
/// Bytes of a point of P-256 (SEC 1, 2.3.3): written in full, or compressed.
const P256_BYTES: [usize; 2] = [65, 33];

/// Why a text is no key that can be used; it follows the name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    /// It is a private key.
    #[error(
        "is a private key. Nobody but its holder may have it: make a new pair, and send the \
         public key"
    )]
    Private,
    /// It is of the other suite, or of none.
    #[error("has to begin with `{0}`, by which recordings are sealed here")]
    Other(&'static str),
    /// It begins well and is not whole.
    #[error("is not a whole public key; part of it was lost or mistyped")]
    Broken,
}

/// Whether recordings can be sealed to it.
pub(crate) fn check(suite: SealingSuite, text: &str) -> Result<(), Unusable> {
    if text.to_ascii_uppercase().starts_with(AGE_PRIVATE) {
        return Err(Unusable::Private);
    }
    let whole = match suite {
        SealingSuite::Age if !text.starts_with("age1") => return Err(Unusable::Other("age1")),
        SealingSuite::Age => is_age(text),
        SealingSuite::Aes256Gcm => {
            let point = text.strip_prefix(P256).ok_or(Unusable::Other(P256))?;
            is_p256(point)
        }
    };
    if whole { Ok(()) } else { Err(Unusable::Broken) }
}

fn is_age(text: &str) -> bool {
    bech32::decode(AGE, text).is_some_and(|key| key.len() == X25519_BYTES)
}

fn is_p256(point: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(point) else { return false };
    P256_BYTES.contains(&bytes.len())
        && ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &bytes).is_ok()
}

#[cfg(test)]
mod tests;

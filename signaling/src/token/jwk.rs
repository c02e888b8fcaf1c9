//! Public keys of others, as a JSON Web Key Set (RFC 7517), and what they open.
//!
//! In: the JSON of a key set; a token. Out: the token's claims, if one of the keys signed it.
//! Never: a private key accepted; a key used with an algorithm that it is not for.

use super::alg::Verifier;
use super::{Alg, Claims, Jws, Untrusted};
use aws_lc_rs::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use thiserror::Error;

/// Most keys of one set. A signer has one, and a second while it changes them; large providers
/// have about ten.
const KEYS_MAX: usize = 32;

/// How an uncompressed point begins (SEC 1).
const UNCOMPRESSED: u8 = 4;

/// Public keys that are understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys(Vec<Key>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    kid: Option<String>,
    alg: Option<String>,
    material: Material,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// Why a key set is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum UnusableKeys {
    /// It is no JWK Set.
    #[error("is not a JWK Set: `{{\"keys\":[…]}}`")]
    Malformed,
    /// It holds more keys than are taken.
    #[error("holds more than {KEYS_MAX} keys")]
    TooMany,
    /// It holds a secret that should have stayed at home.
    #[error("holds a private key; send the public one, and make a new pair")]
    Private,
    /// None of its keys is understood.
    #[error("holds no RSA key of 2048 to 8192 bits, no P-256, P-384 or Ed25519 key for signatures")]
    None,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    #[serde(default)]
    kty: String,
    #[serde(rename = "use")]
    used_for: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<serde::de::IgnoredAny>,
    k: Option<serde::de::IgnoredAny>,
}

impl Keys {
    /// Reads a key set. Keys of kinds that are not understood are passed over, as the standard
    /// asks, so that a signer may add new kinds.
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, UnusableKeys> {
        let set: Set = serde_json::from_slice(json).map_err(|_| UnusableKeys::Malformed)?;
        if set.keys.len() > KEYS_MAX {
            return Err(UnusableKeys::TooMany);
        }
        if set.keys.iter().any(|key| key.d.is_some() || key.k.is_some()) {
            return Err(UnusableKeys::Private);
        }
        let keys: Vec<_> = set.keys.iter().filter_map(Jwk::understood).collect();
        if keys.is_empty() {
            return Err(UnusableKeys::None);
        }
        Ok(Self(keys))
    }

    /// The claims of a token that one of these keys signed by an `allowed` algorithm.
    pub(crate) fn open(&self, token: &Jws<'_>, allowed: &[Alg]) -> Result<Claims, Untrusted> {
        if !allowed.contains(&token.alg) {
            return Err(Untrusted::Algorithm);
        }
        let fitting: Vec<_> = self.0.iter().filter(|key| key.fits(token)).collect();
        let candidates = match (&token.kid, fitting.as_slice()) {
            // Without a name it has to be clear which key is meant.
            (None, [_, _, ..]) | (_, []) => return Err(Untrusted::UnknownKey),
            (None, one @ [_]) | (Some(_), one) => one,
        };
        if !candidates.iter().any(|key| key.verifies(token)) {
            return Err(Untrusted::Signature);
        }
        serde_json::from_slice(&token.claims).map_err(|_| Untrusted::Malformed)
    }
}

impl Key {
    fn fits(&self, token: &Jws<'_>) -> bool {
        let named = token.kid.is_none() || token.kid == self.kid;
        let meant = self.alg.as_deref().is_none_or(|alg| alg == token.alg.name());
        let kind = match token.alg {
            Alg::Rs256 | Alg::Rs384 => matches!(self.material, Material::Rsa { .. }),
            Alg::Es256 => matches!(self.material, Material::P256(_)),
            Alg::Es384 => matches!(self.material, Material::P384(_)),
            Alg::EdDsa => matches!(self.material, Material::Ed25519(_)),
        };
        named && meant && kind
    }

    fn verifies(&self, token: &Jws<'_>) -> bool {
        match (&self.material, token.alg.verifier()) {
            (Material::Rsa { n, e }, Verifier::Rsa(parameters)) => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(parameters, token.signed, &token.signature).is_ok()
            }
            (
                Material::P256(point) | Material::P384(point) | Material::Ed25519(point),
                Verifier::Point(algorithm),
            ) => {
                let key = UnparsedPublicKey::new(algorithm, point);
                key.verify(token.signed, &token.signature).is_ok()
            }
            (Material::Rsa { .. }, Verifier::Point(_))
            | (Material::P256(_) | Material::P384(_) | Material::Ed25519(_), Verifier::Rsa(_)) => {
                false
            }
        }
    }
}

impl Jwk {
    fn understood(&self) -> Option<Key> {
        if self.used_for.as_deref().is_some_and(|used_for| used_for != "sig") {
            return None;
        }
        let material = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => rsa(&self.n, &self.e)?,
            ("EC", Some("P-256")) => Material::P256(point::<32>(&self.x, &self.y)?),
            ("EC", Some("P-384")) => Material::P384(point::<48>(&self.x, &self.y)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes::<32>(&self.x)?.to_vec()),
            _ => return None,
        };
        Some(Key { kid: self.kid.clone(), alg: self.alg.clone(), material })
    }
}

fn rsa(n: &Option<String>, e: &Option<String>) -> Option<Material> {
    /// A modulus of 2048 to 8192 bits.
    const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;
    let (n, e) = (number(n)?, number(e)?);
    (MODULUS.contains(&n.len()) && !e.is_empty()).then_some(Material::Rsa { n, e })
}

/// A number; some write it with zeros in front, as a signed one.
fn number(text: &Option<String>) -> Option<Vec<u8>> {
    Some(decode(text)?.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn point<const N: usize>(x: &Option<String>, y: &Option<String>) -> Option<Vec<u8>> {
    Some([&[UNCOMPRESSED][..], &bytes::<N>(x)?, &bytes::<N>(y)?].concat())
}

fn bytes<const N: usize>(text: &Option<String>) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

fn decode(text: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_deref()?).ok()
}

//! Somebody who signs tokens, with keys of their own as others have them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Somebody who signs tokens.
pub(crate) struct Signer {
    pub(crate) alg: &'static str,
    kid: &'static str,
    pair: Pair,
}

enum Pair {
    Ec(EcdsaKeyPair, usize),
    Rsa(RsaKeyPair),
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    pub(crate) fn es384(kid: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
        Self { alg: "ES384", kid, pair: Pair::Ec(pair, 48) }
    }

    pub(crate) fn es256(kid: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self { alg: "ES256", kid, pair: Pair::Ec(pair, 32) }
    }

    pub(crate) fn rsa(alg: &'static str, kid: &'static str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        Self { alg, kid, pair: Pair::Rsa(pair) }
    }

    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Ec(pair, length) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(*length);
                json!({ "kty": "EC", "crv": format!("P-{}", length * 8), "x": encode(x), "y": encode(y) })
            }
            Pair::Rsa(pair) => {
                // PKCS #1: a sequence of two integers, here of 2048 bits and 65537.
                let der = pair.public_key().as_ref();
                assert_eq!((der.len(), &der[4..9]), (270, &[2, 0x82, 1, 1, 0][..]));
                let (n, e) = (&der[9..265], &der[267..]);
                json!({ "kty": "RSA", "n": encode(n), "e": encode(e) })
            }
        };
        jwk["kid"] = self.kid.into();
        jwk
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(json!({ "alg": self.alg, "kid": self.kid, "typ": "JWT" }), claims)
    }

    pub(crate) fn sign_with(&self, head: Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encode(head.to_string()), encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Ec(pair, _) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let padding =
                    if self.alg == "RS256" { &RSA_PKCS1_SHA256 } else { &RSA_PKCS1_SHA384 };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{signed}.{}", encode(signature))
    }
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

//! The signature algorithms that are understood, each with the one kind of key it goes with.
//!
//! In: a name from a token's head. Out: how aws-lc verifies it.
//! Never: `none`; a shared-secret algorithm; a name that fits two kinds of key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RsaParameters, VerificationAlgorithm,
};

/// A signature algorithm (RFC 7518, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alg {
    /// RSA with SHA-256: what most sign-in providers use.
    Rs256,
    /// RSA with SHA-384.
    Rs384,
    /// P-256 with SHA-256.
    Es256,
    /// P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

/// How a signature is verified, by the kind of key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verifier {
    Rsa(&'static RsaParameters),
    Point(&'static dyn VerificationAlgorithm),
}

impl Alg {
    /// Every algorithm.
    pub(crate) const ALL: [Self; 5] =
        [Self::Rs256, Self::Rs384, Self::Es256, Self::Es384, Self::EdDsa];

    /// The name in a token's head.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.name() == name)
    }

    pub(super) fn verifier(self) -> Verifier {
        match self {
            Self::Rs256 => Verifier::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Verifier::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            Self::Es256 => Verifier::Point(&ECDSA_P256_SHA256_FIXED),
            Self::Es384 => Verifier::Point(&ECDSA_P384_SHA384_FIXED),
            Self::EdDsa => Verifier::Point(&ED25519),
        }
    }
}

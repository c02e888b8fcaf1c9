//! Private keys: making them, and telling them from public ones.
//!
//! In: the system's randomness. Out: a key pair as text.
//! Never: a file; whoever asked decides where it goes.

use super::{SealFault, gcm};
use age::secrecy::ExposeSecret as _;
use bedside_config::SealingSuite;
use std::fmt;
use zeroize::Zeroizing;

/// How a private key of `age` begins.
pub(super) const AGE_SECRET_PREFIX: &str = "AGE-SECRET-KEY-";

/// A key pair just made.
pub struct FreshIdentity {
    /// The public key, to be named in the server's settings.
    pub public: String,
    /// The private key, to be kept away from the server.
    pub secret: Zeroizing<String>,
}

impl fmt::Debug for FreshIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreshIdentity").field("public", &self.public).finish_non_exhaustive()
    }
}

/// Makes a key pair of a suite.
///
/// # Errors
/// The system's randomness fails.
pub fn fresh_identity(suite: SealingSuite) -> Result<FreshIdentity, SealFault> {
    match suite {
        SealingSuite::Age => {
            let identity = age::x25519::Identity::generate();
            let secret = Zeroizing::new(identity.to_string().expose_secret().to_owned());
            Ok(FreshIdentity { public: identity.to_public().to_string(), secret })
        }
        SealingSuite::Aes256Gcm => {
            let identity = gcm::Identity::fresh()?;
            Ok(FreshIdentity { public: identity.public(), secret: identity.secret()? })
        }
    }
}

/// Whether a text is a private key of any kind.
pub(super) fn is_private(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    text.starts_with("AGE-SECRET-KEY") || text.starts_with(gcm::SECRET_PREFIX)
}

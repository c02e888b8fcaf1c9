//! Media that nobody on its way can read or change (RFC 3711, RFC 7714).
//!
//! In: what a handshake agreed on, packets. Out: the same packets, sealed or opened where they are.
//! Never: the handshake itself; and no packet that is not authentic changes anything.

mod cipher;
mod open;
mod seal;
#[cfg(test)]
mod tests;

pub use open::{Opened, Opener, Refused};
pub use seal::{SealFault, Sealer};

/// Longest master key and salt.
const KEY_MAX: usize = 32;
const SALT_MAX: usize = 14;
/// Packets of a stream are numbered in 48 bits, and its reports in 31 (RFC 3711 section 9.2).
const INDEX_END: u64 = 1 << 48;
const REPORT_INDEX_END: u32 = 1 << 31;
/// Bytes of a report that stay in clear: its first head and whose it is.
const REPORT_CLEAR: usize = 8;
/// Bytes of the word with a report's number, and the bit in it that says that it is encrypted.
const REPORT_WORD: usize = 4;
const ENCRYPTED: u32 = 1 << 31;

/// How media is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suite {
    /// `AEAD_AES_256_GCM`.
    AeadAes256Gcm,
    /// `AEAD_AES_128_GCM`.
    AeadAes128Gcm,
    /// `AES_128_CM_HMAC_SHA1_80`, which costs five times as much.
    Aes128CmHmacSha1_80,
}

impl Suite {
    /// The suite of a number of the IANA registry "DTLS-SRTP Protection Profiles".
    #[must_use]
    pub const fn from_profile(number: u16) -> Option<Self> {
        match number {
            0x0001 => Some(Self::Aes128CmHmacSha1_80),
            0x0007 => Some(Self::AeadAes128Gcm),
            0x0008 => Some(Self::AeadAes256Gcm),
            _ => None,
        }
    }

    /// Bytes of a key.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::AeadAes256Gcm => 32,
            Self::AeadAes128Gcm | Self::Aes128CmHmacSha1_80 => 16,
        }
    }

    /// Bytes of a salt.
    #[must_use]
    pub const fn salt_len(self) -> usize {
        match self {
            Self::AeadAes256Gcm | Self::AeadAes128Gcm => 12,
            Self::Aes128CmHmacSha1_80 => 14,
        }
    }

    /// Bytes that a packet grows by when it is sealed.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self {
            Self::AeadAes256Gcm | Self::AeadAes128Gcm => 16,
            Self::Aes128CmHmacSha1_80 => 10,
        }
    }

    /// Bytes to ask of the handshake's exporter: two keys and two salts.
    #[must_use]
    pub const fn material_len(self) -> usize {
        2 * (self.key_len() + self.salt_len())
    }
}

/// What one side seals with, and the other opens with.
#[derive(Clone)]
pub struct MasterKey {
    suite: Suite,
    key: [u8; KEY_MAX],
    /// Padded with zeros on its right, as the derivation asks (RFC 7714 section 11).
    salt: [u8; SALT_MAX],
}

impl MasterKey {
    /// From a key and a salt of the lengths the suite has.
    #[must_use]
    pub fn new(suite: Suite, key: &[u8], salt: &[u8]) -> Option<Self> {
        if key.len() != suite.key_len() || salt.len() != suite.salt_len() {
            return None;
        }
        let mut master = Self { suite, key: [0; KEY_MAX], salt: [0; SALT_MAX] };
        master.key.get_mut(..key.len())?.copy_from_slice(key);
        master.salt.get_mut(..salt.len())?.copy_from_slice(salt);
        Some(master)
    }

    /// How it seals.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    fn key(&self) -> &[u8] {
        self.key.get(..self.suite.key_len()).expect("KEY_MAX is the longest")
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("MasterKey").field("suite", &self.suite).finish_non_exhaustive()
    }
}

/// What both sides of a handshake seal with.
#[derive(Debug, Clone)]
pub struct MasterKeys {
    /// The side that began the handshake.
    pub client: MasterKey,
    /// The side that answered it.
    pub server: MasterKey,
}

impl MasterKeys {
    /// From what the exporter `EXTRACTOR-dtls_srtp` gives: the client's key, the server's, the
    /// client's salt, the server's (RFC 5764 section 4.2). More bytes than needed are left.
    #[must_use]
    pub fn from_exporter(suite: Suite, material: &[u8]) -> Option<Self> {
        let (client_key, rest) = material.split_at_checked(suite.key_len())?;
        let (server_key, rest) = rest.split_at_checked(suite.key_len())?;
        let (client_salt, rest) = rest.split_at_checked(suite.salt_len())?;
        let server_salt = rest.get(..suite.salt_len())?;
        Some(Self {
            client: MasterKey::new(suite, client_key, client_salt)?,
            server: MasterKey::new(suite, server_key, server_salt)?,
        })
    }
}

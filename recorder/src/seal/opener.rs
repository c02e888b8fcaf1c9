//! Opens parts for whoever has a private key.
//!
//! In: the text of key files, sealed parts. Out: plaintext, and whether it is the whole of it.
//! Never: runs in a server.

use super::identity::AGE_SECRET_PREFIX;
use super::{Secret, age, gcm};
use std::fmt;

/// What was in a part.
pub struct Opened {
    /// The plaintext, wiped from memory when it is dropped. If the part was cut or changed: what
    /// came before that place, in whole chunks of 64 KiB.
    pub plain: Secret,
    /// Whether it is the plaintext to its end, as it was sealed.
    pub whole: bool,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("bytes", &self.plain.len())
            .field("whole", &self.whole)
            .finish()
    }
}

/// Why a part does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenRefusal {
    /// None of the keys fits.
    #[error("none of the keys given opens it: it is sealed to others")]
    OtherKey,
    /// It is no sealed part, or its beginning is cut or changed, which leaves nothing to open.
    #[error("it is no sealed part, or its beginning is damaged")]
    Header,
}

/// Why a key file cannot be used. Says which line, never what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityRefusal {
    /// No key in any file.
    #[error("there is no private key in what was given")]
    Empty,
    /// A line that is no key.
    #[error(
        "line {line} of key file {file} is no private key: it begins with AGE-SECRET-KEY-1 or \
         BEDSIDE-P256-SECRET-KEY-"
    )]
    NotAKey {
        /// Which file, from 1.
        file: usize,
        /// Which line, from 1.
        line: usize,
    },
    /// A public key in its place.
    #[error(
        "line {line} of key file {file} is a public key, which only seals: give the file that \
         `bedside recording keygen` wrote"
    )]
    Public {
        /// Which file, from 1.
        file: usize,
        /// Which line, from 1.
        line: usize,
    },
}

/// Opens parts of either suite with any of its keys.
#[derive(Default)]
pub struct Opener {
    age: Vec<::age::x25519::Identity>,
    gcm: Vec<gcm::Identity>,
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener")
            .field("keys", &self.age.len().saturating_add(self.gcm.len()))
            .finish()
    }
}

impl Opener {
    /// Takes the private keys in the text of key files, as `age-keygen` and `bedside recording
    /// keygen` write them: one a line, lines that begin with `#` say nothing.
    ///
    /// # Errors
    /// There is no key, or a line is none.
    pub fn new<'a>(files: impl IntoIterator<Item = &'a str>) -> Result<Self, IdentityRefusal> {
        let mut opener = Self::default();
        for (text, file) in files.into_iter().zip(1_usize..) {
            for (line, number) in text.lines().map(str::trim).zip(1_usize..) {
                if !line.is_empty() && !line.starts_with('#') {
                    opener.take(line, (file, number))?;
                }
            }
        }
        if opener.age.is_empty() && opener.gcm.is_empty() {
            return Err(IdentityRefusal::Empty);
        }
        Ok(opener)
    }

    /// Takes a recording's own key (`key.age`, `key.gcm`) as well, which one of the keys has to
    /// open.
    ///
    /// # Errors
    /// None of the keys opens it, or it is damaged.
    pub fn with_own_key(mut self, sealed: &[u8]) -> Result<Self, OpenRefusal> {
        let opened = self.open(sealed)?;
        let text = std::str::from_utf8(&opened.plain).map_err(|_utf8| OpenRefusal::Header)?;
        if !opened.whole {
            return Err(OpenRefusal::Header);
        }
        self.take(text.trim(), (1, 1)).map_err(|_refusal| OpenRefusal::Header)?;
        Ok(self)
    }

    /// Opens a part.
    ///
    /// # Errors
    /// None of the keys fits, or it is no sealed part.
    pub fn open(&self, sealed: &[u8]) -> Result<Opened, OpenRefusal> {
        if sealed.first() == Some(&b'{') {
            gcm::open(&self.gcm, sealed)
        } else {
            age::open(&self.age, sealed)
        }
    }

    fn take(&mut self, line: &str, (file, number): (usize, usize)) -> Result<(), IdentityRefusal> {
        if line.to_ascii_uppercase().starts_with(AGE_SECRET_PREFIX)
            && let Ok(identity) = line.parse()
        {
            self.age.push(identity);
        } else if let Some(identity) = gcm::Identity::parse(line) {
            self.gcm.push(identity);
        } else if line.starts_with("age1") || gcm::Recipient::parse(line).is_some() {
            return Err(IdentityRefusal::Public { file, line: number });
        } else {
            return Err(IdentityRefusal::NotAKey { file, line: number });
        }
        Ok(())
    }
}

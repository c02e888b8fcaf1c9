//! The kinds of value a setting can have, and how each is read from TOML and from plain text.
//!
//! In: a TOML value of a file, or the text of an environment variable or a flag. Out: the
//! typed value. Never: guesses; `"8080"` in quotes is not a number in a file.

use crate::allow::Allow;
use crate::range::Range;
use crate::section::NotTaken;
use crate::settings::{Announce, LogFormat, SealingSuite};
use serde::de::DeserializeOwned;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// A value as it arrived.
#[derive(Debug, Clone)]
pub(crate) enum Raw {
    /// From a file.
    Toml(toml::Value),
    /// From the environment or a flag; lists are separated by commas.
    Text(String),
}

/// A kind of value.
pub(crate) trait Kind: DeserializeOwned {
    /// What a value looks like, for the person who has to correct it.
    const EXPECTS: &'static str;

    /// Reads plain text.
    fn from_text(text: &str) -> Option<Self>;
}

/// Reads a value of the wanted kind.
pub(crate) fn read<K: Kind>(raw: &Raw) -> Result<K, NotTaken> {
    let value = match raw {
        Raw::Toml(value) => value.clone().try_into().ok(),
        Raw::Text(text) => K::from_text(text.trim()),
    };
    value.ok_or(NotTaken::WrongValue { expects: K::EXPECTS })
}

impl Kind for bool {
    const EXPECTS: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Kind for u16 {
    const EXPECTS: &'static str = "a whole number from 0 to 65535";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Kind for u32 {
    const EXPECTS: &'static str = "a whole number from 0 to 4294967295";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Kind for Vec<String> {
    const EXPECTS: &'static str = "a list of texts in quotes, such as [\"age1…\", \"age1…\"] \
                                   (age1…,age1… in the environment)";

    fn from_text(text: &str) -> Option<Self> {
        Some(items(text).map(str::to_owned).collect())
    }
}

impl Kind for SealingSuite {
    const EXPECTS: &'static str = "\"age\" or \"aes256gcm\"";

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "age" => Some(Self::Age),
            "aes256gcm" => Some(Self::Aes256Gcm),
            _ => None,
        }
    }
}

impl Kind for String {
    const EXPECTS: &'static str = "a text in quotes";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Kind for PathBuf {
    const EXPECTS: &'static str = "a path in quotes, such as \"/var/lib/bedside\"";

    fn from_text(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

impl Kind for SocketAddr {
    const EXPECTS: &'static str = "an IP address and a port, such as \"127.0.0.1:8080\"";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Kind for Vec<IpAddr> {
    const EXPECTS: &'static str = "a list of IP addresses, such as [\"10.0.0.5\", \"::1\"] \
                                   (10.0.0.5,::1 in the environment)";

    fn from_text(text: &str) -> Option<Self> {
        items(text).map(|item| item.parse().ok()).collect()
    }
}

impl Kind for Vec<Range> {
    const EXPECTS: &'static str = "a list of addresses and ranges, such as \
                                   [\"10.0.0.5\", \"10.2.0.0/16\"] \
                                   (10.0.0.5,10.2.0.0/16 in the environment)";

    fn from_text(text: &str) -> Option<Self> {
        items(text).map(Range::parse).collect()
    }
}

impl Kind for Vec<Allow> {
    const EXPECTS: &'static str = "a list of hosts, addresses and ranges, such as \
                                   [\"hooks.clinic.internal\", \"10.1.0.0/16\"] \
                                   (hooks.clinic.internal,10.1.0.0/16 in the environment)";

    fn from_text(text: &str) -> Option<Self> {
        items(text).map(Allow::parse).collect()
    }
}

impl Kind for Vec<Announce> {
    const EXPECTS: &'static str = "a list of address pairs, such as [{ local = \"10.0.0.5\", public = \"203.0.113.7\" }] \
         (10.0.0.5=203.0.113.7 in the environment)";

    fn from_text(text: &str) -> Option<Self> {
        items(text)
            .map(|item| {
                let (local, public) = item.split_once('=')?;
                let (local, public) = (local.trim().parse().ok()?, public.trim().parse().ok()?);
                Some(Announce { local, public })
            })
            .collect()
    }
}

impl Kind for LogFormat {
    const EXPECTS: &'static str = "\"text\" or \"json\"";

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The items of a comma-separated list; an empty text is an empty list.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

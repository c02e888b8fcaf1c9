//! The names of a recording's objects, the same in the spool and in the store.
//!
//! In: epoch and number. Out: a name; and back.
//! Never: a name of anybody, a time, a number people know.

use bedside_config::SealingSuite;

/// The ending of sealed objects.
#[must_use]
pub const fn ending(suite: SealingSuite) -> &'static str {
    match suite {
        SealingSuite::Age => "age",
        SealingSuite::Aes256Gcm => "gcm",
    }
}

/// The name of a part: `00002-000017.age`.
#[must_use]
pub fn part(epoch: u32, n: u32, suite: SealingSuite) -> String {
    format!("{epoch:05}-{n:06}.{}", ending(suite))
}

/// The name of a recording's own key.
#[must_use]
pub fn own_key(suite: SealingSuite) -> String {
    format!("key.{}", ending(suite))
}

/// Both names an own key can have.
pub const OWN_KEYS: [&str; 2] = ["key.age", "key.gcm"];

/// Epoch and number of a part, if this is the name of one.
#[must_use]
pub fn place(name: &str) -> Option<(u32, u32)> {
    let (stem, suite) = name.split_once('.')?;
    if suite != "age" && suite != "gcm" {
        return None;
    }
    let (epoch, n) = stem.split_once('-')?;
    let number = |text: &str, digits: usize| {
        let plain = text.len() >= digits && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    Some((number(epoch, 5)?, number(n, 6)?))
}

/// Whether this is the name of something sealed: a part or an own key.
#[must_use]
pub fn is_sealed(name: &str) -> bool {
    OWN_KEYS.contains(&name) || place(name).is_some()
}

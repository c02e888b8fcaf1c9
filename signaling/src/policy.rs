//! The profiles of rules that visits are held under.
//!
//! In: the files of `signaling/policies`, one a profile. Out: a profile by its name.
//! Never: a rule in code; whoever needs another one writes another file.

#[cfg(test)]
mod tests;

use bedside_signaling_api::policy::Policy;
use std::sync::LazyLock;

/// Every profile that comes with the product.
const FILES: [&str; 6] = [
    include_str!("../policies/plain.toml"),
    include_str!("../policies/us-one-party.toml"),
    include_str!("../policies/us-all-party.toml"),
    include_str!("../policies/eu.toml"),
    include_str!("../policies/de-31b.toml"),
    include_str!("../policies/telepharmacy.toml"),
];

static PROFILES: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let read = |file: &&str| toml::from_str(file).expect("every file is read by a test");
    FILES.iter().map(read).collect()
});

/// Every profile.
#[must_use]
pub(crate) fn profiles() -> &'static [Policy] {
    &PROFILES
}

/// The profile of that name.
#[must_use]
pub(crate) fn named(name: &str) -> Option<&'static Policy> {
    profiles().iter().find(|policy| policy.name == name)
}

//! What is built in: one crypto provider, one copy of each big crate.
//!
//! In: what `cargo tree` lists. Out: packages that must not be in it, or not twice.
//! Never: judges `Cargo.lock`, which also names what nobody builds.

use std::collections::BTreeSet;

/// Packages that must not be built in, and what to do instead.
const REFUSED: [(&str, &str); 6] = [
    ("ring", "aws-lc-rs is the crypto provider"),
    ("openssl", "aws-lc-rs is the crypto provider"),
    ("openssl-sys", "aws-lc-rs is the crypto provider"),
    ("native-tls", "aws-lc-rs is the crypto provider"),
    ("rsa", "keys are Ed25519 or P-256"),
    ("async-std", "tokio is the runtime"),
];

/// Packages of which a second version would cost build time, size, or two meanings of a type. Not
/// here: `toml`, of which age's messages bring an old one, and `tower-http`, of which the object
/// store's client brings one of its own; neither is spoken to by us twice.
const ONCE: [&str; 17] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "axum",
    "bytes",
    "clap",
    "http",
    "hyper",
    "jiff",
    "libsqlite3-sys",
    "nix",
    "prometheus",
    "serde",
    "sqlx-core",
    "str0m",
    "tokio",
    "tracing",
    "utoipa",
];

/// What must not be built in, from the lines `name vVERSION …` of `cargo tree`.
///
/// # Errors
/// The text is no such list.
pub fn check(tree: &str) -> Result<Vec<String>, String> {
    let packages = packages(tree)?;
    let count = |wanted: &str| packages.iter().filter(|(name, _)| *name == wanted).count();
    let refused = REFUSED
        .iter()
        .filter(|(name, _)| count(name) > 0)
        .map(|(name, instead)| format!("{name} is built in: {instead} (cargo tree -i {name})"));
    let twice = ONCE
        .iter()
        .filter(|name| count(name) > 1)
        .map(|name| format!("{name} is built in twice: bring both users to one version"));
    Ok(refused.chain(twice).collect())
}

/// Each package once, by name and version.
fn packages(tree: &str) -> Result<BTreeSet<(&str, &str)>, String> {
    let lines = tree.lines().filter(|line| !line.trim().is_empty());
    let packages: Option<BTreeSet<_>> = lines
        .map(|line| {
            let (name, rest) = line.split_once(' ')?;
            let version = rest.split(' ').next()?;
            version.starts_with('v').then_some((name, version))
        })
        .collect();
    packages
        .filter(|packages| !packages.is_empty())
        .ok_or_else(|| format!("this is no list of packages: {:?}", tree.lines().next()))
}

#[cfg(test)]
mod tests {
    use super::check;

    fn told(packages: &[&str]) -> usize {
        check(&packages.join("\n")).expect("a list of packages").len()
    }

    #[test]
    fn a_second_provider_is_told() {
        assert_eq!(told(&["aws-lc-rs v1.19.0", "serde v1.0.0 (*)"]), 0);
        assert_eq!(told(&["aws-lc-rs v1.19.0", "ring v0.17.0"]), 1);
        assert_eq!(told(&["openssl v0.10.0", "openssl-sys v0.9.0"]), 2);
    }

    #[test]
    fn a_second_copy_is_told_and_a_repeated_line_is_not() {
        assert_eq!(told(&["str0m v0.25.0", "str0m v0.24.0"]), 1);
        assert_eq!(told(&["str0m v0.25.0", "str0m v0.25.0 (*)"]), 0);
        assert_eq!(told(&["syn v2.0.0", "syn v3.0.0"]), 0);
    }

    #[test]
    fn what_is_no_list_is_no_pass() {
        assert!(check("").is_err());
        assert!(check("error: something\n").is_err());
    }
}

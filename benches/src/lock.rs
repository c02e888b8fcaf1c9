//! What is built in: one crypto provider, one copy of each big crate.
//!
//! In: `Cargo.lock`. Out: packages that must not be in it, or not twice.
//! Never: asks a registry.

use toml::Table;

/// Packages that must not be built in, and what to do instead.
const REFUSED: [(&str, &str); 8] = [
    ("ring", "aws-lc-rs is the crypto provider"),
    ("openssl", "aws-lc-rs is the crypto provider"),
    ("openssl-sys", "aws-lc-rs is the crypto provider"),
    ("native-tls", "aws-lc-rs is the crypto provider"),
    ("rsa", "keys are Ed25519 or P-256"),
    ("chrono", "jiff keeps the time"),
    ("async-std", "tokio is the runtime"),
    ("lazy_static", "use std::sync::LazyLock"),
];

/// Packages of which a second version would cost build time, size, or two meanings of a type.
const ONCE: [&str; 19] = [
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
    "toml",
    "tower-http",
    "tracing",
    "utoipa",
];

/// What must not be in the lock file.
///
/// # Errors
/// The text is not a lock file.
pub fn check(lock: &str) -> Result<Vec<String>, String> {
    let names = packages(lock)?;
    let count = |wanted: &str| names.iter().filter(|name| *name == wanted).count();
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

fn packages(lock: &str) -> Result<Vec<String>, String> {
    let lock: Table = lock.parse().map_err(|error| format!("Cargo.lock: {error}"))?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let packages = packages.ok_or("Cargo.lock: it lists no packages")?;
    packages
        .iter()
        .map(|package| {
            let name = package.get("name").and_then(toml::Value::as_str);
            name.map(str::to_owned).ok_or_else(|| "Cargo.lock: a package has no name".to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;

    fn told(names: &[&str]) -> usize {
        let lock: String =
            names.iter().map(|name| format!("[[package]]\nname = \"{name}\"\n")).collect();
        check(&lock).expect("a lock file").len()
    }

    #[test]
    fn a_second_provider_is_told() {
        assert_eq!(told(&["aws-lc-rs", "serde"]), 0);
        assert_eq!(told(&["aws-lc-rs", "ring"]), 1);
        assert_eq!(told(&["openssl", "openssl-sys"]), 2);
    }

    #[test]
    fn a_second_copy_is_told() {
        assert_eq!(told(&["str0m", "str0m"]), 1);
        assert_eq!(told(&["syn", "syn"]), 0);
    }

    #[test]
    fn what_is_no_lock_file_is_no_pass() {
        assert!(check("").is_err());
        assert!(check("[[package]]\nversion = \"1\"\n").is_err());
    }
}

//! Arrows between crates run one way, dev-dependencies included.
//!
//! In: what `cargo metadata` says. Out: arrows that do not stand in ARCHITECTURE.md.
//! Never: trusts that cargo forbids a circle; through dev-dependencies it does not.

use serde_json::Value;

/// Who may use whom in this house. A new crate gets its line here and in ARCHITECTURE.md.
const ARROWS: [(&str, &[&str]); 12] = [
    ("bedside-sfu-api", &[]),
    ("bedside-signaling-api", &[]),
    ("bedside-config", &["bedside-sfu-api", "bedside-signaling-api"]),
    ("bedside-rtp", &[]),
    ("bedside-sfu-core", &["bedside-rtp", "bedside-sfu-api"]),
    ("bedside-sfu", &["bedside-config", "bedside-sfu-api", "bedside-sfu-core"]),
    ("bedside-signaling", &["bedside-config", "bedside-sfu-api", "bedside-signaling-api"]),
    ("bedside-vpx", &[]),
    (
        "bedside-recorder",
        &["bedside-config", "bedside-sfu-api", "bedside-signaling-api", "bedside-vpx"],
    ),
    ("bedside-loadtest", &["bedside-sfu-api", "bedside-sfu-core", "bedside-signaling-api"]),
    (
        "bedside",
        &[
            "bedside-config",
            "bedside-loadtest",
            "bedside-recorder",
            "bedside-sfu",
            "bedside-sfu-api",
            "bedside-signaling",
            "bedside-signaling-api",
        ],
    ),
    (
        "bedside-benches",
        &[
            "bedside-config",
            "bedside-loadtest",
            "bedside-recorder",
            "bedside-rtp",
            "bedside-sfu",
            "bedside-sfu-api",
            "bedside-sfu-core",
            "bedside-signaling",
            "bedside-signaling-api",
        ],
    ),
];

/// Crates from outside that would break what a crate of ours promises.
const FORBIDDEN: [(&str, &[&str]); 6] = [
    ("bedside-rtp", &["tokio", "nix", "socket2", "rand", "getrandom", "tracing"]),
    ("bedside-sfu-core", &["tokio", "nix", "socket2", "rand", "getrandom", "tracing-subscriber"]),
    ("bedside-sfu-api", &["tokio", "nix", "str0m"]),
    ("bedside-signaling-api", &["tokio", "nix", "sqlx", "str0m"]),
    ("bedside-signaling", &["str0m", "anyhow"]),
    ("bedside-sfu", &["str0m", "axum", "sqlx", "anyhow"]),
];

/// One dependency of one crate, of any kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// Who uses.
    pub from: String,
    /// What is used.
    pub to: String,
}

/// The arrows in the answer of `cargo metadata --no-deps`.
///
/// # Errors
/// The answer has another shape than cargo documents.
pub fn arrows(metadata: &Value) -> Result<Vec<Arrow>, String> {
    let packages = list(metadata, "packages")?;
    let mut arrows = Vec::new();
    for package in packages {
        let from = text(package, "name")?;
        for dependency in list(package, "dependencies")? {
            arrows.push(Arrow { from: from.to_owned(), to: text(dependency, "name")?.to_owned() });
        }
    }
    Ok(arrows)
}

/// Names of the crates in the answer of `cargo metadata --no-deps`.
///
/// # Errors
/// The answer has another shape than cargo documents.
pub fn crates(metadata: &Value) -> Result<Vec<&str>, String> {
    list(metadata, "packages")?.iter().map(|package| text(package, "name")).collect()
}

/// Arrows that must not be.
#[must_use]
pub fn check(crates: &[&str], arrows: &[Arrow]) -> Vec<String> {
    let mut breaches = Vec::new();
    for name in crates {
        if !ARROWS.iter().any(|(known, _)| known == name) {
            breaches.push(format!("{name}: give it a line in ARROWS and in ARCHITECTURE.md"));
        }
    }
    for Arrow { from, to } in arrows {
        let allowed = ARROWS.iter().find(|(name, _)| name == from).map(|(_, to)| *to);
        let ours = ARROWS.iter().any(|(name, _)| name == to);
        if ours && allowed.is_some_and(|allowed| !allowed.contains(&to.as_str())) {
            breaches.push(format!("{from} must not use {to}; see the arrows in ARCHITECTURE.md"));
        }
        let forbidden = FORBIDDEN.iter().find(|(name, _)| name == from).map(|(_, to)| *to);
        if forbidden.is_some_and(|forbidden| forbidden.contains(&to.as_str())) {
            breaches.push(format!("{from} must not use {to}; that belongs to another crate"));
        }
    }
    breaches
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    value.get(key).and_then(Value::as_array).ok_or_else(|| format!("no list `{key}`"))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value.get(key).and_then(Value::as_str).ok_or_else(|| format!("no text `{key}`"))
}

#[cfg(test)]
mod tests {
    use super::{Arrow, arrows, check, crates};
    use serde_json::json;

    fn told(from: &str, to: &str) -> usize {
        check(&[], &[Arrow { from: from.to_owned(), to: to.to_owned() }]).len()
    }

    #[test]
    fn wrong_ways_are_told() {
        assert_eq!(told("bedside-sfu-core", "bedside-config"), 1);
        assert_eq!(told("bedside-signaling", "bedside-sfu-core"), 1);
        assert_eq!(told("bedside-sfu-api", "bedside-signaling-api"), 1);
        assert_eq!(told("bedside-sfu", "bedside-signaling"), 1);
        assert_eq!(told("bedside", "bedside-benches"), 1);
        assert_eq!(told("bedside-sfu-core", "tokio"), 1);
        assert_eq!(told("bedside-signaling", "str0m"), 1);
        assert_eq!(told("bedside-sfu", "bedside-sfu-core"), 0);
        assert_eq!(told("bedside-sfu-core", "str0m"), 0);
        assert_eq!(check(&["bedside-new"], &[]).len(), 1);
    }

    #[test]
    fn dev_dependencies_count() {
        let metadata = json!({ "packages": [{
            "name": "bedside-sfu-api",
            "dependencies": [
                { "name": "serde", "kind": null },
                { "name": "bedside-sfu", "kind": "dev" },
            ],
        }] });
        let found = arrows(&metadata).expect("the shape cargo documents");
        assert_eq!(found.len(), 2);
        assert_eq!(check(&crates(&metadata).expect("the shape"), &found).len(), 1);
        assert!(arrows(&json!({ "package": [] })).is_err());
    }
}

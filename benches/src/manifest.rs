//! Every crate lives under the same law: lints, edition and versions come from the workspace.
//!
//! In: the `Cargo.toml` of a crate. Out: what it does not inherit.
//! Never: looks at code.

use crate::Source;
use toml::{Table, Value};

/// Keys of `[package]` that come from the workspace.
const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

/// Tables that hold dependencies.
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The one crate that speaks to C, and so has lints of its own.
const SPEAKS_C: &str = "recorder/vpx/Cargo.toml";

/// What a manifest does not inherit.
#[must_use]
pub fn check(file: &Source) -> Vec<String> {
    let table: Table = match file.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![format!("{}: {error}", file.path)],
    };
    let mut breaches = Vec::new();
    let lints = table.get("lints").and_then(|lints| lints.get("workspace"));
    if lints.and_then(Value::as_bool) != Some(true) && file.path != SPEAKS_C {
        breaches.push(format!("{}: write `[lints]` `workspace = true`", file.path));
    }
    for key in INHERITED {
        if !is_inherited(table.get("package").and_then(|package| package.get(key))) {
            breaches.push(format!("{}: write `{key}.workspace = true`", file.path));
        }
    }
    for dependencies in DEPENDENCIES {
        let dependencies = table.get(dependencies).and_then(Value::as_table);
        for (name, dependency) in dependencies.into_iter().flatten() {
            if !is_inherited(Some(dependency)) {
                let path = &file.path;
                breaches.push(format!(
                    "{path}: put the version of {name} into the root Cargo.toml and write \
                     `{name}.workspace = true`"
                ));
            }
        }
    }
    breaches
}

/// Where the crate that speaks to C is weaker than the workspace. Of its code, one file may allow
/// `unsafe` for itself; everything else holds.
#[must_use]
pub fn check_own_lints(file: &Source, root: &Table) -> Vec<String> {
    if file.path != SPEAKS_C {
        return Vec::new();
    }
    let own: Table = match file.text.parse() {
        Ok(own) => own,
        Err(error) => return vec![format!("{}: {error}", file.path)],
    };
    let lints = root.get("workspace").and_then(|workspace| workspace.get("lints"));
    let tools = lints.and_then(Value::as_table).into_iter().flatten();
    let wanted = tools.flat_map(|(tool, lints)| {
        let lints = lints.as_table().into_iter().flatten();
        lints.map(move |(name, level)| (tool, name, level.as_str().unwrap_or_default()))
    });
    let breaches = wanted.filter_map(|(tool, name, level)| {
        let level = if name == "unsafe_code" { "deny" } else { level };
        let has = own.get("lints").and_then(|lints| lints.get(tool)?.get(name)?.as_str());
        (has != Some(level))
            .then(|| format!("{}: {tool} lint `{name}` has to be {level}", file.path))
    });
    breaches.collect()
}

fn is_inherited(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

/// Lints the law cannot do without, and that nothing is weaker than a warning.
#[must_use]
pub fn check_workspace_lints(root: &Table) -> Vec<String> {
    let lint = |tool: &str, name: &str| {
        let lints = root.get("workspace")?.get("lints")?.get(tool)?;
        lints.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    let wanted = [
        ("rust", "unsafe_code", "forbid"),
        ("rust", "missing_docs", "warn"),
        ("clippy", "unwrap_used", "warn"),
        ("clippy", "indexing_slicing", "warn"),
        ("clippy", "cast_possible_truncation", "warn"),
        ("clippy", "wildcard_enum_match_arm", "warn"),
        ("clippy", "too_many_lines", "warn"),
        ("clippy", "too_many_arguments", "warn"),
        ("clippy", "print_stdout", "warn"),
        ("clippy", "allow_attributes_without_reason", "warn"),
    ];
    wanted
        .into_iter()
        .filter(|(tool, name, level)| lint(tool, name).as_deref() != Some(level))
        .map(|(tool, name, level)| format!("Cargo.toml: {tool} lint `{name}` has to be {level}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{SPEAKS_C, check, check_own_lints, check_workspace_lints};
    use crate::Source;

    const GOOD: &str = "[package]\nname = \"x\"\nversion.workspace = true\n\
        edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\
        publish.workspace = true\n[dependencies]\nserde.workspace = true\n\
        tokio = { workspace = true, features = [\"rt\"] }\n[lints]\nworkspace = true\n";

    fn told(text: &str) -> usize {
        check(&Source::new("x/Cargo.toml", text)).len()
    }

    #[test]
    fn what_is_not_inherited_is_told() {
        assert_eq!(told(GOOD), 0);
        assert_eq!(told(&GOOD.replace("[lints]\nworkspace = true", "")), 1);
        assert_eq!(told(&GOOD.replace("edition.workspace = true", "edition = \"2021\"")), 1);
        assert_eq!(told(&GOOD.replace("serde.workspace = true", "serde = \"1\"")), 1);
        assert_eq!(told("x ="), 1);
    }

    #[test]
    fn the_crate_that_speaks_to_c_has_every_other_lint() {
        let root = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\nmissing_docs = \"warn\"\n";
        let root = root.parse().expect("TOML");
        let told = |lints: &str| {
            let text = GOOD.replace("[lints]\nworkspace = true", lints);
            check_own_lints(&Source::new(SPEAKS_C, &text), &root).len()
        };
        assert_eq!(told("[lints.rust]\nunsafe_code = \"deny\"\nmissing_docs = \"warn\""), 0);
        assert_eq!(told("[lints.rust]\nunsafe_code = \"allow\"\nmissing_docs = \"warn\""), 1);
        assert_eq!(told("[lints.rust]\nunsafe_code = \"deny\""), 1);
        assert_eq!(
            check(&Source::new(SPEAKS_C, &GOOD.replace("[lints]\nworkspace = true", ""))).len(),
            0
        );
        assert_eq!(check_own_lints(&Source::new("x/Cargo.toml", GOOD), &root).len(), 0);
    }

    #[test]
    fn a_weakened_lint_is_told() {
        let empty = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n".parse().expect("TOML");
        assert_eq!(check_workspace_lints(&empty).len(), 9);
        let weak = "[workspace.lints.rust]\nunsafe_code = \"allow\"\n".parse().expect("TOML");
        assert_eq!(check_workspace_lints(&weak).len(), 10);
    }
}

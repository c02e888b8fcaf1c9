//! One idea a file: no file is longer than it can be read in one go.
//!
//! In: a file; the lint settings. Out: what is too long, or no longer measured.
//! Never: counts the lines of a function; clippy does, and here its threshold is kept.

use crate::Source;

/// Longest file of code, in lines. Most have less than a third of that.
pub const LINES_MAX: usize = 600;

/// Longest function, in lines; the threshold clippy has to be given.
pub const FUNCTION_LINES_MAX: i64 = 70;

/// Most arguments of a function; the threshold clippy has to be given.
pub const ARGUMENTS_MAX: i64 = 5;

/// Where the pages' words are, a language a file: they grow with what is said, and one who
/// translates wants them whole.
const CATALOGUES: &str = "web/src/words/";

/// Whether a file of code is too long.
#[must_use]
pub fn check(file: &Source) -> Vec<String> {
    let lines = file.text.lines().count();
    let code = (file.is_rust() || file.is_typescript()) && !file.path.starts_with(CATALOGUES);
    if lines <= LINES_MAX || !code || file.is_generated() {
        return Vec::new();
    }
    vec![format!("{}: {lines} lines; split it by idea, {LINES_MAX} is the limit", file.path)]
}

/// What is wrong with a `clippy.toml`. The nearest one wins whole, so one inside a crate has
/// to repeat the root's rules.
#[must_use]
pub fn check_thresholds(file: &Source, root: &toml::Table) -> Vec<String> {
    let table: toml::Table = match file.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![format!("{}: {error}", file.path)],
    };
    let mut breaches = Vec::new();
    for (key, limit) in [
        ("too-many-lines-threshold", FUNCTION_LINES_MAX),
        ("too-many-arguments-threshold", ARGUMENTS_MAX),
    ] {
        if table.get(key).and_then(toml::Value::as_integer) != Some(limit) {
            breaches.push(format!("{}: `{key}` has to be {limit}", file.path));
        }
    }
    for (key, value) in root {
        if table.get(key) != Some(value) {
            breaches.push(format!("{}: repeat `{key} = {value}` of the root", file.path));
        }
    }
    breaches
}

/// Switched-off size lints.
#[must_use]
pub fn check_exceptions(file: &Source) -> Vec<String> {
    if !file.is_rust() {
        return Vec::new();
    }
    let lints = [concat!("clippy::", "too_many_lines"), concat!("clippy::", "too_many_arguments")];
    file.code()
        .filter(|(_, line)| lints.iter().any(|lint| line.contains(lint)))
        .map(|(number, _)| format!("{}:{number}: make the function smaller instead", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LINES_MAX, check, check_exceptions, check_thresholds};
    use crate::Source;

    #[test]
    fn one_line_too_many_is_told() {
        let fits = "x\n".repeat(LINES_MAX);
        let long = "x\n".repeat(LINES_MAX + 1);
        assert_eq!(check(&Source::new("a.rs", &fits)), [""; 0]);
        assert_eq!(check(&Source::new("a.rs", &long)).len(), 1);
        assert_eq!(check(&Source::new("a.tsx", &long)).len(), 1);
        assert_eq!(check(&Source::new("a.json", &long)), [""; 0]);
    }

    #[test]
    fn a_crate_repeats_the_roots_rules() {
        let rules = "too-many-lines-threshold = 70\ntoo-many-arguments-threshold = 5\nx = true\n";
        let root: toml::Table = rules.parse().expect("TOML");
        let more = format!("{rules}y = 1\n");
        assert_eq!(check_thresholds(&Source::new("clippy.toml", &more), &root), [""; 0]);
        let lax = rules.replace("70", "100");
        assert_eq!(check_thresholds(&Source::new("a/clippy.toml", &lax), &root).len(), 2);
        let less = rules.replace("x = true\n", "");
        assert_eq!(check_thresholds(&Source::new("a/clippy.toml", &less), &root).len(), 1);
        assert_eq!(check_thresholds(&Source::new("a/clippy.toml", "x ="), &root).len(), 1);
    }

    #[test]
    fn a_switched_off_size_lint_is_told() {
        let text = concat!("#[allow(clippy::", "too_many_lines, reason = \"x\")]\nfn x() {}\n");
        assert_eq!(check_exceptions(&Source::new("a.rs", text)).len(), 1);
        let fine = "#[allow(clippy::too_few, reason = \"x\")]\nfn x() {}\n";
        assert_eq!(check_exceptions(&Source::new("a.rs", fine)), [""; 0]);
    }
}

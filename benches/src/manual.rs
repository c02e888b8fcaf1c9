//! The documents speak of what exists.
//!
//! In: a Markdown file, the paths of the tree, the targets of the Makefile. Out: what a
//! document names and the tree does not have.
//! Never: judges style.

use crate::Source;

/// Endings by which a name in backticks is taken for a path.
const PATH_ENDINGS: [&str; 11] =
    [".rs", ".ts", ".tsx", ".toml", ".json", ".sql", ".md", ".sh", ".svg", ".html", "/"];

/// What a document names that does not exist.
#[must_use]
pub fn check(document: &Source, paths: &[&str], targets: &[&str]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (index, line) in document.text.lines().enumerate() {
        let place = format!("{}:{}", document.path, index + 1);
        for word in in_backticks(line).filter(|word| is_path(word)) {
            if !exists(word, paths) {
                breaches.push(format!("{place}: there is no `{word}`"));
            }
        }
        for target in make_targets(line).filter(|target| !targets.contains(target)) {
            breaches.push(format!("{place}: there is no `make {target}`"));
        }
    }
    breaches
}

/// Whether the first thing a newcomer reads to do is `make run`, and then `make test`.
#[must_use]
pub fn check_first_steps(readme: &str) -> Vec<String> {
    let mut told: Vec<&str> = readme.lines().flat_map(make_targets).collect();
    told.dedup();
    match told.as_slice() {
        ["run", "test", ..] => Vec::new(),
        _ => vec!["README.md: begin with `make run` and `make test`".to_owned()],
    }
}

fn in_backticks(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// A path of this tree: a plain word with a slash or a known ending.
fn is_path(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let known = PATH_ENDINGS.iter().any(|ending| word.ends_with(ending));
    known && word.chars().all(plain) && !word.starts_with('/') && !word.starts_with('.')
}

fn exists(word: &str, paths: &[&str]) -> bool {
    paths.iter().any(|path| match word.strip_suffix('/') {
        Some(folder) => {
            path.starts_with(folder)
                && path.get(folder.len()..).is_some_and(|rest| rest.starts_with('/'))
        }
        None => *path == word,
    })
}

/// Targets in `make x`, in backticks or on a line of a code block.
fn make_targets(line: &str) -> impl Iterator<Item = &str> {
    let command = line.trim_start().strip_prefix("make ").into_iter();
    let quoted = in_backticks(line).filter_map(|word| word.strip_prefix("make "));
    command.chain(quoted).filter_map(|rest| rest.split_whitespace().next()).filter(|target| {
        target.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    })
}

#[cfg(test)]
mod tests {
    use super::{check, check_first_steps};
    use crate::Source;

    #[test]
    fn what_is_gone_is_told() {
        let paths = ["sfu/src/worker.rs", "README.md"];
        let told = |text: &str| check(&Source::new("A.md", text), &paths, &["run"]).len();
        assert_eq!(told("See `sfu/src/worker.rs`, `sfu/` and `README.md`.\n"), 0);
        assert_eq!(told("See `sfu/src/gone.rs`.\n"), 1);
        assert_eq!(told("See `sf/`.\n"), 1);
        assert_eq!(told("Not paths: `Shard::new`, `/j#x.rs`, `a b.rs`, `./bedside.toml`.\n"), 0);
        assert_eq!(told("`make run ARGS=x`\n    make run\n"), 0);
        assert_eq!(told("`make gone`\n    make lost\n"), 2);
    }

    #[test]
    fn a_newcomer_runs_before_all_else() {
        assert_eq!(check_first_steps("make run\nmake test\nmake check\n"), [""; 0]);
        assert_eq!(check_first_steps("make test\nmake run\n").len(), 1);
        assert_eq!(check_first_steps("nothing\n").len(), 1);
    }
}

//! The Makefile explains itself: `make` alone prints every target with one line.
//!
//! In: the Makefile. Out: its documented targets, and those without a line.
//! Never: runs make.

/// What stands between a target and its line.
const MARK: &str = "## ";

/// Targets that only others stand on begin so, and need no line.
const INNER: &str = "need-";

/// The documented targets, in the order of the file.
#[must_use]
pub fn documented(makefile: &str) -> Vec<&str> {
    rules(makefile).filter(|(_, line)| line.contains(MARK)).map(|(target, _)| target).collect()
}

/// Targets a person could call that have no line.
#[must_use]
pub fn check(makefile: &str) -> Vec<String> {
    let phony: Vec<&str> = makefile
        .lines()
        .filter_map(|line| line.strip_prefix(".PHONY:"))
        .flat_map(str::split_whitespace)
        .collect();
    let documented = documented(makefile);
    let without_line = rules(makefile)
        .filter(|(target, _)| phony.contains(target) && !target.starts_with(INNER))
        .filter(|(_, line)| !line.contains(MARK))
        .map(|(target, _)| format!("Makefile: write `{target}: {MARK}one line`"));
    let not_phony = documented
        .iter()
        .filter(|target| !phony.contains(target))
        .map(|target| format!("Makefile: `{target}` is no file; add it to .PHONY"));
    let no_rule = phony
        .iter()
        .filter(|target| !rules(makefile).any(|(rule, _)| rule == **target))
        .map(|target| format!("Makefile: .PHONY names `{target}`, which has no rule"));
    without_line.chain(not_phony).chain(no_rule).collect()
}

/// Rules with a plain name: the target and its whole line.
fn rules(makefile: &str) -> impl Iterator<Item = (&str, &str)> {
    makefile.lines().filter_map(|line| {
        let (target, rest) = line.split_once(':')?;
        let is_plain = target.starts_with(|c: char| c.is_ascii_lowercase())
            && target.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        (is_plain && !rest.starts_with('=')).then_some((target, line))
    })
}

#[cfg(test)]
mod tests {
    use super::{check, documented};

    #[test]
    fn a_target_without_a_line_is_told() {
        let good =
            ".PHONY: run test\nweb := x\nrun: web ## Starts it\n\tx: y\ntest: run ## Tests\n";
        assert_eq!(documented(good), ["run", "test"]);
        assert_eq!(check(good), [""; 0]);
        assert_eq!(check(&good.replace(" ## Tests", "")).len(), 1);
        assert_eq!(check(&good.replace(".PHONY: run", ".PHONY:")).len(), 1);
        assert_eq!(check(&good.replace("run test", "run test gone")).len(), 1);
    }
}

//! Every file opens by saying what comes in, what goes out, what it never does.
//!
//! In: a file. Out: what its head lacks.
//! Never: judges whether what the head says is true.

use crate::Source;

/// What the head of a file lacks.
#[must_use]
pub fn check(file: &Source) -> Vec<String> {
    let head = if file.is_rust() {
        lines_that_begin_with(&file.text, "//!")
    } else if file.is_typescript() {
        typescript_head(&file.text)
    } else {
        return Vec::new();
    };
    if head.is_empty() {
        let mark = if file.is_rust() { "//!" } else { "//" };
        return vec![format!("{}: open it with `{mark}` and one sentence", file.path)];
    }
    if file.is_test() || file.is_generated() {
        return Vec::new();
    }
    let both = head.contains("In and out:");
    let says = [
        ("In:", both || head.contains("In:")),
        ("Out:", both || head.contains("Out:")),
        ("Never:", head.contains("Never:")),
    ];
    says.into_iter()
        .filter(|(_, said)| !said)
        .map(|(word, _)| format!("{}: its head has to say `{word}`", file.path))
        .collect()
}

fn lines_that_begin_with(text: &str, mark: &str) -> String {
    let lines: Vec<&str> = text.lines().take_while(|line| line.starts_with(mark)).collect();
    lines.join("\n")
}

fn typescript_head(text: &str) -> String {
    if text.starts_with("/*") {
        return text.split_once("*/").map_or("", |(head, _)| head).to_owned();
    }
    lines_that_begin_with(text, "//")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::Source;

    #[test]
    fn a_whole_head_passes() {
        let head = "//! One sentence.\n//!\n//! In: a. Out: b.\n//! Never: c.\n\nfn x() {}\n";
        assert_eq!(check(&Source::new("a/src/x.rs", head)), [""; 0]);
        let both = "//! One.\n//! In and out: a.\n//! Never: c.\n";
        assert_eq!(check(&Source::new("a/src/x.rs", both)), [""; 0]);
        let script = "// One.\n// In: a. Out: b.\n// Never: c.\nexport {};\n";
        assert_eq!(check(&Source::new("web/src/x.ts", script)), [""; 0]);
        let block = "/* One.\n * In: a. Out: b. Never: c.\n */\nexport {};\n";
        assert_eq!(check(&Source::new("web/src/x.tsx", block)), [""; 0]);
        assert_eq!(check(&Source::new("a/src/x/tests.rs", "//! Cases.\n")), [""; 0]);
        assert_eq!(check(&Source::new("web/src/p.ts", "// Generated from a.\n")), [""; 0]);
        assert_eq!(check(&Source::new("a.md", "text")), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(check(&Source::new("a/src/x.rs", "fn x() {}\n")).len(), 1);
        assert_eq!(check(&Source::new("a/src/x/tests.rs", "use a;\n")).len(), 1);
        assert_eq!(check(&Source::new("web/src/x.ts", "export {};\n")).len(), 1);
        assert_eq!(check(&Source::new("a/src/x.rs", "//! One.\n")).len(), 3);
        // What stands below the head does not count.
        let late = "//! One.\n//! In: a. Out: b.\n\n//! Never: c.\n";
        assert_eq!(
            check(&Source::new("a/src/x.rs", late)),
            ["a/src/x.rs: its head has to say `Never:`"]
        );
    }
}

//! Words that belong to one place only, and words that belong nowhere.
//!
//! In: a file. Out: lines where a word stands that must not stand there.
//! Never: reads meaning; a word is a word.

use crate::Source;

/// Words of FHIR that have no other meaning in this house.
const FHIR: [&str; 6] =
    ["fhir", "encounter", "appointment", "auditevent", "codeableconcept", "servicerequest"];

/// Folders of machines; a path into one works on that machine only.
const MACHINE_PATHS: [&str; 3] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Whether a file may name str0m.
fn may_name_str0m(path: &str) -> bool {
    path == "sfu/core/src/peer/answer/tests.rs"
        || path.starts_with("sfu/core/tests/sim/")
        || path.starts_with("sfu/rtp/tests/library/")
        || path == "loadtest/src/sim/client.rs"
        || path.starts_with("loadtest/src/sim/client/")
        || path == "loadtest/src/light/handshake.rs"
        || path == "loadtest/src/load/stack/usual.rs"
        || path == "sfu/core/tests/sim.rs"
}

/// Lines that use str0m in the server; it is for tests and for the clients of `loadtest`.
#[must_use]
pub fn check_str0m(file: &Source) -> Vec<String> {
    if !file.is_rust() || may_name_str0m(&file.path) {
        return Vec::new();
    }
    let used = [concat!("str0m", "::"), concat!("use ", "str0m"), concat!("crate ", "str0m")];
    file.code()
        .filter(|(_, line)| used.iter().any(|word| line.contains(word)))
        .map(|(number, _)| {
            format!("{}:{number}: str0m is for tests and for the clients of loadtest", file.path)
        })
        .collect()
}

/// Lines of code with a FHIR word outside the files of the FHIR edge.
#[must_use]
pub fn check_fhir(file: &Source) -> Vec<String> {
    let is_code = file.is_rust() || file.is_typescript();
    if !is_code || file.path.contains("fhir") || file.path.starts_with("benches/") {
        return Vec::new();
    }
    file.code()
        .filter_map(|(number, line)| {
            let line = unwired(&line.to_lowercase());
            let word = FHIR.iter().find(|word| line.contains(**word))?;
            Some(format!("{}:{number}: `{word}` belongs in a file of the FHIR edge", file.path))
        })
        .collect()
}

/// A line without what only wires the files of the edge: declaring them, naming something of
/// them by its path.
fn unwired(line: &str) -> String {
    line.replace("mod fhir;", "").replace("fhir::", "")
}

/// Lines with a path of one machine.
#[must_use]
pub fn check_machine_paths(file: &Source) -> Vec<String> {
    file.text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| {
            let path = MACHINE_PATHS.iter().find(|path| names_path(line, path))?;
            let number = index + 1;
            Some(format!("{}:{number}: `{path}` exists on one machine only", file.path))
        })
        .collect()
}

/// Whether the line holds the path from its root, not as the middle of another.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !before.is_alphanumeric() && !"./}_-)".contains(before))
    })
}

/// Tests that are skipped.
#[must_use]
pub fn check_skipped_tests(file: &Source) -> Vec<String> {
    let marks: &[&str] = if file.is_rust() {
        &[concat!("#[", "ignore")]
    } else if file.is_typescript() {
        &[concat!("it.", "skip("), concat!("test.", "skip("), concat!("describe.", "skip(")]
    } else {
        return Vec::new();
    };
    file.code()
        .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)))
        .map(|(number, _)| format!("{}:{number}: mend the test, or remove it", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{check_fhir, check_machine_paths, check_skipped_tests, check_str0m};
    use crate::Source;

    #[test]
    fn str0m_has_its_places() {
        let text = concat!("// about str0m", "::Rtc\nuse", " str0m", "::Rtc;\n");
        let told = check_str0m(&Source::new("sfu/core/src/peer.rs", text));
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("sfu/core/src/peer.rs:2:"));
        for path in ["sfu/core/src/peer/answer/tests.rs", "sfu/core/tests/sim/x.rs"] {
            assert_eq!(check_str0m(&Source::new(path, text)), [""; 0]);
        }
    }

    #[test]
    fn fhir_stays_at_its_edge() {
        let text = "/// Not an Encounter.\nstruct Encounter;\nlet a = \"/fhir/r4\";\n";
        assert_eq!(check_fhir(&Source::new("signaling/src/visit.rs", text)).len(), 2);
        assert_eq!(check_fhir(&Source::new("signaling/src/http/fhir.rs", text)), [""; 0]);
        assert_eq!(check_fhir(&Source::new("README.md", text)), [""; 0]);
    }

    #[test]
    fn paths_of_one_machine_are_told() {
        for text in
            [concat!("cd /wo", "rk/x"), concat!("\"/ro", "ot/.cargo\""), concat!("(/ho", "me/me)")]
        {
            assert_eq!(check_machine_paths(&Source::new("a.md", text)).len(), 1, "{text}");
        }
        let fine = concat!("https://a.example/wo", "rk/x and ../ro", "ot/y and /v1/visits");
        assert_eq!(check_machine_paths(&Source::new("a.md", fine)), [""; 0]);
    }

    #[test]
    fn skipped_tests_are_told() {
        let rust = concat!("#[test]\n#[", "ignore = \"slow\"]\nfn x() {}\n");
        assert_eq!(check_skipped_tests(&Source::new("a/tests.rs", rust)).len(), 1);
        let script = concat!("it.", "skip('x', () => {});\n");
        assert_eq!(check_skipped_tests(&Source::new("a.test.ts", script)).len(), 1);
        assert_eq!(check_skipped_tests(&Source::new("a.rs", "let ignore = 1;\n")), [""; 0]);
    }
}

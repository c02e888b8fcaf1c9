//! Right nouns: names that say nothing are refused, and maps say what is found by what.
//!
//! In: a file. Out: names to replace.
//! Never: judges names of others' crates; only what is declared here.

use crate::Source;

/// Words at the end of a type that say nothing about it.
const EMPTY_ENDINGS: [&str; 6] = ["Manager", "Impl", "Data", "Info", "Helper", "Utils"];

/// File names that say nothing about what is inside.
const EMPTY_FILES: [&str; 8] =
    ["utils", "util", "common", "core", "helpers", "helper", "misc", "shared"];

/// Keywords that declare a type.
const DECLARATIONS: [&str; 7] =
    ["struct ", "enum ", "trait ", "type ", "class ", "interface ", "union "];

/// Maps of Rust.
const MAPS: [&str; 3] = ["HashMap<", "BTreeMap<", "DashMap<"];

/// Names in a file that say nothing.
#[must_use]
pub fn check(file: &Source) -> Vec<String> {
    if !(file.is_rust() || file.is_typescript()) || file.is_generated() {
        return Vec::new();
    }
    let mut breaches = Vec::new();
    let stem = file.path.rsplit('/').next().and_then(|name| name.split('.').next());
    if let Some(stem) = stem.filter(|stem| EMPTY_FILES.contains(stem)) {
        breaches.push(format!("{}: `{stem}` says nothing; name the idea inside", file.path));
    }
    for (number, line) in file.code() {
        if let Some(name) = declared_type(line).filter(|name| is_empty(name)) {
            breaches.push(format!(
                "{}:{number}: `{name}` says nothing; use the field's own noun",
                file.path
            ));
        }
        // A binding of a test lives a few lines; a field lives with its readers.
        let map = declared_map(line).filter(|name| !name.contains("_by_") && !file.is_test());
        if let Some(name) = map {
            breaches.push(format!(
                "{}:{number}: a map is named x_by_y, so say by what `{name}` is found",
                file.path
            ));
        }
    }
    breaches
}

fn is_empty(name: &str) -> bool {
    EMPTY_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The type a line declares, if it declares one.
fn declared_type(line: &str) -> Option<&str> {
    let line = without_visibility(line.trim_start());
    let rest = DECLARATIONS.iter().find_map(|word| line.strip_prefix(word))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

/// The field or binding a line declares as a map, if it does.
fn declared_map(line: &str) -> Option<&str> {
    let line = without_visibility(line.trim_start());
    let line = line.strip_prefix("let mut ").or(line.strip_prefix("let ")).unwrap_or(line);
    let (name, rest) = line.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let rest = rest.trim_start();
    (is_name && MAPS.iter().any(|map| rest.starts_with(map))).then_some(name)
}

fn without_visibility(line: &str) -> &str {
    ["pub(crate) ", "pub(super) ", "pub ", "export default ", "export "]
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::Source;

    fn told(text: &str) -> usize {
        check(&Source::new("a/src/x.rs", text)).len()
    }

    #[test]
    fn empty_nouns_are_told() {
        assert_eq!(told("pub struct RoomManager {\n"), 1);
        assert_eq!(told("pub(crate) trait PeerInfo {}\n"), 1);
        assert_eq!(told("export class LinkHelper {\n"), 1);
        assert_eq!(told("struct Room;\nenum Information {}\nimpl Manager for X {}\n"), 0);
        assert_eq!(told("// struct RoomManager\n"), 0);
    }

    #[test]
    fn empty_file_names_are_told() {
        for path in ["a/src/utils.rs", "a/src/core.rs", "web/src/common.ts"] {
            assert_eq!(check(&Source::new(path, "")).len(), 1, "{path}");
        }
        assert_eq!(check(&Source::new("sfu/core/src/room.rs", "")), [""; 0]);
    }

    #[test]
    fn maps_say_by_what() {
        assert_eq!(told("    rooms: BTreeMap<RoomId, Room>,\n"), 1);
        assert_eq!(told("    let mut seen: HashMap<u8, u8> = HashMap::new();\n"), 1);
        assert_eq!(told("    pub room_by_id: BTreeMap<RoomId, Room>,\n"), 0);
        assert_eq!(told("fn x() -> HashMap<u8, u8> {\n"), 0);
    }
}

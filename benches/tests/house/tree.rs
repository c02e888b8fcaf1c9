//! Reads the tree once: every text file that people write.

use bedside_benches::Source;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that machines fill.
const FILLED_BY_MACHINES: [&str; 5] = [".git", "target", "node_modules", "dist", "bedside-data"];

/// Endings of text that people write.
const TEXT: [&str; 14] = [
    "rs", "ts", "tsx", "css", "html", "svg", "toml", "json", "md", "sh", "sql", "yml", "txt",
    "Makefile",
];

/// Fewer files than this would mean that the walk went wrong, and every law passed on nothing.
const FILES_MIN: usize = 40;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("benches lies in the root").to_owned()
}

pub(crate) fn read(path: &str) -> String {
    let full = root().join(path);
    fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    walk(&root(), &root(), &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() >= FILES_MIN, "only {} files found", sources.len());
    sources
}

fn walk(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).expect("a folder of the tree can be read");
    for entry in entries {
        let path = entry.expect("an entry of a folder can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() && !FILLED_BY_MACHINES.contains(&name.as_str()) {
            walk(root, &path, sources);
        } else if path.is_file() && is_text(&name) {
            let relative = path.strip_prefix(root).expect("the walk stays below the root");
            let text = fs::read_to_string(&path).expect("text of people is UTF-8");
            sources.push(Source::new(&relative.to_string_lossy(), &text));
        }
    }
}

fn is_text(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    TEXT.contains(&ending)
}

/// Fails with every breach, not only the first.
pub(crate) fn hold(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n  {}\n", breaches.join("\n  "));
}

/// Holds every file to one law.
pub(crate) fn hold_each(law: impl Fn(&Source) -> Vec<String>) {
    hold(&sources().iter().flat_map(law).collect::<Vec<String>>());
}

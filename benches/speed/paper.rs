//! Where benches put what they measured: in front of a person, and into one file for machines.
//!
//! In: lines; a bench's part of the report. Out: the terminal, and `target/bench/report.json`.
//! Never: throws away what other benches have put into the report.

use serde_json::{Map, Value};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Puts a part beside what other benches have reported.
pub(crate) fn put(name: &str, part: Map<String, Value>) -> std::io::Result<()> {
    let file = file();
    let whole = fs::read_to_string(&file).ok();
    let whole = whole.and_then(|text| serde_json::from_str::<Map<String, Value>>(&text).ok());
    let mut whole = whole.unwrap_or_default();
    whole.insert(name.to_owned(), Value::Object(part));
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    fs::write(&file, format!("{:#}\n", Value::Object(whole)))?;
    say(&format!("written to {}", file.display()));
    Ok(())
}

/// Says something to whoever runs the bench.
pub(crate) fn say(text: &str) {
    // A reader that went away is no fault.
    let _gone = writeln!(std::io::stdout().lock(), "{text}");
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench/report.json")
}

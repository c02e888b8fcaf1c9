//! What can be typed, and what is said to it.

use super::*;
use clap::Parser;
use std::cell::RefCell;
use std::fs;
use std::path::Path;

#[derive(Debug, Parser)]
struct Cli {
    #[command(flatten)]
    sim: Sim,
}

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bedside-sim-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn typed(words: &[&str]) -> (Result<Outcome, Fault>, String) {
    let sim = Cli::parse_from([&["sim"], words].concat()).sim;
    let said = RefCell::new(String::new());
    let outcome = sim.run(|text| said.borrow_mut().push_str(&format!("{text}\n")));
    (outcome, said.into_inner())
}

#[test]
fn a_wrong_name_is_told_with_the_right_ones() {
    let (outcome, _) = typed(&["stedy"]);
    let told = outcome.unwrap_err().to_string();
    assert!(told.contains("\"stedy\"") && told.contains("cut, steady, loss"), "{told}");
}

#[test]
fn files_that_cannot_be_used_are_told_before_anything_is_run() {
    let folder = Folder::new("files");
    let other = folder.file("other.json");
    fs::write(&other, "{}").unwrap();
    let missing = folder.file("missing.json");
    let told = |words: &[&str]| typed(words).0.unwrap_err().to_string();
    assert!(told(&["--baseline", &missing]).contains("cannot be read"));
    assert!(told(&["--baseline", &other]).contains("--write-baseline"));
    assert!(told(&["--replay", &missing]).contains("cannot be read"));
    assert!(told(&["--replay", &other]).contains("quality series"));
    let under_a_file = format!("{other}/x");
    assert!(told(&["steady-250", "--quick", "--out", &under_a_file]).contains("cannot be written"));
}

#[test]
fn a_run_leaves_a_scoreboard_and_a_drawing_and_can_be_compared_with() {
    let folder = Folder::new("run");
    let (out, kept) = (folder.file("out"), folder.file("baseline.json"));
    let words = ["steady-250", "--quick", "--plot", "--out", &out, "--write-baseline", &kept];
    let (outcome, said) = typed(&words);
    assert_eq!(outcome.unwrap(), Outcome::Well);
    assert!(said.contains("line used, 10–70 s") && said.contains("goals hold"), "{said}");
    let text = fs::read_to_string(Path::new(&out).join("scoreboard.json")).unwrap();
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    let first = &rows[0];
    for key in ["scenario", "metric", "unit", "goal", "median", "worst", "pass"] {
        assert!(first.get(key).is_some(), "no {key} in {first}");
    }
    assert!(Path::new(&out).join("steady-250.svg").exists());
    let again = ["steady-250", "--quick", "--out", &out, "--baseline", &kept];
    let (outcome, said) = typed(&again);
    assert_eq!(outcome.unwrap(), Outcome::Well);
    assert!(said.contains("Nothing is worse"), "{said}");
    // A baseline that nothing can reach.
    let mut rows: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&kept).unwrap()).unwrap();
    for value in rows[0]["values"].as_array_mut().unwrap() {
        *value = 999.0.into();
    }
    fs::write(&kept, rows.to_string()).unwrap();
    let (outcome, said) = typed(&again);
    assert_eq!(outcome.unwrap(), Outcome::Ill);
    assert!(said.contains("worse than the baseline: steady-250: line used"), "{said}");
}

#[test]
fn the_list_says_what_each_is_about_and_a_trace_is_a_line_each_tenth() {
    let (_, said) = typed(&["steady", "--list"]);
    assert_eq!(said.lines().count(), 3);
    assert!(said.contains("a line of 250 kbit/s"));
    let (_, said) = typed(&["outage", "--trace"]);
    assert_eq!(said.lines().filter(|line| !line.starts_with('#')).count(), 721, "{said}");
}

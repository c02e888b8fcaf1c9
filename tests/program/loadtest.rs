//! The load tester against a real server: do people meet, and is the report right?

use super::process::{Server, bedside, said};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// Four people, one of whom speaks WebRTC by another library than the server's. Long enough that
/// everybody is together for a while on a slow machine too.
const FOUR: &str = "
about = 'Four'
seconds = 15
warm_up_seconds = 3
visits = 1
[[people]]
role = 'clinician'
camera = [150, 500]
[[people]]
role = 'patient'
camera = [200]
stack = 'rtc'
[[people]]
role = 'family'
count = 2
camera = [200]
";

fn loadtest(server: &Server, script: &Path, out: &Path) -> Command {
    let mut command = bedside();
    command.args(["loadtest", "--server", &server.address()]);
    command.arg("--script").arg(script).arg("--out").arg(out);
    command
}

fn value(report: &Value, name: &str) -> f64 {
    let rows = report["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    row["value"].as_f64().unwrap_or_else(|| panic!("{name} was not measured: {report}"))
}

#[test]
fn four_people_of_two_libraries_see_and_hear_each_other() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(&root.path().join("data"));
    let (script, out) = (root.path().join("four.toml"), root.path().join("out"));
    fs::write(&script, FOUR).expect("a file");
    let printed = said(loadtest(&server, &script, &out).args(["--key", &server.word("vk_")]));
    assert!(printed.contains("goals hold"), "{printed}");
    let json = fs::read_to_string(out.join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(value(&report, "people at once, at most"), 4.0);
    // Each of four with each of three others.
    for pairs in ["pairs that heard each other", "pairs that saw each other"] {
        assert_eq!(value(&report, pairs), 100.0, "{report}");
    }
    assert_eq!(value(&report, "packets of another visit"), 0.0);
    assert_eq!(report["troubles"], serde_json::json!({}));
    for measured in [
        "join, p50",
        "first picture, p50",
        "first word, p95",
        "through the server, p99.9",
        "server CPU per forwarded packet",
        "server memory per person",
    ] {
        assert!(value(&report, measured) > 0.0, "{measured}: {report}");
    }
    // Four send fifty packets of voice a second, and each of the others gets them.
    assert!(value(&report, "packets forwarded a second") > 300.0, "{report}");
    assert!(report["seconds"].as_array().is_some_and(|seconds| seconds.len() >= 10), "{report}");
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    assert!(page.contains("<svg") && !page.contains("https://"), "it stands by itself");
}

#[test]
fn who_interrupts_a_test_still_gets_a_report() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let data = root.path().join("data");
    let server = Server::start(&data);
    let (script, out) = (root.path().join("long.toml"), root.path().join("out"));
    fs::write(&script, FOUR.replace("seconds = 15", "seconds = 3600")).expect("a file");
    // Without a key it makes one in the server's store, and takes it back.
    let mut command = loadtest(&server, &script, &out);
    let mut child = command
        .arg("--data-dir")
        .arg(&data)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // Each line is a second in which all four are there: long enough to have met.
    let seconds =
        lines.by_ref().filter(|line| matches!(line, Ok(line) if line.contains(": 4 people,")));
    assert_eq!(seconds.take(6).count(), 6, "all have come");
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process id fits"));
    kill(pid, Signal::SIGINT).expect("it runs");
    let rest: Vec<String> = lines.map(|line| line.expect("text")).collect();
    child.wait().expect("it ends");
    assert!(rest.iter().any(|line| line.contains("stopped before its end")), "{rest:?}");
    let json = fs::read_to_string(out.join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["cut_short"], true);
    assert_eq!(value(&report, "pairs that heard each other"), 100.0, "{report}");
    let keys = said(bedside().args(["keys", "list", "--data-dir"]).arg(&data));
    let of_the_test = keys.lines().find(|line| line.contains("load test"));
    assert!(of_the_test.is_some_and(|line| line.contains("revoked")), "{keys}");
}

#[test]
fn other_machines_and_bad_scripts_are_refused_in_a_sentence() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let script = root.path().join("bad.toml");
    fs::write(&script, FOUR.replace("count = 2", "count = 2\nline = 'bad'")).expect("a file");
    let told = |args: &[&str]| {
        let mut command = bedside();
        command.arg("loadtest").args(args);
        let output = command.output().expect("the program can be started");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let beyond = told(&["--key", "vk_a_b", "--server", "http://203.0.113.7:8080"]);
    assert!(beyond.contains("not this machine"), "{beyond}");
    let bad = told(&["--key", "vk_a_b", "--script", &script.display().to_string()]);
    assert!(bad.contains("people[3].line: there is no line `bad`"), "{bad}");
    let none = told(&["--key", "vk_a_b", "--script", "fourteen"]);
    assert!(none.contains("cannot read the script fourteen"), "{none}");
    let keyless = told(&["--data-dir", &root.path().join("none").display().to_string()]);
    assert!(keyless.contains("no key can be made"), "{keyless}");
}

//! A film that is watched while it is made, over HTTP.

use super::super::process::said;
use super::recorded::record;
use super::seen::decodes_whole;
use super::{holder, names};
use bedside_config::SealingSuite;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

fn curl(args: &[&str]) -> String {
    said(Command::new("curl").args(["-s", "--max-time", "30"]).args(args))
}

#[test]
fn a_film_is_shown_to_whoever_has_the_link_and_to_nobody_else() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Age, false);
    let temporary = root.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    let mut command = holder("play", &recorded);
    command.args(["--size", "640x360"]).env("TMPDIR", &temporary).stdout(Stdio::piped());
    let mut player = command.spawn().expect("the program can be started");
    let mut link = String::new();
    let mut printed = BufReader::new(player.stdout.take().expect("it is piped"));
    printed.read_line(&mut link).expect("it prints");
    let link = link.trim();
    let root_url = link.trim_end_matches('/').rsplit_once('/').expect("a link").0;
    for shut in ["/", "/film.mp4", "/00000000000000000000000000000000/film.mp4"] {
        let status = curl(&["-o", "/dev/null", "-w", "%{http_code}", &format!("{root_url}{shut}")]);
        assert_eq!(status, "404", "{shut}");
    }
    let page = curl(&["-i", link]);
    assert!(page.contains("<video") && page.contains("default-src 'none'"), "{page}");
    let state = loop {
        let state: Value =
            serde_json::from_str(&curl(&[&format!("{link}film.json")])).expect("JSON");
        assert_eq!(state["fault"], Value::Null);
        if state["done"] == true {
            break state;
        }
    };
    assert_eq!(state["captions"][0]["text"], "Anna Klein: Good <morning>");
    let pieces = state["segments"].as_array().expect("a list");
    assert!(pieces.len() >= 2, "{pieces:?}");
    let known = curl(&[&format!("{link}film.json?segments={}&captions=1", pieces.len())]);
    assert!(known.contains(r#""segments":[]"#) && known.contains(r#""captions":[]"#), "{known}");
    // The head and the last piece alone are a film: that is how a browser seeks.
    let film = root.path().join("piece.mp4");
    let number = |value: &Value| value.as_u64().expect("a number");
    let (head, last) = (number(&state["head"]), &pieces[pieces.len() - 1]);
    let (from, length) = (number(&last["from"]), number(&last["length"]));
    let mut bytes = Vec::new();
    for range in [format!("0-{}", head - 1), format!("{from}-{}", from + length - 1)] {
        let file = root.path().join("range");
        let said = curl(&[
            "-w",
            "%{http_code}",
            "-r",
            &range,
            "-o",
            file.to_str().expect("text"),
            &format!("{link}film.mp4"),
        ]);
        assert_eq!(said, "206");
        bytes.extend(fs::read(file).expect("a range"));
    }
    fs::write(&film, bytes).expect("the folder can be written");
    decodes_whole(&film, 0);
    assert_eq!(names(&temporary), [""; 0], "nothing has a name");
    let pid = Pid::from_raw(i32::try_from(player.id()).expect("a process id fits"));
    kill(pid, Signal::SIGINT).expect("it runs");
    assert!(player.wait().expect("it ends").success());
    assert_eq!(names(&temporary), [""; 0], "nothing is left");
}

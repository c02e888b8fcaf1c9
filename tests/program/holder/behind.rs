//! The walls around whoever decodes, tried from inside; and what happens when it is lost.

use super::super::process::{bedside, said};
use super::recorded::{ENDS, record};
use super::seen::decodes_whole;
use super::{holder, names};
use bedside_config::SealingSuite;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};

#[test]
fn from_behind_the_walls_nothing_can_be_reached() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let file = root.path().join("secret.key");
    fs::write(&file, "a key").expect("the folder can be written");
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("an address").to_string();
    let mut command = bedside();
    command.args(["recording", "decode", "--try-server", &address, "--try-file"]).arg(&file);
    let said = said(&mut command);
    let ways: Vec<&str> = said.lines().collect();
    assert_eq!(ways.len(), 9, "{said}");
    for way in ways {
        // Open before the walls, or the trial would prove nothing; shut behind them.
        let was_open = way.ends_with(": true false");
        let never_open = way.starts_with("signal others") && way.ends_with(": false false");
        assert!(was_open || never_open, "{said}");
    }
}

/// The process that another started.
fn child_of(parent: &Child) -> Option<Pid> {
    let tasks = fs::read_dir(format!("/proc/{}/task", parent.id())).ok()?;
    let children =
        tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
    let all = children.collect::<String>();
    all.split_whitespace().next()?.parse().ok().map(Pid::from_raw)
}

/// Composes, and kills so many of the processes that decode.
fn compose_and_kill(film: &Path, recorded: &super::Recorded, most: usize) -> (bool, String, usize) {
    let mut command = holder("compose", recorded);
    command.arg("--out").arg(film).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut parent = command.spawn().expect("the program can be started");
    let mut killed = Vec::new();
    while parent.try_wait().expect("it can be asked").is_none() {
        if killed.len() < most
            && let Some(child) = child_of(&parent).filter(|child| !killed.contains(child))
            && kill(child, Signal::SIGKILL).is_ok()
        {
            killed.push(child);
        }
    }
    let output = parent.wait_with_output().expect("it ended");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said, killed.len())
}

#[test]
fn a_decoder_that_is_lost_costs_no_film_and_one_that_always_is_gives_a_sentence() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Age, false);
    let out = root.path().join("out");
    fs::create_dir(&out).expect("a folder");
    let film = out.join("visit.mp4");
    let (done, said, killed) = compose_and_kill(&film, &recorded, 2);
    assert_eq!(killed, 2, "they were there to be killed");
    assert!(done, "{said}");
    decodes_whole(&film, 0);
    assert!(super::seconds(&film) > (ENDS - 6) as f64, "{}", super::seconds(&film));
    fs::remove_file(&film).expect("a film");
    let (done, said, _) = compose_and_kill(&film, &recorded, usize::MAX);
    assert!(!done && said.contains("the process that decodes ended in the middle"), "{said}");
    assert_eq!(names(&out), [""; 0], "nothing is left");
}

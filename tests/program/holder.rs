//! What whoever holds a key does with a recording: files, a film, a look at it.

mod behind;
mod fetched;
mod flash;
mod recorded;
mod seen;
mod shown;

use super::process::{bedside, said};
use bedside_config::SealingSuite;
use recorded::{ENDS, PAUSED, Recorded, SAID, record};
use seen::{beeps, decodes_whole, flashes, seconds, streams};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

/// How far a flash and its beep may be apart, in milliseconds.
const SKEW_MS: u64 = 40;

/// `bedside recording WHAT` with the first key.
pub(crate) fn holder(what: &str, recorded: &Recorded) -> Command {
    let mut command = bedside();
    command.args(["recording", what, "--identity"]).arg(&recorded.keys[0]).arg(&recorded.folder);
    command
}

/// How it ended, and all it said.
pub(crate) fn told(command: &mut Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program can be started");
    let told = [stdout, stderr].concat();
    (status.success(), String::from_utf8_lossy(&told).into_owned())
}

/// The names in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> =
        entries.map(|entry| name(entry).into_string().expect("a plain name")).collect();
    names.sort();
    names
}

fn is_private(file: &Path) -> bool {
    let mode = fs::metadata(file).expect("the file is there").permissions().mode();
    mode & 0o077 == 0
}

/// Every beep of the film has its flash.
fn is_in_sync(film: &Path, wanted: usize) {
    let (flashes, beeps) = (flashes(film), beeps(film));
    assert_eq!(beeps.len(), wanted, "{beeps:?}");
    for beep in beeps {
        let apart = flashes.iter().map(|flash| flash.abs_diff(beep)).min();
        assert!(apart.is_some_and(|apart| apart <= SKEW_MS), "{beep}: {flashes:?}");
    }
}

#[test]
fn a_recording_becomes_a_file_a_person_that_players_seek_in() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Age, false);
    let out = root.path().join("visit");
    let printed = said(holder("export", &recorded).arg("--out").arg(&out));
    assert!(printed.contains("1-Anna-Klein.mkv"), "{printed}");
    let files = ["1-Anna-Klein.mkv", "2-Dr-Ben.mkv", "captions.en.vtt", "recording.json"];
    assert_eq!(names(&out), files);
    for file in &files[..2] {
        let file = out.join(file);
        assert!(is_private(&file));
        let streams = streams(&file);
        assert_eq!(streams.len(), 2, "{streams:?}");
        assert!(streams[0].starts_with("opus|audio|"), "{streams:?}");
        assert!(streams[1].starts_with("h264|video|"), "{streams:?}");
        let seconds = seconds(&file);
        assert!((15.9..16.2).contains(&seconds), "{seconds}");
        decodes_whole(&file, 0);
        decodes_whole(&file, 13);
        // The recording's clock: nothing is moved for the pause.
        is_in_sync_by_clock(&file);
    }
    let captions = fs::read_to_string(out.join("captions.en.vtt")).expect("captions");
    assert!(captions.contains("00:00:02.5") && captions.contains("<v Anna Klein>"), "{captions}");
    assert!(captions.contains("Good &lt;morning&gt;"), "{captions}");
    let listing = fs::read_to_string(out.join("recording.json")).expect("a listing");
    let listing: serde_json::Value = serde_json::from_str(&listing).expect("JSON");
    assert_eq!(listing["people"][0]["participant"], recorded.people[0].to_string());
    assert_eq!(listing["warnings"], serde_json::json!([]));
    assert!(listing["pauses"][0]["to_ms"].as_u64().is_some_and(|ms| ms >= PAUSED.end * 1_000));
    let (done, again) = told(holder("export", &recorded).arg("--out").arg(&out));
    assert!(!done && again.contains("exists already"), "{again}");
}

/// Flashes stand at whole seconds of the recording's clock.
fn is_in_sync_by_clock(file: &Path) {
    let flashes = flashes(file);
    assert!(flashes.len() >= 10, "{flashes:?}");
    for flash in flashes {
        let off = (flash + 500) % 1_000;
        assert!(off.abs_diff(500) <= 80, "a flash at {flash}");
    }
}

#[test]
fn a_recording_becomes_a_film_in_sync_with_captions_and_without_its_pause() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Aes256Gcm, true);
    for layout in ["speaker", "grid"] {
        let out = root.path().join(layout);
        fs::create_dir(&out).expect("a folder");
        let film = out.join("visit.mp4");
        let mut command = holder("compose", &recorded);
        command.args(["--layout", layout, "--size", "640x360", "--out"]).arg(&film);
        let (done, said) = told(&mut command);
        assert!(done && !said.contains("Not all"), "{said}");
        assert_eq!(names(&out), ["visit.mp4"], "and nothing beside it");
        assert!(is_private(&film));
        decodes_whole(&film, 0);
        let streams = streams(&film);
        assert!(streams.iter().any(|stream| stream.contains("mov_text")), "{streams:?}");
        let lasts = ENDS - PAUSED.end + PAUSED.start;
        assert!((seconds(&film) - lasts as f64).abs() < 0.3, "{}", seconds(&film));
        is_in_sync(&film, usize::try_from(lasts).expect("a short film"));
        let captions = captions(&film);
        assert!(captions.contains(&format!("Anna Klein: {}", SAID.1)), "{captions}");
    }
    let film = root.path().join("some.mp4");
    let mut command = holder("compose", &recorded);
    command.args(["--from", "0:03", "--to", "0:06", "--size", "640x360", "--out"]).arg(&film);
    let (done, said) = told(&mut command);
    assert!(done, "{said}");
    assert!((seconds(&film) - 3.0).abs() < 0.2, "{}", seconds(&film));
    is_in_sync(&film, 3);
}

fn captions(film: &Path) -> String {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-i"]).arg(film).args(["-map", "0:s:0", "-f", "srt", "-"]);
    let output = command.output().expect("ffmpeg is there");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_wrong_key_is_told_in_a_sentence_and_nothing_is_left() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Age, false);
    let other = root.path().join("other.key");
    said(bedside().args(["recording", "keygen", "--out"]).arg(&other));
    for what in ["compose", "export"] {
        let out = root.path().join(what);
        let mut command = bedside();
        command.args(["recording", what, "--identity"]).arg(&other).arg(&recorded.folder);
        let (done, said) = told(command.arg("--out").arg(&out));
        assert!(!done && said.contains("none of these keys opens this recording"), "{said}");
        assert!(!out.is_file(), "no film");
        assert!(!out.is_dir() || names(&out).is_empty(), "no file");
    }
}

#[test]
fn what_is_missing_is_a_gap_and_a_sentence() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let recorded = record(root.path(), SealingSuite::Age, false);
    let part = |n: u32| recorded.folder.join(format!("00000-{n:06}.age"));
    fs::remove_file(part(1)).expect("a part");
    let cut = fs::read(part(2)).expect("a part");
    fs::write(part(2), &cut[..cut.len() / 2]).expect("the part can be cut");
    fs::copy(recorded.folder.join("00001-000001.age"), part(3)).expect("a part put elsewhere");
    let film = root.path().join("visit.mp4");
    let (done, said) = told(holder("compose", &recorded).arg("--out").arg(&film));
    assert!(done, "{said}");
    for told in ["part 1 of epoch 0 is missing", "part 2 of epoch 0", "it is part 1 of epoch 1"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    decodes_whole(&film, 0);
    let lasts = (ENDS - PAUSED.end + PAUSED.start) as f64;
    assert!((seconds(&film) - lasts).abs() < 0.5, "the clock goes on: {}", seconds(&film));
    let beeps = beeps(&film);
    assert!(beeps.len() >= 5 && beeps.iter().all(|at| !(2_500..3_500).contains(at)), "{beeps:?}");
}

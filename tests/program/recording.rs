//! `bedside recording`: keys, checks, and rescue after a crash.

use super::process::bedside;
use bedside_config::SealingSuite;
use bedside_recorder::binding::TAG;
use bedside_recorder::manifest::{KEY_FILE, MANIFEST, Signer};
use bedside_recorder::matroska::write;
use bedside_recorder::part::{Binding, PlainPart};
use bedside_recorder::spool::{Bounds, NewRecording, Spool, Writer};
use bedside_signaling_api::recorder::Mode;
use jiff::Timestamp;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use uuid::Uuid;

const RECORDING: Uuid = Uuid::from_u128(7);
const VISIT: Uuid = Uuid::from_u128(8);

fn recording(words: &[&str]) -> (Option<i32>, String) {
    let mut command = bedside();
    let output = command.arg("recording").args(words).output();
    let Output { status, stdout, stderr } = output.expect("the program can be started");
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

/// Makes a key; gives its file and the public key that is printed alone on standard output.
fn keygen(folder: &Path, name: &str, more: &[&str]) -> (PathBuf, String) {
    let file = folder.join(name);
    let mut command = bedside();
    command.args(["recording", "keygen", "--out"]).arg(&file).args(more);
    let output = command.output().expect("the program can be started");
    assert!(output.status.success());
    let public = String::from_utf8(output.stdout).expect("text");
    (file, public.trim_end().to_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of a test is text")
}

#[test]
fn a_key_is_for_its_owner_alone_never_overwritten_and_one_of_ages_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, public) = keygen(folder.path(), "first.key", &[]);
    let mode = fs::metadata(&file).expect("the file is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let age = Command::new("age-keygen").arg("-y").arg(&file).output();
    let age = age.expect("`age` is installed (scripts/need.sh age)");
    assert_eq!(String::from_utf8_lossy(&age.stdout).trim(), public);
    let before = fs::read(&file).expect("the file is there");
    let (code, told) = recording(&["keygen", "--out", text(&file)]);
    assert_eq!(code, Some(1));
    assert!(told.contains("it is left alone"), "{told}");
    assert_eq!(fs::read(&file).expect("the file is there"), before);
    let (_, other) = keygen(folder.path(), "other.key", &["--suite", "aes256gcm"]);
    assert!(other.starts_with("bedside-p256:"), "{other}");
    let (_, help) = recording(&["keygen", "--help"]);
    assert!(help.contains("twice") && help.contains("is not the server"), "{help}");
}

/// A recording of three parts that a crash left open.
fn crashed(folder: &Path, recipients: Vec<String>) -> PathBuf {
    let signer = Signer::open(folder).expect("a key can be made");
    let bounds = Bounds { bytes_max: u64::MAX, floor_bytes: 0 };
    let spool = Spool::open(&folder.join("spool"), bounds, signer).expect("the spool opens");
    let new = NewRecording {
        recording: RECORDING,
        visit: VISIT,
        mode: Mode::Tracks,
        suite: SealingSuite::Age,
        recipients,
        shreddable: true,
        at: Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::begin(&spool, &new).expect("the spool is empty");
    for n in 0..3_u32 {
        let from_ms = u64::from(n) * 2_000;
        let binding = Binding { visit: VISIT, recording: RECORDING, epoch: 0, n, from_ms };
        let binding = serde_json::to_string(&binding).expect("JSON");
        let mut plain = Vec::new();
        write::tags(&mut plain, &[(TAG, &binding)]);
        let part = PlainPart {
            epoch: 0,
            n,
            turn: 1,
            from_ms,
            to_ms: from_ms + 2_000,
            last_of_epoch: false,
            plain: plain.into(),
            missing_ms: 0,
        };
        writer.write(part).expect("there is room");
    }
    let dir = writer.folder().to_owned();
    fs::write(dir.join("00000-000003.age.tmp"), b"half of it").expect("a file");
    dir
}

#[test]
fn what_a_crash_left_is_closed_with_the_key_and_only_checked_without() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (first, first_public) = keygen(folder.path(), "first.key", &[]);
    let (_, second_public) = keygen(folder.path(), "second.key", &[]);
    let (stranger, _) = keygen(folder.path(), "stranger.key", &[]);
    let dir = crashed(folder.path(), vec![first_public, second_public]);
    let spool = folder.path().join("spool");
    let manifest = || fs::read(dir.join(MANIFEST)).expect("the manifest is there");

    let before = manifest();
    let nowhere = folder.path().join("nowhere.key");
    let (code, told) = recording(&["recover", text(&spool), "--key", text(&nowhere)]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("only checked") && told.contains("no end line"), "{told}");
    assert_eq!(manifest(), before);

    let key = folder.path().join(KEY_FILE);
    let (code, told) = recording(&["recover", text(&dir), "--key", text(&key)]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("closed as aborted, with 3 parts; 1 removed"), "{told}");

    let signer = Signer::read(&key).expect("the key is there").public().to_owned();
    let (code, told) = recording(&["verify", text(&dir), "--signer", &signer]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("epoch 0   █") && told.contains("A crash ended it"), "{told}");
    let (code, told) = recording(&["verify", text(&dir), "--signer", &"0".repeat(64)]);
    assert_eq!(code, Some(1));
    assert!(told.contains(&format!("is signed by {signer}, and not by 000")), "{told}");
    let (code, told) = recording(&["verify", text(&dir), "--identity", text(&first)]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("3 of 3 parts opened"), "{told}");
    let (code, told) = recording(&["verify", text(&dir), "--identity", text(&stranger)]);
    assert_eq!(code, Some(1));
    assert!(told.contains("none of the keys given opens it"), "{told}");

    fs::remove_file(dir.join("00000-000001.age")).expect("the part is there");
    let (code, told) = recording(&["verify", text(&dir)]);
    assert_eq!(code, Some(1));
    assert!(told.contains("  00000-000001.age was removed"), "{told}");
}

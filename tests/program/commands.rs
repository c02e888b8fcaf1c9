//! The commands that do not serve.

use super::process::{bedside, said};
use std::fs;

#[test]
fn a_wrong_settings_file_is_refused_by_line_with_the_choices() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bedside.toml");
    fs::write(&file, "[media]\nprot = 7882\n").expect("the file can be written");
    for command in [&["config", "check"][..], &["serve"], &["doctor"]] {
        let output = bedside().args(command).arg("--config").arg(&file).output();
        let output = output.expect("the program can be started");
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told).into_owned();
        assert!(told.contains("bedside.toml:2:1"), "{told}");
        assert!(told.contains("Did you mean `port`?"), "{told}");
    }
}

#[test]
fn the_example_is_right_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bedside.toml");
    let example = said(bedside().args(["config", "example"]));
    fs::write(&file, &example).expect("the file can be written");
    said(bedside().args(["config", "check", "--config"]).arg(&file));
    let defaults = said(bedside().args(["config", "print"]));
    let with_file = said(bedside().args(["config", "print", "--config"]).arg(&file));
    assert_eq!(with_file, defaults);
    let changed = said(bedside().args(["config", "print"]).env("BEDSIDE__MEDIA__PORT", "9000"));
    assert_eq!(changed, defaults.replace("port = 7882", "port = 9000"));
}

#[test]
fn the_doctor_has_a_line_for_each_check() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = bedside()
        .args(["doctor", "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--media-port", "0"])
        .arg("--data-dir")
        .arg(folder.path().join("data"))
        .output()
        .expect("the program can be started");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for about in ["data folder", "API", "metrics", "UDP", "media:", "files", "clock"] {
        assert!(told.lines().any(|line| line.contains(about)), "{about}:\n{told}");
    }
    let ill = told.lines().any(|line| line.starts_with('✗'));
    assert_eq!(output.status.code(), Some(i32::from(ill)), "{told}");
}

#[test]
fn help_teaches_and_a_typing_error_is_answered() {
    for command in ["serve", "config", "keys", "doctor"] {
        assert!(said(bedside().args([command, "--help"])).contains("Example"), "{command}");
    }
    assert!(said(bedside().arg("--version")).starts_with("bedside "));
    let output = bedside().arg("serv").output().expect("the program can be started");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("'serve'"));
}

//! Files that are finished, and files that are not.

use super::{Draft, DraftFault};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_file_is_there_when_it_is_finished_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("film");
    let draft = Draft::begin(&path).expect("a draft");
    draft.file().write_all(b"all of it").expect("it can be written");
    assert!(!path.exists());
    draft.finish().expect("it can be finished");
    assert_eq!(fs::read(&path).expect("it is there"), b"all of it");
    let mode = fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[test]
fn a_file_that_is_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let draft = Draft::begin(&folder.path().join("film")).expect("a draft");
    draft.file().write_all(b"half").expect("it can be written");
    let scratch = Draft::scratch(&folder.path().join("film")).expect("a scratch file");
    (&scratch).write_all(b"more").expect("it can be written");
    drop((draft, scratch));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn nothing_is_written_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("film");
    let draft = Draft::begin(&path).expect("a draft");
    fs::write(&path, "somebody else's").expect("it can be written");
    assert!(matches!(draft.finish(), Err(DraftFault::Exists(_))), "taken meanwhile");
    assert!(matches!(Draft::begin(&path), Err(DraftFault::Exists(_))), "taken before");
    assert_eq!(fs::read(&path).expect("it is there"), b"somebody else's");
}

//! Programs that hang, end, talk nonsense or are not there, in a decoder's place.

use super::{Studio, StudioFault};
use crate::child::{Lost, Program};
use crate::film::Plan;
use bedside_signaling_api::recorder::Layout;
use std::time::Duration;

/// Short, for it is waited out once for each child that is tried.
const PATIENCE: Duration = Duration::from_millis(50);

fn lost(path: &str, args: &[&str]) -> Lost {
    let args = args.iter().map(Into::into).collect();
    let program = Program { path: path.into(), args };
    let film = Studio::begin(&program, PATIENCE, Plan::new(Layout::Grid)).and_then(|mut studio| {
        studio.mark(1_000)?;
        studio.end(2_000)
    });
    match film {
        Err(StudioFault::Lost(lost)) => lost,
        other => panic!("{path} makes no film: {other:?}"),
    }
}

#[test]
fn a_child_that_hangs_is_stopped() {
    let lost = lost("/bin/sleep", &["1000"]);
    assert!(matches!(lost, Lost::Stuck(_)), "{lost:?}");
}

#[test]
fn a_child_that_ends_is_told_with_how() {
    let lost = lost("/bin/sh", &["-c", "kill -SEGV $$"]);
    assert!(matches!(&lost, Lost::Ended(how) if how.contains("SIGSEGV")), "{lost:?}");
}

#[test]
fn a_child_that_talks_nonsense_is_not_believed() {
    let endless = lost("/bin/cat", &["/dev/zero"]);
    assert!(matches!(endless, Lost::Garbled(_)), "{endless:?}");
    let long =
        lost("/bin/sh", &["-c", "printf '\\377\\377\\377\\377\\377\\377\\377\\377'; sleep 9"]);
    assert!(matches!(long, Lost::Garbled(_)), "{long:?}");
}

#[test]
fn a_child_that_cannot_go_on_says_why() {
    let says = r#"printf '\041\0\0\0\0\0\0\0{"answer":"fault","what":"walls"}'; sleep 9"#;
    let lost = lost("/bin/sh", &["-c", says]);
    assert!(matches!(&lost, Lost::Refused(what) if what == "walls"), "{lost:?}");
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let lost = lost("/nowhere/bedside", &[]);
    assert!(matches!(lost, Lost::Start(_)), "{lost:?}");
}

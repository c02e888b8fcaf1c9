//! Each rule at its bound: one less is no cause, the bound itself is.

use super::super::kept::{Kept, Reports};
use super::super::ladder::{StepTime, Trail};
use super::{CauseCode, causes};
use bedside_signaling_api::quality::Step;
use bedside_signaling_api::socket::Cause;

fn kept() -> Kept {
    Kept { seconds: 600, ..Kept::default() }
}

/// So much of 1000 ms for that cause, the rest as wanted.
fn held_back(cause: Cause, ms: u64) -> Kept {
    let time = |cause, ms| StepTime { step: Step::Low, cause, ms };
    let times = vec![time(cause, ms), time(Cause::AsWanted, 1_000 - ms)];
    Kept { trail: Trail { times, ..Trail::default() }, ..kept() }
}

fn limited(by_line: u64, by_device: u64) -> Kept {
    let reports = Reports {
        span_ms: 1_000,
        limited_by_line_ms: by_line,
        limited_by_device_ms: by_device,
        ..Reports::default()
    };
    Kept { reports, ..kept() }
}

/// So many of a hundred seconds with that loss.
fn lossy(permille: u32, seconds: u32) -> Kept {
    let mut kept = kept();
    for second in 0..100 {
        kept.down.loss.add(if second < seconds { permille } else { 0 });
    }
    kept
}

fn long(rtt: u32) -> Kept {
    let mut kept = kept();
    kept.down.rtt.add(rtt);
    kept
}

fn unstable(falls: u32, seconds: u32) -> Kept {
    Kept { seconds, trail: Trail { falls, ..Trail::default() }, ..kept() }
}

#[test]
fn each_rule_begins_at_its_bound() {
    let table = [
        (CauseCode::ThinLineDown, held_back(Cause::YourLine, 99), held_back(Cause::YourLine, 100)),
        (
            CauseCode::ThinLineDown,
            Kept { thin_seconds: 29, ..kept() },
            Kept { thin_seconds: 30, ..kept() },
        ),
        (CauseCode::ThinLineUp, limited(99, 0), limited(100, 0)),
        (CauseCode::WeakDevice, limited(0, 199), limited(0, 200)),
        (CauseCode::LossyLineDown, lossy(29, 100), lossy(30, 100)),
        (CauseCode::LossyLineDown, lossy(500, 5), lossy(500, 6)),
        (CauseCode::LongDelay, long(290), long(300)),
        (CauseCode::Server, held_back(Cause::TheServer, 9), held_back(Cause::TheServer, 10)),
        (CauseCode::OtherSide, held_back(Cause::TheirSide, 99), held_back(Cause::TheirSide, 100)),
        (CauseCode::UnstableLine, unstable(10, 600), unstable(11, 600)),
        (CauseCode::UnstableLine, unstable(2, 30), unstable(3, 30)),
        (CauseCode::UnstableLine, kept(), Kept { interruptions: 1, ..kept() }),
    ];
    for (code, under, at) in table {
        assert_eq!(causes(&under), [CauseCode::None], "{code:?} under its bound");
        assert_eq!(causes(&at), [code]);
    }
}

#[test]
fn the_way_up_has_its_own_loss() {
    let mut kept = kept();
    kept.up.loss.add(200);
    assert_eq!(causes(&kept), [CauseCode::LossyLineUp]);
}

#[test]
fn where_nothing_was_measured_nothing_is_said() {
    assert_eq!(causes(&Kept::default()), [CauseCode::None]);
    let chosen = held_back(Cause::DataSaver, 900);
    assert_eq!(causes(&chosen), [CauseCode::None], "what somebody chose is no fault");
}

#[test]
fn several_causes_are_told_the_most_telling_first() {
    let worst = Kept {
        interruptions: 2,
        reports: limited(500, 500).reports,
        ..held_back(Cause::YourLine, 500)
    };
    let expected = [
        CauseCode::UnstableLine,
        CauseCode::ThinLineDown,
        CauseCode::ThinLineUp,
        CauseCode::WeakDevice,
    ];
    assert_eq!(causes(&worst), expected);
}

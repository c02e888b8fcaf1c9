//! A line that goes bad and good again, as its last minute tells it.

use super::super::Record;
use super::super::tests::{INTERPRETER, face, good, measure, second, well};
use bedside_signaling_api::quality::{Measure, Verdict};
use bedside_signaling_api::socket::{Cause, Felt, Sound};

/// So many good seconds of an interpreter who sees the clinician's face.
fn working(seconds: i64) -> Record {
    let mut record = Record::default();
    record.handle_let_in(second(0), INTERPRETER);
    record.handle_connected(second(1), INTERPRETER);
    let seen = [face(Some(2), Cause::AsWanted)];
    record.handle_delivered(second(0), INTERPRETER, &seen, Sound::Plain);
    measure(&mut record, INTERPRETER, 0..seconds, (&good(), &well()));
    record
}

fn verdicts(record: &Record, now: i64) -> Vec<Verdict> {
    let lately = record.lately(second(now), INTERPRETER);
    lately.iter().map(|standard| standard.verdict).collect()
}

fn not_met(record: &Record, now: i64) -> Vec<(u8, Measure)> {
    let lately = record.lately(second(now), INTERPRETER);
    let each = lately.iter().flat_map(|standard| {
        standard.not_met.iter().map(move |measure| (standard.number, *measure))
    });
    each.collect()
}

#[test]
fn nothing_is_said_before_half_a_minute() {
    use Verdict::{Met, NotMeasured};
    assert_eq!(verdicts(&Record::default(), 5), [NotMeasured; 4], "nobody was measured");
    let early = working(25);
    assert_eq!(verdicts(&early, 25)[..2], [NotMeasured; 2]);
    assert_eq!(verdicts(&early, 25)[3], Met, "setting up took a second, once");
    assert_eq!(verdicts(&working(35), 35), [Met; 4]);
}

#[test]
fn a_picture_that_stands_is_told_at_once_and_forgotten_after_a_minute() {
    let mut record = working(120);
    let stood = Felt { frozen_ms: 4_000, ..well() };
    measure(&mut record, INTERPRETER, 120..125, (&good(), &stood));
    assert_eq!(not_met(&record, 125), [(1, Measure::SmoothPermille)]);
    measure(&mut record, INTERPRETER, 125..180, (&good(), &well()));
    assert_eq!(not_met(&record, 180), [(1, Measure::SmoothPermille)]);
    measure(&mut record, INTERPRETER, 180..186, (&good(), &well()));
    assert_eq!(not_met(&record, 186), []);
}

#[test]
fn sound_that_is_made_up_is_of_its_minute_only() {
    let mut record = working(120);
    let patched = Felt { concealed: 72_000, ..well() };
    measure(&mut record, INTERPRETER, 120..125, (&good(), &patched));
    assert!(not_met(&record, 125).contains(&(3, Measure::ConcealedPermille)));
    measure(&mut record, INTERPRETER, 125..190, (&good(), &well()));
    assert_eq!(not_met(&record, 190), []);
}

#[test]
fn a_connection_that_is_gone_counts_while_it_is_and_a_minute_longer() {
    let mut record = working(60);
    record.handle_interrupted(second(60), INTERPRETER);
    assert_eq!(not_met(&record, 62), []);
    assert_eq!(not_met(&record, 66), [(1, Measure::SmoothPermille), (1, Measure::PromptPermille)]);
    record.handle_connected(second(70), INTERPRETER);
    let seen = [face(Some(2), Cause::AsWanted)];
    record.handle_delivered(second(70), INTERPRETER, &seen, Sound::Plain);
    measure(&mut record, INTERPRETER, 70..120, (&good(), &well()));
    assert_eq!(not_met(&record, 120).len(), 2);
    measure(&mut record, INTERPRETER, 120..135, (&good(), &well()));
    assert_eq!(not_met(&record, 135), []);
}

#[test]
fn the_last_minute_of_a_short_visit_is_judged_as_the_record_judges_it() {
    let mut record = working(40);
    let poor = Felt { frozen_ms: 2_000, concealed: 9_600, height: Some(180), ..well() };
    measure(&mut record, INTERPRETER, 40..55, (&good(), &poor));
    let whole = record.summary(second(55), &super::super::tests::asked(false));
    let in_the_record: Vec<Verdict> =
        whole.interpreting.standards.iter().map(|standard| standard.verdict).collect();
    assert_eq!(verdicts(&record, 55), in_the_record);
    assert!(in_the_record.contains(&Verdict::NotMet));
}

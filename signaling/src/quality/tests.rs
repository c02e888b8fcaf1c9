//! Whole visits on good and bad lines: what the record says of them, before and after a restart.

use super::{Asked, Record};
use bedside_sfu_api::{Bitrate, Leg, QualitySample, Sound as MediaSound, VoiceWorth};
use bedside_signaling_api::quality::{
    CauseCode, ParticipantQuality, SERIES_MINUTES_MAX, SERIES_SECONDS_MAX, Step, Verdict,
    VisitQuality,
};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{Cause, Delivery, Felt, Limited, Motion, Sound, Source};
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

pub(super) const PATIENT: Uuid = Uuid::from_u128(1);
pub(super) const CLINICIAN: Uuid = Uuid::from_u128(2);
pub(super) const INTERPRETER: Uuid = Uuid::from_u128(3);

/// A moment of the visit, in seconds from its begin; the begin of a minute of the clock.
pub(super) fn second(number: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + number).expect("within the calendar")
}

/// One good second.
pub(super) fn good() -> QualitySample {
    let leg = Leg {
        loss_permille: 0,
        jitter_ms: 4,
        rtt_ms: Some(60),
        queue_ms: 2,
        estimate: Some(Bitrate::kbps(3_000)),
        rate: Bitrate::kbps(1_200),
    };
    let wanted = Bitrate::kbps(1_150);
    QualitySample { down: leg, up: leg, wanted, given: wanted, sound: MediaSound::Plain }
}

/// One good report of five seconds.
pub(super) fn well() -> Felt {
    Felt {
        span_ms: 5_000,
        samples: 240_000,
        concealed: 240,
        jitter_buffer_ms: 45,
        freezes: 0,
        frozen_ms: 0,
        frames_per_second: Some(25),
        height: Some(720),
        up_kbps: Some(1_500),
        limited: Limited::None,
    }
}

/// The clinician's face, as a viewer is given it.
pub(super) fn face(given: Option<u8>, cause: Cause) -> Delivery {
    let (participant, source, motion) = (CLINICIAN, Source::Camera, Motion::Full);
    Delivery { participant, source, wanted: 2, given, motion, cause }
}

pub(super) fn asked(series: bool) -> Asked {
    let people = vec![
        (PATIENT, Role::Patient),
        (CLINICIAN, Role::Clinician),
        (INTERPRETER, Role::Interpreter),
    ];
    Asked {
        visit: Uuid::from_u128(7),
        state: VisitState::Live,
        people,
        interpreted: Vec::new(),
        series,
    }
}

/// So many seconds of one person who sees the clinician's face, with a report every five.
pub(super) fn measure(
    record: &mut Record,
    who: Uuid,
    seconds: std::ops::Range<i64>,
    (sample, felt): (&QualitySample, &Felt),
) {
    for number in seconds {
        record.handle_sample(second(number), who, sample);
        if number % 5 == 4 {
            record.handle_felt(second(number), who, felt);
        }
    }
}

/// Two minutes of a good visit of three.
fn good_visit() -> Record {
    let mut record = Record::default();
    for who in [PATIENT, CLINICIAN, INTERPRETER] {
        record.handle_let_in(second(0), who);
        record.handle_connected(Timestamp::from_millisecond(1_800_000_000_640).unwrap(), who);
        let as_wanted = face(Some(2), Cause::AsWanted);
        record.handle_delivered(second(0), who, &[as_wanted], Sound::Plain);
    }
    for number in 0..24 {
        for who in [PATIENT, CLINICIAN, INTERPRETER] {
            measure(&mut record, who, number * 5..number * 5 + 5, (&good(), &well()));
        }
    }
    record
}

fn of(quality: &VisitQuality, who: Uuid) -> &ParticipantQuality {
    quality.participants.iter().find(|each| each.participant == who).expect("they were measured")
}

#[test]
fn a_good_visit_is_told_as_one() {
    let quality = good_visit().summary(second(120), &asked(false));
    assert_eq!(quality.participants.len(), 3);
    assert_eq!((quality.ladder.len(), quality.series.is_none()), (0, true));
    assert_eq!(quality.measured_from, Some(second(0)));
    assert_eq!(quality.measured_to, Some(second(119)));
    let patient = of(&quality, PATIENT);
    assert_eq!((patient.measured_seconds, patient.setup_ms), (120, Some(640)));
    assert_eq!(patient.causes, [CauseCode::None]);
    assert_eq!(patient.down.rtt_ms.map(|rtt| rtt.median), Some(60));
    assert_eq!(patient.heard.concealed_permille, Some(1));
    // 30 ms of their own, 30 of the farthest other, 45 in the buffer, 27 for the packet.
    assert_eq!(patient.heard.mouth_to_ear_ms.map(|delay| delay.p95 / 10), Some(13));
    let audio = patient.down.audio_score.expect("voices flowed");
    assert!(audio.p5 > 4.1 && audio.median < 4.42, "{audio:?}");
    assert_eq!(patient.seen.video_score.map(|score| score.p5), Some(100.0));
    let steps = &patient.seen.steps;
    assert_eq!((steps.len(), steps[0].step, steps[0].share_permille), (1, Step::High, 1_000));
    assert!(quality.interpreting.interpreter_present);
    for standard in &quality.interpreting.standards {
        assert_eq!(standard.verdict, Verdict::Met, "{standard:?}");
    }
}

#[test]
fn a_bad_line_is_told_with_its_cause_and_its_worst_minute() {
    let mut record = good_visit();
    let on_line = |given| face(given, Cause::YourLine);
    record.handle_delivered(second(120), PATIENT, &[on_line(Some(0))], Sound::Plain);
    let thin = Leg {
        loss_permille: 80,
        queue_ms: 140,
        rtt_ms: Some(320),
        estimate: Some(Bitrate::kbps(180)),
        rate: Bitrate::kbps(150),
        ..good().down
    };
    let sample = QualitySample { down: thin, ..good() };
    let choppy = Felt {
        concealed: 12_000,
        freezes: 2,
        frozen_ms: 1_500,
        frames_per_second: Some(8),
        height: Some(180),
        ..well()
    };
    measure(&mut record, PATIENT, 120..180, (&sample, &choppy));
    let quality = record.summary(second(180), &asked(false));
    let patient = of(&quality, PATIENT);
    assert_eq!(patient.causes, [CauseCode::ThinLineDown, CauseCode::LossyLineDown]);
    assert_eq!(of(&quality, INTERPRETER).causes, [CauseCode::None], "it is one person's line");
    let worst = patient.worst_minute.expect("there are whole minutes");
    assert_eq!((worst.at, worst.seconds, worst.freezes), (second(120), 60, 24));
    assert!(worst.audio_score.is_some_and(|score| score < 3.2), "{worst:?}");
    assert!(worst.video_score.is_some_and(|score| score < 30), "{worst:?}");
    assert_eq!((patient.seen.freezes, patient.seen.freezes_per_minute), (24, Some(8.0)));
    assert_eq!(quality.ladder.len(), 1);
    let fell = quality.ladder[0];
    assert_eq!(
        (fell.at, fell.participant, fell.publisher),
        (second(120), PATIENT, Some(CLINICIAN))
    );
    assert_eq!((fell.from, fell.step, fell.cause), (Some(Step::High), Step::Low, Cause::YourLine));
    let unmet: Vec<u8> = quality
        .interpreting
        .standards
        .iter()
        .filter(|standard| standard.verdict == Verdict::NotMet)
        .map(|standard| standard.number)
        .collect();
    assert_eq!(unmet, [1, 2, 3], "the set-up was quick all the same");
}

#[test]
fn a_record_is_gone_on_with_after_a_restart() {
    let mut whole = good_visit();
    let text =
        good_visit().to_stored(second(120)).expect("numbers are JSON").expect("it says much");
    let mut halves = Record::from_stored(&text).expect("as written");
    for record in [&mut whole, &mut halves] {
        let as_wanted = face(Some(2), Cause::AsWanted);
        record.handle_delivered(second(120), PATIENT, &[as_wanted], Sound::Plain);
        measure(record, PATIENT, 120..150, (&good(), &well()));
    }
    let (whole, halves) =
        (whole.summary(second(150), &asked(false)), halves.summary(second(150), &asked(false)));
    assert_eq!(of(&halves, PATIENT).measured_seconds, 150);
    // Nobody was given anything while nobody was there, so only the time of pictures differs.
    assert_eq!(of(&whole, PATIENT), of(&halves, PATIENT));
    assert_eq!(Record::default().to_stored(second(0)).expect("numbers are JSON"), None);
    assert!(Record::from_stored("{}").is_err());
}

#[test]
fn the_series_is_of_a_quarter_of_an_hour_and_what_is_older_is_minutes() {
    let mut record = Record::default();
    let seconds = 3_600;
    measure(&mut record, PATIENT, 0..seconds, (&good(), &well()));
    let quality = record.summary(second(seconds), &asked(true));
    let series = &quality.series.expect("it was asked for")[0];
    assert_eq!(series.seconds.len(), SERIES_SECONDS_MAX);
    assert_eq!(series.minutes.len(), 45);
    assert_eq!(series.minutes[0].at, second(0));
    assert_eq!(series.seconds[0].at, second(2_700));
    let last = series.seconds.last().expect("there are many");
    assert_eq!(last.felt.map(|felt| felt.jitter_buffer_ms), Some(45));
    assert_eq!(
        of(&record.summary(second(seconds), &asked(false)), PATIENT).measured_seconds,
        3_600
    );

    let stored = record.to_stored(second(seconds)).expect("numbers are JSON").expect("much");
    let stored = Record::from_stored(&stored).expect("as written");
    let series = stored.summary(second(seconds), &asked(true)).series.expect("it was asked for");
    assert_eq!((series[0].seconds.len(), series[0].minutes.len()), (0, 60));
}

#[test]
fn a_day_takes_no_more_room_than_half_of_it() {
    let mut record = Record::default();
    let stored = |record: &Record, at| record.to_stored(second(at)).unwrap().unwrap().len();
    measure(&mut record, PATIENT, 0..60 * 740, (&good(), &well()));
    let half = stored(&record, 60 * 740);
    measure(&mut record, PATIENT, 60 * 740..60 * 1_440, (&good(), &well()));
    let whole = stored(&record, 60 * 1_440);
    assert!(whole < half + 1_000, "{half} bytes and then {whole}");
    let series = record.summary(second(60 * 1_440), &asked(true)).series.expect("asked for");
    assert!(series[0].minutes.len() <= SERIES_MINUTES_MAX);
}

/// The arithmetic at the head of the module.
#[test]
fn what_is_held_is_as_small_as_is_said() {
    assert!(size_of::<super::Second>() <= 112, "{}", size_of::<super::Second>());
    assert!(size_of::<super::minute::Minute>() <= 232, "{}", size_of::<super::minute::Minute>());
    assert!(size_of::<super::Change>() <= 72, "{}", size_of::<super::Change>());
}

#[test]
fn scores_are_final_when_the_page_has_had_time_to_report() {
    let mut record = Record::default();
    let mut scored = Vec::new();
    for number in 0..30 {
        scored.extend(record.handle_sample(second(number), PATIENT, &good()));
        if number % 5 == 4 {
            record.handle_felt(second(number), PATIENT, &Felt { concealed: 24_000, ..well() });
        }
    }
    assert_eq!(scored.len(), 20);
    let poor = |audio: Option<f64>| audio.is_some_and(|audio| audio < 2.5);
    assert!(scored.iter().all(|second| poor(second.audio_down)), "{scored:?}");
    assert!(scored.iter().all(|second| !poor(second.audio_up)));
}

#[test]
fn the_signing_are_judged_by_more_frames() {
    let smooth_enough = Felt { frames_per_second: Some(16), height: Some(360), ..well() };
    let verdict = |signing: bool| {
        let mut record = Record::default();
        record.handle_shown(PATIENT, signing);
        record.handle_delivered(
            second(0),
            PATIENT,
            &[face(Some(1), Cause::TheirSide)],
            Sound::Plain,
        );
        measure(&mut record, PATIENT, 0..60, (&good(), &smooth_enough));
        let interpreting = record.summary(second(60), &asked(false)).interpreting;
        assert_eq!(interpreting.signing, signing);
        interpreting.standards[1].verdict
    };
    assert_eq!(verdict(false), Verdict::Met);
    assert_eq!(verdict(true), Verdict::NotMet);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, cases: 64, ..ProptestConfig::default()
    })]

    /// Whatever is measured and reported, at whatever times, the record holds its bounds and
    /// everything it says is within its unit.
    #[test]
    fn nothing_breaks_the_record(
        steps in prop::collection::vec(
            (-20..400_i64, 0..3_u128, any::<(u16, u16, Option<u16>, u16)>(), any::<(u64, bool)>(),
             any::<(u32, u32, u32, u64, u64)>()),
            0..300
        )
    ) {
        let mut record = Record::default();
        let mut now = 0;
        for (later, who, (loss_permille, jitter_ms, rtt_ms, queue_ms), (bps, estimated), felt) in steps {
            now = (now + later).max(0);
            let who = Uuid::from_u128(who);
            let rate = Bitrate::bps(bps);
            let estimate = estimated.then_some(rate);
            let leg = Leg { loss_permille, jitter_ms, rtt_ms, queue_ms, estimate, rate };
            let sample = QualitySample { down: leg, up: leg, ..good() };
            record.handle_sample(second(now), who, &sample);
            let (span_ms, frozen_ms, freezes, samples, concealed) = felt;
            let said = Felt { span_ms, frozen_ms, freezes, samples, concealed, ..well() };
            if let Ok(Some(felt)) = super::check(said) {
                record.handle_felt(second(now), who, &felt);
            }
            let voice = VoiceWorth { rate, packet_ms: 60, redundant: estimated };
            record.handle_voice_wanted(who, voice);
            let given = (!estimated).then_some(1);
            let deliveries = [face(given, Cause::YourLine)];
            record.handle_delivered(second(now), who, &deliveries, Sound::Thin);
        }
        let quality = record.summary(second(now), &asked(true));
        let text = serde_json::to_string(&quality).expect("a summary is JSON");
        prop_assert_eq!(&serde_json::from_str::<VisitQuality>(&text).expect("as written"), &quality);
        for series in quality.series.iter().flatten() {
            prop_assert!(series.seconds.len() <= SERIES_SECONDS_MAX);
            prop_assert!(series.seconds.is_sorted_by_key(|second| second.at));
        }
        for person in &quality.participants {
            let scores = [person.down.audio_score, person.up.audio_score];
            for score in scores.into_iter().flatten() {
                prop_assert!(score.p5 >= 0.99 && score.median <= 4.45 && score.p5 <= score.median);
            }
            let shares: u32 = person.seen.steps.iter().map(|step| step.share_permille).sum();
            prop_assert!(shares <= 1_000);
            prop_assert!(!person.causes.is_empty());
        }
        let stored = record.to_stored(second(now)).expect("numbers are JSON");
        if let Some(stored) = stored {
            let again = Record::from_stored(&stored).expect("as written");
            prop_assert_eq!(again.to_stored(second(now)).expect("numbers are JSON"), Some(stored));
        }
    }
}

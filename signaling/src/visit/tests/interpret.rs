//! Interpretation: who speaks into which channel, who listens to what, and what outlives what.

use super::{Story, admit, anybody, expected, id, seat_of};
use crate::visit::{
    By, Circle, Command, Direction, Interpret, InterpretEvent, Place, Refusal, Tongue, Visit,
    VisitEvent, Worked,
};
use bedside_signaling_api::interpreting::{InterpretingMode, Level};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::role::Role;
use jiff::SignedDuration;
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A second interpreter, beside the one the visits of these tests have.
const PARTNER: Uuid = Uuid::from_u128(600);

fn way(from: &str, into: &str) -> Direction {
    Direction { from: Tongue::of(from), into: Tongue::of(into) }
}

fn give(story: &mut Story, wish: Interpret) -> Result<Vec<InterpretEvent>, Refusal> {
    let events = story.give(Command::Interpret(wish))?;
    let only = events.into_iter().map(|event| {
        let VisitEvent::Interpret(event) = event else { panic!("{event:?} of an interpretation") };
        event
    });
    Ok(only.collect())
}

fn turn(story: &mut Story, who: Uuid, from: &str, into: &str) {
    let direction = Some(way(from, into));
    give(story, Interpret::SetDirection { by: who, direction }).expect("they may");
}

fn listen(story: &mut Story, who: Uuid, language: Option<&str>) -> Result<(), Refusal> {
    let language = language.map(Tongue::of);
    give(story, Interpret::Listen { by: who, language }).map(drop)
}

fn interpreter() -> Uuid {
    seat_of(Role::Interpreter)
}

/// A German patient, an English clinician, and two who interpret between them, simultaneously.
fn booth() -> Story {
    let mut story = Story::live();
    let clinician = By::Person(seat_of(Role::Clinician));
    let partner = expected(PARTNER, Role::Interpreter);
    assert!(story.give(Command::Invite { by: clinician, expected: partner }).is_ok());
    assert!(story.give(Command::Open { participant: PARTNER }).is_ok());
    story.open(Role::Interpreter);
    let (participant, display_name) = (seat_of(Role::Patient), "The patient".to_owned());
    let amend = Command::Amend { participant, language: "de-AT".to_owned(), display_name };
    assert!(story.give(amend).is_ok());
    for role in [Role::Patient, Role::Interpreter] {
        assert!(story.give(admit(role)).is_ok());
    }
    assert!(story.give(super::admits(seat_of(Role::Clinician), PARTNER)).is_ok());
    let mode = InterpretingMode::Simultaneous;
    assert!(give(&mut story, Interpret::SetMode { by: interpreter(), mode }).is_ok());
    story
}

fn level(story: &Story, listener: Uuid, speaker: Uuid) -> Level {
    level_when(story, (listener, speaker), &BTreeSet::new())
}

fn level_when(story: &Story, (listener, speaker): (Uuid, Uuid), cut_off: &BTreeSet<Uuid>) -> Level {
    let levels = story.visit.levels(listener, cut_off);
    levels.into_iter().find(|(id, _)| *id == speaker).expect("they are in the visit").1
}

fn speaker(story: &Story, channel: &str) -> Option<Uuid> {
    story.visit.speaker(&Tongue::of(channel))
}

#[test]
fn everybody_hears_their_own_language_as_soon_as_somebody_interprets_into_it() {
    let mut story = booth();
    let (patient, clinician) = (seat_of(Role::Patient), seat_of(Role::Clinician));
    assert_eq!(level(&story, patient, clinician), Level::Full, "nobody interprets yet");
    turn(&mut story, interpreter(), "en", "de");
    assert_eq!(level(&story, patient, interpreter()), Level::Full);
    assert_eq!(level(&story, patient, clinician), Level::Ducked);
    assert_eq!(level(&story, clinician, interpreter()), Level::Silent);
    assert_eq!(level(&story, clinician, patient), Level::Full);
    let silences = story.visit.silences();
    assert!(silences.contains(&(clinician, interpreter())));
    assert!(!silences.contains(&(patient, interpreter())));
    turn(&mut story, interpreter(), "de", "en");
    assert_eq!(level(&story, clinician, interpreter()), Level::Full);
    assert_eq!(level(&story, patient, interpreter()), Level::Silent);
    listen(&mut story, clinician, None).unwrap();
    assert_eq!(level(&story, clinician, interpreter()), Level::Silent, "they chose the floor");
    assert_eq!(level(&story, clinician, patient), Level::Full);
    let mode = InterpretingMode::Consecutive;
    assert!(give(&mut story, Interpret::SetMode { by: clinician, mode }).is_ok());
    assert_eq!(level(&story, patient, interpreter()), Level::Full);
    assert!(story.visit.silences().is_empty());
}

#[test]
fn of_two_partners_one_speaks_and_they_hand_over() {
    let mut story = booth();
    turn(&mut story, interpreter(), "en", "de");
    turn(&mut story, PARTNER, "en", "de");
    assert_eq!(speaker(&story, "de"), Some(interpreter()));
    let channels = story.visit.channels(&BTreeSet::new());
    let german = channels.iter().find(|channel| channel.language == "de").unwrap();
    assert_eq!((german.active, german.passive.as_slice()), (Some(interpreter()), &[PARTNER][..]));
    let offer = Interpret::Offer { by: interpreter(), to: PARTNER };
    assert!(give(&mut story, offer.clone()).is_ok());
    assert_eq!(give(&mut story, offer), Ok(Vec::new()), "once is enough");
    // The offer is of the person, whichever way they are turned when it is taken.
    turn(&mut story, interpreter(), "de", "en");
    assert_eq!(story.visit.interpretation().offered_by(PARTNER), Some(interpreter()));
    give(&mut story, Interpret::Take { by: PARTNER }).unwrap();
    assert_eq!((speaker(&story, "en"), speaker(&story, "de")), (Some(PARTNER), None));
    assert_eq!(story.visit.interpretation().offered_by(PARTNER), None);
    // And back at once, unasked.
    give(&mut story, Interpret::Take { by: interpreter() }).unwrap();
    assert_eq!(speaker(&story, "en"), Some(interpreter()));
}

#[test]
fn a_channel_whose_interpreter_is_gone_is_free() {
    let mut story = booth();
    let (patient, clinician) = (seat_of(Role::Patient), seat_of(Role::Clinician));
    turn(&mut story, interpreter(), "en", "de");
    turn(&mut story, PARTNER, "en", "de");
    assert!(story.give(Command::Lose { participant: interpreter() }).is_ok());
    assert_eq!(speaker(&story, "de"), None);
    assert_eq!(level(&story, patient, clinician), Level::Full, "not lowered under a silence");
    story.open(Role::Interpreter);
    assert_eq!(speaker(&story, "de"), Some(interpreter()), "it was kept for them");
    assert!(story.give(Command::Lose { participant: interpreter() }).is_ok());
    give(&mut story, Interpret::Take { by: PARTNER }).unwrap();
    story.open(Role::Interpreter);
    assert_eq!(speaker(&story, "de"), Some(PARTNER), "the partner has it now");
    assert!(story.give(Command::Leave { participant: PARTNER }).is_ok());
    assert_eq!(speaker(&story, "de"), None);
    assert_eq!(story.visit.interpretation().direction(PARTNER), None);
}

#[test]
fn who_confers_or_is_on_hold_is_in_no_channel() {
    let mut story = booth();
    let (patient, clinician) = (seat_of(Role::Patient), seat_of(Role::Clinician));
    turn(&mut story, interpreter(), "en", "de");
    let sidebar = Command::OpenSidebar { by: clinician, with: vec![interpreter()] };
    assert!(story.give(sidebar).is_ok());
    assert_eq!(level(&story, clinician, interpreter()), Level::Full, "they talk plainly");
    assert_eq!(level(&story, patient, interpreter()), Level::Silent);
    let circles = story.visit.circles();
    assert!(story.visit.silences().iter().all(|(listener, speaker)| {
        let main = |id: &Uuid| circles.contains(&(*id, Circle::Main));
        main(listener) && main(speaker)
    }));
    assert!(story.give(Command::CloseSidebar { by: clinician }).is_ok());
    assert_eq!(level(&story, patient, interpreter()), Level::Full);
    let hold = |participant| Command::SetApart { by: clinician, participant, why: Apart::Hold };
    assert!(story.give(hold(interpreter())).is_ok());
    assert_eq!(level(&story, patient, clinician), Level::Full);
    assert_eq!(level(&story, interpreter(), clinician), Level::Silent);
}

#[test]
fn relay_is_another_s_channel_and_never_one_s_own() {
    let mut story = booth();
    let patient = seat_of(Role::Patient);
    turn(&mut story, interpreter(), "de", "en");
    turn(&mut story, PARTNER, "en", "fr");
    assert_eq!(listen(&mut story, PARTNER, Some("fr")), Err(Refusal::OwnChannel));
    listen(&mut story, PARTNER, Some("en")).unwrap();
    assert_eq!(level(&story, PARTNER, interpreter()), Level::Full);
    assert_eq!(level(&story, PARTNER, patient), Level::Ducked);
    // Turned round they speak into what they listened to, and hear the floor.
    turn(&mut story, PARTNER, "fr", "en");
    assert_eq!(level(&story, PARTNER, interpreter()), Level::Silent);
    assert_eq!(level(&story, PARTNER, patient), Level::Full);
}

#[test]
fn a_channel_is_kept_for_who_is_cut_off_and_can_be_taken_over() {
    let mut story = booth();
    let (patient, clinician) = (seat_of(Role::Patient), seat_of(Role::Clinician));
    turn(&mut story, interpreter(), "en", "de");
    turn(&mut story, PARTNER, "en", "de");
    let gone = BTreeSet::from([interpreter()]);
    let german = |story: &Story, cut_off: &BTreeSet<Uuid>| {
        let channels = story.visit.channels(cut_off);
        let german = channels.into_iter().find(|channel| channel.language == "de").unwrap();
        (german.active, german.awaited, german.passive)
    };
    assert_eq!(german(&story, &gone), (None, Some(interpreter()), vec![PARTNER]));
    assert_eq!(level_when(&story, (patient, clinician), &gone), Level::Full);
    assert_eq!(level_when(&story, (patient, interpreter()), &gone), Level::Full);
    assert_eq!(level_when(&story, (patient, PARTNER), &gone), Level::Silent);
    // Back within the grace time: as it was.
    assert_eq!(german(&story, &BTreeSet::new()), (Some(interpreter()), None, vec![PARTNER]));
    assert_eq!(level(&story, patient, clinician), Level::Ducked);
    // Or a partner takes over at once, and the other rests when they are back.
    give(&mut story, Interpret::Take { by: PARTNER }).unwrap();
    assert_eq!(german(&story, &gone), (Some(PARTNER), None, vec![interpreter()]));
    assert_eq!(level_when(&story, (patient, clinician), &gone), Level::Ducked);
    assert_eq!(level_when(&story, (patient, interpreter()), &gone), Level::Silent);
    // Given up after the grace time it is awaited still.
    assert!(story.give(Command::Lose { participant: PARTNER }).is_ok());
    let (active, awaited, _) = german(&story, &gone);
    assert_eq!((active, awaited), (None, Some(PARTNER)));
}

#[test]
fn a_deaf_patient_sees_the_interpreter_and_nothing_is_ducked() {
    let mut story = booth();
    let (patient, clinician) = (seat_of(Role::Patient), seat_of(Role::Clinician));
    let (participant, display_name) = (patient, "The patient".to_owned());
    let amend = Command::Amend { participant, language: "sgn-US".to_owned(), display_name };
    assert!(story.give(amend).is_ok());
    turn(&mut story, interpreter(), "en", "ase");
    turn(&mut story, PARTNER, "en", "ase");
    assert_eq!(story.visit.signers(patient), [interpreter()], "they listen to their language");
    assert_eq!(story.visit.signers(interpreter()), [patient]);
    assert_eq!(story.visit.signers(PARTNER), [patient]);
    assert!(story.visit.signers(clinician).is_empty());
    assert_eq!(level(&story, patient, clinician), Level::Full);
    let channels = story.visit.channels(&BTreeSet::new());
    let signed: Vec<_> = channels.iter().map(|one| (one.language.as_str(), one.signed)).collect();
    assert_eq!(signed, [("ase", true), ("en", false)]);
    // Turned round, to speak for the patient, they are watched as before.
    turn(&mut story, interpreter(), "ase", "en");
    assert_eq!(story.visit.signers(patient), [interpreter()]);
    listen(&mut story, patient, None).unwrap();
    assert!(story.visit.signers(patient).is_empty(), "they chose the floor");
    listen(&mut story, patient, Some("ase")).unwrap();
    let hold = |participant| Command::SetApart { by: clinician, participant, why: Apart::Hold };
    assert!(story.give(hold(interpreter())).is_ok());
    assert!(story.visit.signers(patient).is_empty(), "nobody is seen across circles");
}

#[test]
fn how_long_who_interpreted_is_counted_while_they_are_there() {
    let mut story = booth();
    let pass = |story: &mut Story, seconds| story.now += SignedDuration::from_secs(seconds);
    turn(&mut story, interpreter(), "en", "de");
    pass(&mut story, 60);
    turn(&mut story, interpreter(), "de", "en");
    turn(&mut story, PARTNER, "en", "de");
    let begun = story.now - SignedDuration::from_secs(60);
    assert_eq!(story.visit.worked(interpreter()), Worked::Since(begun));
    pass(&mut story, 30);
    assert!(story.give(Command::Lose { participant: interpreter() }).is_ok());
    let minute_and_half = Worked::Paused(SignedDuration::from_secs(90));
    assert_eq!(story.visit.worked(interpreter()), minute_and_half);
    pass(&mut story, 10);
    story.open(Role::Interpreter);
    pass(&mut story, 5);
    assert!(story.give(super::end(seat_of(Role::Clinician))).is_ok());
    pass(&mut story, 1_000);
    let times = story.visit.interpreted(story.now);
    let seconds =
        |who: Uuid, tongue: &str| times.get(&(who, Tongue::of(tongue))).map(|time| time.as_secs());
    assert_eq!(seconds(interpreter(), "de"), Some(60));
    assert_eq!(seconds(interpreter(), "en"), Some(35));
    assert_eq!(seconds(PARTNER, "de"), Some(45));
    assert_eq!(seconds(PARTNER, "en"), None);
    assert_eq!(story.visit.worked(PARTNER), Worked::Paused(SignedDuration::from_secs(45)));
    assert_eq!(Visit::replay(&story.log).as_ref(), Some(&story.visit), "the log tells it again");
}

#[test]
fn each_no_says_which_rule_stands_in_the_way() {
    let mut story = booth();
    let (patient, clinician) = (seat_of(Role::Patient), seat_of(Role::Clinician));
    let direction = || Some(way("en", "de"));
    let table = [
        (Interpret::SetDirection { by: clinician, direction: direction() }, Refusal::NotAllowed),
        (
            Interpret::SetDirection { by: interpreter(), direction: Some(way("de", "de")) },
            Refusal::OneLanguage,
        ),
        (
            Interpret::SetMode { by: patient, mode: InterpretingMode::Consecutive },
            Refusal::NotAllowed,
        ),
        (Interpret::Offer { by: interpreter(), to: PARTNER }, Refusal::NoChannel),
        (Interpret::Offer { by: interpreter(), to: patient }, Refusal::NotAllowed),
        (Interpret::Take { by: PARTNER }, Refusal::NoChannel),
        (Interpret::Take { by: clinician }, Refusal::NotAllowed),
        (Interpret::Listen { by: id(99), language: None }, Refusal::NoSuchPerson),
    ];
    for (wish, refusal) in table {
        assert_eq!(give(&mut story, wish.clone()), Err(refusal), "{wish:?}");
    }
    // Nothing to do is no mistake.
    let none = Interpret::SetDirection { by: interpreter(), direction: None };
    assert_eq!(give(&mut story, none), Ok(Vec::new()));
    assert!(story.give(Command::Lose { participant: interpreter() }).is_ok());
    let gone = Interpret::SetDirection { by: interpreter(), direction: direction() };
    assert_eq!(give(&mut story, gone), Err(Refusal::NotAdmitted));
}

pub(super) fn any_interpretation() -> impl Strategy<Value = Command> {
    let tongue = || prop::sample::select(["de", "en", "fr"].map(Tongue::of).to_vec());
    // The interpreter's seat among all, so that something comes of it.
    let who = || prop_oneof![3 => Just(interpreter()), 1 => anybody()];
    let mode =
        prop_oneof![Just(InterpretingMode::Consecutive), Just(InterpretingMode::Simultaneous)];
    let direction =
        prop::option::of((tongue(), tongue()).prop_map(|(from, into)| Direction { from, into }));
    let wish = prop_oneof![
        (anybody(), mode).prop_map(|(by, mode)| Interpret::SetMode { by, mode }),
        (who(), direction).prop_map(|(by, direction)| Interpret::SetDirection { by, direction }),
        (who(), who()).prop_map(|(by, to)| Interpret::Offer { by, to }),
        who().prop_map(|by| Interpret::Take { by }),
        (anybody(), prop::option::of(tongue()))
            .prop_map(|(by, language)| Interpret::Listen { by, language }),
    ];
    wish.prop_map(Command::Interpret)
}

/// Whatever has happened: whoever speaks into a channel is there, turned that way and in no other,
/// and what the media plane is told is what people are.
pub(super) fn agree_on_channels(visit: &Visit) {
    let nobody = BTreeSet::new();
    for channel in visit.channels(&nobody) {
        let Some(active) = channel.active else { continue };
        let seat = visit.seat(active).expect("a channel is somebody's");
        assert_eq!((seat.role, seat.place), (Role::Interpreter, Place::Here));
        let direction = visit.interpretation().direction(active).expect("they are turned");
        assert_eq!(direction.into.as_str(), channel.language);
        assert!(!channel.passive.contains(&active));
    }
    let (circles, silences) = (visit.circles(), visit.silences());
    for (listener, here) in &circles {
        for (speaker, level) in visit.levels(*listener, &nobody) {
            let there = circles.iter().find(|(id, _)| *id == speaker).expect("one of them").1;
            let silent = *here != there || silences.contains(&(*listener, speaker));
            assert_eq!(level == Level::Silent, silent);
        }
    }
}

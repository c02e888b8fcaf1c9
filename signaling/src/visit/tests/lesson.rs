//! Recorded education: who may play it, where it stands, what was watched.

use super::{Story, by_clinician, id, seat_of};
use crate::visit::{
    By, Command, Lesson, LessonEvent, Material, Refusal, Teach, Visit, VisitEvent, spoken,
};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::tutorial::{Audience, Playing};
use jiff::SignedDuration;
use std::collections::BTreeMap;

const PUMP: u128 = 700;
const LENGTH_MS: u32 = 60_000;

fn pump() -> Material {
    Material {
        tutorial: id(PUMP),
        title_by_language: BTreeMap::from([("en".to_owned(), "The pump".to_owned())]),
        language: "en".to_owned(),
        films: vec!["de".to_owned(), "en".to_owned()],
        captions: vec!["en".to_owned()],
        length_ms: LENGTH_MS,
    }
}

fn start(by: Role, to: Audience) -> Command {
    Command::Teach(Teach::Start { by: seat_of(by), material: pump(), to })
}

fn steer(playing: bool, position_ms: u32) -> Command {
    Command::Teach(Teach::Steer { by: seat_of(Role::Clinician), playing, position_ms })
}

fn watched(role: Role, language: &str, percent: u8) -> Command {
    let film = (id(PUMP), language.to_owned());
    Command::Teach(Teach::Watch { participant: seat_of(role), film, percent })
}

fn lesson(story: &Story) -> &Lesson {
    story.visit.teaching().lesson().expect("something plays")
}

fn pass(story: &mut Story, ms: i64) {
    story.now = story.now.checked_add(SignedDuration::from_millis(ms)).expect("soon");
}

#[test]
fn a_film_goes_on_from_where_it_was_steered_and_stops_at_its_end() {
    let mut story = Story::live();
    story.give(start(Role::Clinician, Audience::Visit)).unwrap();
    pass(&mut story, 2_500);
    assert_eq!(lesson(&story).position_ms(story.now), 2_500);
    story.give(steer(false, 2_400)).unwrap();
    pass(&mut story, 9_000);
    assert_eq!(lesson(&story).position_ms(story.now), 2_400);
    assert_eq!(lesson(&story).state(story.now), Playing::Paused);
    assert_eq!(story.give(steer(false, 2_400)).unwrap(), [], "it stands there already");
    story.give(steer(true, LENGTH_MS - 1_000)).unwrap();
    assert!(story.visit.wakes_at().unwrap() <= lesson(&story).ends_at().unwrap());
    pass(&mut story, 5_000);
    assert_eq!(lesson(&story).position_ms(story.now), LENGTH_MS);
    assert_eq!(lesson(&story).state(story.now), Playing::Ended);
    assert!(story.give(Command::Wake).unwrap().contains(&VisitEvent::Lesson(LessonEvent::Ended)));
    assert!(!story.give(Command::Wake).unwrap().contains(&VisitEvent::Lesson(LessonEvent::Ended)));
    assert_eq!(lesson(&story).state(story.now), Playing::Ended);
    story.give(steer(true, LENGTH_MS)).unwrap();
    assert_eq!(lesson(&story).position_ms(story.now), 0, "whoever plays on begins anew");
    story.give(Command::Teach(Teach::Stop { by: seat_of(Role::Clinician) })).unwrap();
    assert_eq!(story.visit.teaching().lesson(), None);
    assert_eq!(story.give(steer(true, 0)), Err(Refusal::NoLesson));
}

#[test]
fn the_log_alone_tells_where_a_film_stands() {
    let mut story = Story::live();
    story.give(start(Role::Clinician, Audience::Lobby)).unwrap();
    pass(&mut story, 4_000);
    story.give(steer(true, 30_000)).unwrap();
    story.give(watched(Role::Patient, "en", 25)).unwrap();
    pass(&mut story, 1_500);
    let after = Visit::replay(&story.log).unwrap();
    assert_eq!(after.teaching(), story.visit.teaching());
    assert_eq!(after.teaching().lesson().unwrap().position_ms(story.now), 31_500);
    let text = serde_json::to_string(&story.log.last().unwrap().1).unwrap();
    assert_eq!(serde_json::from_str::<VisitEvent>(&text).unwrap(), story.log.last().unwrap().1);
}

#[test]
fn it_plays_to_those_it_was_started_for() {
    let mut story = Story::live();
    story.give(start(Role::Clinician, Audience::Lobby)).unwrap();
    let is_for =
        |story: &Story, role| lesson(story).is_for(story.visit.seat(seat_of(role)).unwrap());
    assert!(is_for(&story, Role::Patient) && !is_for(&story, Role::Clinician));
    story.give(by_clinician(super::admits, Role::Patient)).unwrap();
    assert!(!is_for(&story, Role::Patient), "they are in the visit now");
    story.give(start(Role::Clinician, Audience::Visit)).unwrap();
    assert!(is_for(&story, Role::Patient) && is_for(&story, Role::Clinician));
    assert!(!is_for(&story, Role::Family), "they have not come");
}

#[test]
fn only_staff_that_is_there_plays_and_offers() {
    let mut story = Story::live();
    story.give(by_clinician(super::admits, Role::Patient)).unwrap();
    let to = Audience::Visit;
    assert_eq!(story.give(start(Role::Patient, to)), Err(Refusal::NotAllowed));
    assert_eq!(story.give(start(Role::Pharmacist, to)), Err(Refusal::NotAdmitted));
    let empty = Material { films: Vec::new(), ..pump() };
    let by = seat_of(Role::Clinician);
    let nothing = Command::Teach(Teach::Start { by, material: empty.clone(), to });
    assert_eq!(story.give(nothing), Err(Refusal::NoFilm));
    let offer = |by, materials| Command::Teach(Teach::Offer { by, materials });
    assert_eq!(story.give(offer(By::Desk, vec![empty])), Err(Refusal::NoFilm));
    let patient = By::Person(seat_of(Role::Patient));
    assert_eq!(story.give(offer(patient, vec![pump()])), Err(Refusal::NotAllowed));
    assert_eq!(story.give(offer(By::Desk, vec![pump()])).unwrap().len(), 1);
    assert_eq!(story.give(offer(By::Person(by), vec![pump()])).unwrap(), [], "it is offered");
    assert_eq!(story.visit.teaching().offered(), [pump()]);
}

#[test]
fn what_was_watched_only_grows_and_only_of_what_was_shown_here() {
    let mut story = Story::live();
    assert_eq!(story.give(watched(Role::Patient, "en", 50)), Err(Refusal::NoFilm));
    let offer = Command::Teach(Teach::Offer { by: By::Desk, materials: vec![pump()] });
    story.give(offer).unwrap();
    assert_eq!(story.give(watched(Role::Patient, "fr", 50)), Err(Refusal::NoFilm));
    assert_eq!(story.give(watched(Role::Family, "en", 50)), Err(Refusal::NotAdmitted));
    assert_eq!(story.give(watched(Role::Patient, "en", 50)).unwrap().len(), 1);
    assert_eq!(story.give(watched(Role::Patient, "en", 50)).unwrap(), []);
    assert_eq!(story.give(watched(Role::Patient, "en", 49)).unwrap(), []);
    assert_eq!(story.give(watched(Role::Patient, "de", 25)).unwrap().len(), 1);
    let most = story.give(watched(Role::Patient, "en", 255)).unwrap();
    let all = |event: &VisitEvent| {
        matches!(event, VisitEvent::Lesson(LessonEvent::Watched { percent: 100, .. }))
    };
    assert!(most.iter().all(all) && most.len() == 1);
    assert_eq!(story.give(watched(Role::Patient, "en", 255)).unwrap(), []);
    assert_eq!(story.visit.teaching().watched(seat_of(Role::Patient), id(PUMP), "en"), 100);
    assert_eq!(story.visit.teaching().watched(id(super::STRANGER), id(PUMP), "en"), 0);
}

#[test]
fn each_gets_the_language_they_speak() {
    let of = |wanted, tags: &[&str]| {
        let tags: Vec<String> = tags.iter().map(|&tag| tag.to_owned()).collect();
        spoken(wanted, tags.iter()).map(str::to_owned)
    };
    assert_eq!(of("pt-BR", &["en", "pt", "pt-br"]).as_deref(), Some("pt-br"));
    assert_eq!(of("pt-BR", &["en", "pt-pt"]).as_deref(), Some("pt-pt"));
    assert_eq!(of("PT", &["en", "pt"]).as_deref(), Some("pt"));
    assert_eq!(of("ar", &["en", "pt"]), None);
    assert_eq!(of("ar", &[]), None);
}

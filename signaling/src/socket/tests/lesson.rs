//! Recorded education over sockets: played in the lobby and in the visit, in step, told of.

use super::house::{House, PATIENT, admit};
use super::page::Page;
use crate::clock;
use crate::store::{Actor, Changed, Editor, FilmRow};
use crate::visit::{By, Command, Teach};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    ClientMessage, Presence, RefusalCode, ServerMessage, Standing,
};
use bedside_signaling_api::tutorial::{Audience, FilmKind, Playable, Playing, Showing, Tutorial};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A tutorial of a tenant, with films in English and German.
async fn kept(house: &House, tenant: &str) -> Uuid {
    let store = &house.service.store;
    let actor = Actor::Operator;
    let editor = Editor { tenant: tenant.to_owned(), actor, visit: None, at: clock::now() };
    let title = |(tag, title): (&str, &str)| (tag.to_owned(), title.to_owned());
    let tutorial = Tutorial {
        id: Uuid::now_v7(),
        title_by_language: BTreeMap::from([("en", "The pump"), ("de", "Die Pumpe")].map(title)),
        language: "en".to_owned(),
        length_ms: 0,
        films: Vec::new(),
        captions: Vec::new(),
        created_at: editor.at,
    };
    let made = store.create_tutorial(&editor, &tutorial, 9).await.unwrap();
    assert_eq!(made, Changed::Done(Vec::new()));
    for language in ["en", "de"] {
        let (language, file) = (language.to_owned(), Uuid::now_v7());
        let film = FilmRow { language, kind: FilmKind::Webm, bytes: 9, length_ms: 60_000, file };
        store.keep_film(&editor, tutorial.id, &film).await.unwrap();
    }
    let captions = store.keep_captions(&editor, tutorial.id, ("en", "WEBVTT")).await;
    captions.unwrap();
    tutorial.id
}

async fn until_lesson(page: &mut Page) -> (Option<Showing>, Vec<Playable>) {
    page.until(|message| match message {
        ServerMessage::Lesson { showing, offered } => Some((showing.clone(), offered.clone())),
        _ => None,
    })
    .await
}

async fn until_showing(page: &mut Page) -> Showing {
    loop {
        if let (Some(showing), _) = until_lesson(page).await {
            return showing;
        }
    }
}

/// A house with a clinician in the visit and a patient who waits.
async fn house() -> (House, Page, Page) {
    let house = House::with(&[Role::Clinician, Role::Patient], PATIENT).await;
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_standing(Standing::Admitted).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    clinician.until_person(house.id(Role::Patient), Presence::Waiting).await;
    (house, clinician, patient)
}

#[tokio::test]
async fn a_film_plays_in_the_lobby_and_in_the_visit_and_survives_a_restart() {
    let (mut house, mut clinician, mut patient) = house().await;
    let tutorial = kept(&house, "house").await;
    clinician.say(ClientMessage::StartLesson { tutorial, to: Audience::Lobby }).await;
    let seen = until_showing(&mut patient).await;
    assert_eq!((seen.to, seen.state, seen.position_ms), (Audience::Lobby, Playing::Playing, 0));
    assert_eq!((seen.playable.film.as_str(), seen.playable.caption.as_deref()), ("en", Some("en")));
    assert_eq!(until_showing(&mut clinician).await.at_ms, seen.at_ms, "they steer it");

    let percent = 25;
    let language = "en".to_owned();
    patient.say(ClientMessage::Watched { tutorial, language, percent }).await;
    clinician.say(ClientMessage::SteerLesson { playing: false, position_ms: 20_000 }).await;
    let seen = until_showing(&mut patient).await;
    assert_eq!((seen.state, seen.position_ms), (Playing::Paused, 20_000));

    house.restart(PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    let seen = until_showing(&mut patient).await;
    assert_eq!((seen.state, seen.position_ms), (Playing::Paused, 20_000), "after a crash");
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_person(house.id(Role::Patient), Presence::Waiting).await;
    clinician.say(admit(house.id(Role::Patient))).await;
    patient.until_standing(Standing::Admitted).await;
    assert_eq!(until_lesson(&mut patient).await, (None, Vec::new()), "it was for the lobby");
    clinician.say(ClientMessage::StartLesson { tutorial, to: Audience::Visit }).await;
    assert_eq!(until_showing(&mut patient).await.to, Audience::Visit);
    clinician.say(ClientMessage::StopLesson).await;
    assert_eq!(until_lesson(&mut patient).await.0, None);
    let visit = house.visit().await;
    assert_eq!(visit.teaching().watched(house.id(Role::Patient), tutorial, "en"), 25);
}

#[tokio::test]
async fn whoever_waits_is_offered_what_staff_or_the_scheduler_chose() {
    let (house, mut clinician, mut patient) = house().await;
    let tutorial = kept(&house, "house").await;
    clinician.say(ClientMessage::OfferLessons { tutorials: vec![tutorial] }).await;
    let offered = loop {
        let (_, offered) = until_lesson(&mut patient).await;
        if !offered.is_empty() {
            break offered;
        }
    };
    assert_eq!((offered[0].tutorial, offered[0].title.as_str()), (tutorial, "The pump"));
    let none = Command::Teach(Teach::Offer { by: By::Desk, materials: Vec::new() });
    house.service.hub.command(house.visit, Actor::Operator, none).await.unwrap();
    assert_eq!(until_lesson(&mut patient).await.1, []);
}

#[tokio::test]
async fn nobody_plays_another_house_s_films_and_only_staff_plays_any() {
    let (house, mut clinician, mut patient) = house().await;
    let (tutorial, theirs) = (kept(&house, "house").await, kept(&house, "neighbours").await);
    let to = Audience::Lobby;
    let start = |tutorial| ClientMessage::StartLesson { tutorial, to };
    let refused = |code| ("start_lesson".to_owned(), code);
    clinician.say(start(theirs)).await;
    assert_eq!(clinician.until_refused().await, refused(RefusalCode::NoSuchTutorial));
    patient.say(start(tutorial)).await;
    assert_eq!(patient.until_refused().await, refused(RefusalCode::NotAllowed));
    patient.say(ClientMessage::OfferLessons { tutorials: vec![tutorial; 13] }).await;
    assert_eq!(patient.until_refused().await.1, RefusalCode::BadMessage);
    let (language, percent) = ("en".to_owned(), 50);
    patient.say(ClientMessage::Watched { tutorial, language, percent }).await;
    assert_eq!(patient.until_refused().await.1, RefusalCode::NotNow, "it was never shown here");
}

#[tokio::test]
async fn a_page_learns_the_servers_clock() {
    let (_house, _clinician, mut patient) = house().await;
    let before = clock::now().as_millisecond();
    patient.say(ClientMessage::Clock { sent: 77 }).await;
    let clock = |message: &ServerMessage| match message {
        ServerMessage::Clock { sent, at_ms } => Some((*sent, *at_ms)),
        _ => None,
    };
    let (sent, at_ms) = patient.until(clock).await;
    assert_eq!(sent, 77);
    assert!(i64::try_from(at_ms).unwrap() >= before - 1);
}

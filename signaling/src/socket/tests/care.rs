//! Asks, checks, consents, conferences and chat, from the page to the media plane and the store.

use super::house::{House, PATIENT, admit};
use super::lobby::in_visit;
use super::page::Page;
use crate::hub::{Note, Noted};
use crate::visit::VisitEvent;
use bedside_sfu_api::{Circle, Command, ParticipantId};
use bedside_signaling_api::care::{
    ChatLine, ChatTo, ConsentAnswer, ConsentAsk, Evidence, GateAsk, Invitation, LATE_MINUTES_MAX,
    ReadyMade, Shown,
};
use bedside_signaling_api::person::{Apart, Method};
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    ClientMessage, Presence, RefusalCode, ServerMessage, Standing,
};
use serde_json::json;

const FOUR: [Role; 4] = [Role::Patient, Role::Family, Role::Clinician, Role::Pharmacist];

async fn refused(page: &mut Page, what: &str) -> RefusalCode {
    page.until(|message| match message {
        ServerMessage::Refused { to, code, .. } if to == what => Some(*code),
        _ => None,
    })
    .await
}

async fn asks(page: &mut Page) -> (Vec<ConsentAsk>, Vec<GateAsk>) {
    page.until(|message| match message {
        ServerMessage::Asks { consents, gates } => Some((consents.clone(), gates.clone())),
        _ => None,
    })
    .await
}

fn say(to: ChatTo, text: &str) -> ClientMessage {
    ClientMessage::Chat { to, text: text.to_owned(), ready: None }
}

async fn chat(page: &mut Page) -> (ChatTo, String) {
    page.until(|message| match message {
        ServerMessage::Chat { line } => Some((line.to, line.text.clone())),
        _ => None,
    })
    .await
}

/// The next arrangement the media plane is given.
async fn arranged(house: &mut House) -> Vec<(ParticipantId, Circle)> {
    loop {
        if let Command::Arrange { circles, .. } = house.told().await {
            return circles;
        }
    }
}

fn under(policy: &str) -> serde_json::Value {
    json!({
        "duration_minutes": 30,
        "policy": policy,
        "participants": [
            {
                "role": "patient", "language": "de-AT", "display_name": "The patient",
                "identifiers": {"birth_date": "1941-03-02", "second": "24103 Kiel"},
            },
            {"role": "clinician", "display_name": "The clinician"},
            {"role": "observer", "display_name": "The observer"},
        ],
    })
}

fn consent(purpose: Purpose, answer: ConsentAnswer) -> ClientMessage {
    ClientMessage::Consent { participant: None, purpose, answer }
}

fn yes() -> ConsentAnswer {
    ConsentAnswer::Give { version: "2026-11".to_owned(), language: "de".to_owned() }
}

fn check(evidence: Evidence) -> ClientMessage {
    ClientMessage::Check { participant: None, evidence }
}

fn identifiers(birth_date: &str, second: &str) -> ClientMessage {
    let (birth_date, second) = (birth_date.to_owned(), second.to_owned());
    check(Evidence::TwoIdentifiers { birth_date, second })
}

#[tokio::test]
async fn a_patient_is_asked_in_their_language_and_let_in_once_they_have_answered() {
    let house = House::with_visit(under("telepharmacy")).await;
    let mut patient = house.open(Role::Patient).await;
    let (consents, gates) = asks(&mut patient).await;
    let telehealth = consents.iter().find(|ask| ask.purpose == Purpose::Telehealth);
    let telehealth = telehealth.expect("it is asked");
    assert_eq!((telehealth.language.as_str(), telehealth.agreed), ("de", None));
    assert!(telehealth.text.contains("Videobesuch"));
    assert!(gates.iter().any(|ask| ask.gate == Gate::Identity && !ask.through));
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_person(house.id(Role::Patient), Presence::Waiting).await;
    clinician.say(admit(house.id(Role::Patient))).await;
    assert_eq!(refused(&mut clinician, "admit").await, RefusalCode::ConsentMissing);
    let unwritten = ConsentAnswer::Give { version: "1".to_owned(), language: "de".to_owned() };
    patient.say(consent(Purpose::Telehealth, unwritten)).await;
    assert_eq!(refused(&mut patient, "consent").await, RefusalCode::BadMessage);
    patient.say(consent(Purpose::Telehealth, yes())).await;
    patient.say(identifiers("1941-03-02", "24105 Kiel")).await;
    patient.say(identifiers("1941-03-02", "24103kiel")).await;
    patient.say(check(Evidence::Callback { number: "+49 431 123".to_owned() })).await;
    let ready = clinician
        .until(|message| match message {
            ServerMessage::People { people, .. } => people
                .iter()
                .filter_map(|person| person.readiness.clone())
                .find(|ready| ready.before_admission.is_empty() && !ready.agreed.is_empty()),
            _ => None,
        })
        .await;
    assert_eq!(ready.passed, [Gate::Identity, Gate::Callback]);
    clinician.say(admit(house.id(Role::Patient))).await;
    patient.until_standing(Standing::Admitted).await;
    let log = house.log().await;
    let participant = house.id(Role::Patient);
    let (gate, method) = (Gate::Identity, Method::TwoIdentifiers);
    assert!(log.contains(&VisitEvent::CheckFailed { participant, gate, method }));
    assert!(log.contains(&VisitEvent::Checked { participant, gate, method, by: None }));
    let text = serde_json::to_string(&log).unwrap();
    // No part of a random id reads like one of these.
    for stated in ["1941-03", "Kiel", "kiel", "+49"] {
        assert!(!text.contains(stated), "the log holds what was stated: {stated}");
    }
    let kept = house.service.store.statements(house.visit).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].gate, kept[0].value.as_str()), (Gate::Callback, "+49 431 123"));
}

#[tokio::test]
async fn the_wrong_patient_is_asked_about_again() {
    let house = House::with(&FOUR, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_person(house.id(Role::Patient), Presence::Waiting).await;
    let starts_at = house.visit().await.starts_at();
    let shown = |name: &str| ClientMessage::Admit {
        participant: house.id(Role::Patient),
        shown: Some(Shown { display_name: name.to_owned(), starts_at }),
        skip: Vec::new(),
    };
    clinician.say(shown("The other patient")).await;
    assert_eq!(refused(&mut clinician, "admit").await, RefusalCode::Mismatch);
    clinician.say(shown("The patient")).await;
    patient.until_standing(Standing::Admitted).await;
}

#[tokio::test]
async fn those_who_confer_are_told_apart_to_the_media_plane_at_once_and_so_is_a_hold() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let mut pharmacist = house.open(Role::Pharmacist).await;
    pharmacist.until_standing(Standing::Admitted).await;
    let with = vec![house.id(Role::Pharmacist)];
    clinician.say(ClientMessage::Sidebar { with }).await;
    let mut circles = arranged(&mut house).await;
    circles.sort();
    let mut expected = [
        (house.participant(Role::Clinician), Circle(1)),
        (house.participant(Role::Pharmacist), Circle(1)),
    ];
    expected.sort();
    assert_eq!(circles, expected);
    let in_sidebar = |message: &ServerMessage| match message {
        ServerMessage::People { people, .. } => {
            people.iter().any(|person| person.in_sidebar).then_some(())
        }
        _ => None,
    };
    patient.until(in_sidebar).await;
    clinician.say(ClientMessage::CloseSidebar).await;
    let back = arranged(&mut house).await;
    assert!(back.iter().all(|(_, circle)| *circle == Circle::MAIN) && back.len() == 2);
    let why = Apart::Hold;
    let participant = house.id(Role::Patient);
    clinician.say(ClientMessage::SetApart { participant, why }).await;
    let held = arranged(&mut house).await;
    assert!(matches!(held.as_slice(), [(who, circle)]
        if *who == house.participant(Role::Patient) && circle.0 > 1));
    clinician.say(ClientMessage::BringBack { participant }).await;
    assert_eq!(arranged(&mut house).await, [(house.participant(Role::Patient), Circle::MAIN)]);
}

#[tokio::test]
async fn a_withdrawn_consent_reaches_the_media_plane_in_the_same_turn() {
    let mut house = House::with_visit(under("eu")).await;
    let mut patient = house.open(Role::Patient).await;
    let mut observer = house.open(Role::Observer).await;
    let mut clinician = house.open(Role::Clinician).await;
    for purpose in [Purpose::Telehealth, Purpose::Observers] {
        patient.say(consent(purpose, yes())).await;
    }
    patient.say(check(Evidence::Callback { number: "1".to_owned() })).await;
    observer.until_standing(Standing::Waiting).await;
    for (page, role) in [(&mut patient, Role::Patient), (&mut observer, Role::Observer)] {
        clinician.until_person(house.id(role), Presence::Waiting).await;
        clinician.say(admit(house.id(role))).await;
        page.until_standing(Standing::Admitted).await;
    }
    patient.say(consent(Purpose::Observers, ConsentAnswer::Withdraw)).await;
    let apart = arranged(&mut house).await;
    assert!(matches!(apart.as_slice(), [(who, circle)]
        if *who == house.participant(Role::Observer) && *circle != Circle::MAIN));
    patient.say(consent(Purpose::Observers, yes())).await;
    let observer = house.participant(Role::Observer);
    assert_eq!(arranged(&mut house).await, [(observer, Circle::MAIN)]);
    patient.say(consent(Purpose::Telehealth, ConsentAnswer::Withdraw)).await;
    let apart = arranged(&mut house).await;
    assert!(apart.iter().any(|(who, circle)| {
        *who == house.participant(Role::Patient) && *circle != Circle::MAIN
    }));
}

#[tokio::test]
async fn chat_reaches_those_it_is_for_in_the_lobby_too_and_nobody_else() {
    let house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
    family.say(say(ChatTo::Everybody, "let me in")).await;
    assert_eq!(refused(&mut family, "chat").await, RefusalCode::NotAdmitted);
    family.say(say(ChatTo::Staff, "I am early")).await;
    assert_eq!(chat(&mut clinician).await, (ChatTo::Staff, "I am early".to_owned()));
    let to_family = ChatTo::Person { participant: house.id(Role::Family) };
    clinician.say(say(to_family, "one moment")).await;
    assert_eq!(chat(&mut family).await.1, "I am early", "one's own line comes back");
    assert_eq!(chat(&mut family).await, (to_family, "one moment".to_owned()));
    patient.say(say(to_family, "hello")).await;
    assert_eq!(refused(&mut patient, "chat").await, RefusalCode::NotAllowed);
    clinician.say(say(ChatTo::Everybody, "to all")).await;
    assert_eq!(chat(&mut patient).await, (ChatTo::Everybody, "to all".to_owned()));
    clinician.until_pong().await;
    let lines = |heard: Vec<ServerMessage>| {
        heard.into_iter().filter(|m| matches!(m, ServerMessage::Chat { .. })).count()
    };
    assert_eq!(lines(family.until_pong().await), 0, "the lobby hears nothing of the visit");
    clinician.say(say(ChatTo::Everybody, " \n ")).await;
    assert_eq!(refused(&mut clinician, "chat").await, RefusalCode::BadMessage);
    let kept = house.service.store.chat(house.visit, None).await.unwrap();
    assert_eq!(kept, [], "the policy keeps no chat");
}

#[tokio::test]
async fn chat_that_is_kept_is_said_again_after_a_reload_to_those_it_was_for() {
    let mut visit = under("us-one-party");
    visit["participants"][0]["identifiers"].take();
    visit["participants"][0].as_object_mut().unwrap().remove("identifiers");
    let house = House::with_visit(visit).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_standing(Standing::Admitted).await;
    let text = "are you there?".to_owned();
    patient.say(say(ChatTo::Staff, &text)).await;
    assert_eq!(chat(&mut clinician).await, (ChatTo::Staff, text.clone()));
    let mut again = house.open(Role::Clinician).await;
    assert_eq!(chat(&mut again).await, (ChatTo::Staff, text));
    let observer = house.open(Role::Observer).await.until_pong().await;
    assert!(!observer.iter().any(|message| matches!(message, ServerMessage::Chat { .. })));
}

/// The next line of the chat, whole.
async fn line(page: &mut Page) -> ChatLine {
    page.until(|message| match message {
        ServerMessage::Chat { line } => Some(line.clone()),
        _ => None,
    })
    .await
}

/// The next line is this text or sentence to all who wait; of the desk, which has no seat, where
/// no role is named.
async fn reads(page: &mut Page, (text, role): (&str, Option<Role>), ready: Option<ReadyMade>) {
    let line = line(page).await;
    assert_eq!((line.text.as_str(), line.ready, line.to), (text, ready, ChatTo::Waiting));
    assert_eq!((line.role, line.from.is_nil()), (role, role.is_none()));
}

async fn reads_no_more(page: &mut Page) {
    let rest = page.until_pong().await;
    assert!(!rest.iter().any(|message| matches!(message, ServerMessage::Chat { .. })));
}

#[tokio::test]
async fn staff_writes_to_those_who_wait_and_a_reload_loses_nothing_of_it() {
    let house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    clinician.say(say(ChatTo::Waiting, "nobody is there")).await;
    assert_eq!(refused(&mut clinician, "chat").await, RefusalCode::NoSuchPerson);
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
    family.say(say(ChatTo::Waiting, "let us in")).await;
    assert_eq!(refused(&mut family, "chat").await, RefusalCode::NotAllowed);
    patient.say(say(ChatTo::Waiting, "come in")).await;
    assert_eq!(refused(&mut patient, "chat").await, RefusalCode::NotAllowed);

    clinician.say(say(ChatTo::Waiting, "one moment")).await;
    reads(&mut family, ("one moment", Some(Role::Clinician)), None).await;
    let ready = Some(ReadyMade::Late { minutes: 10 });
    let note = |request| Note { text: String::new(), ready, request };
    let hub = &house.service.hub;
    let request = Some([7; 32]);
    let noted = hub.note(house.visit, note(request)).await;
    assert_eq!(noted, Ok(Noted::Written(1)));
    assert_eq!(hub.note(house.visit, note(request)).await, noted, "nothing is written twice");
    let other = Note { ready: Some(ReadyMade::Soon), ..note(request) };
    assert_eq!(hub.note(house.visit, other).await, Ok(Noted::Other));

    reads(&mut family, ("", None), ready).await;
    reads_no_more(&mut family).await;
    for page in [&mut house.open(Role::Family).await, &mut clinician] {
        reads(page, ("one moment", Some(Role::Clinician)), None).await;
        reads(page, ("", None), ready).await;
        reads_no_more(page).await;
    }
    reads_no_more(&mut patient).await;
    let kept = house.service.store.chat(house.visit, None).await.unwrap();
    assert_eq!(kept, [], "the policy keeps no chat");
}

#[tokio::test]
async fn a_ready_made_sentence_is_for_those_who_wait_and_makes_sense() {
    let house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, _patient) = in_visit(&house).await;
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
    let say = |to, text: &str, ready| ClientMessage::Chat { to, text: text.to_owned(), ready };
    let soon = Some(ReadyMade::Soon);
    for wrong in [
        say(ChatTo::Everybody, "", soon),
        say(ChatTo::Waiting, "and more", soon),
        say(ChatTo::Waiting, "", Some(ReadyMade::Late { minutes: 0 })),
        say(ChatTo::Waiting, "", Some(ReadyMade::Late { minutes: LATE_MINUTES_MAX + 1 })),
        say(ChatTo::Waiting, "", None),
    ] {
        clinician.say(wrong).await;
        assert_eq!(refused(&mut clinician, "chat").await, RefusalCode::BadMessage);
    }
    clinician.say(say(ChatTo::Waiting, "", soon)).await;
    assert_eq!(line(&mut family).await.ready, soon);
}

#[tokio::test]
async fn what_is_written_to_the_lobby_is_kept_where_the_policy_keeps_the_chat() {
    let mut visit = under("us-one-party");
    visit["participants"][0].as_object_mut().unwrap().remove("identifiers");
    let mut house = House::with_visit(visit).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    let ready = Some(ReadyMade::Late { minutes: 15 });
    let note = Note { text: String::new(), ready, request: None };
    assert_eq!(house.service.hub.note(house.visit, note).await, Ok(Noted::Written(1)));
    let said = line(&mut patient).await;
    let kept = house.service.store.chat(house.visit, None).await.unwrap();
    assert_eq!(kept, std::slice::from_ref(&said));
    house.restart(PATIENT).await;
    let mut again = house.open(Role::Patient).await;
    assert_eq!(line(&mut again).await, said);
}

#[tokio::test]
async fn whoever_comes_early_stays_and_waits_once_the_door_opens() {
    let in_two_hours = crate::clock::now() + jiff::SignedDuration::from_hours(2);
    let mut visit = under("plain");
    visit["starts_at"] = json!(in_two_hours);
    let house = House::with_visit(visit).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Early).await;
    patient.say(say(ChatTo::Staff, "hello")).await;
    assert_eq!(refused(&mut patient, "chat").await, RefusalCode::NotAdmitted);
    let soon = crate::clock::now() + jiff::SignedDuration::from_mins(10);
    let moved = crate::visit::Command::Reschedule { starts_at: soon, duration_minutes: 30 };
    let hub = &house.service.hub;
    hub.command(house.visit, crate::store::Actor::Clock, moved).await.unwrap();
    patient.until_standing(Standing::Waiting).await;
}

#[tokio::test]
async fn staff_asks_somebody_to_come_and_their_link_is_theirs() {
    let house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let person = Invitation {
        role: Role::Interpreter,
        language: "ar".to_owned(),
        display_name: "Samira".to_owned(),
        relationship: None,
    };
    patient.say(ClientMessage::Invite { person: person.clone() }).await;
    assert_eq!(refused(&mut patient, "invite").await, RefusalCode::NotAllowed);
    clinician.say(ClientMessage::Invite { person }).await;
    let (id, link) = clinician
        .until(|message| match message {
            ServerMessage::Invited { participant, link } => Some((*participant, link.clone())),
            _ => None,
        })
        .await;
    assert!(link.contains(&format!("/j#{}.", id.simple())), "{link}");
    let (visit, row) = house.service.store.participant(id).await.unwrap().unwrap();
    assert_eq!((visit.id, row.role, row.generation), (house.visit, Role::Interpreter, 1));
    clinician.say(ClientMessage::RenewLink { participant: id }).await;
    let renewed = clinician
        .until(|message| match message {
            ServerMessage::Invited { link, .. } => Some(link.clone()),
            _ => None,
        })
        .await;
    assert_ne!(renewed, link);
    let (_, row) = house.service.store.participant(id).await.unwrap().unwrap();
    assert_eq!(row.generation, 2);
}

#[tokio::test]
async fn a_long_chat_keeps_nobody_out() {
    let mut visit = under("us-one-party");
    visit["participants"][0].as_object_mut().unwrap().remove("identifiers");
    let house = House::with_visit(visit).await;
    let (from, to) = (house.id(Role::Patient), ChatTo::Staff);
    let readers = vec![from, house.id(Role::Clinician)];
    for number in 0..300 {
        let line = bedside_signaling_api::care::ChatLine {
            id: uuid::Uuid::now_v7(),
            from,
            role: Some(Role::Patient),
            to,
            at: crate::clock::now(),
            text: number.to_string(),
            ready: None,
        };
        let row =
            crate::store::ChatRow { visit: house.visit, line, readers: readers.clone(), days: 1 };
        house.service.store.keep_chat(&row).await.unwrap();
    }
    let mut clinician = house.open(Role::Clinician).await;
    let (first, shown) = (chat(&mut clinician).await.1, crate::store::CHAT_LINES_SHOWN);
    assert_eq!(first, (300 - shown).to_string(), "the newest, oldest first");
    for _ in 2..shown {
        chat(&mut clinician).await;
    }
    assert_eq!(chat(&mut clinician).await.1, "299");
}

//! Captions from the writer's socket to the readers', and to whom they do not come.

use super::house::{House, PATIENT, admit};
use super::lobby::in_visit;
use super::page::Page;
use bedside_signaling_api::caption::{CAPTION_CHARS_MAX, CAPTIONS_AT_ONCE, CaptionLine};
use bedside_signaling_api::care::{ConsentAnswer, Skip};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::recorder::RecorderCommand;
use bedside_signaling_api::recording::RecordingAction;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    ClientMessage, Presence, RefusalCode, ServerMessage, Standing,
};
use serde_json::json;

const THREE: [Role; 3] = [Role::Patient, Role::Clinician, Role::Captioner];

struct Company {
    house: House,
    clinician: Page,
    patient: Page,
    captioner: Page,
}

/// A captioner whom the clinician lets in beside the patient.
async fn company(house: House) -> Company {
    let (mut clinician, patient) = in_visit(&house).await;
    let mut captioner = house.open(Role::Captioner).await;
    captioner.until_standing(Standing::Waiting).await;
    clinician.until_person(house.id(Role::Captioner), Presence::Waiting).await;
    clinician.say(admit(house.id(Role::Captioner))).await;
    captioner.until_standing(Standing::Admitted).await;
    Company { house, clinician, patient, captioner }
}

fn caption(number: u32, text: &str, done: bool) -> ClientMessage {
    let (language, text) = ("en-GB".to_owned(), text.to_owned());
    ClientMessage::Caption { language, number, text, done }
}

async fn reads(page: &mut Page) -> CaptionLine {
    page.until(|message| match message {
        ServerMessage::Caption { line } => Some(line.clone()),
        _ => None,
    })
    .await
}

async fn reads_text(page: &mut Page) -> (u32, String, bool) {
    let CaptionLine { number, text, done, .. } = reads(page).await;
    (number, text, done)
}

fn line(number: u32, text: &str, done: bool) -> (u32, String, bool) {
    (number, text.to_owned(), done)
}

#[tokio::test]
async fn a_line_comes_as_it_is_written_to_all_who_are_together_and_to_the_writer() {
    let house = House::with(&THREE, PATIENT).await;
    let before = crate::clock::now().as_millisecond();
    let mut company = company(house).await;
    company.captioner.say(caption(7, "Good mornin", false)).await;
    company.captioner.say(caption(7, "Good morning, Maria.", true)).await;
    for page in [&mut company.patient, &mut company.clinician, &mut company.captioner] {
        let first = reads(page).await;
        assert_eq!((first.text.as_str(), first.done), ("Good mornin", false));
        assert_eq!((first.number, first.language.as_str()), (7, "en-GB"));
        assert_eq!(first.from, company.house.id(Role::Captioner));
        assert!(i64::try_from(first.at_ms).is_ok_and(|at| at >= before), "{}", first.at_ms);
        assert_eq!(reads_text(page).await, line(7, "Good morning, Maria.", true));
    }
    assert_eq!(company.house.visit().await.recordable(), None);
    let log = format!("{:?}", company.house.log().await);
    assert!(!log.contains("morning"), "no word of it is in the log");
}

#[tokio::test]
async fn whoever_is_on_hold_or_comes_back_in_the_middle_of_a_line_reads_nothing_of_it() {
    let house = House::with(&THREE, PATIENT).await;
    let Company { house, mut clinician, mut patient, mut captioner } = company(house).await;
    let participant = house.id(Role::Patient);
    captioner.say(caption(1, "for all", true)).await;
    assert_eq!(reads_text(&mut patient).await, line(1, "for all", true));
    clinician.say(ClientMessage::SetApart { participant, why: Apart::Hold }).await;
    captioner
        .until(|message| match message {
            ServerMessage::People { people, .. } => people
                .iter()
                .any(|p| p.participant == participant && p.apart.is_some())
                .then_some(()),
            _ => None,
        })
        .await;
    captioner.say(caption(2, "not for the pat", false)).await;
    for wanted in ["for all", "not for the pat"] {
        assert_eq!(reads(&mut clinician).await.text, wanted);
    }
    clinician.say(ClientMessage::BringBack { participant }).await;
    patient
        .until(|message| match message {
            ServerMessage::People { apart: None, .. } => Some(()),
            _ => None,
        })
        .await;
    captioner.say(caption(2, "not for the patient", true)).await;
    captioner.say(caption(3, "for all again", true)).await;
    assert_eq!(reads_text(&mut patient).await, line(3, "for all again", true));
    assert_eq!(reads(&mut clinician).await.text, "not for the patient");
}

#[tokio::test]
async fn the_lobby_reads_nothing_and_whoever_comes_reads_from_the_next_line_on() {
    let roles = [Role::Patient, Role::Clinician, Role::Captioner, Role::Family];
    let house = House::with(&roles, PATIENT).await;
    let Company { house, mut clinician, mut captioner, .. } = company(house).await;
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
    captioner.say(caption(1, "not for the lobby", true)).await;
    captioner.say(caption(2, "begun before", false)).await;
    while reads(&mut captioner).await.number != 2 {}
    clinician.say(admit(house.id(Role::Family))).await;
    family.until_standing(Standing::Admitted).await;
    captioner.say(caption(2, "begun before they came", true)).await;
    captioner.say(caption(3, "begun after", true)).await;
    assert_eq!(reads_text(&mut family).await, line(3, "begun after", true));
}

/// What came of a caption, as its writer is told: refused, or passed on.
fn answer_of_caption(message: &ServerMessage) -> Option<Option<RefusalCode>> {
    match message {
        ServerMessage::Caption { .. } => Some(None),
        ServerMessage::Refused { to, code, .. } if to == "caption" => Some(Some(*code)),
        _ => None,
    }
}

fn planned(roles: &[Role], policy: &str) -> serde_json::Value {
    let person =
        |role: &Role| json!({"role": role, "display_name": format!("The {}", role.name())});
    let participants: Vec<_> = roles.iter().map(person).collect();
    json!({ "duration_minutes": 30, "policy": policy, "participants": participants })
}

#[tokio::test]
async fn what_may_not_be_written_is_refused_in_plain_words() {
    let house = House::with(&THREE, PATIENT).await;
    let Company { mut patient, mut clinician, mut captioner, .. } = company(house).await;
    for page in [&mut patient, &mut clinician] {
        page.say(caption(1, "mine", true)).await;
        assert_eq!(page.until(answer_of_caption).await, Some(RefusalCode::NotAllowed));
    }
    let long = "a".repeat(CAPTION_CHARS_MAX + 1);
    for (text, language) in [(long.as_str(), "en"), ("two\nlines", "en"), ("text", "e n")] {
        let (language, text) = (language.to_owned(), text.to_owned());
        let message = ClientMessage::Caption { language, number: 1, text, done: false };
        captioner.say(message).await;
        let told = captioner.until(answer_of_caption).await;
        assert_eq!(told, Some(RefusalCode::BadMessage));
    }
    captioner.say(caption(1, "done", true)).await;
    assert_eq!(captioner.until(answer_of_caption).await, None);
    captioner.say(caption(1, "and changed", true)).await;
    assert_eq!(captioner.until(answer_of_caption).await, Some(RefusalCode::NotNow));
    for number in 0..=CAPTIONS_AT_ONCE {
        captioner.say(caption(100 + number, "fast", true)).await;
    }
    let mut told = Vec::new();
    while told.len() <= CAPTIONS_AT_ONCE as usize {
        told.push(captioner.until(answer_of_caption).await);
    }
    assert!(told.contains(&Some(RefusalCode::TooMany)), "{told:?}");
}

/// A company under rules that ask for everything but the captions, which were answered with yes.
async fn asked() -> Company {
    let house = House::with_visit(planned(&THREE, "us-all-party")).await;
    let mut clinician = house.open(Role::Clinician).await;
    let mut patient = house.open(Role::Patient).await;
    let mut captioner = house.open(Role::Captioner).await;
    patient.say(says(Purpose::Telehealth, yes())).await;
    for page in [&mut clinician, &mut patient, &mut captioner] {
        page.say(says(Purpose::Recording, yes())).await;
    }
    for role in [Role::Patient, Role::Captioner] {
        let participant = house.id(role);
        clinician
            .until(|message| match message {
                ServerMessage::People { people, .. } => people
                    .iter()
                    .find(|person| person.participant == participant)
                    .and_then(|person| person.readiness.as_ref())
                    .filter(|ready| ready.agreed.contains(&Purpose::Recording))
                    .map(drop),
                _ => None,
            })
            .await;
        let gates =
            if role == Role::Patient { vec![Gate::Location, Gate::Callback] } else { vec![] };
        let skip = gates.into_iter().map(|gate| Skip { gate, reason: "a test".to_owned() });
        let skip = skip.collect();
        clinician.say(ClientMessage::Admit { participant, shown: None, skip }).await;
    }
    patient.until_standing(Standing::Admitted).await;
    captioner.until_standing(Standing::Admitted).await;
    Company { house, clinician, patient, captioner }
}

fn says(purpose: Purpose, answer: ConsentAnswer) -> ClientMessage {
    ClientMessage::Consent { participant: None, purpose, answer }
}

fn yes() -> ConsentAnswer {
    ConsentAnswer::Give { version: "2026-11".to_owned(), language: "en".to_owned() }
}

/// Waits until the page itself is told to be apart, or with the others.
async fn until_apart(page: &mut Page, wanted: bool) {
    page.until(|message| match message {
        ServerMessage::People { apart, .. } => (apart.is_some() == wanted).then_some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn without_a_yes_nothing_is_passed_on_and_nothing_more_after_a_no() {
    let Company { house: _house, mut clinician, mut patient, mut captioner } = asked().await;
    until_apart(&mut captioner, true).await;
    captioner.say(caption(1, "unasked", true)).await;
    let told = captioner.until(answer_of_caption).await;
    assert_eq!(told, Some(RefusalCode::CaptionsNotAgreed));
    patient.say(says(Purpose::Captions, yes())).await;
    until_apart(&mut captioner, false).await;
    captioner.say(caption(2, "agreed", true)).await;
    for page in [&mut patient, &mut clinician] {
        assert_eq!(reads_text(page).await, line(2, "agreed", true));
    }
    patient.say(says(Purpose::Captions, ConsentAnswer::Withdraw)).await;
    until_apart(&mut captioner, true).await;
    captioner.say(caption(3, "not any more", true)).await;
    let told = captioner.until(|message| answer_of_caption(message).filter(Option::is_some)).await;
    assert_eq!(told, Some(RefusalCode::CaptionsNotAgreed));
    let read = patient.until_pong().await;
    assert!(!read.iter().any(|message| matches!(message, ServerMessage::Caption { .. })));
}

#[tokio::test]
async fn a_recording_of_everybody_keeps_each_finished_line_and_one_that_rests_keeps_none() {
    let Company { mut house, mut clinician, mut patient, mut captioner } = asked().await;
    patient.say(says(Purpose::Captions, yes())).await;
    until_apart(&mut captioner, true).await;
    until_apart(&mut captioner, false).await;
    clinician.say(ClientMessage::Record { action: RecordingAction::Start }).await;
    let RecorderCommand::Record(take) = house.recorder_told().await else {
        panic!("everybody has agreed to be recorded")
    };
    captioner.say(caption(1, "Good morn", false)).await;
    captioner.say(caption(1, "Good morning.", true)).await;
    let said = RecorderCommand::Say {
        recording: take.recording,
        participant: house.id(Role::Captioner),
        language: "en-GB".to_owned(),
        text: "Good morning.".to_owned(),
    };
    assert_eq!(house.recorder_told().await, said, "the finished line, and nothing before it");
    patient.say(says(Purpose::Recording, ConsentAnswer::Withdraw)).await;
    let recording = take.recording;
    assert_eq!(house.recorder_told().await, RecorderCommand::Pause { recording });
    captioner.say(caption(2, "This is not kept.", true)).await;
    while reads(&mut captioner).await.number != 2 {}
    assert_eq!(house.service.recorder.try_recv().ok(), None);
}

//! Interpretation from the page to the media plane: who is told what they hear, and who is not
//! sent whose voice.

use super::house::{House, PATIENT, admit};
use super::lobby::in_visit;
use super::media::connects;
use super::page::Page;
use bedside_sfu_api::{Bitrate, Circle, Command, Departure, Event, Leg, QualitySample, Silence};
use bedside_signaling_api::interpreting::{
    Direction, Heard, InterpretingMode, Level, StandardsNow,
};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::quality::Verdict;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{ClientMessage, RefusalCode, ServerMessage, Sources, Standing};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// The media plane samples each line once a second.
const SAMPLED_EVERY: Duration = Duration::from_secs(1);
const MODE: ClientMessage = ClientMessage::SetInterpreting { mode: InterpretingMode::Simultaneous };

async fn interpreted() -> (House, [Page; 3]) {
    let house = House::with_visit(json!({
        "duration_minutes": 30,
        "participants": [
            {"role": "patient", "language": "de-AT", "display_name": "The patient"},
            {"role": "clinician", "language": "en-GB", "display_name": "The clinician"},
            {"role": "interpreter", "language": "de", "display_name": "The interpreter"},
        ],
    }))
    .await;
    let (mut clinician, patient) = in_visit(&house).await;
    let mut interpreter = house.open(Role::Interpreter).await;
    interpreter.until_standing(Standing::Waiting).await;
    clinician.say(admit(house.id(Role::Interpreter))).await;
    interpreter.until_standing(Standing::Admitted).await;
    (house, [patient, clinician, interpreter])
}

fn direction(from: &str, into: &str) -> ClientMessage {
    let (from, into) = (from.to_owned(), into.to_owned());
    ClientMessage::SetDirection { direction: Some(Direction { from, into }) }
}

/// The next arrangement the media plane is given.
async fn silences(house: &mut House) -> Vec<Silence> {
    loop {
        if let Command::Arrange { silences, .. } = house.told().await {
            return silences;
        }
    }
}

fn silence(house: &House, listener: Role) -> Silence {
    let speaker = house.participant(Role::Interpreter);
    Silence { listener: house.participant(listener), speaker }
}

/// Waits until the page is to hear somebody so.
async fn hears(page: &mut Page, house: &House, speaker: Role, wanted: Level) {
    let wanted = Heard { participant: house.id(speaker), level: wanted };
    page.until(|message| match message {
        ServerMessage::Hearing { heard, .. } => heard.contains(&wanted).then_some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn the_media_plane_and_every_page_learn_at_once_who_is_for_whom() {
    let (mut house, [mut patient, mut clinician, mut interpreter]) = interpreted().await;
    interpreter.say(MODE).await;
    let mut resting = silences(&mut house).await;
    let (to_patient, to_clinician) =
        (silence(&house, Role::Patient), silence(&house, Role::Clinician));
    resting.sort();
    let mut both = vec![to_patient, to_clinician];
    both.sort();
    assert_eq!(resting, both, "on no microphone an interpreter is heard by nobody");
    connects(&mut house, Role::Interpreter, &mut interpreter).await;
    interpreter.say(direction("en-US", "de")).await;
    assert_eq!(silences(&mut house).await, [to_clinician]);
    hears(&mut patient, &house, Role::Clinician, Level::Ducked).await;
    hears(&mut clinician, &house, Role::Interpreter, Level::Silent).await;
    let told = interpreter
        .until(|message| match message {
            ServerMessage::Hearing { mode, channels, direction: Some(direction), .. } => {
                Some((*mode, channels.clone(), direction.clone()))
            }
            _ => None,
        })
        .await;
    let (mode, channels, own) = told;
    assert_eq!(mode, InterpretingMode::Simultaneous);
    assert_eq!((own.from.as_str(), own.into.as_str()), ("en", "de"));
    let active: Vec<_> =
        channels.iter().map(|channel| (channel.language.as_str(), channel.active)).collect();
    assert_eq!(active, [("de", Some(house.id(Role::Interpreter))), ("en", None)]);
    interpreter.say(direction("de", "en")).await;
    assert_eq!(silences(&mut house).await, [to_patient]);
    hears(&mut clinician, &house, Role::Interpreter, Level::Full).await;
    clinician.say(ClientMessage::Listen { language: None }).await;
    let mut floor = silences(&mut house).await;
    floor.sort();
    assert_eq!(floor, both, "a clinician who understands German chose the floor");
}

#[tokio::test]
async fn an_interpreter_who_is_cut_off_lowers_no_floor_and_has_the_channel_back() {
    let (mut house, [mut patient, _clinician, mut interpreter]) = interpreted().await;
    interpreter.say(MODE).await;
    silences(&mut house).await;
    interpreter.say(direction("en", "de")).await;
    silences(&mut house).await;
    let connection = connects(&mut house, Role::Interpreter, &mut interpreter).await;
    hears(&mut patient, &house, Role::Clinician, Level::Ducked).await;
    let (room, participant) = (house.room(), house.participant(Role::Interpreter));
    let departure = Departure::Silent;
    house.sees(Event::Departed { room, participant, connection, departure }).await;
    let german = patient
        .until(|message| match message {
            ServerMessage::Hearing { channels, heard, .. } => {
                let doctor = Heard { participant: house.id(Role::Clinician), level: Level::Full };
                let german = channels.iter().find(|channel| channel.language == "de")?;
                heard.contains(&doctor).then(|| german.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!((german.active, german.awaited), (None, Some(participant.0)));
    connects(&mut house, Role::Interpreter, &mut interpreter).await;
    hears(&mut patient, &house, Role::Clinician, Level::Ducked).await;
    // Long before the connection is given up, nothing comes from them.
    let microphone = Sources { microphone: true, ..Sources::default() };
    interpreter.say(ClientMessage::Switch { sources: microphone }).await;
    patient.until(|message| has_microphone(message, participant.0)).await;
    for kbps in [0, 0, 40, 0, 0, 0] {
        house.sees(Event::Quality { room, participant, sample: sending(kbps) }).await;
    }
    hears(&mut patient, &house, Role::Clinician, Level::Full).await;
    house.sees(Event::Quality { room, participant, sample: sending(40) }).await;
    hears(&mut patient, &house, Role::Clinician, Level::Ducked).await;
    // A socket that is gone says the same.
    drop(interpreter);
    hears(&mut patient, &house, Role::Clinician, Level::Full).await;
}

/// A second in which so much came from somebody.
fn sending(kbps: u64) -> QualitySample {
    let up = Leg { rate: Bitrate::kbps(kbps), ..Leg::default() };
    QualitySample { up, ..QualitySample::default() }
}

fn has_microphone(message: &ServerMessage, who: Uuid) -> Option<()> {
    let ServerMessage::People { people, .. } = message else { return None };
    people.iter().find(|one| one.participant == who && one.sources.microphone).map(drop)
}

#[tokio::test]
async fn interpreters_and_staff_are_told_how_the_standards_are_kept() {
    let (mut house, [_patient, mut clinician, mut interpreter]) = interpreted().await;
    connects(&mut house, Role::Interpreter, &mut interpreter).await;
    let (room, participant) = (house.room(), house.participant(Role::Interpreter));
    let leg = Leg { rtt_ms: Some(80), ..Leg::default() };
    let sample = QualitySample { down: leg, up: leg, ..QualitySample::default() };
    for page in [&mut interpreter, &mut clinician] {
        let told = page.until(|message| match message {
            ServerMessage::Standards { lines } => {
                let fourth = |line: &&StandardsNow| line.standards[3].verdict == Verdict::Met;
                lines.iter().find(fourth).cloned()
            }
            _ => None,
        });
        let mut told = std::pin::pin!(told);
        // Lines are judged once a second, of what came of late.
        let line = loop {
            house.sees(Event::Quality { room, participant, sample }).await;
            if let Ok(line) = tokio::time::timeout(SAMPLED_EVERY, &mut told).await {
                break line;
            }
        };
        assert_eq!(line.interpreter, participant.0);
        let verdicts: Vec<_> = line.standards.iter().map(|one| (one.number, one.verdict)).collect();
        let unknown = Verdict::NotMeasured;
        assert_eq!(verdicts, [(1, unknown), (2, unknown), (3, unknown), (4, Verdict::Met)]);
    }
}

#[tokio::test]
async fn a_hold_moves_circle_and_silences_at_the_same_moment() {
    let (mut house, [_patient, mut clinician, mut interpreter]) = interpreted().await;
    interpreter.say(MODE).await;
    silences(&mut house).await;
    interpreter.say(direction("en", "de")).await;
    silences(&mut house).await;
    let participant = house.id(Role::Patient);
    clinician.say(ClientMessage::SetApart { participant, why: Apart::Hold }).await;
    clinician
        .say(ClientMessage::SetApart { participant: house.id(Role::Interpreter), why: Apart::Hold })
        .await;
    let mut told = Vec::new();
    while told.len() < 2 {
        if let Command::Arrange { circles, silences, .. } = house.told().await {
            told.push((circles, silences));
        }
    }
    let (circles, silences) = &told[1];
    assert!(matches!(circles.as_slice(), [(who, circle)]
        if *who == house.participant(Role::Interpreter) && *circle != Circle::MAIN));
    assert_eq!(silences, &[], "what the circle keeps apart needs no silence");
}

#[tokio::test]
async fn after_a_restart_nobody_comes_in_before_the_media_plane_knows_the_channels() {
    let (mut house, [patient, clinician, mut interpreter]) = interpreted().await;
    interpreter.say(MODE).await;
    interpreter.say(direction("en", "de")).await;
    hears(&mut interpreter, &house, Role::Clinician, Level::Full).await;
    while silences(&mut house).await != [silence(&house, Role::Clinician)] {}
    house.restart(PATIENT).await;
    drop((patient, clinician, interpreter));
    let mut patient = house.open(Role::Patient).await;
    hears(&mut patient, &house, Role::Interpreter, Level::Full).await;
    let offer = ClientMessage::Offer {
        number: 1,
        sdp: "v=0 offer".to_owned(),
        sources: Sources::default(),
    };
    patient.say(offer).await;
    assert!(matches!(house.told().await, Command::Arrange { silences, .. }
        if silences == [silence(&house, Role::Clinician)]));
    assert!(matches!(house.told().await, Command::Admit { .. }));
}

#[tokio::test]
async fn what_the_role_or_the_rules_forbid_is_refused() {
    let (_house, [mut patient, mut clinician, mut interpreter]) = interpreted().await;
    let refused = async |page: &mut Page, message: ClientMessage| {
        let kind = message.kind().to_owned();
        page.say(message).await;
        page.until(|message| match message {
            ServerMessage::Refused { to, code, .. } if *to == kind => Some(*code),
            _ => None,
        })
        .await
    };
    assert_eq!(refused(&mut patient, MODE).await, RefusalCode::NotAllowed);
    assert_eq!(refused(&mut clinician, direction("en", "de")).await, RefusalCode::NotAllowed);
    assert_eq!(refused(&mut interpreter, direction("en", "e n")).await, RefusalCode::BadMessage);
    assert_eq!(refused(&mut interpreter, direction("en", "en")).await, RefusalCode::NotNow);
    assert_eq!(refused(&mut interpreter, ClientMessage::TakeChannel).await, RefusalCode::NotNow);
    interpreter.say(direction("en", "de")).await;
    let own = ClientMessage::Listen { language: Some("de".to_owned()) };
    assert_eq!(refused(&mut interpreter, own).await, RefusalCode::NotNow);
}

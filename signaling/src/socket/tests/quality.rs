//! The quality record of a visit, from the media plane's samples and the page's reports to the
//! store and back.

use super::house::{HASTY, House, PATIENT, end};
use super::lobby::in_visit;
use super::media::{connects, felt};
use super::page::{Page, patiently};
use crate::hub::Limits;
use crate::quality::{Asked, Record};
use bedside_sfu_api::{
    Bitrate, Cause, ConnectionId, Delivery, Departure, Event, Leg, Motion, ParticipantId,
    QualitySample, Sound, Source,
};
use bedside_signaling_api::quality::{ParticipantQuality, Step, VisitQuality};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{self, ClientMessage, Felt, RefusalCode, Standing};
use bedside_signaling_api::visit::VisitState;
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;

const TWO: [Role; 2] = [Role::Patient, Role::Clinician];

fn sample() -> QualitySample {
    let leg = Leg { rtt_ms: Some(80), rate: Bitrate::kbps(900), ..Leg::default() };
    QualitySample { down: leg, up: leg, ..QualitySample::default() }
}

fn asked(house: &House) -> Asked {
    let people = house.people.iter().map(|(role, id)| (*id, *role)).collect();
    let interpreted = Vec::new();
    Asked { visit: house.visit, state: VisitState::Live, people, interpreted, series: true }
}

/// The record as the visit's actor has it.
async fn live(house: &House) -> VisitQuality {
    house.service.hub.quality(asked(house)).await.expect("the visit is in memory")
}

/// The record as the store has it.
async fn stored(house: &House) -> Option<VisitQuality> {
    let text = house.service.store.quality(house.visit).await.unwrap()?;
    let record = Record::from_stored(&text).expect("as written");
    Some(record.summary(crate::clock::now(), &asked(house)))
}

fn of(quality: &VisitQuality, house: &House, role: Role) -> ParticipantQuality {
    let id = house.id(role);
    let found = quality.participants.iter().find(|each| each.participant == id);
    found.cloned().expect("something was measured of them")
}

/// The patient is measured for a second, is given a small picture, and reports.
async fn measured(house: &House, page: &mut Page) {
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    house.sees(Event::Quality { room, participant, sample: sample() }).await;
    let deliveries = vec![Delivery {
        publisher: house.participant(Role::Clinician),
        source: Source::Camera,
        wanted: 2,
        given: Some(0),
        motion: Motion::Full,
        cause: Cause::YourLine,
    }];
    let (budget, sound) = (Bitrate::kbps(150), Sound::Plain);
    house.sees(Event::Delivered { room, participant, budget, sound, deliveries }).await;
    page.until(|message| matches!(message, socket::ServerMessage::Delivered { .. }).then_some(()))
        .await;
    page.say(felt()).await;
    page.say(end()).await;
    // The visit takes one thing at a time: after this refusal all before it has been taken in.
    assert_eq!(page.until_refused().await, ("end".to_owned(), RefusalCode::NotAllowed));
}

#[tokio::test]
async fn what_is_measured_and_felt_is_in_the_record() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    measured(&house, &mut patient).await;
    let quality = live(&house).await;
    assert_eq!((quality.visit, quality.state), (house.visit, VisitState::Live));
    let of_patient = of(&quality, &house, Role::Patient);
    assert_eq!((of_patient.measured_seconds, of_patient.heard.reported_seconds), (1, 5));
    assert!(of_patient.setup_ms.is_some(), "they were let in and connected");
    assert_eq!(quality.ladder.len(), 1);
    assert_eq!(quality.ladder[0].step, Step::Low);
    let series = quality.series.expect("it was asked for");
    let second = &series[0].seconds[0];
    assert_eq!(second.felt.and_then(|felt| felt.height), Some(360));
    assert!(second.down.audio_score.is_some_and(|score| score > 4.0));
    assert_eq!(stored(&house).await, None, "it is stored when the visit ends");

    clinician.say(end()).await;
    patient.until_standing(Standing::Ended).await;
    let kept = stored(&house).await.expect("the end of the visit has stored it");
    assert_eq!(of(&kept, &house, Role::Patient).measured_seconds, 1);
    assert_eq!(kept.ladder, quality.ladder);
}

#[tokio::test]
async fn reports_are_taken_of_the_admitted_only_and_not_if_they_cannot_be() {
    let house = House::with(&TWO, PATIENT).await;
    let mut early = house.open(Role::Patient).await;
    early.until_standing(Standing::Waiting).await;
    early.say(felt()).await;
    assert_eq!(early.until_refused().await, ("felt".to_owned(), RefusalCode::NotAdmitted));
    let (_clinician, mut patient) = in_visit(&house).await;
    patient.say(ClientMessage::Felt { felt: Felt { span_ms: 0, ..Felt::default() } }).await;
    assert_eq!(patient.until_refused().await, ("felt".to_owned(), RefusalCode::BadMessage));
    let impossible = Felt { span_ms: 1_000, samples: u64::MAX, ..Felt::default() };
    patient.say(ClientMessage::Felt { felt: impossible }).await;
    assert_eq!(patient.until_refused().await, ("felt".to_owned(), RefusalCode::BadMessage));
    assert_eq!(live(&house).await.participants, []);
}

#[tokio::test]
async fn nothing_is_kept_of_somebody_who_is_not_in_the_visit() {
    let mut house = House::with(&TWO, PATIENT).await;
    let mut waiting = house.open(Role::Patient).await;
    waiting.until_standing(Standing::Waiting).await;
    let mut clinician = house.open(Role::Clinician).await;
    connects(&mut house, Role::Clinician, &mut clinician).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let stranger = ParticipantId(house.visit);
    let here = house.participant(Role::Clinician);
    for participant in [participant, stranger, here] {
        house.sees(Event::Quality { room, participant, sample: sample() }).await;
    }
    house.sees(Event::Speakers { room, participant: here, speakers: Vec::new() }).await;
    clinician
        .until(|message| matches!(message, socket::ServerMessage::Speakers { .. }).then_some(()))
        .await;
    let quality = live(&house).await;
    let measured: Vec<_> = quality.participants.iter().map(|each| each.participant).collect();
    assert_eq!(measured, [here.0]);
}

#[tokio::test]
async fn a_lost_connection_is_an_interruption_and_a_closed_one_is_not() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let lost = |message: &socket::ServerMessage| {
        matches!(message, socket::ServerMessage::MediaLost { .. }).then_some(())
    };
    for departure in [Departure::Silent, Departure::Closed, Departure::Fault] {
        let connection = connects(&mut house, Role::Patient, &mut patient).await;
        house.sees(Event::Departed { room, participant, connection, departure }).await;
        patient.until(lost).await;
    }
    assert_eq!(of(&live(&house).await, &house, Role::Patient).interruptions, 2);
}

#[tokio::test]
async fn who_was_unheard_until_they_were_reached_again_was_interrupted() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let connection = connects(&mut house, Role::Patient, &mut patient).await;
    let another = ConnectionId(connection.0 + 1);
    for (connection, unheard_ms) in [(connection, 20_000), (connection, 180), (another, 9_000)] {
        house.sees(Event::Reached { room, participant, connection, unheard_ms }).await;
    }
    house.sees(Event::Speakers { room, participant, speakers: Vec::new() }).await;
    patient
        .until(|message| matches!(message, socket::ServerMessage::Speakers { .. }).then_some(()))
        .await;
    let patient = of(&live(&house).await, &house, Role::Patient);
    assert_eq!((patient.interruptions, patient.interrupted_ms), (1, 20_000));
}

#[tokio::test]
async fn an_actor_that_goes_to_sleep_stores_the_record_and_the_next_goes_on_with_it() {
    let sleepy = Limits { linger: Duration::ZERO, ..HASTY };
    let mut house = House::with(&TWO, sleepy).await;
    for visits in 1..3 {
        let (clinician, mut patient) = if visits == 1 {
            in_visit(&house).await
        } else {
            (house.open(Role::Clinician).await, house.open(Role::Patient).await)
        };
        connects(&mut house, Role::Patient, &mut patient).await;
        measured(&house, &mut patient).await;
        clinician.vanish();
        patient.vanish();
        let is_stored = async {
            loop {
                let kept = stored(&house).await;
                let seconds = kept.map(|kept| of(&kept, &house, Role::Patient).measured_seconds);
                if seconds == Some(visits) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        patiently(is_stored).await;
        // What the room was told of their going.
        while house.service.commands.try_recv().is_ok() {}
    }
}

#[tokio::test]
async fn a_service_that_stops_stores_what_it_knows() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    measured(&house, &mut patient).await;
    patiently(house.service.hub.keep()).await;
    let before = stored(&house).await.expect("it was kept");
    house.restart(PATIENT).await;
    let after = house
        .service
        .hub
        .command(house.visit, crate::store::Actor::Clock, super::house::NOTHING)
        .await
        .unwrap();
    assert_eq!(after.state(), VisitState::Live);
    assert_eq!(live(&house).await.participants, before.participants);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_begun_anew() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    measured(&house, &mut patient).await;
    patiently(house.service.hub.keep()).await;
    let file = house.folder.path().join("bedside.db");
    let url = format!("sqlite://{}", file.display());
    let mut writer = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("UPDATE visit_quality SET body = 'scratched'").execute(&mut writer).await.unwrap();
    house.restart(PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Admitted).await;
    assert_eq!(live(&house).await.participants, [], "and the visit goes on");
}

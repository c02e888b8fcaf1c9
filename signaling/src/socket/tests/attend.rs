//! What staff does for people beside the talk, over sockets: voices only, a still picture, how a
//! line does, what comes next.

use super::house::{House, PATIENT};
use super::lobby::in_visit;
use super::media::{connects, show};
use super::page::Page;
use crate::hub::{HubError, StillOf};
use crate::visit::{AttendEvent, VisitEvent};
use axum::body::Bytes;
use bedside_sfu_api::{self as sfu, Command, Event};
use bedside_signaling_api::attend::{LineState, LineStep, StillState};
use bedside_signaling_api::person::Outcome;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    ClientMessage, RefusalCode, ServerMessage, Source, Sources, Standing, View,
};
use uuid::Uuid;

const TWO: [Role; 2] = [Role::Patient, Role::Clinician];

#[tokio::test]
async fn voices_only_takes_every_picture_from_a_line_and_gives_all_back() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    let view = View {
        participant: house.id(Role::Clinician),
        source: Source::Camera,
        height: 720,
        pinned: false,
        signing: false,
    };
    patient.say(show(vec![view])).await;
    let shown = house.told().await;
    let all = Sources { microphone: true, camera: true, screen: false };
    patient.say(ClientMessage::Switch { sources: all }).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let switch = |camera| Command::Switch {
        room,
        participant,
        sources: sfu::Sources { microphone: true, camera, screen: false },
    };
    assert_eq!(house.told().await, switch(true));

    let id = house.id(Role::Patient);
    clinician.say(ClientMessage::SetVoiceOnly { participant: id, on: true }).await;
    assert_eq!(house.told().await, switch(false));
    let nothing = Command::Show { room, participant, views: Vec::new(), saver: false };
    assert_eq!(house.told().await, nothing);
    until_voice_only(&mut patient, true).await;
    // Whatever an old page goes on to say, no picture goes.
    patient.say(ClientMessage::Switch { sources: all }).await;
    assert_eq!(house.told().await, switch(false));
    patient.say(show(vec![view])).await;
    assert_eq!(house.told().await, nothing);

    patient.say(ClientMessage::SetVoiceOnly { participant: id, on: false }).await;
    assert_eq!(house.told().await, switch(true));
    assert_eq!(house.told().await, shown);
    until_voice_only(&mut patient, false).await;
}

async fn until_voice_only(page: &mut Page, wanted: bool) {
    page.until(|message| match message {
        ServerMessage::People { voice_only, .. } if *voice_only == wanted => Some(()),
        _ => None,
    })
    .await;
}

async fn until_still(page: &mut Page) -> (Uuid, StillState) {
    page.until(|message| match message {
        ServerMessage::Still { still, state, .. } => Some((*still, *state)),
        _ => None,
    })
    .await
}

async fn until_asked(page: &mut Page) -> Uuid {
    page.until(|message| match message {
        ServerMessage::StillAsked { still, .. } => Some(*still),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_picture_goes_to_whoever_asked_and_to_nobody_else() {
    let house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let (hub, visit) = (&house.service.hub, house.visit);
    let (asker, asked) = (house.id(Role::Clinician), house.id(Role::Patient));
    let of = |participant, still| StillOf { visit, participant, still };

    clinician.say(ClientMessage::AskStill { participant: asked }).await;
    let first = until_asked(&mut patient).await;
    assert_eq!(until_still(&mut clinician).await, (first, StillState::Asked));
    patient.say(ClientMessage::RefuseStill { still: first }).await;
    assert_eq!(until_still(&mut clinician).await, (first, StillState::Refused));
    let picture = Bytes::from_static(b"a picture");
    let refused = hub.give_still(of(asked, first), picture.clone()).await;
    assert_eq!(refused, Err(HubError::Unknown), "the question is gone");

    clinician.say(ClientMessage::AskStill { participant: asked }).await;
    let second = until_asked(&mut patient).await;
    let mut patient = house.open(Role::Patient).await;
    assert_eq!(until_asked(&mut patient).await, second, "again after a reload");
    assert_eq!(until_still(&mut clinician).await, (second, StillState::Asked));
    let early = hub.fetch_still(of(asker, second)).await;
    assert_eq!(early, Err(HubError::Unknown), "it has not come");
    let other = hub.give_still(of(asker, second), picture.clone()).await;
    assert_eq!(other, Err(HubError::Unknown), "it is not of them");
    hub.give_still(of(asked, second), picture.clone()).await.unwrap();
    assert_eq!(until_still(&mut clinician).await, (second, StillState::Ready));
    assert_eq!(hub.fetch_still(of(asker, second)).await, Ok(picture));
    assert_eq!(hub.fetch_still(of(asked, second)).await, Err(HubError::Unknown));
    let given = AttendEvent::StillGiven { participant: asked, by: asker };
    assert!(house.log().await.contains(&VisitEvent::Attend(given)));

    patient.say(ClientMessage::AskStill { participant: asker }).await;
    let refused = patient.until_refused().await;
    assert_eq!(refused, ("ask_still".to_owned(), RefusalCode::NotAllowed));
}

#[tokio::test]
async fn staff_is_told_whose_line_is_bad_and_what_was_done() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let none = sfu::Delivery {
        publisher: house.participant(Role::Clinician),
        source: sfu::Source::Camera,
        wanted: 2,
        given: None,
        motion: sfu::Motion::Full,
        cause: sfu::Cause::YourLine,
    };
    let (deliveries, sound) = (vec![none], sfu::Sound::Protected);
    let budget = sfu::Bitrate::kbps(100);
    house.sees(Event::Delivered { room, participant, deliveries, sound, budget }).await;
    let line = clinician
        .until(|message| match message {
            ServerMessage::Lines { lines } => lines.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!((line.participant, line.state), (house.id(Role::Patient), LineState::Bad));
    assert_eq!(line.steps, [LineStep::SoundOnly, LineStep::Protected]);
}

#[tokio::test]
async fn those_who_were_there_are_told_how_it_ended() {
    let house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let outcome = Some(Outcome::FollowUp);
    clinician.say(ClientMessage::End { outcome, skip: Vec::new() }).await;
    let told = |message: &ServerMessage| match message {
        ServerMessage::Outcome { outcome } => Some(*outcome),
        _ => None,
    };
    assert_eq!(patient.until(told).await, Outcome::FollowUp);
    patient.until_standing(Standing::Ended).await;
    let mut again = house.open(Role::Patient).await;
    assert_eq!(again.until(told).await, Outcome::FollowUp, "after a reload");
}

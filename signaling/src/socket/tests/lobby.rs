//! Coming, waiting, being let in, going.

use super::house::{House, NOTHING, PATIENT, admit, end};
use super::page::{Heard, Page};
use crate::hub::HubError;
use crate::role::capabilities;
use crate::store::Actor;
use crate::visit::{Command, VisitEvent};
use bedside_sfu_api as sfu;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    ClientMessage, Presence, RefusalCode, ServerMessage, SlotCount, Sources, Standing,
};
use bedside_signaling_api::visit::VisitState;

const FOUR: [Role; 4] = [Role::Patient, Role::Family, Role::Clinician, Role::Interpreter];

/// All that somebody who waits knows of the others.
fn lobby_knows(staff_here: bool) -> ServerMessage {
    let (people, apart, in_sidebar, leads) = (Vec::new(), None, false, false);
    let voice_only = false;
    ServerMessage::People { people, staff_here, apart, in_sidebar, leads, voice_only }
}

/// A clinician, and a patient they have let in.
pub(super) async fn in_visit(house: &House) -> (Page, Page) {
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_person(house.id(Role::Patient), Presence::Waiting).await;
    clinician.say(admit(house.id(Role::Patient))).await;
    clinician.until_person(house.id(Role::Patient), Presence::Here).await;
    patient.until_standing(Standing::Admitted).await;
    patient.until_person(house.id(Role::Clinician), Presence::Here).await;
    (clinician, patient)
}

#[tokio::test]
async fn a_patient_waits_and_is_let_in() {
    let house = House::with(&FOUR, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    let ServerMessage::Welcome { you, role, standing, can, slots, media_up, .. } =
        patient.message().await
    else {
        panic!("the first message is the welcome");
    };
    assert_eq!((you, role), (house.id(Role::Patient), Role::Patient));
    assert_eq!((standing, media_up), (Standing::Waiting, false));
    assert_eq!(can, capabilities(Role::Patient));
    assert_eq!(slots, SlotCount { audio: 3, video: 4 });
    let alone = lobby_knows(false);
    assert_eq!(patient.message().await, alone);

    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_standing(Standing::Admitted).await;
    let waiting = clinician.until_person(house.id(Role::Patient), Presence::Waiting).await;
    assert_eq!(waiting.display_name, "The patient");
    let staff = lobby_knows(true);
    patient.until(|message| (*message == staff).then_some(())).await;

    clinician.say(admit(house.id(Role::Patient))).await;
    patient.until_standing(Standing::Admitted).await;
    let doctor = patient.until_person(house.id(Role::Clinician), Presence::Here).await;
    assert_eq!((doctor.role, doctor.sources), (Role::Clinician, Sources::default()));
    clinician.until_person(house.id(Role::Patient), Presence::Here).await;
    let by = Some(house.id(Role::Clinician));
    let admitted = VisitEvent::Admitted { participant: house.id(Role::Patient), by };
    assert!(house.log().await.contains(&admitted));
}

#[tokio::test]
async fn whoever_waits_learns_nothing_but_that_staff_is_here() {
    let house = House::with(&FOUR, PATIENT).await;
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
    let (mut clinician, _patient) = in_visit(&house).await;
    let (room, waiting) = (house.room(), house.participant(Role::Family));
    let speaker = house.participant(Role::Patient);
    for participant in [waiting, house.participant(Role::Clinician)] {
        house.sees(sfu::Event::Speakers { room, participant, speakers: vec![speaker] }).await;
    }
    let slot = sfu::Slot { mid: "4".to_owned(), bound: Some((speaker, sfu::Source::Camera)) };
    house.sees(sfu::Event::Slots { room, participant: waiting, slots: vec![slot] }).await;
    clinician
        .until(|message| matches!(message, ServerMessage::Speakers { .. }).then_some(()))
        .await;
    // The visit takes one thing at a time: after this refusal all before it has been sent.
    family.say(end()).await;
    loop {
        match family.message().await {
            ServerMessage::People { people, .. } => assert_eq!(people, []),
            ServerMessage::Refused { to, code, number: None } => {
                assert_eq!((to.as_str(), code), ("end", RefusalCode::NotAllowed));
                break;
            }
            ServerMessage::Schedule { hand_over_to: None, no_show_proposed: false, .. } => {}
            ServerMessage::Asks { consents, gates } => {
                assert_eq!((consents, gates), (Vec::new(), Vec::new()));
            }
            ServerMessage::Lesson { showing: None, offered } => assert_eq!(offered, []),
            other => panic!("somebody who waits heard {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_admitted_see_only_who_is_here() {
    let house = House::with(&FOUR, PATIENT).await;
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let heard = patient.until_pong().await;
    for message in heard {
        if let ServerMessage::People { people, .. } = message {
            let ids: Vec<_> = people.iter().map(|person| person.participant).collect();
            assert_eq!(ids, [house.id(Role::Clinician)]);
        }
    }
    clinician.say(admit(house.id(Role::Family))).await;
    patient.until_person(house.id(Role::Family), Presence::Here).await;
}

#[tokio::test]
async fn the_declined_are_told_and_may_queue_again() {
    let house = House::with(&FOUR, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    let mut clinician = house.open(Role::Clinician).await;
    clinician.say(ClientMessage::Decline { participant: house.id(Role::Patient) }).await;
    patient.until_standing(Standing::Declined).await;
    assert_eq!(
        patient.hear().await,
        Heard::Closed(1000, "Staff has sent this person away.".into())
    );
    clinician.until_person(house.id(Role::Patient), Presence::Expected).await;

    let mut again = house.open(Role::Patient).await;
    again.until_standing(Standing::Waiting).await;
    clinician.until_person(house.id(Role::Patient), Presence::Waiting).await;
}

#[tokio::test]
async fn the_removed_are_out_of_the_media_plane_and_stay_out() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    clinician.say(ClientMessage::Remove { participant: house.id(Role::Patient) }).await;
    patient.until_standing(Standing::Removed).await;
    assert_eq!(patient.until_closed().await.0, 1000);
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    assert_eq!(house.told().await, sfu::Command::Remove { room, participant });

    let mut again = house.open(Role::Patient).await;
    let ServerMessage::Welcome { standing, can, .. } = again.message().await else {
        panic!("the first message is the welcome");
    };
    assert_eq!((standing, can), (Standing::Removed, Vec::new()));
    assert_eq!(again.hear().await, Heard::Closed(1000, "Staff has taken this person out.".into()));
    house.assert_not_told();
}

#[tokio::test]
async fn who_leaves_comes_back_past_the_lobby() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    patient.say(ClientMessage::Leave).await;
    patient.until_standing(Standing::Left).await;
    assert_eq!(patient.hear().await, Heard::Closed(1000, "This person has left.".into()));
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    assert_eq!(house.told().await, sfu::Command::Remove { room, participant });
    clinician.until_person(house.id(Role::Patient), Presence::Expected).await;

    let mut again = house.open(Role::Patient).await;
    let ServerMessage::Welcome { standing, .. } = again.message().await else {
        panic!("the first message is the welcome");
    };
    assert_eq!(standing, Standing::Admitted);
    clinician.until_person(house.id(Role::Patient), Presence::Here).await;
}

#[tokio::test]
async fn the_end_is_for_all_and_for_good() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    clinician.say(end()).await;
    for page in [&mut clinician, &mut patient, &mut family] {
        page.until_standing(Standing::Ended).await;
        assert_eq!(page.hear().await, Heard::Closed(1000, "The visit is over.".into()));
    }
    assert_eq!(house.told().await, sfu::Command::Close { room: house.room() });
    let mut late = house.open(Role::Interpreter).await;
    late.until_standing(Standing::Ended).await;
    assert_eq!(late.until_closed().await.0, 1000);
    house.assert_not_told();
}

#[tokio::test]
async fn a_visit_called_off_by_the_scheduler_tells_whoever_waits() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    let cancelled =
        house.service.hub.command(house.visit, Actor::Clock, Command::Cancel).await.unwrap();
    assert_eq!(cancelled.state(), VisitState::Cancelled);
    patient.until_standing(Standing::Cancelled).await;
    assert_eq!(patient.hear().await, Heard::Closed(1000, "The visit was cancelled.".into()));
    assert!(house.service.hub.command(house.visit, Actor::Clock, Command::Cancel).await.is_ok());
    house.assert_not_told();
}

#[tokio::test]
async fn a_live_visit_is_not_called_off() {
    let house = House::with(&FOUR, PATIENT).await;
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_standing(Standing::Admitted).await;
    let refused = house.service.hub.command(house.visit, Actor::Clock, Command::Cancel).await;
    assert_eq!(refused, Err(HubError::Refused(crate::visit::Refusal::SomebodyHere)));
    let unknown = house.service.hub.command(uuid::Uuid::from_u128(7), Actor::Clock, NOTHING).await;
    assert_eq!(unknown, Err(HubError::Unknown));
}

#[tokio::test]
async fn a_refusal_is_told_to_one_and_disturbs_nobody() {
    let house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let log = house.log().await;
    let clinician_id = house.id(Role::Clinician);
    for (message, code) in [
        (ClientMessage::Remove { participant: clinician_id }, RefusalCode::NotAllowed),
        (end(), RefusalCode::NotAllowed),
    ] {
        let kind = message.kind().to_owned();
        patient.say(message).await;
        assert_eq!(patient.until_refused().await, (kind, code));
    }
    let nobody = uuid::Uuid::from_u128(7);
    clinician.say(admit(nobody)).await;
    let refused = clinician.until_refused().await;
    assert_eq!(refused, ("admit".to_owned(), RefusalCode::NoSuchPerson));
    assert_eq!(house.log().await, log, "refusals append nothing");
    assert_eq!(patient.until_pong().await, []);
}

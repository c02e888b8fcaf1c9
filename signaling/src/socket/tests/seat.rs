//! One seat a person: other devices, lost sockets, restarts, the end of the service.

use super::house::{HASTY, House, PATIENT, end};
use super::lobby::in_visit;
use super::page::{Heard, Page, patiently};
use crate::hub::HubError;
use crate::store::Actor;
use crate::visit::{Command, Place, VisitEvent};
use bedside_sfu_api::{self as sfu, ConnectionId, Event, SrtpSuite};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    ClientMessage, Presence, RefusalCode, ServerMessage, Sources, Standing,
};
use tokio::sync::mpsc;

const THREE: [Role; 3] = [Role::Patient, Role::Clinician, Role::Family];

/// The patient's media connection, all the way up.
async fn connects(house: &mut House, page: &mut Page) -> ConnectionId {
    let sources = Sources { microphone: true, camera: true, screen: false };
    page.say(ClientMessage::Offer { number: 1, sdp: "v=0".to_owned(), sources }).await;
    let told = house.told().await;
    let sfu::Command::Admit { connection, .. } = told else { panic!("not let in but {told:?}") };
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let answer = "v=0".to_owned();
    house.sees(Event::Admitted { room, participant, connection, answer }).await;
    let suite = SrtpSuite::AeadAes128Gcm;
    house.sees(Event::Connected { room, participant, connection, suite }).await;
    page.until(|message| matches!(message, ServerMessage::Answer { .. }).then_some(())).await;
    connection
}

async fn media_up(page: &mut Page) -> bool {
    page.until(|message| match message {
        ServerMessage::Welcome { media_up, standing, .. } => {
            assert_eq!(*standing, Standing::Admitted);
            Some(*media_up)
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn another_device_takes_the_seat_and_the_first_one_s_media_ends() {
    let mut house = House::with(&THREE, PATIENT).await;
    let (_clinician, mut first) = in_visit(&house).await;
    connects(&mut house, &mut first).await;
    let mut second = house.open(Role::Patient).await;
    assert!(!media_up(&mut second).await);
    first.until_standing(Standing::Replaced).await;
    assert_eq!(first.hear().await, Heard::Closed(1000, "The link was opened elsewhere.".into()));
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    assert_eq!(house.told().await, sfu::Command::Remove { room, participant });
    connects(&mut house, &mut second).await;
}

#[tokio::test]
async fn the_same_device_goes_on_with_its_media() {
    let mut house = House::with(&THREE, PATIENT).await;
    let (mut clinician, page) = in_visit(&house).await;
    page.vanish();
    clinician.until_person(house.id(Role::Patient), Presence::Reconnecting).await;
    let session = house.session(Role::Patient).await;
    let mut page = Page::open(house.service.address, &session).await;
    assert!(!media_up(&mut page).await);
    connects(&mut house, &mut page).await;
    page.vanish();
    clinician.until_person(house.id(Role::Patient), Presence::Here).await;
    clinician.until_person(house.id(Role::Patient), Presence::Reconnecting).await;

    // Somebody's face is bound while nobody listens.
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let bound = Some((house.participant(Role::Clinician), sfu::Source::Camera));
    let slots = vec![sfu::Slot { mid: "5".to_owned(), bound }];
    house.sees(Event::Slots { room, participant, slots }).await;
    let (speakers, listener) = (vec![participant], house.participant(Role::Clinician));
    house.sees(Event::Speakers { room, participant: listener, speakers }).await;
    clinician
        .until(|message| matches!(message, ServerMessage::Speakers { .. }).then_some(()))
        .await;

    let mut page = Page::open(house.service.address, &session).await;
    assert!(media_up(&mut page).await, "the media connection outlives the socket");
    let doctor = house.id(Role::Clinician);
    let slot = |message: &ServerMessage| match message {
        ServerMessage::Slots { slots } => slots.first().and_then(|slot| slot.bound),
        _ => None,
    };
    assert_eq!(page.until(slot).await.participant, doctor, "and what it plays is told again");
    clinician.until_person(house.id(Role::Patient), Presence::Here).await;
    house.assert_not_told();

    // A socket that only the server still takes for open is no obstacle either.
    let mut again = Page::open(house.service.address, &session).await;
    assert!(media_up(&mut again).await);
    page.until_standing(Standing::Replaced).await;
    house.assert_not_told();
}

#[tokio::test]
async fn who_does_not_come_back_in_time_is_lost() {
    let mut house = House::with(&THREE, HASTY).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, &mut patient).await;
    patient.vanish();
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    assert_eq!(house.told().await, sfu::Command::Remove { room, participant });
    clinician.until_person(house.id(Role::Patient), Presence::Reconnecting).await;
    assert!(house.log().await.contains(&VisitEvent::Lost { participant: participant.0 }));

    let mut back = house.open(Role::Patient).await;
    back.until_standing(Standing::Admitted).await;
    clinician.until_person(house.id(Role::Patient), Presence::Here).await;
}

#[tokio::test]
async fn a_restart_in_the_middle_keeps_admissions() {
    let mut house = House::with(&THREE, PATIENT).await;
    let (clinician, patient) = in_visit(&house).await;
    house.restart(PATIENT).await;
    drop((clinician, patient));

    let mut patient = house.open(Role::Patient).await;
    assert!(!media_up(&mut patient).await);
    patient.until_person(house.id(Role::Clinician), Presence::Reconnecting).await;
    connects(&mut house, &mut patient).await;
    let mut clinician = house.open(Role::Clinician).await;
    clinician.until_standing(Standing::Admitted).await;
    patient.until_person(house.id(Role::Clinician), Presence::Here).await;
    let mut family = house.open(Role::Family).await;
    family.until_standing(Standing::Waiting).await;
}

#[tokio::test]
async fn after_a_restart_the_absent_are_lost_in_time() {
    let mut house = House::with(&THREE, PATIENT).await;
    let (clinician, patient) = in_visit(&house).await;
    house.restart(HASTY).await;
    drop((clinician, patient));
    let mut family = house.open(Role::Family).await;
    family
        .until(|message| match message {
            ServerMessage::People { staff_here: false, .. } => Some(()),
            _ => None,
        })
        .await;
    let visit = house.visit().await;
    assert!(visit.seats().iter().all(|seat| seat.place != Place::Here));
}

#[tokio::test]
async fn a_service_that_was_superseded_writes_no_more() {
    let mut house = House::with(&THREE, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let log = house.log().await;
    let old = house.service.hub.clone();
    let mut media = std::mem::replace(&mut house.service.commands, mpsc::channel(1).1);
    // The first server is aborted, but its sockets and actors live on as after a long pause.
    house.restart(PATIENT).await;
    clinician.say(ClientMessage::Remove { participant: house.id(Role::Patient) }).await;
    assert_eq!(clinician.until_closed().await, (1012, "The visit goes on; connect again.".into()));
    assert_eq!(patient.until_closed().await.0, 1012);
    let closed = patiently(media.recv()).await;
    assert_eq!(closed, Some(sfu::Command::Close { room: house.room() }));
    assert_eq!(house.log().await, log);
    assert_eq!(
        old.command(house.visit, Actor::Clock, Command::Cancel).await,
        Err(HubError::Failed)
    );
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Admitted).await;
}

#[tokio::test]
async fn a_visit_lives_on_one_node_and_goes_on_at_the_next() {
    let house = House::with(&THREE, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let next = house.neighbour().await;
    let refused = next.hub.command(house.visit, Actor::Clock, Command::Cancel).await;
    assert_eq!(refused, Err(HubError::Elsewhere));
    let session = house.session(Role::Patient).await;
    let mut strayed = Page::open(next.address, &session).await;
    assert_eq!(strayed.until_refused().await, ("hello".to_owned(), RefusalCode::Fault));
    assert_eq!(strayed.until_closed().await.0, 1012);

    // A visit at rest belongs to nobody, until somebody comes.
    clinician.say(end()).await;
    patient.until_standing(Standing::Ended).await;
    let woken = async {
        loop {
            match next.hub.command(house.visit, Actor::Clock, super::house::NOTHING).await {
                Err(HubError::Elsewhere) => tokio::task::yield_now().await,
                answer => return answer,
            }
        }
    };
    let answer = patiently(woken).await;
    assert!(matches!(answer, Err(HubError::Refused(_))), "it is over here too: {answer:?}");
}

#[tokio::test]
async fn a_store_that_fails_changes_nothing() {
    let house = House::with(&THREE, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    house.service.store.close().await.unwrap();
    clinician.say(ClientMessage::Remove { participant: house.id(Role::Patient) }).await;
    assert_eq!(clinician.until_refused().await, ("remove".to_owned(), RefusalCode::Fault));
    assert_eq!(patient.until_pong().await, [], "the patient hears nothing of it");
    let visit = house.visit().await;
    assert!(visit.is_here(house.id(Role::Patient)));
    let mut stranger = Page::open(house.service.address, "any").await;
    assert_eq!(stranger.until_refused().await, ("hello".to_owned(), RefusalCode::Fault));
    assert_eq!(stranger.until_closed().await.0, 1011);
}

#[tokio::test]
async fn a_stop_is_announced_and_sockets_close() {
    let house = House::with(&THREE, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let mut silent = Page::silent(house.service.address).await;
    house.service.stop.send_replace(true);
    for page in [&mut clinician, &mut patient, &mut silent] {
        page.until(|message| (*message == ServerMessage::GoingAway).then_some(())).await;
        assert_eq!(page.hear().await, Heard::Closed(1001, "The server is stopping.".into()));
    }
    patiently(house.service.hub.quiet()).await;
    assert_eq!(house.service.hub.counts().sockets, 0);
}

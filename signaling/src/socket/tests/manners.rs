//! What a socket may do, and how it ends when it does otherwise.

use super::house::{House, PATIENT};
use super::lobby::in_visit;
use super::page::{Page, connect, request};
use crate::socket::{BAD_MESSAGES_MAX, EXCESS_MAX};
use bedside_sfu_api::{Bitrate, Cause, Command, Delivery, Event, Motion, Sound, Source};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    ClientMessage, MESSAGE_BYTES_MAX, Presence, RefusalCode, ServerMessage, Sources, Standing,
};
use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::http::HeaderValue;

const TWO: [Role; 2] = [Role::Patient, Role::Clinician];

#[tokio::test]
async fn what_is_no_message_is_refused_and_the_socket_lives() {
    let house = House::with(&TWO, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    for (text, kind) in [
        ("", ""),
        ("{", ""),
        (r#"{"t":"dance"}"#, ""),
        (r#"{"t":"offer","sdp":7}"#, "offer"),
        (r#"{"t":"admit","participant":"me"}"#, "admit"),
    ] {
        patient.send(text).await;
        let refused = patient.until_refused().await;
        assert_eq!(refused, (kind.to_owned(), RefusalCode::BadMessage), "{text}");
    }
    patient.socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(patient.until_refused().await, (String::new(), RefusalCode::BadMessage));
    let session = house.session(Role::Patient).await;
    patient.say(ClientMessage::Hello { session }).await;
    assert_eq!(patient.until_refused().await, ("hello".to_owned(), RefusalCode::BadMessage));
    assert_eq!(patient.until_pong().await, []);
}

#[tokio::test]
async fn too_much_that_is_no_message_ends_the_socket() {
    let house = House::with(&TWO, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    for _ in 0..=BAD_MESSAGES_MAX {
        patient.send("?").await;
    }
    let (code, reason) = patient.until_closed().await;
    assert_eq!((code, reason.as_str()), (1008, "Too many messages that are not of visit.v1."));
}

#[tokio::test]
async fn a_flood_is_refused_and_then_ended_and_disturbs_nobody() {
    let house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let ping = serde_json::to_string(&ClientMessage::Ping).unwrap();
    for _ in 0..EXCESS_MAX * 4 {
        // The server may have closed already.
        if patient.socket.feed(Message::text(ping.as_str())).await.is_err() {
            break;
        }
    }
    let _flushed_or_closed = patient.socket.flush().await;
    assert_eq!(patient.until_refused().await, (String::new(), RefusalCode::TooMany));
    let (code, reason) = patient.until_closed().await;
    assert_eq!((code, reason.as_str()), (1008, "More messages than a person can mean."));
    clinician.until_person(house.id(Role::Patient), Presence::Reconnecting).await;
}

#[tokio::test]
async fn the_first_message_says_who_it_is() {
    let house = House::with(&TWO, PATIENT).await;
    let address = house.service.address;
    for (text, kind) in [(r#"{"t":"ping"}"#, "ping"), ("hello", ""), (r#"{"t":"hello"}"#, "hello")]
    {
        let mut page = Page::silent(address).await;
        page.send(text).await;
        assert_eq!(page.until_refused().await, (kind.to_owned(), RefusalCode::BadMessage));
        assert_eq!(page.until_closed().await.0, 1008);
    }
    for session in ["", "never-given", &"long".repeat(4_000)] {
        let mut page = Page::open(address, session).await;
        assert_eq!(page.until_refused().await, ("hello".to_owned(), RefusalCode::BadSession));
        assert_eq!(page.until_closed().await.0, 1008);
    }
}

#[tokio::test]
async fn a_message_too_long_ends_the_socket_with_a_reason() {
    let house = House::with(&TWO, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    patient.until_standing(Standing::Waiting).await;
    patient.send(&" ".repeat(MESSAGE_BYTES_MAX + 1)).await;
    let (code, reason) = patient.until_closed().await;
    assert_eq!((code, reason.as_str()), (1009, "The message is too long."));
}

#[tokio::test]
async fn the_door_is_open_to_our_pages_and_our_protocol_only() {
    let house = House::with(&TWO, PATIENT).await;
    let address = house.service.address;
    let mut foreign = request(address);
    foreign.headers_mut().insert("origin", HeaderValue::from_static("https://evil.example"));
    let (status, body) = connect(address, foreign).await.err().expect("stays out");
    assert_eq!(status, 403);
    assert!(body.contains("\"status\":403"), "{body}");

    let mut other = request(address);
    other.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("chat"));
    let (status, body) = connect(address, other).await.err().expect("stays out");
    assert_eq!(status, 400);
    assert!(body.contains("visit.v1"), "{body}");

    let mut proxied = request(address);
    let ours = HeaderValue::from_static("https://visits.example.org");
    proxied.headers_mut().insert("origin", ours);
    assert!(connect(address, proxied).await.is_ok());
    let mut pageless = request(address);
    pageless.headers_mut().remove("origin");
    assert!(connect(address, pageless).await.is_ok());
}

#[tokio::test]
async fn a_page_that_does_not_read_is_closed_and_the_others_go_on() {
    let mut house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let sources = Sources::default();
    patient.say(ClientMessage::Offer { number: 1, sdp: "v=0".to_owned(), sources }).await;
    let told = house.told().await;
    let Command::Admit { connection, .. } = told else { panic!("not let in but {told:?}") };
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let answer = "v=0".to_owned();
    house.sees(Event::Admitted { room, participant, connection, answer }).await;
    let delivery = Delivery {
        motion: Motion::Full,
        publisher: house.participant(Role::Clinician),
        source: Source::Camera,
        wanted: 2,
        given: None,
        cause: Cause::YourLine,
    };
    let deliveries = vec![delivery; 2_000];
    let slow = house.id(Role::Patient);
    let gone = async {
        clinician.until_person(slow, Presence::Reconnecting).await;
        clinician
    };
    tokio::pin!(gone);
    let mut clinician = loop {
        let (budget, deliveries) = (Bitrate::ZERO, deliveries.clone());
        let flood = house.sees(Event::Delivered {
            room,
            participant,
            budget,
            sound: Sound::Plain,
            deliveries,
        });
        tokio::select! {
            clinician = &mut gone => break clinician,
            () = flood => {}
        }
    };
    let (code, reason) = patient.until_closed().await;
    assert_eq!((code, reason.as_str()), (1008, "The messages are not being read."));
    clinician.say(ClientMessage::Ping).await;
    clinician.until(|message| (*message == ServerMessage::Pong).then_some(())).await;
}

#[tokio::test]
async fn a_stranger_who_says_nothing_is_not_waited_for() {
    let house = House::with(&TWO, PATIENT).await;
    let mut silent = Page::silent(house.service.address).await;
    // From here on time passes whenever nobody has anything to do.
    tokio::time::pause();
    let refused = silent.until_refused().await;
    assert_eq!(refused, (String::new(), RefusalCode::BadMessage));
    let (code, reason) = silent.until_closed().await;
    assert_eq!((code, reason.as_str()), (1008, "The first message must be `hello`, and soon."));
}

#[tokio::test]
async fn a_page_that_answers_no_ping_is_taken_for_gone() {
    let house = House::with(&TWO, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    tokio::time::pause();
    // The clinician's page reads, and so answers; the patient's does not.
    clinician.until_person(house.id(Role::Patient), Presence::Reconnecting).await;
    let (code, reason) = patient.until_closed().await;
    assert_eq!((code, reason.as_str()), (1008, "Nothing was heard for too long."));
}

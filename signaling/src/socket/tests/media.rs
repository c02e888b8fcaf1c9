//! Offers, answers, and what the media plane sees.

use super::house::{House, PATIENT, admit, end};
use super::lobby::in_visit;
use super::page::{Page, patiently};
use crate::role::precedence;
use bedside_sfu_api::{
    Bitrate, Cause, Circle, Command, ConnectionId, Delivery, Departure, Event, Grant,
    IceCredentials, LayerWorth, MediaRefusal, Motion, Slot, Sound, Source, Sources, SrtpSuite,
    VideoHeight, View, VoiceWorth,
};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::{
    self, ClientMessage, Presence, RefusalCode, ServerMessage, Standing,
};
use sqlx::{Connection, SqliteConnection};

const FOUR: [Role; 4] = [Role::Patient, Role::Clinician, Role::Interpreter, Role::Observer];
const ON: socket::Sources = socket::Sources { microphone: true, camera: true, screen: false };

fn offer() -> ClientMessage {
    numbered_offer(1)
}

fn numbered_offer(number: u32) -> ClientMessage {
    ClientMessage::Offer { number, sdp: "v=0 offer".to_owned(), sources: ON }
}

/// Makes the page offer, and returns the connection the media plane was asked to make.
async fn offers(house: &mut House, page: &mut Page) -> ConnectionId {
    page.say(offer()).await;
    match house.told().await {
        Command::Admit { connection, .. } => connection,
        other => panic!("not let in but {other:?}"),
    }
}

/// Takes the role's connection all the way up.
pub(super) async fn connects(house: &mut House, role: Role, page: &mut Page) -> ConnectionId {
    let connection = offers(house, page).await;
    let (room, participant) = (house.room(), house.participant(role));
    let answer = "v=0 answer".to_owned();
    house.sees(Event::Admitted { room, participant, connection, answer }).await;
    let sdp = page.until(answered).await;
    assert_eq!(sdp, "v=0 answer");
    let suite = SrtpSuite::AeadAes256Gcm;
    house.sees(Event::Connected { room, participant, connection, suite }).await;
    connection
}

fn answered(message: &ServerMessage) -> Option<String> {
    match message {
        ServerMessage::Answer { number: _, sdp } => Some(sdp.clone()),
        _ => None,
    }
}

pub(super) fn show(views: Vec<socket::View>) -> ClientMessage {
    ClientMessage::Show { views, data_saver: false }
}

/// Five good seconds of one voice.
pub(super) fn felt() -> ClientMessage {
    let felt = socket::Felt {
        span_ms: 5_000,
        samples: 240_000,
        jitter_buffer_ms: 40,
        frames_per_second: Some(25),
        height: Some(360),
        ..socket::Felt::default()
    };
    ClientMessage::Felt { felt }
}

/// The lowest of three layers is watched, and may take so much.
fn layers() -> Vec<LayerWorth> {
    let worth = |watched, rate_max| LayerWorth { watched, rate_max };
    vec![worth(true, Some(Bitrate::kbps(150))), worth(false, None), worth(false, None)]
}

fn media_lost(message: &ServerMessage) -> Option<()> {
    matches!(message, ServerMessage::MediaLost { .. }).then_some(())
}

#[tokio::test]
async fn no_offer_reaches_the_media_plane_before_admission() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    for message in [offer(), ClientMessage::Switch { sources: ON }, show(Vec::new()), felt()] {
        let kind = message.kind().to_owned();
        patient.say(message).await;
        assert_eq!(patient.until_refused().await, (kind, RefusalCode::NotAdmitted));
    }
    house.assert_not_told();
}

#[tokio::test]
async fn an_offer_is_answered_and_a_late_answer_is_dropped() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    patient.say(offer()).await;
    let told = house.told().await;
    let Command::Admit { room, participant, connection: first, grant, circle, sources, offer } =
        told
    else {
        panic!("not let in but {told:?}");
    };
    assert_eq!((room, participant), (house.room(), house.participant(Role::Patient)));
    assert_eq!(circle, Circle::MAIN);
    assert_eq!(
        grant,
        Grant {
            publish: Sources::ALL,
            hear: true,
            see: true,
            precedence: precedence(Role::Patient)
        }
    );
    assert_eq!(sources, Sources { microphone: true, camera: true, screen: false });
    assert_eq!(offer, "v=0 offer");

    let second = offers(&mut house, &mut patient).await;
    assert!(second > first);
    let late = "late".to_owned();
    house.sees(Event::Admitted { room, participant, connection: first, answer: late }).await;
    let answer = "in time".to_owned();
    house.sees(Event::Admitted { room, participant, connection: second, answer }).await;
    assert_eq!(patient.until(answered).await, "in time");
}

#[tokio::test]
async fn an_offer_that_cannot_be_answered_is_refused() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    for (refusal, code) in [
        (MediaRefusal::BadOffer, RefusalCode::BadOffer),
        (MediaRefusal::RoomFull, RefusalCode::RoomFull),
        (MediaRefusal::ServerFull, RefusalCode::ServerFull),
    ] {
        let connection = offers(&mut house, &mut patient).await;
        house.sees(Event::Refused { room, participant, connection, refusal }).await;
        assert_eq!(patient.until_refused().await, ("offer".to_owned(), code));
    }
}

#[tokio::test]
async fn what_the_media_plane_sees_is_told_to_whom_it_concerns() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let doctor = house.participant(Role::Clinician);
    let bound = Some((doctor, Source::Camera));
    let slots =
        vec![Slot { mid: "5".to_owned(), bound }, Slot { mid: "6".to_owned(), bound: None }];
    house.sees(Event::Slots { room, participant, slots }).await;
    let source = Source::Camera;
    house.sees(Event::Watched { room, participant, source, layers: layers() }).await;
    let voice = VoiceWorth { rate: Bitrate::bps(16_900), packet_ms: 60, redundant: true };
    house.sees(Event::VoiceWanted { room, participant, voice }).await;
    // Whoever is not in the visit is not named, whatever the media plane says.
    let speakers = vec![doctor, house.participant(Role::Interpreter)];
    house.sees(Event::Speakers { room, participant, speakers }).await;
    let deliveries = vec![Delivery {
        publisher: doctor,
        source: Source::Camera,
        wanted: 2,
        given: Some(0),
        motion: Motion::Slow,
        cause: Cause::YourLine,
    }];
    let (budget, sound) = (Bitrate::kbps(300), Sound::Protected);
    house.sees(Event::Delivered { room, participant, budget, sound, deliveries }).await;

    let mut heard = Vec::new();
    while heard.len() < 5 {
        match patient.message().await {
            ServerMessage::People { .. } => {}
            message => heard.push(message),
        }
    }
    let doctor = doctor.0;
    let camera = socket::Source::Camera;
    let bound = Some(socket::Bound { participant: doctor, source: camera });
    let unwatched = socket::LayerWorth { watched: false, kbps_max: None };
    let page_layers =
        vec![socket::LayerWorth { watched: true, kbps_max: Some(150) }, unwatched, unwatched];
    assert_eq!(
        heard,
        [
            ServerMessage::Slots {
                slots: vec![
                    socket::Slot { mid: "5".to_owned(), bound },
                    socket::Slot { mid: "6".to_owned(), bound: None },
                ]
            },
            ServerMessage::Watched { source: camera, layers: page_layers },
            ServerMessage::VoiceWanted { kbps: 16, packet_ms: 60, redundant: true },
            ServerMessage::Speakers { participants: vec![doctor] },
            ServerMessage::Delivered {
                sound: socket::Sound::Protected,
                deliveries: vec![socket::Delivery {
                    participant: doctor,
                    source: camera,
                    wanted: 2,
                    given: Some(0),
                    motion: socket::Motion::Slow,
                    cause: socket::Cause::YourLine,
                }]
            },
        ]
    );
    let others = clinician.until_pong().await;
    assert!(!others.iter().any(is_of_one_connection), "{others:?}");
}

/// Whether it is of one person's own connection.
const fn is_of_one_connection(message: &ServerMessage) -> bool {
    matches!(
        message,
        ServerMessage::Slots { .. }
            | ServerMessage::Delivered { .. }
            | ServerMessage::Speakers { .. }
    )
}

#[tokio::test]
async fn a_switch_is_seen_by_all_and_bounded_by_the_role() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    clinician.until_sources(house.id(Role::Patient), ON).await;
    let muted = socket::Sources { microphone: false, ..ON };
    patient.say(ClientMessage::Switch { sources: muted }).await;
    clinician.until_sources(house.id(Role::Patient), muted).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let sources = Sources { microphone: false, camera: true, screen: false };
    assert_eq!(house.told().await, Command::Switch { room, participant, sources });

    let mut observer = house.open(Role::Observer).await;
    clinician.until_person(house.id(Role::Observer), Presence::Waiting).await;
    clinician.say(admit(house.id(Role::Observer))).await;
    observer.until_standing(Standing::Admitted).await;
    observer.say(offer()).await;
    let refused = observer.until_refused().await;
    assert_eq!(refused, ("offer".to_owned(), RefusalCode::NotAllowed));
    let sources = socket::Sources::default();
    observer.say(ClientMessage::Offer { number: 1, sdp: "v=0".to_owned(), sources }).await;
    let told = house.told().await;
    let Command::Admit { grant, .. } = told else { panic!("not let in but {told:?}") };
    assert_eq!(
        grant,
        Grant {
            publish: Sources::NONE,
            hear: true,
            see: true,
            precedence: precedence(Role::Observer)
        }
    );
}

#[tokio::test]
async fn what_a_page_shows_stays_in_force_over_a_new_offer() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    let source = socket::Source::Camera;
    let view = socket::View {
        participant: house.id(Role::Clinician),
        source,
        height: 720,
        pinned: true,
        signing: false,
    };
    patient.say(ClientMessage::Show { views: vec![view], data_saver: true }).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let shown = Command::Show {
        room,
        participant,
        views: vec![View {
            publisher: house.participant(Role::Clinician),
            source: Source::Camera,
            height: VideoHeight(720),
            pinned: true,
            signing: false,
        }],
        saver: true,
    };
    assert_eq!(house.told().await, shown);
    offers(&mut house, &mut patient).await;
    assert_eq!(house.told().await, shown);

    patient.say(show(vec![view; crate::hub::VIEWS_MAX + 1])).await;
    let refused = patient.until_refused().await;
    assert_eq!(refused, ("show".to_owned(), RefusalCode::BadMessage));
    house.assert_not_told();
}

#[tokio::test]
async fn a_lost_connection_is_told_and_comes_back() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    let first = connects(&mut house, Role::Patient, &mut patient).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let departure = Departure::Silent;
    house.sees(Event::Departed { room, participant, connection: first, departure }).await;
    patient.until(media_lost).await;
    clinician.until_person(house.id(Role::Patient), Presence::Reconnecting).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    clinician.until_person(house.id(Role::Patient), Presence::Here).await;
    // The end of the first connection, told late, is no news of the second.
    house.sees(Event::Departed { room, participant, connection: first, departure }).await;
    house.sees(Event::Speakers { room, participant, speakers: vec![participant] }).await;
    let heard = patient
        .until(|message| match message {
            ServerMessage::MediaLost { .. } => Some(false),
            ServerMessage::Speakers { .. } => Some(true),
            _ => None,
        })
        .await;
    assert!(heard, "a late departure was taken for a new one");
}

fn restart(number: u32, ufrag: &str) -> ClientMessage {
    let (ufrag, password) = (ufrag.to_owned(), "theirs".repeat(4));
    ClientMessage::RestartIce { number, ufrag, password }
}

#[tokio::test]
async fn another_way_is_looked_for_on_the_connection_one_has() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    let connection = connects(&mut house, Role::Patient, &mut patient).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    patient.say(restart(1, "aNew")).await;
    let told = house.told().await;
    let theirs = IceCredentials::new("aNew".to_owned(), "theirs".repeat(4)).unwrap();
    let asked = Command::RestartIce { room, participant, connection, theirs: theirs.clone() };
    assert_eq!(told, asked);

    let another = ConnectionId(connection.0 + 1);
    for (connection, ufrag) in [(another, "another"), (connection, "ours")] {
        let ours = IceCredentials::new(ufrag.to_owned(), "oursours".repeat(3)).unwrap();
        let theirs = theirs.clone();
        house.sees(Event::IceRestarted { room, participant, connection, theirs, ours }).await;
    }
    let restarted = |message: &ServerMessage| match message {
        ServerMessage::IceRestarted { .. } => Some(message.clone()),
        _ => None,
    };
    let answer = ServerMessage::IceRestarted {
        number: 1,
        to: "aNew".to_owned(),
        ufrag: "ours".to_owned(),
        password: "oursours".repeat(3),
    };
    assert_eq!(patient.until(restarted).await, answer, "another connection's is nobody's");
    house.assert_not_told();
}

#[tokio::test]
async fn another_way_to_a_connection_that_is_no_more_is_an_offer_away() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    let lost = |message: &ServerMessage| match message {
        ServerMessage::MediaLost { number } => Some(*number),
        _ => None,
    };
    patient.say(restart(1, "none")).await;
    assert_eq!(patient.until(lost).await, 1, "there never was one");
    connects(&mut house, Role::Patient, &mut patient).await;
    patient.say(restart(7, "seven")).await;
    assert_eq!(patient.until(lost).await, 7, "the one there is has another number");
    patient.say(restart(1, "a=b\r\n")).await;
    let refused = patient.until_refused().await;
    assert_eq!(refused, ("restart_ice".to_owned(), RefusalCode::BadMessage));
    house.assert_not_told();
}

#[tokio::test]
async fn nobody_who_waits_looks_for_a_way_to_the_media_plane() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let mut patient = house.open(Role::Patient).await;
    patient.say(restart(1, "wait")).await;
    let refused = patient.until_refused().await;
    assert_eq!(refused, ("restart_ice".to_owned(), RefusalCode::NotAdmitted));
    house.assert_not_told();
}

#[tokio::test]
async fn a_failed_room_is_told_to_everybody_in_it() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    connects(&mut house, Role::Clinician, &mut clinician).await;
    house.sees(Event::RoomFailed { room: house.room() }).await;
    patient.until(media_lost).await;
    clinician.until(media_lost).await;
    let counts = house.service.hub.counts();
    let gcm = counts.connections_by_suite[0];
    assert_eq!(gcm, (SrtpSuite::AeadAes256Gcm, 2));
}

#[tokio::test]
async fn a_full_media_plane_refuses_offers_and_still_gets_every_removal() {
    let mut house = House::with_media_queue(&FOUR, PATIENT, 1).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    clinician.say(offer()).await;
    patient.until_sources(house.id(Role::Clinician), ON).await;
    patient.say(offer()).await;
    let refused = patient.until_refused().await;
    assert_eq!(refused, ("offer".to_owned(), RefusalCode::ServerFull));
    clinician.say(ClientMessage::Remove { participant: house.id(Role::Patient) }).await;
    patient.until_standing(Standing::Removed).await;
    clinician.say(end()).await;
    clinician.until_standing(Standing::Ended).await;

    let (room, participant) = (house.room(), house.participant(Role::Patient));
    assert!(matches!(house.told().await, Command::Admit { .. }));
    assert_eq!(house.told().await, Command::Remove { room, participant });
    assert_eq!(house.told().await, Command::Close { room });
}

#[tokio::test]
async fn without_a_media_plane_an_offer_is_a_fault_and_the_visit_goes_on() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    house.service.commands.close();
    patient.say(offer()).await;
    assert_eq!(patient.until_refused().await, ("offer".to_owned(), RefusalCode::Fault));
    clinician.say(ClientMessage::Remove { participant: house.id(Role::Patient) }).await;
    patient.until_standing(Standing::Removed).await;
}

#[tokio::test]
async fn a_visit_too_busy_for_its_media_events_starts_its_media_anew() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (mut clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    clinician.until_sources(house.id(Role::Patient), ON).await;
    let mut interpreter = house.open(Role::Interpreter).await;
    clinician.until_person(house.id(Role::Interpreter), Presence::Waiting).await;
    let file = house.folder.path().join("bedside.db");
    let url = format!("sqlite://{}", file.display());
    let mut writer = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await.unwrap();
    // This has to wait for the other writer, and all that comes behind it waits too.
    clinician.say(admit(house.id(Role::Interpreter))).await;
    let (room, participant) = (house.room(), house.participant(Role::Interpreter));
    let (connection, departure) = (ConnectionId(0), Departure::Silent);
    let dropped = async {
        while house.service.hub.counts().media_events_dropped == 0 {
            house.sees(Event::Departed { room, participant, connection, departure }).await;
        }
    };
    patiently(dropped).await;
    sqlx::query("ROLLBACK").execute(&mut writer).await.unwrap();
    interpreter.until_standing(Standing::Admitted).await;
    patient.until(media_lost).await;
}

#[tokio::test]
async fn whatever_is_said_about_an_offer_carries_its_number() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let mut offered = Vec::new();
    for number in [7, 8] {
        patient.say(numbered_offer(number)).await;
        let told = house.told().await;
        let Command::Admit { connection, .. } = told else { panic!("not let in but {told:?}") };
        offered.push(connection);
    }
    let answer = "v=0 answer".to_owned();
    let connection = offered[1];
    house.sees(Event::Admitted { room, participant, connection, answer }).await;
    let about_offers = |message: &ServerMessage| match message {
        ServerMessage::Answer { number, .. } => Some(("answer", Some(*number))),
        ServerMessage::MediaLost { number } => Some(("lost", Some(*number))),
        ServerMessage::Refused { number, .. } => Some(("refused", *number)),
        _ => None,
    };
    assert_eq!(patient.until(about_offers).await, ("answer", Some(8)));
    let departure = Departure::Silent;
    house.sees(Event::Departed { room, participant, connection, departure }).await;
    assert_eq!(patient.until(about_offers).await, ("lost", Some(8)));

    patient.say(numbered_offer(9)).await;
    let told = house.told().await;
    let Command::Admit { connection, .. } = told else { panic!("not let in but {told:?}") };
    let refusal = MediaRefusal::BadOffer;
    house.sees(Event::Refused { room, participant, connection, refusal }).await;
    assert_eq!(patient.until(about_offers).await, ("refused", Some(9)));
    patient.say(show(Vec::new())).await;
    patient.say(end()).await;
    assert_eq!(patient.until(about_offers).await, ("refused", None));
}

#[tokio::test]
async fn a_page_hears_of_its_slots_only_after_the_answer_to_its_present_offer() {
    let mut house = House::with(&FOUR, PATIENT).await;
    let (_clinician, mut patient) = in_visit(&house).await;
    connects(&mut house, Role::Patient, &mut patient).await;
    let connection = offers(&mut house, &mut patient).await;
    let (room, participant) = (house.room(), house.participant(Role::Patient));
    let slots = |mid: &str| Event::Slots {
        room,
        participant,
        slots: vec![Slot { mid: mid.to_owned(), bound: None }],
    };
    let (source, layers) = (Source::Camera, layers());
    house.sees(slots("of the first connection")).await;
    house.sees(Event::Watched { room, participant, source, layers }).await;
    let voice = VoiceWorth { rate: Bitrate::kbps(32), packet_ms: 20, redundant: false };
    house.sees(Event::VoiceWanted { room, participant, voice }).await;
    let (budget, sound, deliveries) = (Bitrate::kbps(300), Sound::Plain, Vec::new());
    house.sees(Event::Delivered { room, participant, budget, sound, deliveries }).await;
    let answer = "v=0 answer".to_owned();
    house.sees(Event::Admitted { room, participant, connection, answer }).await;
    house.sees(slots("of the second")).await;
    let mut answered = false;
    loop {
        match patient.message().await {
            ServerMessage::People { .. } => {}
            ServerMessage::Answer { .. } => answered = true,
            ServerMessage::Slots { slots } => {
                assert!(answered, "{slots:?}");
                assert_eq!(slots[0].mid, "of the second");
                break;
            }
            other => panic!("heard {other:?}"),
        }
    }
}

//! The quality record over HTTP: of a visit that is on, of one that has ended, after a restart;
//! and of nobody else's.

use crate::client::Draft;
use crate::server::{Server, id, link, problem, visit};
use axum::http::HeaderValue;
use bedside_sfu_api::{
    Bitrate, Cause, Delivery, Event, Leg, Motion, ParticipantId, QualitySample, RoomId, Sound,
    Source,
};
use bedside_signaling::key::Scope;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

type Socket = WebSocketStream<TcpStream>;

/// The clinician's page: staff, so it is in the visit at once.
async fn clinician(server: &Server, made: &Value) -> Socket {
    let session: Value = server.redeem(&link(made, 1)).await.json();
    let mut request = format!("ws://{}/v1/socket", server.http).into_client_request().unwrap();
    let protocol = HeaderValue::from_static("visit.v1");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let stream = TcpStream::connect(server.http).await.unwrap();
    let (mut socket, _) = client_async(request, stream).await.unwrap();
    say(&mut socket, &json!({ "t": "hello", "session": session["session"] })).await;
    until(&mut socket, "welcome").await;
    socket
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

async fn until(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let heard = socket.next().await.expect("the socket is open").unwrap();
        // The socket's own pings come between.
        let Message::Text(text) = heard else { continue };
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["t"] == kind {
            return message;
        }
    }
}

/// What the media plane has measured of somebody, and gives them.
async fn measured(server: &Server, visit: Uuid, who: Uuid, whose: Uuid) {
    let (room, participant) = (RoomId(visit), ParticipantId(who));
    let leg = Leg {
        loss_permille: 20,
        jitter_ms: 6,
        rtt_ms: Some(80),
        queue_ms: 3,
        estimate: Some(Bitrate::kbps(400)),
        rate: Bitrate::kbps(300),
    };
    let sample = QualitySample { down: leg, up: leg, ..QualitySample::default() };
    let deliveries = vec![Delivery {
        publisher: ParticipantId(whose),
        source: Source::Camera,
        wanted: 2,
        given: Some(1),
        motion: Motion::Full,
        cause: Cause::YourLine,
    }];
    let (budget, sound) = (Bitrate::kbps(400), Sound::Protected);
    for event in [
        Event::Delivered { room, participant, budget, sound, deliveries },
        Event::Quality { room, participant, sample },
        Event::Speakers { room, participant, speakers: Vec::new() },
    ] {
        server.seen.send(event).await.unwrap();
    }
}

#[tokio::test]
async fn a_visit_s_record_is_read_while_it_is_on_and_after_its_end_and_a_restart() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let path = format!("/v1/visits/{}/quality", id(&made));
    let person = |number: usize| made["participants"][number]["id"].as_str().unwrap();
    let (patient, doctor) = (person(0).to_owned(), person(1).to_owned());
    let mut socket = clinician(&server, &made).await;
    measured(&server, id(&made), doctor.parse().unwrap(), patient.parse().unwrap()).await;
    until(&mut socket, "speakers").await;
    let felt = json!({ "span_ms": 2_000, "samples": 96_000, "concealed": 960,
        "jitter_buffer_ms": 50, "freezes": 1, "frozen_ms": 400, "height": 360,
        "frames_per_second": 24, "up_kbps": 700, "limited": "line" });
    say(&mut socket, &json!({ "t": "felt", "felt": felt })).await;
    // An admission of nobody is refused after the report was taken.
    say(&mut socket, &json!({ "t": "admit", "participant": doctor })).await;
    until(&mut socket, "refused").await;

    let live: Value = server.get(&format!("{path}?series=true")).send().await.json();
    assert_eq!((&live["state"], &live["method"]), (&json!("live"), &json!(1)));
    let person = &live["participants"][0];
    assert_eq!(person["participant"], doctor);
    assert_eq!(person["measured_seconds"], 1);
    assert_eq!(person["down"]["rtt_ms"], json!({ "median": 80, "p95": 80 }));
    assert_eq!(person["heard"]["concealed_permille"], 10);
    assert_eq!(person["seen"]["freezes"], 1);
    assert_eq!(person["sent"]["limited_by_line_permille"], 1_000);
    let step = &live["ladder"][0];
    assert_eq!((&step["step"], &step["cause"]), (&json!("medium"), &json!("your_line")));
    assert_eq!((&step["participant"], &step["publisher"]), (&json!(doctor), &json!(patient)));
    assert_eq!(live["ladder"][1]["step"], "protected_sound");
    let second = &live["series"][0]["seconds"][0];
    assert_eq!(second["down"]["estimate_kbps"], 400);
    assert_eq!(second["felt"]["frozen_permille"], 200);
    assert!(second["down"]["audio_score"].as_f64().unwrap() > 3.5, "{second}");
    assert_eq!(live["interpreting"]["interpreter_present"], false);
    let text = live.to_string();
    assert!(!text.contains("Maria") && !text.contains("Osei"), "{text}");

    let metrics = server.probe("/metrics").await;
    let stepped = "bedside_quality_steps_total{cause=\"your_line\",step=\"medium\"} 1";
    assert!(metrics.text().lines().any(|line| line == stepped), "{}", metrics.text());
    assert!(!metrics.text().contains(&doctor));

    say(&mut socket, &json!({ "t": "end" })).await;
    until(&mut socket, "standing").await;
    let ended: Value = server.get(&path).send().await.json();
    assert_eq!((&ended["state"], &ended["series"]), (&json!("ended"), &Value::Null));
    assert_eq!(ended["participants"][0]["down"], person["down"]);
    assert_eq!(ended["ladder"], live["ladder"]);

    let server = Server::start_in(server.stop().await).await;
    let again: Value = server.get(&format!("{path}?series=true")).send().await.json();
    assert_eq!(again["participants"], ended["participants"]);
    assert_eq!(again["series"][0]["seconds"], json!([]), "the seconds are gone, not the minutes");
    assert_eq!(again["series"][0]["minutes"][0]["seconds"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_record_outlives_a_stop_in_the_middle_of_the_visit() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let path = format!("/v1/visits/{}/quality", id(&made));
    let mut socket = clinician(&server, &made).await;
    let person = |number: usize| made["participants"][number]["id"].as_str().unwrap();
    let (patient, doctor) = (person(0).parse().unwrap(), person(1).parse().unwrap());
    measured(&server, id(&made), doctor, patient).await;
    until(&mut socket, "speakers").await;
    // The page goes as the server stops, and comes back to the next.
    drop(socket);
    let server = Server::start_in(server.stop().await).await;
    let again: Value = server.get(&path).send().await.json();
    assert_eq!(
        (&again["state"], &again["participants"][0]["measured_seconds"]),
        (&json!("live"), &json!(1))
    );
    server.stop().await;
}

#[tokio::test]
async fn a_visit_nobody_came_to_has_an_empty_record() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let path = format!("/v1/visits/{}/quality?series=true", id(&made));
    let response = server.get(&path).send().await;
    assert_eq!(response.status, 200);
    let empty: Value = response.json();
    assert_eq!(empty["state"], "scheduled");
    assert_eq!((&empty["participants"], &empty["ladder"]), (&json!([]), &json!([])));
    assert_eq!(empty["series"], json!([]));
    for standard in empty["interpreting"]["standards"].as_array().unwrap() {
        assert_eq!(standard["verdict"], "not_measured");
    }
    server.stop().await;
}

#[tokio::test]
async fn wrong_questions_are_told_what_is_wrong() {
    let server = Server::start().await;
    let made = server.schedule(&visit()).await;
    let path = format!("/v1/visits/{}/quality", id(&made));
    let get = |path: &str| server.client.get(server.url(path));
    let ask = |request: Draft, key: &str| request.bearer(key).send();
    let foreign = server.key("other clinic", &Scope::ALL).await;
    problem(ask(get(&path), &foreign).await, 404, "not-found").await;
    let writer = server.key("clinic", &[Scope::VisitsWrite]).await;
    problem(ask(get(&path), &writer).await, 403, "missing-scope").await;
    problem(get(&path).send().await, 401, "unauthorized").await;
    problem(server.get("/v1/visits/Maria/quality").send().await, 400, "invalid-path").await;
    let unknown = format!("/v1/visits/{}/quality", Uuid::nil());
    problem(server.get(&unknown).send().await, 404, "not-found").await;
    for query in ["series=perhaps", "minutes=1", "series"] {
        let wrong = server.get(&format!("{path}?{query}")).send().await;
        let told = problem(wrong, 400, "invalid-query").await;
        assert!(told["errors"][0]["pointer"].is_string(), "{told}");
    }
    server.stop().await;
}

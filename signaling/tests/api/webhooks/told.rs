//! What is told, to whom, and how it is signed.

use super::receiver::Receiver;
use super::{act, brief_visit, deliveries, listen, made, path, server, until};
use crate::server::{id, visit};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bedside_signaling::key::Scope;
use serde_json::{Value, json};

#[tokio::test]
async fn what_happens_is_told_once_signed_and_in_ids() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let webhook = listen(&server, &receiver).await;
    let made = server.schedule(&visit()).await;
    let cancel = format!("/v1/visits/{}/cancel", id(&made));
    assert_eq!(act(&server, &cancel).await.status, 200);
    let got = receiver.first(2).await;
    assert_eq!(
        got[0].body,
        json!({
            "type": "visit.created",
            "timestamp": made["created_at"],
            "data": { "visit": made["id"], "sequence": 1 },
        })
    );
    assert_eq!((got[1].kind(), got[1].visit()), ("visit.cancelled", id(&made)));
    assert!(got[1].body["data"]["sequence"].as_u64() > Some(1));
    assert_ne!(got[0].id(), got[1].id());
    for got in &got {
        assert!(got.is_signed_by(webhook["secret"].as_str().unwrap()));
        assert_eq!(got.headers["content-type"], "application/json");
        assert!(got.id().starts_with("msg_"));
        let text = String::from_utf8(got.raw.to_vec()).unwrap();
        assert!(!text.contains("Maria") && !text.contains("Osei"), "{text}");
    }
    let log =
        until(&server, &webhook, |log| log.iter().all(|one| one["state"] == "delivered")).await;
    assert_eq!(log.len(), 2, "each is told once");
    assert_eq!(log[1]["message"], got[0].id(), "newest first");
    assert_eq!(log[0]["attempts"].as_array().unwrap().len(), 1);
    assert_eq!(log[0]["attempts"][0]["status"], 204);
    assert!(log[0]["attempts"][0]["took_ms"].is_u64());
    server.stop().await;
}

#[tokio::test]
async fn a_webhook_is_sent_the_types_it_asks_for_and_what_its_tenant_sees() {
    let (server, some) = (server().await, Receiver::willing().await);
    let body = json!({ "url": some.url, "types": ["visit.cancelled", "ping"] });
    let webhook = made(server.post("/v1/webhooks", &body).send().await);
    let others = Receiver::willing().await;
    let stranger = server.key("pharmacy", &Scope::ALL).await;
    let request = server.client.post(server.url("/v1/webhooks")).bearer(&stranger);
    let foreign = made(request.json(&json!({ "url": others.url })).send().await);
    let visit = brief_visit(&server).await;
    assert_eq!(act(&server, &path(&webhook, "/test")).await.status, 202);
    let got = some.until(|got| got.iter().any(|got| got.kind() == "ping")).await;
    let kinds: Vec<_> = got.iter().map(|got| got.kind()).collect();
    assert!(kinds.contains(&"visit.cancelled") && !kinds.contains(&"visit.created"), "{kinds:?}");
    assert!(got.iter().filter(|got| got.kind() != "ping").all(|got| got.visit() == visit));

    let log = path(&foreign, "/deliveries");
    let log: Value = server.client.get(server.url(&log)).bearer(&stranger).send().await.json();
    assert_eq!(log["data"], json!([]), "the visits of another tenant are not told");
    assert!(others.got().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_secret_is_exchanged_without_a_message_that_cannot_be_checked() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let webhook = listen(&server, &receiver).await;
    let first = webhook["secret"].as_str().unwrap().to_owned();
    let rotated = act(&server, &path(&webhook, "/rotate")).await;
    assert_eq!(rotated.status, 200);
    assert_eq!(rotated.headers["cache-control"], "no-store");
    let rotated: Value = rotated.json();
    let second = rotated["secret"].as_str().unwrap().to_owned();
    assert!(second.starts_with("whsec_") && second != first);
    assert!(rotated["previous_until"].is_string());
    act(&server, &path(&webhook, "/test")).await;
    let got = receiver.first(1).await;
    assert!(got[0].is_signed_by(&first) && got[0].is_signed_by(&second));
    assert!(!got[0].is_signed_by("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

    let third: Value = act(&server, &path(&webhook, "/rotate")).await.json();
    act(&server, &path(&webhook, "/test")).await;
    let got = receiver.first(2).await;
    assert!(got[1].is_signed_by(&second) && got[1].is_signed_by(third["secret"].as_str().unwrap()));
    assert!(!got[1].is_signed_by(&first), "two at a time");
    server.stop().await;
}

#[tokio::test]
async fn a_signature_can_be_one_that_only_the_server_can_make() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let body = json!({ "url": receiver.url, "signature": "v1a" });
    let webhook = made(server.post("/v1/webhooks", &body).send().await);
    assert!(webhook["secret"].is_null());
    act(&server, &path(&webhook, "/test")).await;
    let got = receiver.first(1).await.remove(0);
    let read: Value = server.get(&path(&webhook, "")).send().await.json();
    let public = read["public_key"].as_str().unwrap().strip_prefix("whpk_").unwrap();
    let signature = got.headers["webhook-signature"].to_str().unwrap();
    let signature = STANDARD.decode(signature.strip_prefix("v1a,").unwrap()).unwrap();
    let timestamp = got.headers["webhook-timestamp"].to_str().unwrap();
    let content = [format!("{}.{timestamp}.", got.id()).as_bytes(), &got.raw].concat();
    let key = UnparsedPublicKey::new(&ED25519, STANDARD.decode(public).unwrap());
    assert!(key.verify(&content, &signature).is_ok());
    assert!(key.verify(&content[1..], &signature).is_err());
    server.stop().await;
}

#[tokio::test]
async fn messages_are_sent_again_when_somebody_asks() {
    let (server, receiver) = (server().await, Receiver::willing().await);
    let webhook = listen(&server, &receiver).await;
    let (one, other) = (brief_visit(&server).await, brief_visit(&server).await);
    let before = receiver.first(4).await;
    let delivered = |log: &[Value]| log.iter().all(|one| one["state"] == "delivered");
    until(&server, &webhook, delivered).await;
    let replay = path(&webhook, "/replay");
    let again = async |body: Value| {
        let answer = server.post(&replay, &body).send().await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json::<Value>()["messages"].as_u64().unwrap()
    };

    assert_eq!(again(json!({ "message": before[0].id() })).await, 1);
    let got = receiver.first(5).await;
    assert_eq!((got[4].id(), &got[4].raw), (before[0].id(), &before[0].raw));

    assert_eq!(again(json!({ "visit": other })).await, 2);
    let got = receiver.first(7).await;
    let kinds: Vec<_> = got[5..].iter().map(|got| (got.visit(), got.kind())).collect();
    assert_eq!(kinds, [(other, "visit.created"), (other, "visit.cancelled")]);

    until(&server, &webhook, delivered).await;
    assert_eq!(again(json!({ "since": "2020-01-01T00:00:00Z" })).await, 4);
    let got = receiver.first(11).await;
    let of = |visit| got[7..].iter().filter(move |got| got.visit() == visit).map(|got| got.kind());
    for visit in [one, other] {
        assert_eq!(of(visit).collect::<Vec<_>>(), ["visit.created", "visit.cancelled"]);
    }
    assert_eq!(again(json!({ "since": "2999-01-01T00:00:00Z" })).await, 0);
    until(&server, &webhook, delivered).await;
    assert_eq!(deliveries(&server, &webhook).await.len(), 4, "the same messages, sent again");
    server.stop().await;
}

#[tokio::test]
async fn a_webhook_that_came_later_can_be_told_what_was_before() {
    let (server, first) = (server().await, Receiver::willing().await);
    listen(&server, &first).await;
    let visit = brief_visit(&server).await;
    let second = Receiver::willing().await;
    let webhook = listen(&server, &second).await;
    let body = json!({ "visit": visit });
    assert_eq!(server.post(&path(&webhook, "/replay"), &body).send().await.status, 202);
    let (theirs, got) = (first.first(2).await, second.first(2).await);
    for (theirs, got) in theirs.iter().zip(&got) {
        assert_eq!((theirs.id(), &theirs.raw), (got.id(), &got.raw), "one message, one id");
    }
    server.stop().await;
}

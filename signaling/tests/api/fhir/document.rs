//! A recording as FHIR's DocumentReference, for its host alone. The test plays the recorder's part.

use super::super::recordings::{HEAD, Recorded, ask, sealed_of, server, stands, told};
use axum::http::Method;
use bedside_signaling::key::Scope;
use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent};
use serde_json::{Value, json};

#[tokio::test]
async fn a_recording_is_a_document_of_its_encounter() {
    let mut server = server().await;
    let partner = server.key("pharmacy", &Scope::ALL).await;
    let mut body = crate::server::visit();
    body.as_object_mut().unwrap().remove("starts_at");
    (body["policy"], body["partners"]) = (json!("us-all-party"), json!(["pharmacy"]));
    let made = server.schedule(&body).await;
    let Recorded { id: recording, visit } = sealed_of(&mut server, &made, false).await;
    for (release, by) in [("r4", "encounter"), ("r5", "context")] {
        let at = |rest: &str| format!("/fhir/{release}/DocumentReference{rest}");
        let found = server.get(&at(&format!("/{recording}"))).send().await;
        assert_eq!(found.status, 200, "{}", found.text());
        let url = server.url(&at(&format!("/{recording}")));
        let theirs = server.client.get(url).bearer(&partner).send().await;
        assert_eq!(theirs.status, 404, "a partner of the visit is not the recording's host");
        let document: Value = found.json();
        assert_eq!(
            (&document["status"], &document["docStatus"]),
            (&json!("current"), &json!("final"))
        );
        let attachment = &document["content"][0]["attachment"];
        let object = server.get(&format!("/v1/recordings/{recording}/objects/manifest.jsonl"));
        let bytes = object.send().await.body;
        assert_eq!(attachment["size"].to_string().trim_matches('"'), bytes.len().to_string());
        assert!(attachment["url"].as_str().unwrap().ends_with("/objects/manifest.jsonl"));
        assert_eq!(attachment["hash"].as_str().unwrap().len(), 28, "SHA-1 in base64");
        assert!(document.to_string().contains(HEAD));
        assert!(document.to_string().contains(&format!("Encounter/{visit}")));
        let consents = document.to_string().matches("\"Consent/").count();
        assert_eq!(consents, 1, "the clinician agreed: {document}");
        for query in [format!("?{by}=Encounter/{visit}"), format!("?_id={recording}")] {
            let bundle: Value = server.get(&at(&query)).send().await.json();
            assert_eq!(bundle["entry"][0]["resource"], document, "{query}");
        }
        let other = format!("?{by}=Encounter/{visit}&patient=Patient/none");
        let bundle: Value = server.get(&at(&other)).send().await.json();
        assert!(bundle.get("entry").is_none(), "{bundle}");
        for wrong in ["", "?_cursor=x&_id=1", "?date=2026", "?_id=1&_id=2"] {
            let answer = server.get(&at(wrong)).send().await;
            assert_eq!(answer.status, 400, "{wrong}");
            assert_eq!(answer.json::<Value>()["resourceType"], "OperationOutcome");
        }
    }
    assert_eq!(
        ask(&server, Method::DELETE, &format!("/v1/recordings/{recording}")).await.status,
        202
    );
    told(&mut server, RecorderCommand::Erase { recording }).await;
    server.recorded.send(RecorderEvent::Erased { recording, objects: 2 }).await.unwrap();
    stands(&server, recording, "erased").await;
    let path = format!("/fhir/r4/DocumentReference/{recording}");
    let document: Value = server.get(&path).send().await.json();
    assert_eq!(document["status"], "entered-in-error", "{document}");
    assert!(document["content"][0]["attachment"].get("url").is_none());
    server.stop().await;
}

//! The API's document is the committed one, it is the one served, and its limits are the
//! limits that are checked.

use crate::server::Server;
use bedside_signaling_api::visit::{
    DURATION_MINUTES_MAX, DURATION_MINUTES_MIN, NAME_CHARS_MAX, NewVisit, PAGE_MAX,
    PARTICIPANTS_MAX,
};
use bedside_signaling_api::webhook::WebhookType;
use garde::Validate as _;
use serde_json::{Value, json};
use std::path::Path;
use std::{env, fs};

fn document() -> Value {
    serde_json::from_str(&bedside_signaling::openapi_document()).unwrap()
}

#[test]
fn openapi_json_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let generated = bedside_signaling::openapi_document();
    if env::var_os("BEDSIDE_GENERATE").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "signaling/openapi.json is stale: run `make generate`");
}

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let server = Server::start().await;
    let served = server.client.get(server.url("/v1/openapi.json")).send().await;
    assert_eq!(served.json::<Value>(), document());
    server.stop().await;
}

#[test]
fn every_operation_says_what_can_go_wrong_and_who_may_call() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(operation["security"].is_array(), "{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("500") && responses.contains_key("503"));
            for (status, response) in
                responses.iter().filter(|(status, _)| status.as_str() >= "400")
            {
                // What RFC 6749 prescribes for one operation is no problem of ours.
                let token_error = &response["content"]["application/json"]["schema"]["$ref"];
                if operation["operationId"] == "issue_token" && !token_error.is_null() {
                    assert_eq!(*token_error, "#/components/schemas/TokenError");
                    continue;
                }
                let problem = &response["content"]["application/problem+json"];
                assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem");
                for (name, example) in problem["examples"].as_object().unwrap() {
                    assert_eq!(example["value"]["type"], format!("/problems/{name}"));
                    assert_eq!(example["value"]["status"].to_string(), *status);
                }
            }
        }
    }
    assert_eq!(operations, 76);
    assert_eq!(document["components"]["securitySchemes"]["api_key"]["scheme"], "bearer");
}

#[test]
fn every_message_a_webhook_can_be_sent_is_described() {
    let document = document();
    let webhooks = document["webhooks"].as_object().unwrap();
    let named: Vec<_> = webhooks.keys().map(String::as_str).collect();
    let mut all: Vec<_> = WebhookType::ALL.iter().map(|kind| kind.name()).collect();
    all.sort_unstable();
    assert_eq!(named, all);
    for (name, item) in webhooks {
        let operation = &item["post"];
        assert!(operation["summary"].as_str().unwrap().ends_with('.'), "{name}");
        assert!(operation["responses"]["2XX"].is_object(), "{name}");
        let headers = operation["parameters"].as_array().unwrap();
        let headers: Vec<_> =
            headers.iter().map(|header| header["name"].as_str().unwrap()).collect();
        assert_eq!(headers, ["webhook-id", "webhook-timestamp", "webhook-signature"]);
        let content = &operation["requestBody"]["content"]["application/json"];
        assert_eq!(content["schema"]["allOf"][0]["$ref"], "#/components/schemas/Message");
        assert_eq!(content["example"]["type"], *name);
    }
    assert!(document["components"]["schemas"]["Message"].is_object());
}

#[test]
fn the_document_s_limits_are_the_contract_s() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let visit = &schemas["NewVisit"]["properties"];
    assert_eq!(visit["duration_minutes"]["minimum"], DURATION_MINUTES_MIN);
    assert_eq!(visit["duration_minutes"]["maximum"], DURATION_MINUTES_MAX);
    assert_eq!(visit["participants"]["minItems"], 1);
    assert_eq!(visit["participants"]["maxItems"], PARTICIPANTS_MAX);
    let person = &schemas["NewParticipant"]["properties"];
    assert_eq!(person["display_name"]["minLength"], 1);
    assert_eq!(person["display_name"]["maxLength"], NAME_CHARS_MAX);
    let limit = document["paths"]["/v1/visits"]["get"]["parameters"].as_array().unwrap();
    let limit = limit.iter().find(|parameter| parameter["name"] == "limit").unwrap();
    assert_eq!(limit["schema"]["minimum"], 1);
    assert_eq!(limit["schema"]["maximum"], PAGE_MAX);
}

/// A limit in the document is checked exactly there: the value passes, one beyond it does not.
#[test]
fn the_document_s_limits_are_the_checked_ones() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let visit = |minutes: usize, people: usize, name: usize, language: usize| {
        let person = json!({
            "role": "patient", "display_name": "é".repeat(name), "language": language_of(language),
        });
        let body = json!({
            "starts_at": "2026-12-01T09:30:00Z", "duration_minutes": minutes,
            "participants": vec![person; people],
        });
        serde_json::from_value::<NewVisit>(body).unwrap().validate().is_ok()
    };
    let minutes = &schemas["NewVisit"]["properties"]["duration_minutes"];
    let people = &schemas["NewVisit"]["properties"]["participants"];
    let name = &schemas["NewParticipant"]["properties"]["display_name"];
    let language = &schemas["NewParticipant"]["properties"]["language"];
    type Try<'a> = &'a dyn Fn(usize) -> bool;
    let limits: [(&Value, &Value, Try<'_>); 4] = [
        (&minutes["minimum"], &minutes["maximum"], &|n| visit(n, 1, 5, 2)),
        (&people["minItems"], &people["maxItems"], &|n| visit(30, n, 5, 2)),
        (&name["minLength"], &name["maxLength"], &|n| visit(30, 1, n, 2)),
        (&language["minLength"], &language["maxLength"], &|n| visit(30, 1, 5, n)),
    ];
    for (least, most, is_valid) in limits {
        let (least, most) = (number(least), number(most));
        assert!(is_valid(least) && is_valid(most), "{least}..={most}");
        assert!(!is_valid(least - 1) && !is_valid(most + 1), "{least}..={most}");
    }
}

/// A language tag of that many characters.
fn language_of(chars: usize) -> String {
    let tag = "en-".to_owned() + &"abcdefgh-".repeat(8);
    let tag: String = tag.chars().take(chars).collect();
    if tag.ends_with('-') { tag[..chars - 1].to_owned() + "x" } else { tag }
}

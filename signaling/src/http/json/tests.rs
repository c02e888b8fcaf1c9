//! Every wrong body is told where it is wrong, no body breaks the parser, and no answer
//! repeats what was sent.

use super::parse;
use crate::problem::Rejection;
use bedside_signaling_api::visit::NewVisit;
use proptest::prelude::*;
use serde_json::json;

fn wrong(body: &str) -> Rejection {
    parse::<NewVisit>(body.as_bytes()).unwrap_err()
}

fn kind(rejection: &Rejection) -> String {
    rejection.problem().kind
}

#[test]
fn broken_json_is_told_by_line_and_column() {
    let problem = wrong("{\n  \"starts_at\": \n}").problem();
    assert_eq!(problem.kind, "/problems/malformed-json");
    assert!(problem.detail.unwrap().contains("line 3 column 1"));
}

#[test]
fn text_behind_the_body_is_refused() {
    let body = r#"{"starts_at":"2026-12-01T09:30:00Z","duration_minutes":30,
        "participants":[{"role":"patient","display_name":"Maria"}]} x"#;
    assert_eq!(kind(&wrong(body)), "/problems/malformed-json");
}

#[test]
fn a_wrong_field_is_pointed_at_without_its_value() {
    let body = json!({
        "starts_at": "2026-12-01T09:30:00Z", "duration_minutes": 30,
        "participants": [{ "role": "Gertrude", "display_name": "Maria" }],
    });
    let problem = wrong(&body.to_string()).problem();
    assert_eq!(problem.kind, "/problems/invalid-body");
    assert_eq!(problem.errors[0].pointer, "/participants/0/role");
    let shown = format!("{problem:?}");
    assert!(!shown.contains("Gertrude") && !shown.contains("Maria"), "{shown}");
}

#[test]
fn a_wrong_type_is_pointed_at_without_its_value() {
    let body = json!({
        "starts_at": "2026-12-01T09:30:00Z", "duration_minutes": "Gertrude", "participants": [],
    });
    let problem = wrong(&body.to_string()).problem();
    assert_eq!(problem.errors[0].pointer, "/duration_minutes");
    assert_eq!(problem.errors[0].detail, "expected u16");
}

#[test]
fn a_wrong_instant_is_pointed_at_without_its_value() {
    let body = json!({ "starts_at": "Gertrude", "duration_minutes": 30, "participants": [] });
    let problem = wrong(&body.to_string()).problem();
    assert_eq!(problem.errors[0].pointer, "/starts_at");
    assert!(!format!("{problem:?}").contains("Gertrude"), "{problem:?}");
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let body = json!({ "starts_at": "2026-12-01T09:30:00Z", "duration_minutes": 30 });
    let problem = wrong(&body.to_string()).problem();
    assert_eq!(problem.errors[0].detail, "missing field `participants`");
    let problem = wrong(r#"{ "surprise, expected Gertrude": 1 }"#).problem();
    let detail = &problem.errors[0].detail;
    assert!(detail.starts_with("expected one of `starts_at`, `duration_minutes`"), "{detail}");
    assert!(!detail.contains("Gertrude"), "{detail}");
}

#[test]
fn limits_are_told_as_pointers() {
    let body = json!({
        "starts_at": "2026-12-01T09:30:00Z", "duration_minutes": 4,
        "participants": [
            { "role": "patient", "display_name": "Maria" },
            { "role": "family", "display_name": " ", "language": "e" },
        ],
    });
    let problem = wrong(&body.to_string()).problem();
    let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert!(pointers.contains(&"/duration_minutes"), "{pointers:?}");
    assert!(pointers.contains(&"/participants/1/display_name"), "{pointers:?}");
    assert!(pointers.contains(&"/participants/1/language"), "{pointers:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_a_visit_or_a_problem(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Err(rejection) = parse::<NewVisit>(&bytes) {
            prop_assert!(kind(&rejection).starts_with("/problems/"));
        }
    }

    #[test]
    fn any_near_visit_is_a_visit_or_a_problem(
        key in "[a-z_]{0,20}", text in any::<String>(), number in any::<i64>(), cut in 0_usize..300,
    ) {
        let body = json!({
            "starts_at": text, "duration_minutes": number, key: text,
            "participants": [{ "role": "patient", "display_name": text, "language": text }],
        })
        .to_string();
        let cut = body.floor_char_boundary(cut.min(body.len()));
        for body in [body.as_str(), &body[..cut]] {
            if let Err(rejection) = parse::<NewVisit>(body.as_bytes()) {
                prop_assert!(kind(&rejection).starts_with("/problems/"));
            }
        }
    }

    #[test]
    fn no_answer_repeats_a_value(secret in "[A-Z]{8,12}", field in 0_usize..5) {
        let mut body = json!({
            "starts_at": "2026-12-01T09:30:00Z", "duration_minutes": 30,
            "participants": [{ "role": "patient", "display_name": "Maria", "language": "en" }],
        });
        let sent = format!("{secret}, expected {secret}");
        match field {
            0 => body["starts_at"] = sent.into(),
            1 => body["duration_minutes"] = sent.into(),
            2 => body["participants"] = sent.into(),
            3 => body["participants"][0]["role"] = sent.into(),
            _ => body["participants"][0]["language"] = sent.into(),
        }
        let problem = format!("{:?}", wrong(&body.to_string()).problem());
        prop_assert!(!problem.contains(&secret), "{}", problem);
    }
}

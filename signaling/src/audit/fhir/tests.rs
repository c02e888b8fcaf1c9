//! Each kind of row in both releases: what has to be there is there, and no more than is known.

use super::{Release, audit_event};
use crate::audit::chain::{Head, Row};
use crate::audit::entry::{Entry, Outcome};
use crate::audit::keys::Keys;
use crate::audit::told;
use crate::store::Actor;
use crate::visit::VisitEvent;
use serde_json::{Value, json};
use uuid::Uuid;

fn row(entry: impl FnOnce(&Keys) -> Entry) -> Row {
    let keys = Keys::new(&[1; 32], &[2; 32]);
    let head = Head { seq: 41, hash: [0; 32] };
    keys.chain.next("clinic", head, 1_796_117_400_125, entry(&keys))
}

fn visit() -> Uuid {
    Uuid::from_u128(5)
}

fn looked(verb: &'static str, what: &'static str) -> Row {
    row(|keys| Entry {
        visit: Some(visit()),
        detail: what.into(),
        ..Entry::new(keys, "clinic", &Actor::Key(Uuid::from_u128(1)), verb)
    })
}

fn admitted() -> Row {
    let event = VisitEvent::Admitted { participant: Uuid::from_u128(8), by: None };
    let by = Actor::Person(Uuid::from_u128(9));
    row(|keys| told::entry((keys, "clinic"), (visit(), &by), &event))
}

/// The codes at a path of codings or concepts.
fn codes(found: &Value) -> Vec<&str> {
    match found {
        Value::Array(several) => several.iter().flat_map(codes).collect(),
        Value::Object(one) => match (one.get("code"), one.get("coding")) {
            (Some(Value::String(code)), _) => vec![code],
            (_, Some(coding)) => codes(coding),
            _ => Vec::new(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn a_read_flows_to_the_client_and_names_the_visit() {
    let row = looked("read", "quality");
    let r4 = audit_event(Release::R4, &row);
    assert_eq!((&r4["id"], &r4["action"]), (&json!("42"), &json!("R")));
    assert_eq!(r4["recorded"], "2026-12-01T09:30:00.125Z");
    assert_eq!((codes(&r4["type"]), codes(&r4["subtype"])), (vec!["rest"], vec!["read"]));
    assert_eq!(r4["outcome"], "0");
    assert_eq!(codes(&r4["agent"][0]["type"]), ["110152"], "the client is the destination");
    assert_eq!(codes(&r4["agent"][1]["type"]), ["110153"]);
    let entity = &r4["entity"][0];
    assert_eq!(entity["what"]["identifier"]["value"], format!("urn:uuid:{}", visit()));
    assert_eq!((codes(&entity["type"]), codes(&entity["role"])), (vec!["2"], vec!["4"]));
    assert_eq!(entity["detail"][0], json!({ "type": "what", "valueString": "quality" }));

    let r5 = audit_event(Release::R5, &row);
    assert_eq!((codes(&r5["category"]), codes(&r5["code"])), (vec!["rest"], vec!["read"]));
    assert_eq!(codes(&r5["outcome"]["code"]), ["0"]);
    assert!(r5.get("type").is_none() && r5["entity"][0].get("type").is_none(), "{r5}");
    assert_eq!(codes(&r5["entity"][0]["role"]), ["4"]);
}

#[test]
fn a_list_is_a_query_of_the_client() {
    for release in [Release::R4, Release::R5] {
        let event = audit_event(release, &looked("list", "visits"));
        assert_eq!(event["action"], "E");
        assert_eq!(codes(&event["agent"][0]["type"]), ["110153"], "the client is the source");
        let query = &event["entity"][1];
        assert_eq!((codes(&query["role"]), &query["query"]), (vec!["24"], &json!("dmlzaXRz")));
        assert!(query.get("what").is_none(), "{query}");
    }
}

#[test]
fn what_happens_in_a_visit_is_of_its_record() {
    let row = admitted();
    for release in [Release::R4, Release::R5] {
        let event = audit_event(release, &row);
        assert_eq!(event["action"], "U");
        assert!(event.to_string().contains("110110"), "{event}");
        assert_eq!(event["agent"][0]["who"]["type"], "Person");
        assert_eq!(event["agent"][0]["requestor"], true);
        let subject = &event["entity"][1]["what"]["identifier"]["value"];
        assert_eq!(*subject, row.entry.subject.unwrap().to_string());
        let people = [Uuid::from_u128(8), Uuid::from_u128(9)];
        assert!(people.iter().all(|id| !event.to_string().contains(&id.to_string())), "{event}");
    }
    assert_eq!(codes(&audit_event(Release::R4, &row)["subtype"]), ["admitted"]);
}

#[test]
fn an_opened_link_is_a_login() {
    let row = row(|keys| told::link((keys, "clinic"), visit(), Uuid::from_u128(8)));
    let event = audit_event(Release::R4, &row);
    assert_eq!((codes(&event["type"]), codes(&event["subtype"])), (vec!["110114"], vec!["110122"]));
    let who = &event["agent"][0]["who"]["identifier"]["value"];
    assert_eq!(*who, event["entity"][1]["what"]["identifier"]["value"]);
}

#[test]
fn a_look_in_vain_and_the_clock_are_said_so() {
    let mut vain = looked("read", "visit");
    vain.entry.outcome = Outcome::NotFound.word().into();
    assert_eq!(audit_event(Release::R4, &vain)["outcome"], "4");
    let clock = row(|keys| Entry::new(keys, "clinic", &Actor::Clock, "ended"));
    let event = audit_event(Release::R5, &clock);
    assert_eq!(event["agent"][0]["who"], json!({ "display": "clock" }));
}

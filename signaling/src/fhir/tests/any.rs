//! Anything at all as an appointment: nothing panics, and nothing is lost.

use super::{body, made, shown};
use crate::fhir::release::Release;
use crate::fhir::virtual_service::others;
use crate::fhir::{search, translate, view, wanted};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Names that the edge reads, so that arbitrary values end up where they hurt.
const READ: [&str; 24] = [
    "resourceType",
    "id",
    "status",
    "start",
    "end",
    "minutesDuration",
    "participant",
    "actor",
    "reference",
    "display",
    "type",
    "coding",
    "system",
    "code",
    "extension",
    "url",
    "valueUri",
    "valueCoding",
    "identifier",
    "value",
    "contained",
    "communication",
    "virtualService",
    "name",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[\\PC\u{0}\n#/|]{0,12}".prop_map(Value::from),
        Just(Value::from("Appointment")),
        Just(Value::from("booked")),
        Just(Value::from("#p")),
        Just(Value::from("2026-12-01T09:30:00Z")),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let name =
            prop_oneof![prop::sample::select(&READ[..]).prop_map(str::to_owned), "[a-z]{1,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Fields that the edge does not read, in the place of fields it might.
fn unknown_fields() -> impl Strategy<Value = Map<String, Value>> {
    let fields = prop::collection::btree_map("x[a-zA-Z]{1,8}", any_json(), 1..5);
    fields.prop_map(|fields| fields.into_iter().collect())
}

proptest! {
    #[test]
    fn nothing_panics(mut fields in any_json(), release in prop::sample::select(&Release::ALL[..])) {
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("resourceType".to_owned(), "Appointment".into());
        }
        let _read = wanted::read(&fields).map(|wanted| wanted.people.len());
        if let Some(fields) = fields.as_object_mut() {
            translate::translate(fields, release);
            others(fields, release);
            view::strip(fields);
        }
    }

    #[test]
    fn what_is_read_without_an_issue_can_be_made_and_shown(
        mut more in any_json(),
        release in prop::sample::select(&Release::ALL[..]),
    ) {
        let Some(fields) = more.as_object_mut() else { return Ok(()) };
        for (name, value) in body().as_object().unwrap() {
            fields.insert(name.clone(), value.clone());
        }
        fields.remove("id");
        if wanted::read(&more).is_ok() {
            let shown = shown(&made(more, release), release, true);
            prop_assert_eq!(&shown["status"], "booked");
        }
    }

    #[test]
    fn what_is_not_understood_comes_back(
        at_the_top in unknown_fields(),
        in_a_person in unknown_fields(),
        release in prop::sample::select(&Release::ALL[..]),
    ) {
        let mut written = body();
        written.as_object_mut().unwrap().extend(at_the_top.clone());
        written["participant"][1].as_object_mut().unwrap().extend(in_a_person.clone());
        let first = shown(&made(written, release), release, true);
        let second = shown(&made(first.clone(), release), release, false);
        for shown in [first, second] {
            for (name, value) in &at_the_top {
                prop_assert_eq!(&shown[name], value);
            }
            for (name, value) in &in_a_person {
                prop_assert_eq!(&shown["participant"][1][name], value);
            }
        }
    }

    #[test]
    fn a_search_is_understood_or_refused(
        name in prop_oneof![Just("date"), Just("status"), Just("identifier"), Just("_cursor"), Just("_count")],
        value in "[\\PC]{0,24}|(ge|lt|eq|zz)?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?",
    ) {
        let _read = search::read(&[(name.to_owned(), value)]).is_ok();
    }
}

//! The examples are what is sent.

use super::facts;
use crate::webhook::{of, one_of_each};
use bedside_signaling_api::webhook::MessageFacts;
use std::collections::BTreeSet;

fn fields(facts: &MessageFacts) -> BTreeSet<String> {
    let value = serde_json::to_value(facts).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn an_example_has_the_fields_of_the_message() {
    for event in one_of_each() {
        let (kind, told) = of(&event);
        let mut told = fields(&told);
        told.extend(["visit", "sequence"].map(str::to_owned));
        assert_eq!(told, fields(&facts(kind)), "{}", kind.name());
    }
}

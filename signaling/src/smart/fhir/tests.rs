//! What words allow, what is granted of them, and that nothing grows on the way.

use super::{Act, RECORDS, Rights, Word, grant};
use crate::key::{Scope, Scopes};
use axum::http::Method;
use std::collections::BTreeSet;

fn scopes(of: &[Scope]) -> Scopes {
    of.iter().copied().collect()
}

/// Everything somebody with these rights may do, as `Record.act`.
fn allowed(rights: &Rights) -> BTreeSet<String> {
    let each = RECORDS.into_iter().flat_map(|(record, _, _)| Act::ALL.map(|act| (record, act)));
    each.filter(|(record, act)| rights.cover(record, *act))
        .map(|(record, act)| format!("{record}.{}", act.letter()))
        .collect()
}

#[test]
fn a_word_allows_its_record_and_no_other() {
    let rights = Rights::from_granted("system/Encounter.rs");
    assert_eq!(allowed(&rights), BTreeSet::from(["Encounter.r", "Encounter.s"].map(String::from)));
    assert!(rights.scopes().is_empty(), "no visit can be read through the API of our own");
    let rights = Rights::from_granted("system/Appointment.rs system/AuditEvent.r");
    assert_eq!(*rights.scopes(), scopes(&[Scope::VisitsRead]), "one audit record is no search");
    assert!(!rights.cover("Encounter", Act::Read), "a scope that follows opens no other record");
}

#[test]
fn a_scope_of_ours_by_name_allows_what_it_stands_for() {
    let key = Rights::from(scopes(&[Scope::VisitsRead]));
    let words = Rights::from_granted("visits:read");
    assert_eq!(key, words);
    assert!(key.cover("Encounter", Act::Search) && key.cover("Consent", Act::Read));
    assert!(!key.cover("AuditEvent", Act::Read) && !key.cover("Appointment", Act::Create));
    let admin = Rights::from(scopes(&[Scope::Admin]));
    assert!(admin.cover("AuditEvent", Act::Read) && admin.cover("Appointment", Act::Update));
    assert!(!admin.cover("Encounter", Act::Create), "nobody makes those");
    assert!(!admin.cover("Patient", Act::Read), "not a record of ours");
}

#[test]
fn a_request_is_judged_by_the_kind_of_record_it_is_for() {
    let may = |granted: &str, method: Method, path: &str, scope: Scope| {
        Rights::from_granted(granted).at(&method, path).scopes().allow(scope)
    };
    let (read, write) = (Scope::VisitsRead, Scope::VisitsWrite);
    let encounter = "/fhir/r4/Encounter/7";
    assert!(may("system/Encounter.r", Method::GET, encounter, read));
    assert!(!may("system/Encounter.r", Method::GET, "/fhir/r4/Encounter", read), "no search");
    assert!(!may("system/Appointment.cruds", Method::GET, encounter, read), "another kind");
    assert!(may("visits:read", Method::GET, encounter, read), "by the scope's own name");
    assert!(may("system/Appointment.u", Method::PUT, "/fhir/r5/Appointment/7", write));
    assert!(!may("system/Appointment.u", Method::POST, "/fhir/r5/Appointment", write));
    assert!(may("system/Appointment.s", Method::POST, "/fhir/r5/Appointment/_search", read));
    assert!(!may("system/Appointment.rs", Method::GET, "/fhir/r4/AuditEvent", Scope::AuditRead));
    // Elsewhere only the name counts.
    assert!(!may("system/Appointment.rs", Method::GET, "/v1/visits", read));
    assert!(!may("system/*.cruds", Method::GET, "/v1/visits/7/chat", read));
    assert!(may("visits:read", Method::GET, "/v1/visits/7/chat", read));
    assert!(may("system/Appointment.cu", Method::POST, "/fhir/r4", write), "a transaction");
}

#[test]
fn words_of_both_versions_mean_the_same() {
    let both = |one: &str, other: &str| {
        assert_eq!(allowed(&Rights::from_granted(one)), allowed(&Rights::from_granted(other)));
    };
    both("system/Appointment.read", "system/Appointment.rs");
    both("system/Appointment.write", "system/Appointment.cud");
    both("system/Appointment.*", "system/Appointment.cruds");
}

#[test]
fn what_is_not_understood_gives_nothing() {
    for text in [
        "system/Appointment.",
        "system/Appointment.sr",
        "system/Appointment.rr",
        "system/Appointment.rx",
        "system/Appointment.rs?status=booked",
        "system/Patient.rs",
        "user/Appointment.rs",
        "patient/*.rs",
        "system/Appointment",
        "openid",
        "visits",
        "",
    ] {
        assert_eq!(Word::parse(text), None, "{text}");
        assert_eq!(grant(text, &scopes(&[Scope::Admin])), None, "{text}");
        assert_eq!(allowed(&Rights::from_granted(text)), BTreeSet::new(), "{text}");
    }
}

#[test]
fn a_grant_is_what_was_asked_for_and_registered() {
    let reader = scopes(&[Scope::VisitsRead]);
    for (asked, granted) in [
        ("system/Appointment.rs", Some("system/Appointment.rs")),
        ("system/Appointment.cruds", Some("system/Appointment.rs")),
        ("system/Appointment.cud", None),
        ("system/AuditEvent.rs", None),
        ("visits:read visits:write", Some("visits:read")),
        ("openid system/Encounter.r", Some("system/Encounter.r")),
        ("system/Encounter.r system/Encounter.r", Some("system/Encounter.r")),
        ("system/*.rs", Some("system/Appointment.rs system/Encounter.rs system/Consent.rs")),
    ] {
        assert_eq!(grant(asked, &reader).as_deref(), granted, "{asked}");
    }
}

/// Whatever is asked for by whomever, the grant allows nothing that the registration does not.
#[test]
fn a_grant_is_never_wider_than_the_registration() {
    let asks = super::words();
    let every = asks.join(" ") + " system/*.cruds system/*.*";
    for scope in Scope::ALL {
        let registered = scopes(&[scope]);
        let most = allowed(&Rights::from(registered.clone()));
        let granted = grant(&every, &registered).unwrap_or_default();
        let rights = Rights::from_granted(&granted);
        assert!(allowed(&rights).is_subset(&most), "{scope:?}: {granted}");
        assert_eq!(registered.lacking(rights.scopes()), None, "{scope:?}: {granted}");
    }
}

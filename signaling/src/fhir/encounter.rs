//! What was held, as an `Encounter`: class virtual, with the times each person was in.
//!
//! In: the visit, its log, the appointment it was planned by. Out: an `Encounter`, from the
//! moment somebody has come.
//! Never: what was said or found; that is the health record's.

use super::people;
use super::presence::{Line, Span, presence};
use super::release::Release;
use super::status;
use super::view::{View, instant};
use super::words::{ENCOUNTER, V3_ACT, VISIT_SYSTEM};
use crate::store::ParticipantRow;
use bedside_signaling_api::role::Role;
use serde_json::{Map, Value, json};

/// Whom R4 takes as a participant; the patient is the subject.
const INDIVIDUALS_R4: [&str; 3] = ["Practitioner", "PractitionerRole", "RelatedPerson"];
/// Whom R5 takes.
const ACTORS_R5: [&str; 6] =
    ["Patient", "Group", "RelatedPerson", "Practitioner", "PractitionerRole", "Device"];

/// The encounter of a visit; none while nobody has come.
pub(super) fn encounter(view: &View<'_>, log: &[Line], release: Release) -> Option<Value> {
    let code = status::encounter(view.visit.state, release)?;
    let presence = presence(log);
    let class = json!({ "system": V3_ACT, "code": "VR", "display": "virtual" });
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("resourceType", ENCOUNTER.into());
    put("id", view.visit.id.to_string().into());
    put("meta", meta(view));
    put("identifier", json!([{ "system": VISIT_SYSTEM, "value": view.visit.id.to_string() }]));
    put("status", code.into());
    put("appointment", json!([{ "reference": format!("Appointment/{}", view.id()) }]));
    let (class, period) = match release {
        Release::R4 => (class, "period"),
        Release::R5 => (json!([{ "coding": [class] }]), "actualPeriod"),
    };
    put("class", class);
    if let Some(span) = presence.visit {
        put(period, time(span));
    }
    if let Some(subject) = subject(view) {
        put("subject", subject);
    }
    let people = view.visit.participants.iter().flat_map(|seat| {
        let spans = presence.spans_by_person.get(&seat.id).map_or(&[][..], Vec::as_slice);
        spans.iter().map(|span| participant(view, seat, *span, release))
    });
    let people: Vec<_> = people.collect();
    if !people.is_empty() {
        put("participant", Value::Array(people));
    }
    Some(Value::Object(body))
}

/// The patient, where the appointment refers to one.
pub(super) fn subject(view: &View<'_>) -> Option<Value> {
    let patient = view.visit.participants.iter().find(|seat| seat.role == Role::Patient)?;
    people::actor(view.kept, patient.id).filter(|actor| people::is_kind(actor, &["Patient"]))
}

/// Version and time of what is made from a visit's log.
pub(super) fn meta(view: &View<'_>) -> Value {
    json!({ "versionId": view.version.to_string(), "lastUpdated": instant(view.updated_at) })
}

fn participant(view: &View<'_>, seat: &ParticipantRow, span: Span, release: Release) -> Value {
    let (field, kinds) = match release {
        Release::R4 => ("individual", &INDIVIDUALS_R4[..]),
        Release::R5 => ("actor", &ACTORS_R5[..]),
    };
    let actor = people::actor(view.kept, seat.id).filter(|actor| people::is_kind(actor, kinds));
    let mut entry = json!({ "period": time(span) });
    let fields = entry.as_object_mut();
    let Some(fields) = fields else { return entry };
    // R5 knows a patient by being one, and allows no type beside (enc-2).
    let is_patient = actor.as_ref().is_some_and(|actor| people::is_kind(actor, &["Patient"]));
    if !is_patient {
        fields.insert("type".to_owned(), json!([people::role(seat)]));
    }
    fields.insert(field.to_owned(), actor.unwrap_or_else(|| people::by_name(seat)));
    entry
}

/// A span as a `Period`.
pub(super) fn time(span: Span) -> Value {
    let mut period = Map::new();
    period.insert("start".to_owned(), instant(span.from));
    if let Some(until) = span.until {
        period.insert("end".to_owned(), instant(until));
    }
    Value::Object(period)
}

//! What people have agreed to, as `Consent`: one a person and purpose, as it stands now.
//!
//! In: the visit and its log. Out: a `Consent` for everything that was answered.
//! Never: an answer that nobody gave; silence is not a resource.

use super::encounter::{self, subject};
use super::people;
use super::presence::{Line, Span};
use super::release::Release;
use super::view::{View, instant};
use super::words::{CONSENT, ENCOUNTER, LOINC, PURPOSE_SYSTEM, TEXT_SYSTEM, concept};
use crate::store::ParticipantRow;
use crate::visit::VisitEvent;
use bedside_signaling_api::policy::Purpose;
use bedside_signaling_api::role::Role;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// An answer as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    /// Since when.
    at: Timestamp,
    /// Which text they agreed to.
    version: Option<String>,
    /// Until when they agreed; none while they do.
    until: Option<Timestamp>,
    /// What they say now.
    standing: Standing,
    /// Who said it for them.
    by: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Given,
    Refused,
    Withdrawn,
}

/// The consents of a visit, with their ids.
pub(super) fn consents(view: &View<'_>, log: &[Line], release: Release) -> Vec<Value> {
    let answers = answers(log);
    let seat = |id: Uuid| view.visit.participants.iter().find(move |seat| seat.id == id);
    let found = answers.iter().filter_map(|((person, purpose), answer)| {
        Some(consent(view, (seat(*person)?, *purpose), answer, release))
    });
    found.collect()
}

/// The ids of the consents to a purpose that were given, also of those withdrawn since; those
/// that are among `consents`.
pub(super) fn given(
    view: &View<'_>,
    log: &[Line],
    purpose: Purpose,
    release: Release,
) -> Vec<String> {
    let given = [Standing::Given, Standing::Withdrawn].map(|each| status(each, release));
    let ending = format!(".{}", purpose.name());
    let word = |consent: &Value, name: &str| {
        consent.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let all = consents(view, log, release).into_iter();
    all.filter(|consent| given.contains(&word(consent, "status").as_str()))
        .map(|consent| word(&consent, "id"))
        .filter(|id| id.ends_with(&ending))
        .collect()
}

/// The id of a person's consent.
fn id(person: Uuid, purpose: Purpose) -> String {
    format!("{}.{}", person.simple(), purpose.name())
}

/// Whose consent an id is of.
pub(super) fn person_of(id: &str) -> Option<Uuid> {
    Uuid::try_parse(id.split_once('.')?.0).ok()
}

fn answers(log: &[Line]) -> BTreeMap<(Uuid, Purpose), Answer> {
    let mut answers_by_person_and_purpose = BTreeMap::new();
    for (at, event) in log {
        let at = *at;
        if let VisitEvent::ConsentGiven { participant, purpose, version, by, .. } = event {
            let version = Some(version.clone());
            let given = Answer { at, version, until: None, standing: Standing::Given, by: *by };
            answers_by_person_and_purpose.insert((*participant, *purpose), given);
        }
        if let VisitEvent::ConsentRefused { participant, purpose } = event {
            let refused =
                Answer { at, version: None, until: None, standing: Standing::Refused, by: None };
            answers_by_person_and_purpose.insert((*participant, *purpose), refused);
        }
        if let VisitEvent::ConsentWithdrawn { participant, purpose } = event
            && let Some(answer) = answers_by_person_and_purpose.get_mut(&(*participant, *purpose))
        {
            answer.until = Some(at);
            answer.standing = Standing::Withdrawn;
        }
    }
    answers_by_person_and_purpose
}

fn consent(
    view: &View<'_>,
    (seat, purpose): (&ParticipantRow, Purpose),
    answer: &Answer,
    release: Release,
) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("resourceType", CONSENT.into());
    put("id", id(seat.id, purpose).into());
    put("meta", encounter::meta(view));
    put("status", status(answer.standing, release).into());
    put("category", category(purpose, answer));
    let said_by = answer.by.unwrap_or(seat.id);
    let said_by = people::actor(view.kept, said_by);
    let subject = subject(view).filter(|_| seat.role == Role::Patient);
    let permits = if answer.standing == Standing::Given { "permit" } else { "deny" };
    let span = encounter::time(Span { from: answer.at, until: answer.until });
    let visit = format!("{ENCOUNTER}/{}", view.visit.id);
    let data = json!([{ "meaning": "instance", "reference": { "reference": visit } }]);
    match release {
        Release::R4 => {
            put("scope", what(purpose));
            put("dateTime", instant(answer.at));
            put("policyRule", json!({ "text": text(answer) }));
            put("provision", json!({ "type": permits, "period": span, "data": data }));
            subject.map(|patient| put("patient", patient));
            said_by.map(|who| put("performer", json!([who])));
        }
        Release::R5 => {
            put("date", answer.at.strftime("%Y-%m-%d").to_string().into());
            put("decision", permits.into());
            put("period", span.clone());
            put("provision", json!([{ "period": span, "data": data }]));
            subject.map(|patient| put("subject", patient));
            said_by.map(|who| put("grantor", json!([who])));
        }
    }
    Value::Object(body)
}

const fn status(standing: Standing, release: Release) -> &'static str {
    match (standing, release) {
        (Standing::Given, _) => "active",
        (Standing::Withdrawn, _) => "inactive",
        (Standing::Refused, Release::R4) => "rejected",
        (Standing::Refused, Release::R5) => "not-done",
    }
}

fn category(purpose: Purpose, answer: &Answer) -> Value {
    let mut concepts = vec![concept(LOINC, "59284-0", "Consent Document"), what(purpose)];
    concepts.extend(
        answer
            .version
            .as_ref()
            .map(|version| json!({ "coding": [{ "system": TEXT_SYSTEM, "code": version }] })),
    );
    Value::Array(concepts)
}

fn what(purpose: Purpose) -> Value {
    let words = match purpose {
        Purpose::Telehealth => "To be seen by video",
        Purpose::Recording => "To be recorded",
        Purpose::Captions => "That what is said is written down",
        Purpose::Observers => "That observers listen and watch",
    };
    concept(PURPOSE_SYSTEM, purpose.name(), words)
}

fn text(answer: &Answer) -> String {
    match &answer.version {
        Some(version) => format!("The text shown to the person, version {version}"),
        None => "No text was agreed to".to_owned(),
    }
}

//! A visit as an appointment: what the scheduling system wrote, and over it what is true now.
//!
//! In: the visit's row, the kept body, who is which entry. Out: an `Appointment`.
//! Never: a personal link for whoever only reads; a field of the scheduling system lost.

use super::person::part;
use super::release::Release;
use super::seats::Seated;
use super::status::Status;
use super::wanted::{self, Time};
use super::words::{APPOINTMENT, LINK_URL, PARTICIPANT_URL, ROLE_SYSTEM, VISIT_SYSTEM};
use super::{people, translate, virtual_service};
use crate::link::Links;
use crate::store::{ParticipantRow, VisitRow};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// An appointment as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    /// Its id.
    pub(super) id: String,
    /// The release it was written in.
    pub(super) release: Release,
    /// As it was written, without what is ours.
    pub(super) body: Map<String, Value>,
    /// Which entry is which person.
    pub(super) seated: Vec<Seated>,
}

/// What an appointment is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    /// The visit.
    pub(super) visit: &'a VisitRow,
    /// What was written of it; none where it was planned in another way.
    pub(super) kept: Option<&'a Kept>,
    /// Counts everything that has happened to it.
    pub(super) version: u64,
    /// When the last of it happened.
    pub(super) updated_at: Timestamp,
}

/// Whom the answer is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    /// The release they speak.
    pub(super) release: Release,
    /// Where people's browsers find this server, and their links.
    pub(super) links: &'a Links,
    /// Whether they may have the links: who has just written, and nobody else.
    pub(super) with_links: bool,
}

impl View<'_> {
    /// The id of the appointment.
    pub(super) fn id(&self) -> String {
        self.kept.map_or_else(|| self.visit.id.to_string(), |kept| kept.id.clone())
    }

    /// Its code.
    pub(super) fn status(&self) -> Status {
        let written = self.kept.and_then(|kept| kept.body.get("status")?.as_str());
        Status::shown(self.visit.state, written.and_then(Status::of_code))
    }
}

/// The appointment.
pub(super) fn appointment(view: &View<'_>, reader: &Reader<'_>) -> Value {
    let mut body = match view.kept {
        Some(kept) if kept.release == reader.release => kept.body.clone(),
        Some(kept) => translate::translate(&kept.body, reader.release),
        None => planned_elsewhere(view.visit),
    };
    body.insert("resourceType".to_owned(), APPOINTMENT.into());
    body.insert("id".to_owned(), view.id().into());
    body.insert("status".to_owned(), view.status().code().into());
    put_meta(&mut body, view);
    put_time(&mut body, view);
    let identifier = json!({ "system": VISIT_SYSTEM, "value": view.visit.id.to_string() });
    push(&mut body, "identifier", identifier);
    let people = people(&body, view, reader);
    body.insert("participant".to_owned(), Value::Array(people));
    virtual_service::put(&mut body, reader.release, reader.links.public_url());
    Value::Object(body)
}

/// Takes out of a body what only we may say, so that it is never kept: links, ids, addresses.
pub(super) fn strip(body: &mut Map<String, Value>) {
    body.remove("id");
    virtual_service::strip(body);
    let is_ours =
        |identifier: &Value| identifier.get("system").is_some_and(|system| system == VISIT_SYSTEM);
    virtual_service::keep(body, "identifier", |identifier| !is_ours(identifier));
    let entries = body.get_mut("participant").and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten().filter_map(Value::as_object_mut) {
        virtual_service::keep(entry, "extension", |extension| {
            let url = extension.get("url").and_then(Value::as_str);
            ![Some(LINK_URL), Some(PARTICIPANT_URL)].contains(&url)
        });
    }
    if let Some(meta) = body.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("versionId");
        meta.remove("lastUpdated");
        if meta.is_empty() {
            body.remove("meta");
        }
    }
}

fn planned_elsewhere(visit: &VisitRow) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("created".to_owned(), instant(visit.created_at));
    body
}

fn put_meta(body: &mut Map<String, Value>, view: &View<'_>) {
    let meta = body.entry("meta").or_insert_with(|| json!({}));
    if let Some(meta) = meta.as_object_mut() {
        meta.insert("versionId".to_owned(), view.version.to_string().into());
        meta.insert("lastUpdated".to_owned(), instant(view.updated_at));
    }
}

/// The time of the visit; as it was written, with its offset, for as long as it means the same.
fn put_time(body: &mut Map<String, Value>, view: &View<'_>) {
    let visit = view.visit;
    let now = Time { starts_at: visit.starts_at, minutes: visit.duration_minutes };
    if wanted::time_of(body) == Some(now) && body.contains_key("end") {
        return;
    }
    body.insert("start".to_owned(), instant(visit.starts_at));
    body.insert("end".to_owned(), instant(visit.ends_at()));
    if body.contains_key("minutesDuration") {
        body.insert("minutesDuration".to_owned(), visit.duration_minutes.into());
    }
}

/// The entries that were written, each with what is known of its person now; and whoever else
/// has been invited since.
fn people(body: &Map<String, Value>, view: &View<'_>, reader: &Reader<'_>) -> Vec<Value> {
    let seated = view.kept.map_or(&[][..], |kept| &kept.seated);
    let expected = || view.visit.participants.iter().filter(|seat| !seat.gone);
    let present = |id| expected().find(|seat| seat.id == id);
    let written = body.get("participant").and_then(Value::as_array).into_iter().flatten();
    let mut people = Vec::new();
    for (index, entry) in written.enumerate() {
        match seated.iter().find(|seated| seated.entry == Some(index)) {
            // A room, a device, somebody who has declined: not of the visit, as they were.
            None => people.push(entry.clone()),
            // Who was uninvited since is not listed.
            Some(seated) => people.extend(
                present(seated.participant).map(|seat| with_seat(entry.clone(), seat, reader)),
            ),
        }
    }
    let listed = |seat: &&ParticipantRow| {
        seated.iter().any(|seated| seated.participant == seat.id && seated.entry.is_some())
    };
    let others = expected().filter(|seat| !listed(seat));
    people.extend(others.map(|seat| with_seat(unlisted(seat), seat, reader)));
    people
}

/// An entry for somebody whom the scheduling system has not written down.
fn unlisted(seat: &ParticipantRow) -> Value {
    json!({ "actor": people::by_name(seat), "status": "accepted" })
}

fn with_seat(mut entry: Value, seat: &ParticipantRow, reader: &Reader<'_>) -> Value {
    let Some(fields) = entry.as_object_mut() else { return entry };
    let is_role = |concept: &Value| {
        let codings = concept.get("coding").and_then(Value::as_array).into_iter().flatten();
        codings.filter_map(|coding| coding.get("system")).any(|system| system == ROLE_SYSTEM)
    };
    let types = fields.get("type").and_then(Value::as_array).into_iter().flatten();
    if !types.into_iter().any(is_role) {
        let role = super::words::concept(ROLE_SYSTEM, seat.role.name(), part(seat.role));
        push(fields, "type", role);
    }
    let id = format!("urn:uuid:{}", seat.id);
    push(fields, "extension", json!({ "url": PARTICIPANT_URL, "valueUri": id }));
    // Whom another organisation sends, that organisation invites.
    if reader.with_links && seat.partner.is_none() {
        let link = reader.links.link(seat.id, seat.generation);
        push(fields, "extension", json!({ "url": LINK_URL, "valueUrl": link }));
    }
    entry
}

fn push(body: &mut Map<String, Value>, field: &str, element: Value) {
    let list = body.entry(field).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.push(element);
    }
}

/// An instant as FHIR writes it.
pub(super) fn instant(at: Timestamp) -> Value {
    at.to_string().into()
}

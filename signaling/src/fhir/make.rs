//! An appointment written for the first time becomes a visit to be stored.
//!
//! In: a body, whose it is, and the time. Out: the visit and its resource, both new; or a
//! refusal that names each place.
//! Never: a visit of an appointment that is called off already.

use super::node::Issues;
use super::person::Person;
use super::release::Release;
use super::seats::Seated;
use super::status::Status;
use super::view::{self, Kept};
use super::wanted::{self, Wanted};
use super::words::APPOINTMENT;
use crate::Fault;
use crate::identifiers::Identifiers;
use crate::plan::{self, Asker};
use crate::problem::{Kind, Rejection};
use crate::store::fhir::{Held, IdentifierRow, NewResource, ResourceRow, SoughtRow, Written};
use bedside_signaling_api::visit::NewVisit;
use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Revision of a resource that was written once.
const FIRST_REVISION: u64 = 1;

/// A body that is to become an appointment, and what goes with it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The release it is written in.
    pub(super) release: Release,
    /// The body.
    pub(super) body: Value,
    /// The id it is to have; one of ours where none is said.
    pub(super) id: Option<String>,
    /// It is made only if there is none with this identifier.
    pub(super) unless: Option<SoughtRow>,
}

/// What is wrong with a body, as a refusal.
pub(super) fn refused(issues: Issues) -> Rejection {
    let rejection = Rejection::new(Kind::InvalidBody);
    issues
        .into_inner()
        .into_iter()
        .fold(rejection, |rejection, issue| rejection.at(issue.expression, issue.text))
}

/// The visit and the resource.
pub(super) fn make(
    asker: &Asker,
    draft: Draft,
    identifiers: &Identifiers,
    now: Timestamp,
) -> Result<NewResource, Rejection> {
    let wanted = wanted::read(&draft.body).map_err(refused)?;
    let time = wanted.time.filter(|_| is_to_be_held(wanted.status));
    let Some(time) = time else {
        let text = "has to be one of a visit that is to be held: proposed, pending, booked, \
             arrived, checked-in, waitlist";
        let rejection = Rejection::new(Kind::InvalidBody);
        return Err(rejection.at(format!("{APPOINTMENT}.status"), text));
    };
    let id = draft.id.unwrap_or_else(|| Uuid::now_v7().to_string());
    let asked = wanted.people.iter().map(|person| person.asked.clone()).collect();
    let new = NewVisit {
        starts_at: Some(time.starts_at),
        reference: Some(id.clone()),
        ..NewVisit::of(time.minutes, asked)
    };
    let planned = plan::plan(asker, &new, identifiers, now)?;
    let visit = planned.into_iter().next().ok_or_else(|| Rejection::new(Kind::Fault))?;
    let seats = visit.participants.iter().map(|seat| seat.id);
    let seated = seated(&wanted.people, seats);
    let resource = ResourceRow {
        id,
        visit: visit.id,
        release: draft.release.name().to_owned(),
        body: text(draft.body)?,
        seated: serde_json::to_string(&seated).map_err(Fault::stored("seating"))?,
        revision: FIRST_REVISION,
        updated_at: now,
    };
    let written = Written { resource, identifiers: self::identifiers(&wanted) };
    Ok(NewResource { visit, written, unless: draft.unless })
}

/// Who sits where: the people asked for, and their ids in the same order.
pub(super) fn seated(people: &[Person], ids: impl Iterator<Item = Uuid>) -> Vec<Seated> {
    let pairs = people.iter().zip(ids);
    pairs.map(|(person, participant)| Seated { participant, entry: person.entry }).collect()
}

/// The identifiers as they are kept.
pub(super) fn identifiers(wanted: &Wanted) -> Vec<IdentifierRow> {
    let found = wanted.identifiers.iter();
    found
        .map(|found| IdentifierRow { system: found.system.clone(), value: found.value.clone() })
        .collect()
}

/// A body as it is kept: without what is ours.
pub(super) fn text(body: Value) -> Result<String, Fault> {
    let mut body = match body {
        Value::Object(body) => body,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    };
    view::strip(&mut body);
    serde_json::to_string(&body).map_err(Fault::stored("resource"))
}

/// What is kept of a visit, understood.
pub(super) fn kept(held: &Held) -> Result<Option<Kept>, Fault> {
    let Some(row) = &held.resource else { return Ok(None) };
    let release = Release::named(&row.release)
        .ok_or("this version does not know the release")
        .map_err(Fault::stored("resource"))?;
    Ok(Some(Kept {
        id: row.id.clone(),
        release,
        body: serde_json::from_str(&row.body).map_err(Fault::stored("resource"))?,
        seated: serde_json::from_str(&row.seated).map_err(Fault::stored("seating"))?,
    }))
}

const fn is_to_be_held(status: Status) -> bool {
    match status {
        Status::Cancelled | Status::EnteredInError | Status::NoShow | Status::Fulfilled => false,
        Status::Proposed
        | Status::Pending
        | Status::Booked
        | Status::Arrived
        | Status::CheckedIn
        | Status::Waitlist => true,
    }
}

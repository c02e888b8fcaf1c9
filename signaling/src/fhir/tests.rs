//! The FHIR edge without a server: what is read, what is shown, what comes back.

mod any;
mod log;
mod read;

use super::make::{self, Draft};
use super::release::Release;
use super::view::{Kept, Reader, View, appointment};
use crate::identifiers::Identifiers;
use crate::link::{KEY_BYTES, Links};
use crate::plan::Asker;
use crate::store::Actor;
use crate::store::fhir::NewResource;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

fn noon() -> Timestamp {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

fn links() -> Links {
    Links::new(&[7; KEY_BYTES], "https://visits.example.org")
}

fn person(reference: &str, display: &str) -> Value {
    json!({ "actor": { "reference": reference, "display": display }, "status": "accepted" })
}

fn body() -> Value {
    json!({
        "resourceType": "Appointment",
        "status": "booked",
        "start": "2026-12-01T09:30:00+01:00",
        "end": "2026-12-01T10:00:00+01:00",
        "participant": [person("Patient/1", "Maria"), person("Practitioner/2", "Dr. Osei")],
    })
}

fn made(body: Value, release: Release) -> NewResource {
    let draft = Draft { release, body, id: Some("a-1".to_owned()), unless: None };
    let asker =
        Asker { tenant: "clinic".to_owned(), actor: Actor::Key(Uuid::nil()), follows: None };
    make::make(&asker, draft, &Identifiers::new(&[7; 32]), noon()).unwrap()
}

fn kept(new: &NewResource) -> Kept {
    let row = &new.written.resource;
    Kept {
        id: row.id.clone(),
        release: Release::named(&row.release).unwrap(),
        body: serde_json::from_str(&row.body).unwrap(),
        seated: serde_json::from_str(&row.seated).unwrap(),
    }
}

/// What a reader of `release` is shown of a new appointment.
fn shown(new: &NewResource, release: Release, with_links: bool) -> Value {
    let (visit, kept, links) = (new.visit.row(), kept(new), links());
    let view = View { visit: &visit, kept: Some(&kept), version: 2, updated_at: noon() };
    appointment(&view, &Reader { release, links: &links, with_links })
}

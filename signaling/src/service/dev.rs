//! A ready visit for trying Bedside out.
//!
//! In: an open service and the time. Out: a visit that starts now, its links, an API key.
//! Never: runs unless `--dev` asks for it; it hands out secrets.

use super::Service;
use crate::Fault;
use crate::key::{NewKey, Scope};
use crate::link::Links;
use crate::plan::{self, Asker};
use crate::store::Actor;
use bedside_signaling_api::person::Relationship;
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::{NewParticipant, NewVisit};
use jiff::Timestamp;
use std::fmt;

/// Tenant of everything made for trying out.
const TENANT: &str = "dev";
/// Long enough to try everything.
const DURATION_MINUTES: u16 = 60;
/// Who is in the visit.
const PEOPLE: [(Role, &str); 5] = [
    (Role::Patient, "Maria"),
    (Role::Family, "Ana"),
    (Role::Clinician, "Dr. Osei"),
    (Role::Pharmacist, "Lee"),
    (Role::Interpreter, "Sam"),
];

/// A visit to try out.
#[derive(Clone, PartialEq, Eq)]
pub struct DevVisit {
    /// A fresh API key that may do everything.
    pub api_key: String,
    /// One link a person.
    pub links: Vec<DevLink>,
    /// When it starts: now.
    pub starts_at: Timestamp,
}

/// One person's link.
#[derive(Clone, PartialEq, Eq)]
pub struct DevLink {
    /// The part they play.
    pub role: Role,
    /// Their name.
    pub display_name: String,
    /// The personal link.
    pub url: String,
}

impl fmt::Debug for DevVisit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevVisit").field("starts_at", &self.starts_at).finish_non_exhaustive()
    }
}

impl fmt::Debug for DevLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevLink").field("role", &self.role).finish_non_exhaustive()
    }
}

/// Makes the key (and with it the tenant), then the visit.
pub(super) async fn visit(
    service: &Service,
    links: &Links,
    now: Timestamp,
) -> Result<DevVisit, Fault> {
    let key = service
        .create_key(&NewKey {
            tenant: TENANT.to_owned(),
            name: "made by serve --dev".to_owned(),
            scopes: Scope::ALL.to_vec(),
            expires_at: None,
        })
        .await?;
    let asker = Asker { tenant: TENANT.to_owned(), actor: Actor::Operator, follows: None };
    let planned = plan::plan(&asker, &new_visit(now), &service.identifiers(), now);
    let planned = planned.map_err(Fault::stored("visit to try out"))?;
    service.store.create_visits(&planned, None).await?;
    let planned = planned.first().ok_or("no visit").map_err(Fault::stored("visit to try out"))?;
    let links = planned.participants.iter().map(|person| DevLink {
        role: person.role,
        display_name: person.display_name.clone(),
        url: links.link(person.id, person.generation),
    });
    Ok(DevVisit { api_key: key.text, links: links.collect(), starts_at: planned.starts_at })
}

fn new_visit(now: Timestamp) -> NewVisit {
    let participants = PEOPLE.map(|(role, name)| NewParticipant {
        role,
        language: "en".to_owned(),
        display_name: name.to_owned(),
        relationship: (role == Role::Family).then_some(Relationship::Child),
        authority: None,
        interpreter_needed: false,
        identifiers: None,
    });
    NewVisit { starts_at: Some(now), ..NewVisit::of(DURATION_MINUTES, participants.to_vec()) }
}

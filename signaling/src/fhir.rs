//! The FHIR edge: `/fhir/r4` and `/fhir/r5`.
//!
//! In: appointments as scheduling systems write them. Out: visits made, moved and ended; and
//! appointments, encounters, consents and documents that say how they stand.
//! Never: a word of FHIR behind these files. A visit does not know what an appointment is; it
//! is given commands, and read.
//!
//! What is written is kept as it was, and what is true now goes over it when it is shown, so a
//! field that is not understood here comes back unharmed.

mod amend;
mod answer;
mod appointment;
mod bundle;
mod capability;
mod change;
mod consent;
mod document;
mod documents;
mod encounter;
mod make;
mod node;
mod outcome;
mod people;
mod person;
mod presence;
mod records;
mod release;
mod request;
mod role;
mod search;
mod seats;
mod seen;
mod shelf;
mod status;
#[cfg(test)]
mod tests;
mod trail;
mod transaction;
mod translate;
mod view;
mod virtual_service;
mod wanted;
mod words;

pub(crate) use outcome::as_outcome;

use crate::AppState;
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use release::Release;

/// Everything under `/fhir`.
pub(crate) fn routes() -> Router<AppState> {
    Release::ALL.into_iter().fold(Router::new(), |routes, release| routes.merge(of(release)))
}

fn of(release: Release) -> Router<AppState> {
    let at = |path: &str| format!("/fhir/{}{path}", release.name());
    Router::new()
        .route(&at(""), post(transaction::take))
        .route(&at("/"), post(transaction::take))
        .route(&at("/metadata"), get(capability::read))
        .route(&at("/Appointment"), get(appointment::search).post(appointment::create))
        .route(&at("/Appointment/_search"), post(appointment::search_by_form))
        .route(&at("/Appointment/{id}"), get(appointment::read).put(appointment::update))
        .route(&at("/Encounter"), get(records::find_encounters))
        .route(&at("/Encounter/{id}"), get(records::read_encounter))
        .route(&at("/Consent"), get(records::find_consents))
        .route(&at("/Consent/{id}"), get(records::read_consent))
        .route(&at("/DocumentReference"), get(documents::find))
        .route(&at("/DocumentReference/{id}"), get(documents::read))
        .route(&at("/AuditEvent"), get(trail::find))
        .layer(middleware::from_fn(request::speaks_json))
        .layer(Extension(release))
}

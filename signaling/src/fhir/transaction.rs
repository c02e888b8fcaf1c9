//! A `Bundle` of things to do: a transaction (all or nothing) or a batch (each for itself).
//!
//! In: a bundle. Out: a bundle of answers in the same order.
//! Never: half a transaction. New visits are stored as one; a change of a visit that is there is
//! its one writer's to decide and cannot wait for another visit's, so a transaction may hold one
//! only when it holds nothing else.

mod entry;

pub(super) use self::entry::ENTRIES_MAX;

use self::entry::{Step, steps};
use super::amend::Again;
use super::answer::{Answer, tag};
use super::appointment::{ambiguous, written};
use super::make::{self, Draft};
use super::release::Release;
use super::{appointment, outcome, request, shelf};
use crate::http::caller::MayWrite;
use crate::problem::{Kind, Rejection};
use crate::store::fhir::{Made, NewResource};
use crate::{AppState, clock};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// Takes a bundle.
pub(super) async fn take(
    caller: MayWrite,
    Extension(release): Extension<Release>,
    State(state): State<AppState>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Answer, Rejection> {
    let body = request::body(&headers, &bytes)?;
    let kind = body.get("type").and_then(Value::as_str).map(str::to_owned);
    let steps = steps(release, body).map_err(make::refused)?;
    let (kind, answers) = match kind.as_deref() {
        Some("batch") => ("batch-response", batch(&state, &caller, steps).await),
        Some("transaction") => {
            let answers = transaction(&state, &caller, steps).await?;
            ("transaction-response", answers.into_iter().map(taken).collect())
        }
        Some(_) | None => {
            let rejection = Rejection::new(Kind::InvalidBody);
            return Err(rejection.at("Bundle.type", "has to be transaction or batch"));
        }
    };
    let bundle = json!({ "resourceType": "Bundle", "type": kind, "entry": answers });
    Ok(Answer::plain(release, bundle))
}

async fn batch(state: &AppState, caller: &MayWrite, steps: Vec<Step>) -> Vec<Value> {
    let mut answers = Vec::with_capacity(steps.len());
    for step in steps {
        let done = one(state, caller, step).await;
        answers.push(done.map_or_else(|rejection| refused(&rejection), taken));
    }
    answers
}

async fn transaction(
    state: &AppState,
    caller: &MayWrite,
    mut steps: Vec<Step>,
) -> Result<Vec<Answer>, Rejection> {
    if steps.len() == 1
        && let Some(step) = steps.pop()
    {
        return Ok(vec![one(state, caller, step).await?]);
    }
    let release = steps.first().map_or(Release::R5, Step::release);
    let (now, asker) = (clock::now(), appointment::asker(caller));
    let mut new = Vec::with_capacity(steps.len());
    for (index, step) in steps.into_iter().enumerate() {
        let made = plan(state, caller, step).await;
        let made = made.and_then(|draft| make::make(&asker, draft, &state.identifiers, now));
        new.push(made.map_err(|rejection| at(rejection, index))?);
    }
    stored(state, caller, (release, &new)).await
}

/// A step of several, as a draft; a step that changes what is there is refused.
async fn plan(state: &AppState, caller: &MayWrite, step: Step) -> Result<Draft, Rejection> {
    match step {
        Step::Make(draft) => Ok(draft),
        Step::Write(Again { release, body, id, replaces }) => {
            let there = shelf::look_up(state, &caller.tenant, &id).await?.is_some();
            if there || replaces.is_some() {
                return Err(Rejection::new(Kind::NotSupported).detail(
                    "A transaction makes new appointments, or changes a single one and does \
                     nothing else. Send changes of several as a batch.",
                ));
            }
            let body = appointment::with_id(body, &id)?;
            Ok(Draft { release, body, id: Some(id), unless: None })
        }
    }
}

async fn stored(
    state: &AppState,
    caller: &MayWrite,
    (release, new): (Release, &[NewResource]),
) -> Result<Vec<Answer>, Rejection> {
    let made = match state.store.create_resources(new).await? {
        Made::All(made) => made,
        Made::Taken(index) => {
            let rejection = Rejection::new(Kind::VersionConflict);
            return Err(at(rejection, index));
        }
        Made::Ambiguous(index) => return Err(at(ambiguous(), index)),
    };
    let mut answers = Vec::with_capacity(made.len());
    for made in made {
        answers.push(appointment::stored(state, caller, made, release).await?);
    }
    Ok(answers)
}

async fn one(state: &AppState, caller: &MayWrite, step: Step) -> Result<Answer, Rejection> {
    match step {
        Step::Make(draft) => appointment::made(state, caller, draft).await,
        Step::Write(again) => written(state, caller, again).await,
    }
}

fn at(rejection: Rejection, index: usize) -> Rejection {
    let said = rejection.problem().detail.unwrap_or_default();
    rejection.detail(format!("Bundle.entry[{index}]: {said}").trim_end_matches([':', ' ']))
}

fn taken(answer: Answer) -> Value {
    let mut response = json!({ "status": answer.status.to_string() });
    let more = [
        ("location", answer.location.map(Value::from)),
        ("etag", answer.version.map(|(version, _)| tag(version).into())),
        ("lastModified", answer.version.map(|(_, at)| super::view::instant(at))),
    ];
    if let Some(fields) = response.as_object_mut() {
        let more = more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        fields.extend(more);
    }
    json!({ "resource": answer.body, "response": response })
}

fn refused(rejection: &Rejection) -> Value {
    let problem = rejection.problem();
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    let outcome = outcome::outcome(&problem);
    json!({ "response": { "status": status.to_string(), "outcome": outcome } })
}

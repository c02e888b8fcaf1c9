//! `/v1/visits/{id}/…`: what is known of a visit beside its plan.
//!
//! In: a reading caller. Out: what happened, who agreed, what was stated and written.
//! Never: another organisation's chat or statements; a partner reads the time line only.

use super::shown;
use crate::AppState;
use crate::http::caller::MayRead;
use crate::http::parameters::ValidPath;
use crate::problem::{Kind, Rejection};
use crate::store::StoredVisit;
use crate::visit::{LessonEvent, VisitEvent};
use axum::Json;
use axum::extract::State;
use bedside_signaling_api::care::{ChatLine, ChatTo};
use bedside_signaling_api::desk::{
    Chat, ChatEntry, ConsentDecision, ConsentEntry, Consents, StatementEntry, Statements, Timeline,
    TimelineLine,
};
use bedside_signaling_api::tutorial::Watched;
use jiff::Timestamp;
use uuid::Uuid;

/// Read what has happened in a visit.
#[utoipa::path(
    get, path = "/v1/visits/{id}/events", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    responses((status = 200, description = "Every event, oldest first.", body = Timeline)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn read_events(
    caller: MayRead,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Timeline>, Rejection> {
    let row = shown(&state, (&caller.tenant, caller.key), "events", id).await?;
    let own = row.tenant == caller.tenant;
    let log = log(&state, id).await?;
    let lines = (1_u64..).zip(&log.events).map(|(seq, (at, event))| line(seq, *at, event, own));
    Ok(Json(Timeline { data: lines.collect() }))
}

/// Read who has agreed to what.
#[utoipa::path(
    get, path = "/v1/visits/{id}/consents", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    responses((status = 200, description = "What each person said last.", body = Consents)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn read_consents(
    caller: MayRead,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Consents>, Rejection> {
    own(&state, &caller, "consents", id).await?;
    Ok(Json(Consents { data: consents(&log(&state, id).await?.events) }))
}

/// Read what people stated at the gates, while it is kept.
#[utoipa::path(
    get, path = "/v1/visits/{id}/statements", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    responses((status = 200, description = "Where people are, their numbers.", body = Statements)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn read_statements(
    caller: MayRead,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Statements>, Rejection> {
    own(&state, &caller, "statements", id).await?;
    let entries = state.store.statements(id).await?.into_iter().map(|stated| StatementEntry {
        participant: stated.participant,
        gate: stated.gate,
        value: stated.value,
        at: stated.at,
    });
    Ok(Json(Statements { data: entries.collect() }))
}

/// Read the chat, where the visit's policy keeps it.
#[utoipa::path(
    get, path = "/v1/visits/{id}/chat", tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit.")),
    responses((status = 200, description = "The lines, oldest first.", body = Chat)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn read_chat(
    caller: MayRead,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Chat>, Rejection> {
    own(&state, &caller, "chat", id).await?;
    let lines = state.store.chat(id, None).await?.into_iter().map(|line| {
        let (to, participant) = match line.to {
            ChatTo::Everybody => ("everybody", None),
            ChatTo::Staff => ("staff", None),
            ChatTo::Person { participant } => ("person", Some(participant)),
            ChatTo::Waiting => ("waiting", None),
        };
        let ChatLine { id, from, role, at, text, ready, .. } = line;
        ChatEntry { id, from, role, to: to.to_owned(), participant, at, text, ready }
    });
    Ok(Json(Chat { data: lines.collect() }))
}

/// Goes on for the visit's own organisation only; the look is in the audit log in any case.
async fn own(
    state: &AppState,
    caller: &MayRead,
    what: &'static str,
    id: Uuid,
) -> Result<(), Rejection> {
    let row = shown(state, (&caller.tenant, caller.key), what, id).await?;
    if row.tenant == caller.tenant { Ok(()) } else { Err(Rejection::new(Kind::NotFound)) }
}

async fn log(state: &AppState, id: Uuid) -> Result<StoredVisit, Rejection> {
    state.store.load_visit(id).await?.ok_or_else(|| Rejection::new(Kind::NotFound))
}

/// One line; to a partner without staff's own words.
fn line(seq: u64, at: Timestamp, event: &VisitEvent, own: bool) -> TimelineLine {
    let mut line = TimelineLine {
        seq,
        at,
        event: event.name().to_owned(),
        participant: event.participant(),
        by: event.by(),
        about: event.about().map(str::to_owned),
        method: None,
        reason: None,
        outcome: None,
        queue: None,
        recording: event.recording(),
        watched: None,
    };
    if let VisitEvent::Checked { method, .. } | VisitEvent::CheckFailed { method, .. } = event {
        line.method = Some(*method);
    } else if let VisitEvent::Transferred { queue } = event {
        line.queue = own.then(|| queue.clone());
    } else if let VisitEvent::Deviated { reason, .. } = event {
        line.reason = own.then(|| reason.clone());
    } else if let VisitEvent::Ended { outcome, .. } = event {
        line.outcome = *outcome;
    } else if let VisitEvent::Lesson(LessonEvent::Watched { tutorial, language, percent, .. }) =
        event
    {
        let (tutorial, language, percent) = (*tutorial, language.clone(), *percent);
        line.watched = Some(Watched { tutorial, language, percent });
    }
    line
}

/// What each person said to each purpose last.
fn consents(events: &[(Timestamp, VisitEvent)]) -> Vec<ConsentEntry> {
    let mut entries: Vec<ConsentEntry> = Vec::new();
    for (at, event) in events {
        let Some(entry) = consent(*at, event) else { continue };
        entries.retain(|e| (e.participant, e.purpose) != (entry.participant, entry.purpose));
        entries.push(entry);
    }
    entries
}

fn consent(at: Timestamp, event: &VisitEvent) -> Option<ConsentEntry> {
    let plain = |participant: Uuid, purpose, decision| ConsentEntry {
        participant,
        purpose,
        decision,
        at,
        version: None,
        language: None,
        by: None,
    };
    if let VisitEvent::ConsentGiven { participant, purpose, version, language, by } = event {
        return Some(ConsentEntry {
            version: Some(version.clone()),
            language: Some(language.clone()),
            by: *by,
            ..plain(*participant, *purpose, ConsentDecision::Given)
        });
    }
    if let VisitEvent::ConsentRefused { participant, purpose } = event {
        return Some(plain(*participant, *purpose, ConsentDecision::Refused));
    }
    if let VisitEvent::ConsentWithdrawn { participant, purpose } = event {
        return Some(plain(*participant, *purpose, ConsentDecision::Withdrawn));
    }
    None
}

//! `/v1/visits/{id}/participants`: who is expected, their links, codes and admission.
//!
//! In: a wish of the visit's own organisation, or of a partner about its own people. Out: the
//! person, with a link where one was made.
//! Never: another organisation's people touched; a link in an answer that made none.

use super::life::changed;
use super::{own_visit, view, visit};
use crate::http::caller::MayWrite;
use crate::http::idempotency::IdempotencyKey;
use crate::http::json::ValidJson;
use crate::http::parameters::{PersonPath, ValidPath};
use crate::hub::HubError;
use crate::identifiers::Claim;
use crate::problem::{Kind, Rejection};
use crate::store::{Actor, ParticipantRow, VisitRow};
use crate::visit::{By, Command, Expected, Refusal, Shown};
use crate::{AppState, clock, secret};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bedside_signaling_api::desk::{Admission, Amend, Code};
use bedside_signaling_api::visit::{NewParticipant, Participant, Visit};
use jiff::SignedDuration;
use uuid::Uuid;

/// How long a one-time code works. A text message may take minutes; longer helps a finder.
const CODE_WORKS_FOR: SignedDuration = SignedDuration::from_mins(15);

/// Invite somebody more.
///
/// A partner of the visit invites its own people. With an `Idempotency-Key` a repeated request
/// invites nobody twice.
#[utoipa::path(
    post, path = "/v1/visits/{id}/participants", tag = "visits",
    params(
        ("id" = Uuid, Path, description = "Id of the visit."),
        ("Idempotency-Key" = Option<String>, Header,
         description = "1 to 255 visible ASCII characters, unique to what is asked for."),
    ),
    request_body = NewParticipant,
    responses((status = 201, description = "The person, with their link.", body = Participant)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn invite_participant(
    caller: MayWrite,
    ValidPath(id): ValidPath,
    IdempotencyKey(key): IdempotencyKey,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewParticipant>,
) -> Result<(StatusCode, Json<Participant>), Rejection> {
    let row = visit(&state, &caller.tenant, id).await?;
    let participant = key.map_or_else(Uuid::now_v7, |key| stable_id(&caller.tenant, id, &key));
    let expected = Expected {
        id: participant,
        role: new.role,
        language: new.language,
        display_name: new.display_name,
        partner: (row.tenant != caller.tenant).then(|| caller.tenant.clone()),
        relationship: new.relationship,
        authority: new.authority,
        interpreter_needed: new.interpreter_needed,
    };
    let invite = Command::Invite { by: By::Desk, expected };
    let known = row.participants.iter().any(|person| person.id == participant);
    let another = HubError::Refused(Refusal::NotAllowed);
    state.hub.command(id, Actor::Key(caller.key), invite).await.map_err(|error| {
        if known && error == another {
            return Rejection::new(Kind::KeyReused)
                .detail("Use a new key, or send the same person as before.");
        }
        error.into()
    })?;
    // Whoever is invited already is known by what was given then.
    if let Some(given) = new.identifiers.filter(|_| !known) {
        let claim = Claim { birth_date: &given.birth_date, second: &given.second };
        let hash = state.identifiers.hash(participant, &claim);
        state.store.keep_identifiers(participant, &hash).await?;
    }
    Ok((StatusCode::CREATED, with_link(&state, &caller, (id, participant)).await?))
}

/// Take somebody off the list who has not been in.
#[utoipa::path(
    delete, path = "/v1/visits/{id}/participants/{participant}", tag = "visits",
    params(PersonPath),
    responses((status = 204, description = "They are expected no more; their link opens nothing.")),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn uninvite_participant(
    caller: MayWrite,
    path: PersonPath,
    State(state): State<AppState>,
) -> Result<StatusCode, Rejection> {
    let (_, person) = own_person(&state, &caller, path).await?;
    let command = Command::Uninvite { participant: person.id };
    state.hub.command(path.id, Actor::Key(caller.key), command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put right what is written of somebody.
#[utoipa::path(
    patch, path = "/v1/visits/{id}/participants/{participant}", tag = "visits",
    params(PersonPath),
    request_body = Amend,
    responses((status = 200, description = "The person.", body = Participant)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn amend_participant(
    caller: MayWrite,
    path: PersonPath,
    State(state): State<AppState>,
    ValidJson(wish): ValidJson<Amend>,
) -> Result<Json<Participant>, Rejection> {
    let (_, person) = own_person(&state, &caller, path).await?;
    let command = Command::Amend {
        participant: person.id,
        language: wish.language.unwrap_or(person.language),
        display_name: wish.display_name.unwrap_or(person.display_name),
    };
    state.hub.command(path.id, Actor::Key(caller.key), command).await?;
    let (row, person) = own_person(&state, &caller, path).await?;
    Ok(Json(view::participant(&row, &person, &caller.tenant, None)))
}

/// Give somebody a new link.
///
/// The earlier one opens nothing any more, and a page it opened is closed.
#[utoipa::path(
    post, path = "/v1/visits/{id}/participants/{participant}/link", tag = "visits",
    params(PersonPath),
    responses((status = 200, description = "The person, with their new link.", body = Participant)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn renew_link(
    caller: MayWrite,
    path: PersonPath,
    State(state): State<AppState>,
) -> Result<Json<Participant>, Rejection> {
    let (_, person) = own_person(&state, &caller, path).await?;
    let command = Command::RenewLink { by: By::Desk, participant: person.id };
    state.hub.command(path.id, Actor::Key(caller.key), command).await?;
    with_link(&state, &caller, (path.id, person.id)).await
}

/// Make a one-time code for somebody's identity check.
///
/// Send it to the person by a way you know to be theirs. It works once, and replaces the one
/// before.
#[utoipa::path(
    post, path = "/v1/visits/{id}/participants/{participant}/code", tag = "visits",
    params(PersonPath),
    responses((status = 201, description = "The code, in this answer only.", body = Code)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn make_code(
    caller: MayWrite,
    path: PersonPath,
    State(state): State<AppState>,
) -> Result<(StatusCode, Json<Code>), Rejection> {
    let (row, person) = own_person(&state, &caller, path).await?;
    if row.state.is_over() {
        return Err(Rejection::new(Kind::VisitState).detail("The visit is over."));
    }
    let code = secret::digits()?;
    let now = clock::now();
    let expires_at = now.checked_add(CODE_WORKS_FOR).unwrap_or(now);
    let hash = state.identifiers.code(person.id, &code);
    state.store.keep_code(person.id, &hash, expires_at).await?;
    Ok((StatusCode::CREATED, Json(Code { code, expires_at })))
}

/// Let somebody in who waits.
///
/// Say whom and which start staff saw; if that is not what is there, nothing happens.
#[utoipa::path(
    post, path = "/v1/visits/{id}/participants/{participant}/admit", tag = "visits",
    params(PersonPath),
    request_body = Admission,
    responses((status = 200, description = "The visit as it stands.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn admit_participant(
    caller: MayWrite,
    path: PersonPath,
    State(state): State<AppState>,
    ValidJson(saw): ValidJson<Admission>,
) -> Result<Json<Visit>, Rejection> {
    own_visit(&state, &caller.tenant, path.id).await?;
    own_person(&state, &caller, path).await?;
    let starts_at = clock::to_millisecond(saw.starts_at);
    let shown = Some(Shown { display_name: saw.display_name, starts_at });
    let (by, participant) = (By::Desk, path.participant);
    let admit = Command::Admit { by, participant, shown, skip: Vec::new() };
    changed(&state, &caller, path.id, admit).await
}

/// Take somebody out of the visit, for good.
#[utoipa::path(
    post, path = "/v1/visits/{id}/participants/{participant}/remove", tag = "visits",
    params(PersonPath),
    responses((status = 200, description = "The visit as it stands.", body = Visit)),
    security(("api_key" = ["visits:write"]))
)]
pub(crate) async fn remove_participant(
    caller: MayWrite,
    path: PersonPath,
    State(state): State<AppState>,
) -> Result<Json<Visit>, Rejection> {
    let row = own_visit(&state, &caller.tenant, path.id).await?;
    let known = row.participants.iter().any(|person| person.id == path.participant);
    if !known {
        return Err(Rejection::new(Kind::NotFound));
    }
    let remove = Command::Remove { by: By::Desk, participant: path.participant };
    changed(&state, &caller, path.id, remove).await
}

/// The same id for the same request, so that it invites nobody twice.
fn stable_id(tenant: &str, visit: Uuid, key: &str) -> Uuid {
    let text = [b"invitation\0".as_slice(), tenant.as_bytes(), b"\0", visit.as_bytes()].concat();
    let hash = secret::hash(&[text.as_slice(), key.as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A person whom the caller's organisation sends.
async fn own_person(
    state: &AppState,
    caller: &MayWrite,
    path: PersonPath,
) -> Result<(VisitRow, ParticipantRow), Rejection> {
    let row = visit(state, &caller.tenant, path.id).await?;
    let own = |person: &&ParticipantRow| {
        let sender = person.partner.as_ref().unwrap_or(&row.tenant);
        person.id == path.participant && !person.gone && *sender == caller.tenant
    };
    let person = row.participants.iter().find(own).cloned();
    person.map(|person| (row, person)).ok_or_else(|| Rejection::new(Kind::NotFound))
}

async fn with_link(
    state: &AppState,
    caller: &MayWrite,
    (id, participant): (Uuid, Uuid),
) -> Result<Json<Participant>, Rejection> {
    let path = PersonPath { id, participant };
    let (row, person) = own_person(state, caller, path).await?;
    let link = state.links.link(person.id, person.generation);
    Ok(Json(view::participant(&row, &person, &caller.tenant, Some(link))))
}

//! `/v1/staff/…`: staff signs in with the clinic's identity provider.
//!
//! In: a session of a member of staff; then the browser, back from the provider with a code.
//! Out: the URL to sign in at; the identity check in the visit, and the way back to the pages.
//! Never: a sign-in that another browser began; who somebody is at the provider, in clear; an
//! error that leaves a person on an empty page.

use super::cookie::cookie;
use super::json::ValidJson;
use super::limits::Visitor;
use crate::oidc::{CALLBACK_PATH, Provider, SignInError};
use crate::problem::{Kind, Rejection, chain};
use crate::store::{Actor, SignInRow, VisitRow};
use crate::visit::{By, Command};
use crate::{AppState, Fault, clock, role, secret};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::person::Method;
use bedside_signaling_api::policy::Gate;
use bedside_signaling_api::staff::{BeginSignIn, SignIn, SignInProvider};
use bedside_signaling_api::visit::VisitState;
use serde::Deserialize;

/// Holds the `state` in the browser that began. Whoever is sent a sign-in link by somebody else
/// has no such cookie, and so signs in for nobody.
const STATE_COOKIE: &str = "bedside_sign_in";
/// How long the browser keeps it: as long as an attempt may take.
const COOKIE_SECONDS: u32 = 15 * 60;

/// What the browser brings back from the provider. It may bring more, which is not looked at.
#[derive(Deserialize)]
pub(crate) struct Back {
    code: Option<String>,
    state: Option<String>,
}

/// How a sign-in ended, as the page is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// They are who they are.
    Done,
    /// The provider, or the person there, said no.
    Refused,
    /// It was not begun in this browser, or too long ago, or it has ended before.
    Expired,
    /// It failed, at the provider or here.
    Failed,
}

/// Read whether staff can sign in.
///
/// With what, by its name; a page shows it on its button.
#[utoipa::path(
    get,
    path = "/v1/staff/sign-in",
    tag = "staff",
    responses((status = 200, description = "The provider.", body = SignInProvider)),
    security(())
)]
pub(crate) async fn read_provider(
    State(state): State<AppState>,
) -> Result<Json<SignInProvider>, Rejection> {
    Ok(Json(SignInProvider { name: provider(&state)?.name().to_owned() }))
}

/// Begin to sign in.
///
/// For a member of staff who has redeemed their personal link. The browser that asks goes to the
/// answer's `url` itself; there it has a cookie with which alone the way back works.
#[utoipa::path(
    post,
    path = "/v1/staff/sign-in",
    tag = "staff",
    request_body = BeginSignIn,
    responses((
        status = 200, description = "Where to sign in.", body = SignIn,
        headers(("Set-Cookie" = String, description = "Binds the sign-in to this browser."))
    )),
    security(())
)]
pub(crate) async fn begin_sign_in(
    visitor: Visitor,
    State(state): State<AppState>,
    ValidJson(begin): ValidJson<BeginSignIn>,
) -> Result<Response, Rejection> {
    let provider = provider(&state)?;
    let attempt = attempt(&state, visitor, &begin.session).await?;
    let ticket = state.tickets.fresh()?;
    let url = provider.sign_in_url(&ticket).await.map_err(|error| {
        tracing::warn!(error = %chain(&error), "a sign-in cannot begin");
        Rejection::new(Kind::SignInUnavailable)
    })?;
    state.store.begin_sign_in(&ticket.hash(), attempt, clock::now()).await?;
    let cookie =
        [(SET_COOKIE, set_cookie(state.links.public_url(), &ticket.state, COOKIE_SECONDS))];
    Ok((cookie, Json(SignIn { url })).into_response())
}

/// Come back from the identity provider.
///
/// For browsers. Whatever happened, the answer leads to `/j` with `sign_in=done`, `refused`,
/// `expired` or `failed`; `done` means that the visit has noted the person's identity as checked.
#[utoipa::path(
    get,
    path = "/v1/staff/callback",
    tag = "staff",
    params(
        ("code" = Option<String>, Query, description = "What the provider gave."),
        ("state" = Option<String>, Query, description = "What we gave the provider."),
    ),
    responses((
        status = 303, description = "Back to the pages.",
        headers(("Location" = String, description = "`/j?sign_in=…`"))
    )),
    security(())
)]
pub(crate) async fn end_sign_in(
    _visitor: Visitor,
    State(state): State<AppState>,
    headers: HeaderMap,
    back: Result<Query<Back>, QueryRejection>,
) -> Response {
    let ended = match back {
        Ok(Query(back)) => end(&state, back, &headers).await.unwrap_or_else(|fault| {
            tracing::error!(fault = %chain(&fault), "a sign-in failed on our side");
            Ended::Failed
        }),
        Err(_misread) => Ended::Expired,
    };
    let location = format!("/j?sign_in={}", ended.name());
    let spent = set_cookie(state.links.public_url(), "", 0);
    (StatusCode::SEE_OTHER, [(LOCATION, location), (SET_COOKIE, spent)]).into_response()
}

async fn end(state: &AppState, back: Back, headers: &HeaderMap) -> Result<Ended, Fault> {
    let begun_here = back.state.filter(|sent| {
        let kept = cookie(headers, STATE_COOKIE).unwrap_or_default();
        secret::same(sent.as_bytes(), kept.as_bytes())
    });
    let ticket = begun_here.and_then(|begun| state.tickets.again(&begun));
    let (Some(provider), Some(ticket)) = (&state.provider, ticket) else {
        return Ok(Ended::Expired);
    };
    let now = clock::now();
    let Some(attempt) = state.store.end_sign_in(&ticket.hash(), now).await? else {
        return Ok(Ended::Expired);
    };
    let Some(code) = back.code else { return Ok(Ended::Refused) };
    let subject = match provider.redeem(&code, &ticket, now).await {
        Ok(subject) => subject,
        Err(error) => return Ok(not_believed(&error)),
    };
    let person = state.tickets.person(provider.issuer(), &subject);
    // First whose identity it is, then that it was checked: of a crash in between nothing is
    // left that says more than is known.
    state.store.note_identity(attempt.participant, &person, now).await?;
    let by = By::Person(attempt.participant);
    let check = Command::Check {
        by,
        participant: attempt.participant,
        gate: Gate::Identity,
        method: Method::Oidc,
        passed: true,
    };
    match state.hub.command(attempt.visit, Actor::Person(attempt.participant), check).await {
        Ok(_) => Ok(Ended::Done),
        Err(refused) => {
            tracing::warn!(refused = ?refused, "a sign-in came too late for its visit");
            Ok(Ended::Failed)
        }
    }
}

fn not_believed(error: &SignInError) -> Ended {
    tracing::warn!(error = %chain(error), "a sign-in is not believed");
    Ended::Failed
}

fn provider(state: &AppState) -> Result<&Provider, Rejection> {
    state.provider.as_ref().ok_or_else(|| Rejection::new(Kind::NoSignIn))
}

/// Whose attempt it is: a member of staff, with a session, of a visit that is not over.
async fn attempt(
    state: &AppState,
    Visitor(peer): Visitor,
    session: &str,
) -> Result<SignInRow, Rejection> {
    let Some(session) = state.store.session(session).await? else {
        state.limits.wrong(peer)?;
        return Err(Rejection::new(Kind::UnknownSession));
    };
    let found = state.store.participant(session.participant).await?;
    let (visit, person) = found.ok_or_else(|| Rejection::new(Kind::UnknownSession))?;
    if !role::is_staff(person.role) {
        return Err(Rejection::new(Kind::NotStaff));
    }
    not_over(&visit)?;
    Ok(SignInRow { visit: visit.id, participant: person.id })
}

/// Goes on while the visit does.
pub(super) fn not_over(visit: &VisitRow) -> Result<(), Rejection> {
    match visit.state {
        VisitState::Scheduled
        | VisitState::Open
        | VisitState::Live
        | VisitState::NoShowProposed => Ok(()),
        VisitState::Ended | VisitState::NoShow => Err(Rejection::new(Kind::VisitOver)),
        VisitState::Cancelled => Err(Rejection::new(Kind::VisitCancelled)),
    }
}

/// For this browser alone, for the way back alone; not for scripts.
fn set_cookie(public_url: &str, state: &str, seconds: u32) -> String {
    let secure = if public_url.starts_with("https://") { "; Secure" } else { "" };
    format!(
        "{STATE_COOKIE}={state}; Path={CALLBACK_PATH}; Max-Age={seconds}; HttpOnly; \
         SameSite=Lax{secure}"
    )
}

impl Ended {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

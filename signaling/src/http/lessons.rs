//! `/v1/lessons/{participant}/…`: what a page plays.
//!
//! In: a session, once, for a cookie; then the browser's own requests for pieces of a film. Out:
//! films and captions of the organisation whose visit it is.
//! Never: a secret in an address: a film's element cannot send a header, so the browser keeps the
//! session in a cookie that is for these addresses alone and that no script reads; a film to
//! somebody whose visit is over.

mod range;

use super::caller::bearer_in;
use super::cookie::cookie;
use super::oidc::not_over;
use super::parameters::ValidPath;
use super::peer::Peer;
use super::tutorials::tag;
use crate::films::read_at;
use crate::problem::{Kind, Rejection};
use crate::store::{FilmRow, VisitRow};
use crate::{AppState, Fault};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE, SET_COOKIE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use range::Part;
use serde::Deserialize;
use std::fs::File;
use std::io;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;
use uuid::Uuid;

/// How the name of the cookie begins; each person of a browser has one of their own.
const COOKIE_PREFIX: &str = "bedside_lesson_";
/// How long the browser keeps it: longer than any visit takes. Whether it opens anything is
/// looked up on each request.
const COOKIE_SECONDS: u32 = 12 * 60 * 60;

/// The addresses of what one person plays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LessonPath {
    /// Id of the person in their visit.
    participant: Uuid,
    /// Id of the tutorial.
    tutorial: Uuid,
    /// The language (BCP 47).
    #[param(example = "en", min_length = 2, max_length = 35)]
    language: String,
}

impl<S: Send + Sync> FromRequestParts<S> for LessonPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let path = Path::<(Uuid, Uuid, String)>::from_request_parts(parts, state).await;
        let Path((participant, tutorial, language)) =
            path.map_err(|_| Rejection::new(Kind::InvalidPath).at("tutorial", "has to be a UUID"))?;
        Ok(Self { participant, tutorial, language: tag(&language)? })
    }
}

/// Open what one person plays to their browser.
///
/// For pages: the session of the redeemed link goes into `Authorization: Bearer …`, and the
/// browser gets it back as a cookie for the films and captions of this person.
#[utoipa::path(
    post, path = "/v1/lessons/{participant}", tag = "links",
    params(("participant" = Uuid, Path, description = "Id of the person in their visit.")),
    responses((
        status = 204, description = "Films and captions are open to this browser.",
        headers(("Set-Cookie" = String, description = "The session, for these addresses alone."))
    )),
    security(())
)]
pub(crate) async fn open_lessons(
    peer: Peer,
    ValidPath(participant): ValidPath,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let token = bearer_in(&headers).unwrap_or_default();
    tenant(&state, peer, (participant, token)).await?;
    let secure = if state.links.public_url().starts_with("https://") { "; Secure" } else { "" };
    let cookie = format!(
        "{}={token}; Path=/v1/lessons/{participant}; Max-Age={COOKIE_SECONDS}; HttpOnly; \
         SameSite=Strict{secure}",
        cookie_name(participant)
    );
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

/// Play a film.
///
/// For browsers, in pieces (`Range`).
#[utoipa::path(
    get, path = "/v1/lessons/{participant}/{tutorial}/films/{language}", tag = "links",
    params(LessonPath),
    responses(
        (status = 200, description = "The film.", content_type = "video/webm", body = Vec<u8>),
        (status = 206, description = "A piece of it.", content_type = "video/webm", body = Vec<u8>),
    ),
    security(())
)]
pub(crate) async fn play_film(
    peer: Peer,
    path: LessonPath,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let tenant = viewer(&state, peer, path.participant, &headers).await?;
    let found = state.store.tutorial(&tenant, path.tutorial).await?;
    let films = found.map(|row| row.films).unwrap_or_default();
    let film = films.into_iter().find(|film| film.language == path.language);
    let film = film.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    let (films, name) = (state.films.clone(), film.file);
    let file = spawn_blocking(move || films.read(name)).await;
    let file = file.unwrap_or_else(|join| Err(io::Error::other(join))).map_err(|source| {
        // Another node may have taken it; films are not passed on between nodes yet.
        if source.kind() == io::ErrorKind::NotFound {
            return Rejection::new(Kind::NotFound).detail("The film is not on this server.");
        }
        Fault::Film { source }.into()
    })?;
    Ok(piece(&film, file, &headers))
}

/// Read the captions of a film.
#[utoipa::path(
    get, path = "/v1/lessons/{participant}/{tutorial}/captions/{language}", tag = "links",
    params(LessonPath),
    responses((
        status = 200, description = "WebVTT.", content_type = "text/vtt", body = String
    )),
    security(())
)]
pub(crate) async fn read_captions(
    peer: Peer,
    path: LessonPath,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let tenant = viewer(&state, peer, path.participant, &headers).await?;
    let not_found = || Rejection::new(Kind::NotFound);
    state.store.tutorial(&tenant, path.tutorial).await?.ok_or_else(not_found)?;
    let text = state.store.captions(path.tutorial, &path.language).await?;
    let text = text.ok_or_else(not_found)?;
    Ok(([(CONTENT_TYPE, "text/vtt; charset=utf-8")], text).into_response())
}

fn cookie_name(participant: Uuid) -> String {
    format!("{COOKIE_PREFIX}{}", participant.simple())
}

/// The organisation whose films this browser may play for this person.
async fn viewer(
    state: &AppState,
    peer: Peer,
    participant: Uuid,
    headers: &HeaderMap,
) -> Result<String, Rejection> {
    let token = cookie(headers, &cookie_name(participant)).unwrap_or_default();
    tenant(state, peer, (participant, token)).await
}

/// The organisation of the visit that this session is of.
async fn tenant(state: &AppState, peer: Peer, of: (Uuid, &str)) -> Result<String, Rejection> {
    Ok(person(state, peer, of).await?.tenant)
}

/// The visit that this session is of, if it is not over.
pub(super) async fn person(
    state: &AppState,
    peer: Peer,
    of: (Uuid, &str),
) -> Result<VisitRow, Rejection> {
    let visit = person_of(state, peer, of).await?;
    not_over(&visit)?;
    Ok(visit)
}

/// The visit that this session is of.
pub(super) async fn person_of(
    state: &AppState,
    peer: Peer,
    (participant, token): (Uuid, &str),
) -> Result<VisitRow, Rejection> {
    let session = state.store.session(token).await?;
    if session.is_none_or(|session| session.participant != participant) {
        state.limits.wrong(peer)?;
        return Err(Rejection::new(Kind::UnknownSession));
    }
    let found = state.store.participant(participant).await?;
    let (visit, _) = found.ok_or_else(|| Rejection::new(Kind::UnknownSession))?;
    Ok(visit)
}

/// The piece of a film that was asked for.
fn piece(film: &FilmRow, file: File, headers: &HeaderMap) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let mark = format!("\"{}\"", film.file.simple());
    // A piece of the film that was replaced meanwhile fits nothing.
    let same = text(IF_RANGE).is_none_or(|wanted| wanted == mark);
    let asked = text(RANGE).filter(|_| same);
    let all = film.bytes;
    let (status, from, to) = match range::part(asked, all) {
        Part::Whole => (StatusCode::OK, 0, all),
        Part::Piece { from, to } => (StatusCode::PARTIAL_CONTENT, from, to),
        Part::Nowhere => {
            let range = [(CONTENT_RANGE, format!("bytes */{all}"))];
            return (range, Rejection::new(Kind::NoSuchPiece)).into_response();
        }
    };
    let length = to.saturating_sub(from);
    let mut response = (
        status,
        [
            (CONTENT_TYPE, film.kind.media_type().to_owned()),
            (CONTENT_LENGTH, length.to_string()),
            (ACCEPT_RANGES, "bytes".to_owned()),
            (ETAG, mark),
        ],
        bytes(file, from, to),
    )
        .into_response();
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(range) = format!("bytes {from}-{}/{all}", to.saturating_sub(1)).try_into()
    {
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    response
}

/// The bytes of a file from one place to before another, read as they are wanted.
fn bytes(file: File, from: u64, to: u64) -> Body {
    Body::from_stream(stream::try_unfold((file, from), move |(mut file, at)| async move {
        if at >= to {
            return Ok::<_, io::Error>(None);
        }
        let read = move || read_at(&mut file, at, to.saturating_sub(at)).map(|read| (file, read));
        let read = spawn_blocking(read).await;
        let (file, read) = read.unwrap_or_else(|join| Err(io::Error::other(join)))?;
        let came = u64::try_from(read.len()).unwrap_or(u64::MAX);
        if came == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some((Bytes::from(read), (file, at.saturating_add(came)))))
    }))
}

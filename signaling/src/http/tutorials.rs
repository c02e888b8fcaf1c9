//! `/v1/tutorials`: recorded education, made once and played in many visits.
//!
//! In: requests of a caller with a scope for tutorials, or of a page of staff in a visit. Out:
//! tutorials of their organisation.
//! Never: a tutorial of another tenant; half a film.

mod editor;
pub(crate) mod film;
pub(crate) mod offer;
mod page;
mod place;

use super::json::ValidJson;
use super::parameters::{ValidPath, ValidQuery};
use crate::captions;
use crate::problem::{Kind, Rejection};
use crate::store::{Changed, FilmRow, TutorialRow};
use crate::{AppState, clock};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{CONTENT_TYPE, LINK, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bedside_signaling_api::tutorial::{
    CAPTIONS_BYTES_MAX, Film, LANGUAGES_MAX, NewTutorial, TUTORIALS_MAX, Tutorial, TutorialPage,
};
use editor::{MayBrowse, MayTeach};
use page::Paging;
use place::LanguagePath;
pub(crate) use place::tag;
use uuid::Uuid;

/// Make a tutorial.
///
/// Its films and captions come after it, one a language. For API keys, and for pages of staff
/// with their session of a visit in the place of the key.
#[utoipa::path(
    post, path = "/v1/tutorials", tag = "tutorials",
    request_body = NewTutorial,
    responses((
        status = 201, description = "The tutorial, without a film yet.", body = Tutorial,
        headers(("Location" = String, description = "Path of the tutorial."))
    )),
    security(("api_key" = ["tutorials:write"]))
)]
pub(crate) async fn create_tutorial(
    MayTeach(editor): MayTeach,
    State(state): State<AppState>,
    ValidJson(new): ValidJson<NewTutorial>,
) -> Result<Response, Rejection> {
    let NewTutorial { title_by_language, language } = new;
    if !title_by_language.contains_key(&language) {
        return Err(
            Rejection::new(Kind::InvalidBody).at("/language", "is not one of `title_by_language`")
        );
    }
    let id = Uuid::now_v7();
    let (films, captions) = (Vec::new(), Vec::new());
    let created_at = clock::now();
    let tutorial =
        Tutorial { id, title_by_language, language, length_ms: 0, films, captions, created_at };
    done(state.store.create_tutorial(&editor, &tutorial, TUTORIALS_MAX).await?, || {
        full(usize::from(TUTORIALS_MAX), "tutorials")
    })?;
    let location = [(LOCATION, format!("/v1/tutorials/{id}"))];
    Ok((StatusCode::CREATED, location, Json(tutorial)).into_response())
}

/// List tutorials.
///
/// Those of the caller's tenant, newest first.
#[utoipa::path(
    get, path = "/v1/tutorials", tag = "tutorials",
    params(Paging),
    responses((
        status = 200, description = "A page of tutorials.", body = TutorialPage,
        headers(("Link" = String, description = "The next page, `rel=\"next\"`."))
    )),
    security(("api_key" = ["tutorials:read"]))
)]
pub(crate) async fn list_tutorials(
    MayBrowse(tenant): MayBrowse,
    ValidQuery(paging): ValidQuery<Paging>,
    State(state): State<AppState>,
) -> Result<Response, Rejection> {
    let rows = state.store.tutorials(&tenant, paging.before(), paging.rows()).await?;
    let page = paging.page(rows);
    let link = page.next_cursor.as_deref().map(|cursor| [(LINK, paging.link(cursor))]);
    Ok((link, Json(page)).into_response())
}

/// Read a tutorial.
#[utoipa::path(
    get, path = "/v1/tutorials/{id}", tag = "tutorials",
    params(("id" = Uuid, Path, description = "Id of the tutorial.")),
    responses((status = 200, description = "The tutorial.", body = Tutorial)),
    security(("api_key" = ["tutorials:read"]))
)]
pub(crate) async fn read_tutorial(
    MayBrowse(tenant): MayBrowse,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<Json<Tutorial>, Rejection> {
    shown(&state, &tenant, id).await
}

/// Delete a tutorial with its films and captions.
///
/// Visits in which it plays at the moment come to the end of what is loaded.
#[utoipa::path(
    delete, path = "/v1/tutorials/{id}", tag = "tutorials",
    params(("id" = Uuid, Path, description = "Id of the tutorial.")),
    responses((status = 204, description = "It is gone.")),
    security(("api_key" = ["tutorials:write"]))
)]
pub(crate) async fn delete_tutorial(
    MayTeach(editor): MayTeach,
    ValidPath(id): ValidPath,
    State(state): State<AppState>,
) -> Result<StatusCode, Rejection> {
    let gone =
        done(state.store.delete_tutorial(&editor, id).await?, || Rejection::new(Kind::NotFound))?;
    state.films.remove(&gone);
    Ok(StatusCode::NO_CONTENT)
}

/// Store the captions of a tutorial in one language.
///
/// WebVTT, at most 512 KiB; those there were in this language are replaced.
#[utoipa::path(
    put, path = "/v1/tutorials/{id}/captions/{language}", tag = "tutorials",
    params(LanguagePath),
    request_body(content = String, content_type = "text/vtt", description = "WebVTT."),
    responses((status = 200, description = "The tutorial with them.", body = Tutorial)),
    security(("api_key" = ["tutorials:write"]))
)]
pub(crate) async fn put_captions(
    MayTeach(editor): MayTeach,
    LanguagePath { id, language }: LanguagePath,
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Tutorial>, Rejection> {
    if !says(&headers, "text/vtt") {
        return Err(Rejection::new(Kind::UnsupportedMedia).detail("Send it as `text/vtt`."));
    }
    let too_large = || {
        let detail = format!("Captions of at most {CAPTIONS_BYTES_MAX} bytes are taken.");
        Rejection::new(Kind::BodyTooLarge).detail(detail)
    };
    let body = body.map_err(|_error| too_large())?;
    if body.len() > CAPTIONS_BYTES_MAX {
        return Err(too_large());
    }
    let text = captions::read(&body).map_err(|wrong| {
        Rejection::new(Kind::InvalidBody).at(format!("line {}", wrong.line), wrong.what)
    })?;
    let kept = state.store.keep_captions(&editor, id, (&language, text)).await?;
    done(kept, || full(LANGUAGES_MAX, "languages"))?;
    shown(&state, &editor.tenant, id).await
}

/// The files that are of no more use, or why nothing was changed.
fn done(changed: Changed, full: impl FnOnce() -> Rejection) -> Result<Vec<Uuid>, Rejection> {
    match changed {
        Changed::Done(files) => Ok(files),
        Changed::Unknown => Err(Rejection::new(Kind::NotFound)),
        Changed::Full => Err(full()),
    }
}

fn full(most: usize, what: &str) -> Rejection {
    Rejection::new(Kind::LimitReached).detail(format!("There may be at most {most} {what}."))
}

/// Whether the body is said to be of that type.
fn says(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}

async fn shown(state: &AppState, tenant: &str, id: Uuid) -> Result<Json<Tutorial>, Rejection> {
    let row = state.store.tutorial(tenant, id).await?;
    row.map(|row| Json(view(row))).ok_or_else(|| Rejection::new(Kind::NotFound))
}

/// A row as the API shows it.
fn view(row: TutorialRow) -> Tutorial {
    let film = |film: &FilmRow| Film {
        language: film.language.clone(),
        kind: film.kind,
        bytes: film.bytes,
        length_ms: film.length_ms,
    };
    Tutorial {
        id: row.id,
        length_ms: row.length_ms(),
        films: row.films.iter().map(film).collect(),
        title_by_language: row.title_by_language,
        language: row.language,
        captions: row.captions,
        created_at: row.created_at,
    }
}

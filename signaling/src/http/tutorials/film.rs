//! `PUT /v1/tutorials/{id}/films/{language}`: a film comes in.
//!
//! In: its bytes, as long as it takes. Out: a film on the disk, known to the store.
//! Never: more than a buffer of it in memory; a wait without end for a sender that has stopped;
//! a film that the store knows and the disk does not have.

use super::editor::MayTeach;
use super::place::LanguagePath;
use super::{done, full, shown};
use crate::films::{Films, NotTaken, Taken, Taking};
use crate::http::parameters::ValidQuery;
use crate::problem::{Kind, Rejection};
use crate::store::{Editor, FilmRow};
use crate::{AppState, Fault};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use bedside_signaling_api::tutorial::{FILM_BYTES_MAX, FILM_MS_MAX, LANGUAGES_MAX, Tutorial};
use garde::Validate;
use http_body_util::BodyExt as _;
use serde::Deserialize;
use std::io;
use std::time::Duration;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;
use uuid::Uuid;

/// A route whose request may take longer than an answer usually may.
pub(crate) const UPLOAD_ROUTE: &str = "/v1/tutorials/{id}/films/{language}";
/// Longest pause of a sender. A phone that changes networks is back before; a sender that is gone
/// must not hold its place.
pub(crate) const PAUSE_MAX: Duration = Duration::from_secs(30);
/// When a sender that was refused a place may come back, in seconds.
const RETRY_SECONDS: u64 = 5;

/// What only the sender knows of a film: a recording of a browser does not say how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sent {
    /// How long the film is, in milliseconds.
    #[garde(range(min = 1, max = FILM_MS_MAX))]
    #[param(minimum = 1, maximum = 7_200_000)]
    length_ms: u32,
}

/// Store the film of a tutorial in one language.
///
/// The file as it is: `WebM` or MP4, at most 200 MiB. What it is, its first bytes say. The film
/// there was in this language is replaced once this one is whole on the disk.
#[utoipa::path(
    put, path = "/v1/tutorials/{id}/films/{language}", tag = "tutorials",
    params(LanguagePath, Sent),
    request_body(
        content = Vec<u8>, content_type = "application/octet-stream", description = "The file."
    ),
    responses((status = 200, description = "The tutorial with it.", body = Tutorial)),
    security(("api_key" = ["tutorials:write"]))
)]
pub(crate) async fn put_film(
    MayTeach(editor): MayTeach,
    LanguagePath { id, language }: LanguagePath,
    ValidQuery(Sent { length_ms }): ValidQuery<Sent>,
    State(state): State<AppState>,
    request: Request,
) -> Result<Json<Tutorial>, Rejection> {
    let said = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if said.and_then(|said| said.parse::<u64>().ok()).is_some_and(|said| said > FILM_BYTES_MAX) {
        return Err(NotTaken::TooLarge.into());
    }
    // Before it comes, so that nobody sends a film for nothing.
    let found = state.store.tutorial(&editor.tenant, id).await?;
    found.ok_or_else(|| Rejection::new(Kind::NotFound))?;
    let taking = receive(&state.films, request.into_body()).await?;
    let coming = Coming { tutorial: id, language, length_ms };
    // A sender that goes away now does not stop it between the disk and the store.
    let kept = tokio::spawn(keep(state, editor, coming, taking)).await;
    kept.unwrap_or_else(|_panicked| Err(Rejection::new(Kind::Fault)))
}

/// A film on its way, and where it belongs.
struct Coming {
    tutorial: Uuid,
    language: String,
    length_ms: u32,
}

/// Takes all that is sent.
async fn receive(films: &Films, mut body: Body) -> Result<Taking, Rejection> {
    let mut taking = films.take()?;
    loop {
        let frame = tokio::time::timeout(PAUSE_MAX, body.frame()).await;
        let frame = frame.map_err(|_pause| Rejection::new(Kind::Timeout))?;
        let Some(frame) = frame else { return Ok(taking) };
        let broke_off = || Rejection::new(Kind::InvalidBody).detail("The film broke off.");
        let Ok(bytes) = frame.map_err(|_error| broke_off())?.into_data() else { continue };
        taking = on_disk(move || push(taking, &bytes)).await?;
    }
}

fn push(mut taking: Taking, bytes: &Bytes) -> Result<Taking, NotTaken> {
    taking.push(bytes)?;
    Ok(taking)
}

/// First the disk, then the store: of a crash in between a file is left that the next start
/// removes.
async fn keep(
    state: AppState,
    editor: Editor,
    coming: Coming,
    taking: Taking,
) -> Result<Json<Tutorial>, Rejection> {
    let Taken { file, kind, bytes } = on_disk(move || taking.finish()).await?;
    let Coming { tutorial, language, length_ms } = coming;
    let film = FilmRow { language, kind, bytes, length_ms, file };
    let kept = state.store.keep_film(&editor, tutorial, &film).await;
    let kept = kept.map_err(Rejection::from);
    let replaced = kept.and_then(|kept| done(kept, || full(LANGUAGES_MAX, "languages")));
    match replaced {
        Ok(replaced) => {
            state.films.remove(&replaced);
            shown(&state, &editor.tenant, tutorial).await
        }
        Err(rejection) => {
            state.films.remove(&[file]);
            Err(rejection)
        }
    }
}

/// Does what waits for the disk where it holds up nobody.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NotTaken> + Send + 'static,
) -> Result<T, Rejection> {
    let done = spawn_blocking(work).await;
    Ok(done.unwrap_or_else(|join| Err(NotTaken::Failed(io::Error::other(join))))?)
}

impl From<NotTaken> for Rejection {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::Busy => Self::new(Kind::TooManyRequests)
                .detail("Other films are being stored.")
                .retry_after(RETRY_SECONDS),
            NotTaken::TooLarge => Self::new(Kind::BodyTooLarge)
                .detail(format!("A film of at most {FILM_BYTES_MAX} bytes is taken.")),
            NotTaken::UnknownKind => {
                Self::new(Kind::UnsupportedMedia).detail("The file is neither WebM nor MP4.")
            }
            NotTaken::DiskFull => Self::new(Kind::DiskFull),
            NotTaken::Failed(source) => Fault::Film { source }.into(),
        }
    }
}

//! `/v1/stills/{participant}/{still}`: a still picture from one page to another.
//!
//! In: a JPEG of the person who was asked, then a request of whoever asked. Out: the picture.
//! Never: a picture to a third person or on a disk; a cache's copy.

use super::caller::bearer_in;
use super::lessons::person;
use super::peer::Peer;
use super::tutorials::film::PAUSE_MAX;
use crate::AppState;
use crate::hub::StillOf;
use crate::problem::{Kind, Rejection};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// A route whose request may take longer than an answer usually may.
pub(crate) const STILL_ROUTE: &str = "/v1/stills/{participant}/{still}";
/// Largest picture taken: twelve megapixels of a telephone's camera fit in.
const STILL_BYTES_MAX: usize = 6 * 1024 * 1024;
/// How a JPEG begins (ISO/IEC 10918-1, SOI and the next marker).
const JPEG_BEGINS: [u8; 3] = [0xff, 0xd8, 0xff];

/// One picture, and the person whose session the request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct StillPath {
    /// Id of the person who asks, in their visit.
    participant: Uuid,
    /// Id of the picture.
    still: Uuid,
}

impl<S: Send + Sync> FromRequestParts<S> for StillPath {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let path = Path::<(Uuid, Uuid)>::from_request_parts(parts, state).await;
        let Path((participant, still)) =
            path.map_err(|_| Rejection::new(Kind::InvalidPath).at("still", "has to be a UUID"))?;
        Ok(Self { participant, still })
    }
}

/// Give a still picture that was asked for.
///
/// For pages: the session of the redeemed link goes into `Authorization: Bearer …`. A JPEG of at
/// most 6 MiB. It is kept in memory for ten minutes, for whoever asked, and nowhere else.
#[utoipa::path(
    put, path = "/v1/stills/{participant}/{still}", tag = "links",
    params(StillPath),
    request_body(content = Vec<u8>, content_type = "image/jpeg", description = "The picture."),
    responses((status = 204, description = "Whoever asked can fetch it.")),
    security(())
)]
pub(crate) async fn give_still(
    peer: Peer,
    path: StillPath,
    State(state): State<AppState>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Rejection> {
    let of = still_of(&state, peer, path, &headers).await?;
    let picture = receive(request.into_body()).await?;
    if !picture.starts_with(&JPEG_BEGINS) {
        return Err(Rejection::new(Kind::UnsupportedMedia).detail("Send a JPEG."));
    }
    state.hub.give_still(of, picture).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fetch a still picture one has asked for.
///
/// For pages of staff: the session goes into `Authorization: Bearer …`.
#[utoipa::path(
    get, path = "/v1/stills/{participant}/{still}", tag = "links",
    params(StillPath),
    responses((
        status = 200, description = "The picture.", content_type = "image/jpeg", body = Vec<u8>
    )),
    security(())
)]
pub(crate) async fn fetch_still(
    peer: Peer,
    path: StillPath,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let of = still_of(&state, peer, path, &headers).await?;
    let picture = state.hub.fetch_still(of).await?;
    Ok(([(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "no-store")], picture).into_response())
}

async fn still_of(
    state: &AppState,
    peer: Peer,
    StillPath { participant, still }: StillPath,
    headers: &HeaderMap,
) -> Result<StillOf, Rejection> {
    let token = bearer_in(headers).unwrap_or_default();
    let visit = person(state, peer, (participant, token)).await?;
    Ok(StillOf { visit: visit.id, participant, still })
}

async fn receive(mut body: Body) -> Result<Bytes, Rejection> {
    let mut picture = Vec::new();
    loop {
        let frame = tokio::time::timeout(PAUSE_MAX, body.frame()).await;
        let Some(frame) = frame.map_err(|_pause| Rejection::new(Kind::Timeout))? else {
            return Ok(picture.into());
        };
        let broke_off = || Rejection::new(Kind::InvalidBody).detail("The picture broke off.");
        let Ok(bytes) = frame.map_err(|_error| broke_off())?.into_data() else { continue };
        if picture.len().saturating_add(bytes.len()) > STILL_BYTES_MAX {
            let detail = format!("Pictures of at most {STILL_BYTES_MAX} bytes are taken.");
            return Err(Rejection::new(Kind::BodyTooLarge).detail(detail));
        }
        picture.extend_from_slice(&bytes);
    }
}

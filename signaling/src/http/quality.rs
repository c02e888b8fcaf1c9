//! `/v1/visits/{id}/quality`: how good a visit was, or is so far.
//!
//! In: a request of a scheduling system. Out: the summary, and the series where it is asked for.
//! Never: a name; a record of another tenant; a visit woken by the question.

use super::caller::MayRead;
use super::parameters::{ValidPath, ValidQuery};
use super::visits;
use crate::problem::Rejection;
use crate::quality::{Asked, Record};
use crate::store::VisitRow;
use crate::visit::Visit;
use crate::{AppState, Fault, clock};
use axum::Json;
use axum::extract::State;
use bedside_signaling_api::quality::{Interpreted, VisitQuality};
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// With what was measured over time: up to 900 seconds and 720 minutes a person, about half a
    /// megabyte each.
    #[garde(skip)]
    #[serde(default)]
    #[param(default = false)]
    series: bool,
}

/// Read how good a visit was.
///
/// For each person and each way: loss, jitter, round trip, queue, estimate and rate as median
/// and 95th percentile; scores; the time of pictures by step and cause; freezes; concealed
/// sound; the worst minute; causes; how long who interpreted. People are ids. While the visit is on, it is the record so
/// far; it is stored when the visit ends. What a crash of the server cuts off is not in it.
///
/// The audio score is the E-model's (ITU-T G.107) on its narrow-band scale: `R = 93.2 - Id -
/// Ie,eff`, `Id = 0.024 d + 0.11 max(0, d - 177.3)` for `d` ms of delay (Cole and Rosenbluth,
/// 2001), `Ie,eff = Ie + (95 - Ie) p / (p + 10)` for `p` percent of sound missing, `Ie` = 0, or 8
/// on a very thin line. The delay is half the round trip, the jitter buffer, the packet (20 or
/// 60 ms) and the farthest other person's half. What is missing is what the page says was
/// concealed; before it has said so, the loss, squared where each word was sent twice. The ITU
/// has no `Ie` and `Bpl` of Opus; these are chosen.
///
/// The video score is Bedside's own: of 100 points 15 go for each layer short of what was wanted
/// and up to 60 (70 where somebody signs) for few frames; the rest counts for the time the
/// picture did not stand still. It orders seconds; it is no opinion score.
#[utoipa::path(
    get,
    path = "/v1/visits/{id}/quality",
    tag = "visits",
    params(("id" = Uuid, Path, description = "Id of the visit."), Wanted),
    responses((status = 200, description = "The record as it stands.", body = VisitQuality)),
    security(("api_key" = ["visits:read"]))
)]
pub(crate) async fn read_quality(
    caller: MayRead,
    ValidPath(id): ValidPath,
    ValidQuery(wanted): ValidQuery<Wanted>,
    State(state): State<AppState>,
) -> Result<Json<VisitQuality>, Rejection> {
    let row = visits::shown(&state, (&caller.tenant, caller.key), "quality", id).await?;
    let asked = asked(&state, &row, wanted).await?;
    if let Some(live) = state.hub.quality(asked.clone()).await {
        return Ok(Json(live));
    }
    let stored = state.store.quality_of(&caller.tenant, id).await?;
    let record = stored.as_deref().map(Record::from_stored).transpose();
    let record = record.map_err(Fault::stored("quality record"))?.unwrap_or_default();
    Ok(Json(record.summary(clock::now(), &asked)))
}

async fn asked(state: &AppState, row: &VisitRow, wanted: Wanted) -> Result<Asked, Rejection> {
    let stored = state.store.load_visit(row.id).await?;
    let visit = stored.and_then(|stored| Visit::replay(&stored.events));
    let times = visit.map(|visit| visit.interpreted(clock::now())).unwrap_or_default();
    let interpreted = times.into_iter().map(|((participant, tongue), time)| Interpreted {
        participant,
        language: tongue.as_str().to_owned(),
        seconds: u64::try_from(time.as_secs()).unwrap_or_default(),
    });
    Ok(Asked {
        visit: row.id,
        state: row.state,
        people: row.participants.iter().map(|person| (person.id, person.role)).collect(),
        interpreted: interpreted.collect(),
        series: wanted.series,
    })
}

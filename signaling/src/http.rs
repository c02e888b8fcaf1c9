//! The routes on one page.
//!
//! In: requests. Out: answers of `http/*`, of the WebSocket and of the pages.
//! Never: an error that is not a problem; an answer without the security headers.

mod audit;
pub(crate) mod caller;
mod clients;
mod cookie;
mod experience;
mod guard;
mod idempotency;
mod invitation;
mod json;
mod keys;
mod keyset;
mod lessons;
mod limits;
mod links;
mod messages;
mod oauth;
mod observe;
mod oidc;
mod openapi;
mod parameters;
mod peer;
mod quality;
mod queues;
mod recordings;
mod refusal;
mod stills;
mod tutorials;
mod visits;
mod webhooks;

pub(crate) use limits::Limits;
pub use openapi::document;

use crate::problem::{Kind, Rejection};
use crate::{AppState, pages, socket};
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Longest body taken, in bytes: a visit with every participant is about a hundredth of it.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Everything people's software and browsers can reach.
pub(crate) fn router(state: AppState) -> Router {
    let (rest, mut openapi) = operations().split_for_parts();
    openapi::finish(&mut openapi);
    let every = rest
        .merge(docs().url("/v1/openapi.json", openapi))
        .merge(socket::routes())
        .merge(pages::routes())
        .merge(crate::fhir::routes());
    let metrics = state.metrics.clone();
    guarded(every.with_state(state))
        .layer(middleware::from_fn(limits::tell))
        .layer(middleware::from_fn_with_state(metrics, observe::observe))
}

/// The browsable documentation. By default its page hands the document's address to a
/// validator elsewhere; here nothing leaves the server.
fn docs() -> SwaggerUi {
    SwaggerUi::new("/docs").config(Config::default().validator_url("none"))
}

/// The operations that the API's document describes.
fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(visits::create_visit, visits::list_visits))
        .routes(routes!(visits::read_visit))
        .routes(routes!(visits::cancel_visit))
        .routes(routes!(visits::life::reschedule_visit))
        .routes(routes!(visits::life::transfer_visit))
        .routes(routes!(visits::life::extend_visit))
        .routes(routes!(visits::life::end_visit))
        .routes(routes!(visits::life::settle_no_show))
        .routes(routes!(visits::life::follow_visit))
        .routes(routes!(visits::recording::record_visit))
        .routes(routes!(visits::people::invite_participant))
        .routes(routes!(visits::people::uninvite_participant, visits::people::amend_participant))
        .routes(routes!(visits::people::renew_link))
        .routes(routes!(visits::people::make_code))
        .routes(routes!(visits::people::admit_participant))
        .routes(routes!(visits::people::remove_participant))
        .routes(routes!(visits::record::read_events))
        .routes(routes!(visits::record::read_consents))
        .routes(routes!(visits::record::read_statements))
        .routes(routes!(visits::record::read_chat))
        .routes(routes!(messages::write_to_visit))
        .routes(routes!(messages::write_to_queue))
        .routes(routes!(queues::read_queue))
        .routes(routes!(queues::list_policies))
        .routes(routes!(invitation::read_invitation))
        .routes(routes!(quality::read_quality))
        .routes(routes!(links::redeem_link))
        .routes(routes!(audit::read_audit))
        .routes(routes!(audit::list_checkpoints))
        .routes(routes!(webhooks::create_webhook, webhooks::list_webhooks))
        .routes(routes!(webhooks::read_webhook, webhooks::change_webhook, webhooks::delete_webhook))
        .routes(routes!(webhooks::enable_webhook))
        .routes(routes!(webhooks::rotate_webhook))
        .routes(routes!(webhooks::test_webhook))
        .routes(routes!(webhooks::list_deliveries))
        .routes(routes!(webhooks::replay_webhook))
        .routes(routes!(recordings::list_recordings))
        .routes(routes!(recordings::read_recording, recordings::erase_recording))
        .routes(routes!(recordings::object::read_object))
        .routes(routes!(recordings::hold_recording, recordings::release_recording))
        .routes(routes!(recordings::shred_recording))
        .routes(routes!(
            recordings::keys::list_recording_keys,
            recordings::keys::set_recording_keys
        ))
        .routes(routes!(keys::create_key, keys::list_keys))
        .routes(routes!(keys::revoke_key))
        .routes(routes!(keys::rotate_key))
        .routes(routes!(clients::create_client, clients::list_clients))
        .routes(routes!(clients::revoke_client))
        .routes(routes!(oauth::issue_token))
        .routes(routes!(oauth::read_jwks))
        .routes(routes!(oauth::read_smart_configuration))
        .routes(routes!(tutorials::create_tutorial, tutorials::list_tutorials))
        .routes(routes!(tutorials::read_tutorial, tutorials::delete_tutorial))
        .routes(routes!(tutorials::film::put_film))
        .routes(routes!(tutorials::put_captions))
        .routes(routes!(tutorials::offer::offer_lessons))
        .routes(routes!(lessons::open_lessons))
        .routes(routes!(lessons::play_film))
        .routes(routes!(lessons::read_captions))
        .routes(routes!(stills::give_still, stills::fetch_still))
        .routes(routes!(experience::tell_experience))
        .routes(routes!(oidc::read_provider, oidc::begin_sign_in))
        .routes(routes!(oidc::end_sign_in))
}

/// Limits and a kind word for every way a request can go wrong before or inside a handler.
pub(crate) fn guarded(routes: Router) -> Router {
    routes
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(guard::in_time))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(middleware::from_fn(guard::as_problem))
        .layer(middleware::from_fn(crate::fhir::as_outcome))
}

async fn no_such_route() -> Response {
    Rejection::new(Kind::NoSuchRoute).into_response()
}

async fn method_not_allowed() -> Response {
    Rejection::new(Kind::MethodNotAllowed)
        .detail("The `Allow` header names the methods it takes.")
        .into_response()
}

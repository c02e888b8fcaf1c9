//! The API's own description (OpenAPI 3.1).
//!
//! In: the operations as their handlers describe them, and which problems each can answer.
//! Out: one document; `openapi.json` is its committed copy.
//! Never: an answer that the document does not know.

mod webhooks;

use crate::problem::{Kind, Rejection};
use bedside_signaling_api::problem::{MEDIA_TYPE, Problem};
use bedside_signaling_api::webhook::Message;
use std::collections::BTreeMap;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bedside",
        description = "Schedule video visits and hand out personal links. Every error is a \
            problem (RFC 9457): switch on its `type`, show its `detail`.",
    ),
    servers((url = "/", description = "This server.")),
    tags(
        (name = "visits", description = "For scheduling systems, with an API key."),
        (name = "recordings", description = "What was recorded, sealed to the clinic's keys: read, \
            held, erased."),
        (name = "audit", description = "For privacy officers, with an API key."),
        (name = "webhooks", description = "To be told what happens in visits."),
        (name = "keys", description = "API keys and clients, for a caller with `keys:write`; \
            access tokens, for clients."),
        (name = "tutorials", description = "Recorded education, with an API key or from a page \
            of staff."),
        (name = "staff", description = "For pages of staff, who sign in with the clinic's \
            identity provider."),
        (name = "links", description = "For the page behind a personal link."),
    ),
    components(schemas(Problem, Message)),
    modifiers(&ApiKey),
)]
struct Head;

/// Everything but the operations.
pub(super) fn head() -> utoipa::openapi::OpenApi {
    Head::openapi()
}

/// The document as committed: pretty JSON with a newline at its end.
///
/// # Panics
/// Never; the document is made of strings and numbers.
#[must_use]
pub fn document() -> String {
    let (_, mut openapi) = super::operations().split_for_parts();
    finish(&mut openapi);
    let mut text = openapi.to_pretty_json().expect("strings and numbers are JSON");
    text.push('\n');
    text
}

/// Adds to each operation the problems it can answer.
pub(super) fn finish(openapi: &mut utoipa::openapi::OpenApi) {
    for item in openapi.paths.paths.values_mut() {
        operations_of(item).for_each(describe_problems);
    }
    openapi.webhooks = Some(webhooks::described());
}

struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("vk_<id>_<secret>")
            .description(Some(
                "An API key, made with `bedside keys create` or `POST /v1/keys`; or a client's \
                 access token of `POST /v1/oauth/token`.",
            ))
            .build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::Http(scheme));
    }
}

/// What a keyed operation can answer before it looks at anything else.
const KEYED: [Kind; 3] = [Kind::Unauthorized, Kind::MissingScope, Kind::TooManyRequests];
/// What an operation that shows a record can answer when the look cannot be noted.
const NOTED: [Kind; 1] = [Kind::NotAudited];
/// What an operation with a body can answer.
const BODY: [Kind; 4] = [Kind::MalformedJson, Kind::InvalidBody, Kind::NotJson, Kind::BodyTooLarge];
/// What an operation on one thing can answer.
const ONE: [Kind; 2] = [Kind::InvalidPath, Kind::NotFound];
/// What an operation for pages can answer to a session.
const SESSION: [Kind; 3] = [Kind::UnknownSession, Kind::VisitOver, Kind::VisitCancelled];
/// What one for pages of staff can.
const STAFF: [Kind; 4] =
    [Kind::UnknownSession, Kind::NotStaff, Kind::VisitOver, Kind::VisitCancelled];
/// What every operation can answer.
const EVERY: [Kind; 2] = [Kind::Timeout, Kind::Fault];

/// What an operation that gives a visit a command can answer.
const COMMANDED: [Kind; 4] =
    [Kind::InvalidPath, Kind::NotFound, Kind::VisitState, Kind::VisitElsewhere];

/// What an operation that has a visit recorded can answer.
const RECORDED: [Kind; 4] =
    [Kind::RecordingNotAllowed, Kind::RecordingRefused, Kind::NoRecipients, Kind::NoRecorder];

/// The problems of an operation.
fn problems(operation_id: &str) -> Vec<Kind> {
    let own: &[&[Kind]] = match operation_id {
        "create_visit" => &[&KEYED, &BODY, &NOTED, &[Kind::InvalidHeader, Kind::KeyReused]],
        "list_visits" | "read_audit" | "list_checkpoints" => {
            &[&KEYED, &NOTED, &[Kind::InvalidQuery]]
        }
        "read_visit" | "read_events" | "read_consents" | "read_statements" | "read_chat"
        | "read_invitation" => &[&KEYED, &NOTED, &[Kind::InvalidPath, Kind::NotFound]],
        "cancel_visit" | "remove_participant" => &[&KEYED, &NOTED, &COMMANDED],
        "uninvite_participant" | "renew_link" | "make_code" => &[&KEYED, &COMMANDED],
        "reschedule_visit" | "transfer_visit" | "extend_visit" | "end_visit" | "settle_no_show"
        | "amend_participant" | "admit_participant" => &[&KEYED, &BODY, &NOTED, &COMMANDED],
        "record_visit" => &[&KEYED, &BODY, &NOTED, &COMMANDED, &RECORDED],
        "follow_visit" => &[
            &KEYED,
            &BODY,
            &NOTED,
            &[Kind::InvalidHeader, Kind::KeyReused],
            &[Kind::InvalidPath, Kind::NotFound],
        ],
        "invite_participant" => {
            &[&KEYED, &BODY, &COMMANDED, &[Kind::InvalidHeader, Kind::KeyReused]]
        }
        "write_to_visit" => {
            &[&KEYED, &BODY, &NOTED, &COMMANDED, &[Kind::InvalidHeader, Kind::KeyReused]]
        }
        "write_to_queue" => &[&KEYED, &BODY, &NOTED, &[Kind::InvalidHeader, Kind::KeyReused]],
        "read_queue" => &[&KEYED, &NOTED],
        "list_policies" => &[&KEYED],
        "read_quality" => {
            &[&KEYED, &NOTED, &[Kind::InvalidPath, Kind::InvalidQuery, Kind::NotFound]]
        }
        "create_webhook" => &[&KEYED, &BODY, &[Kind::TooManyWebhooks]],
        "list_webhooks" => &[&KEYED],
        "read_webhook" | "delete_webhook" | "enable_webhook" | "rotate_webhook" => &[&KEYED, &ONE],
        "test_webhook" => &[&KEYED, &ONE, &[Kind::WebhookDisabled]],
        "change_webhook" | "replay_webhook" => &[&KEYED, &BODY, &ONE],
        "list_deliveries" => &[&KEYED, &ONE, &[Kind::InvalidQuery]],
        "redeem_link" => &[
            &BODY,
            &[Kind::UnknownLink, Kind::VisitOver, Kind::VisitCancelled, Kind::TooManyRequests],
        ],
        "create_key" => &[&KEYED, &BODY, &[Kind::LimitReached]],
        "list_keys" => &[&KEYED],
        "rotate_key" => &[&KEYED, &BODY, &[Kind::InvalidPath, Kind::NotFound]],
        "revoke_key" => &[&KEYED, &[Kind::InvalidPath, Kind::NotFound]],
        "create_client" => &[&KEYED, &BODY, &[Kind::LimitReached]],
        "list_clients" => &[&KEYED],
        "revoke_client" => &[&KEYED, &[Kind::InvalidPath, Kind::NotFound]],
        "read_provider" => &[&[Kind::NoSignIn]],
        "begin_sign_in" => &[
            &BODY,
            &[Kind::NoSignIn, Kind::UnknownSession, Kind::NotStaff, Kind::VisitOver],
            &[Kind::VisitCancelled, Kind::SignInUnavailable, Kind::TooManyRequests],
        ],
        "end_sign_in" => &[&[Kind::TooManyRequests]],
        "issue_token" => &[&[Kind::TooManyRequests]],
        other => of_recordings(other),
    };
    own.iter().flat_map(|kinds| kinds.iter()).chain(&EVERY).copied().collect()
}

/// The problems of an operation on recordings or recorded education.
fn of_recordings(operation_id: &str) -> &'static [&'static [Kind]] {
    match operation_id {
        "list_recordings" => &[&KEYED, &NOTED, &[Kind::InvalidQuery]],
        "read_recording" => &[&KEYED, &NOTED, &ONE],
        "read_object" => &[&KEYED, &NOTED, &ONE, &[Kind::RecorderAway]],
        "hold_recording" => &[&KEYED, &BODY, &ONE, &[Kind::RecordingState]],
        "release_recording" => &[&KEYED, &ONE, &[Kind::RecordingState]],
        "erase_recording" => &[&KEYED, &ONE, &[Kind::OnHold, Kind::RecordingState]],
        "shred_recording" => &[
            &KEYED,
            &ONE,
            &[Kind::OnHold, Kind::RecordingState, Kind::NotShreddable, Kind::RecorderAway],
        ],
        "list_recording_keys" => &[&KEYED],
        "set_recording_keys" => &[&KEYED, &BODY],
        "create_tutorial" => &[&KEYED, &BODY, &STAFF, &[Kind::LimitReached]],
        "list_tutorials" => &[&KEYED, &STAFF, &[Kind::InvalidQuery]],
        "read_tutorial" | "delete_tutorial" => &[&KEYED, &ONE, &STAFF],
        "put_film" => &[
            &KEYED,
            &ONE,
            &STAFF,
            &[Kind::InvalidQuery, Kind::InvalidBody, Kind::BodyTooLarge, Kind::UnsupportedMedia],
            &[Kind::LimitReached, Kind::DiskFull],
        ],
        "put_captions" => &[
            &KEYED,
            &ONE,
            &STAFF,
            &[Kind::InvalidBody, Kind::BodyTooLarge, Kind::UnsupportedMedia, Kind::LimitReached],
        ],
        "offer_lessons" => &[&KEYED, &BODY, &COMMANDED],
        "open_lessons" => &[&[Kind::InvalidPath, Kind::TooManyRequests], &SESSION],
        "play_film" => &[&ONE, &[Kind::NoSuchPiece, Kind::TooManyRequests], &SESSION],
        "read_captions" => &[&ONE, &[Kind::TooManyRequests], &SESSION],
        "give_still" => &[
            &ONE,
            &[Kind::InvalidBody, Kind::BodyTooLarge, Kind::UnsupportedMedia, Kind::VisitState],
            &[Kind::TooManyRequests, Kind::VisitElsewhere],
            &SESSION,
        ],
        "fetch_still" => &[&ONE, &[Kind::TooManyRequests, Kind::VisitElsewhere], &SESSION],
        "tell_experience" => &[
            &[Kind::InvalidPath, Kind::TooManyRequests, Kind::NotFound],
            &BODY,
            &COMMANDED,
            &SESSION,
        ],
        _ => &[],
    }
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .flatten()
}

fn describe_problems(operation: &mut Operation) {
    let kinds = problems(operation.operation_id.as_deref().unwrap_or_default());
    let mut kinds_by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        kinds_by_status.entry(kind.status().as_u16()).or_default().push(kind);
    }
    for (status, kinds) in kinds_by_status {
        let response = RefOr::T(response(&kinds));
        operation.responses.responses.insert(status.to_string(), response);
    }
}

fn response(kinds: &[Kind]) -> Response {
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title()).collect();
    let examples = kinds.iter().map(|kind| {
        let problem = serde_json::to_value(Rejection::new(*kind).problem()).ok();
        let example = ExampleBuilder::new().summary(kind.title()).value(problem).build();
        (kind.name(), RefOr::T(example))
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    let response =
        ResponseBuilder::new().description(titles.join(" Or: ")).content(MEDIA_TYPE, content);
    let later = [Kind::TooManyRequests, Kind::VisitElsewhere, Kind::RecorderAway];
    if later.iter().any(|kind| kinds.contains(kind)) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer);
        let header = HeaderBuilder::new()
            .schema(Some(seconds))
            .description(Some("Seconds to wait."))
            .build();
        return response.header("Retry-After", header).build();
    }
    response.build()
}

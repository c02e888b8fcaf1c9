//! The `webhooks` of the API's document: each type of message, as a receiver gets it.
//!
//! In: the list of types. Out: an operation each, with schema and example.
//! Never: a type that is sent and is not here; both come from one list.

use bedside_signaling_api::person::{Apart, Method};
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::recorder::RecordingFailure;
use bedside_signaling_api::recording::RestReason;
use bedside_signaling_api::webhook::{Message, MessageFacts, WebhookType};
use jiff::Timestamp;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{AllOfBuilder, Type};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, Paths, PathsBuilder, Ref, Required, ResponseBuilder,
    ResponsesBuilder,
};
use uuid::Uuid;

/// Each type by its name.
pub(super) fn described() -> Paths {
    let each = WebhookType::ALL.iter().copied();
    each.fold(PathsBuilder::new(), |paths, kind| paths.path(kind.name(), item(kind))).build()
}

fn item(kind: WebhookType) -> PathItem {
    let responses = ResponsesBuilder::new()
        .response("2XX", answer("It is delivered."))
        .response("410", answer("The webhook is disabled; nothing more is sent."))
        .response("default", answer("It is sent again, later and later, for three days."));
    let operation = OperationBuilder::new()
        .operation_id(Some(kind.name()))
        .tag("webhooks")
        .summary(Some(kind.about().trim()))
        .parameter(header("webhook-id", "Id of the message; the same at each attempt."))
        .parameter(header("webhook-timestamp", "When it is sent, in Unix seconds; signed too."))
        .parameter(header(
            "webhook-signature",
            "`v1,` and the HMAC-SHA256, or `v1a,` and the Ed25519 signature, of \
             `webhook-id.webhook-timestamp.body`, in base64; two, separated by a space, for a day \
             after a rotation.",
        ))
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", content(kind))
                .required(Some(Required::True))
                .build(),
        ))
        .responses(responses)
        .build();
    PathItem::new(HttpMethod::Post, operation)
}

fn answer(text: &str) -> ResponseBuilder {
    ResponseBuilder::new().description(text)
}

fn header(name: &str, text: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(text))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn content(kind: WebhookType) -> utoipa::openapi::Content {
    let named = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind.name()]));
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("Message"))
        .item(ObjectBuilder::new().schema_type(Type::Object).property("type", named));
    let example = serde_json::to_value(example(kind)).ok();
    ContentBuilder::new().schema(Some(schema)).example(example).build()
}

/// A message of that type, as a receiver gets it.
fn example(kind: WebhookType) -> Message {
    let at = Timestamp::from_second(1_796_117_400).unwrap_or(Timestamp::UNIX_EPOCH);
    Message { kind, timestamp: at, data: facts(kind) }
}

/// An id for the examples.
const fn id(last: u128) -> Uuid {
    Uuid::from_u128(0x0192_f0c1_e0c8_7a3e_8a2c_1d4e_5f60_7100 + last)
}

fn facts(kind: WebhookType) -> MessageFacts {
    use WebhookType as T;
    let visit = MessageFacts { visit: Some(id(1)), sequence: Some(4), ..MessageFacts::default() };
    let done = MessageFacts { by: Some(id(2)), ..visit.clone() };
    let one = MessageFacts { participant: Some(id(3)), ..visit.clone() };
    let met = MessageFacts { participant: Some(id(3)), ..done.clone() };
    let recorded = MessageFacts { recording: Some(id(6)), ..visit.clone() };
    match kind {
        T::Ping => MessageFacts::default(),
        T::VisitCreated
        | T::VisitRescheduled
        | T::VisitTransferred
        | T::VisitOpened
        | T::VisitStarted
        | T::VisitOverran
        | T::VisitNoShowProposed
        | T::VisitCancelled => visit,
        T::VisitExtended
        | T::VisitNoShowDismissed
        | T::VisitNoShow
        | T::VisitEnded
        | T::SidebarClosed => done,
        T::ParticipantUninvited
        | T::ParticipantAmended
        | T::ParticipantLinkRenewed
        | T::ParticipantWaiting
        | T::ParticipantLeft
        | T::ParticipantLost
        | T::ParticipantReturned
        | T::WaitBreached
        | T::HandoverAccepted
        | T::InterpreterTurned
        | T::ChannelTaken
        | T::ListeningChosen
        | T::ExperienceTold => one,
        T::ParticipantInvited
        | T::ParticipantAdmitted
        | T::ParticipantDeclined
        | T::ParticipantRemoved
        | T::ParticipantBroughtBack
        | T::HandoverOffered
        | T::ChannelOffered
        | T::ModalityChanged
        | T::StillGiven => met,
        T::ParticipantSetApart => MessageFacts { why: Some(Apart::Hold), ..met },
        T::IdentityVerified => checked(Gate::Identity, Method::TwoIdentifiers, met),
        T::CheckPassed => checked(Gate::Device, Method::Measured, met),
        T::CheckFailed => checked(Gate::Identity, Method::OneTimeCode, one),
        T::CheckSkipped => MessageFacts { gate: Some(Gate::Callback), ..met },
        T::ConsentGranted => MessageFacts { purpose: Some(Purpose::Recording), ..met },
        T::ConsentRefused | T::ConsentWithdrawn => {
            MessageFacts { purpose: Some(Purpose::Recording), ..one }
        }
        T::SidebarOpened => MessageFacts { members: vec![id(2), id(5)], ..done },
        T::SegmentStarted => MessageFacts { segment: Some(1), ..done },
        T::RecordingAsked | T::RecordingStopped => MessageFacts { recording: Some(id(6)), ..done },
        T::RecordingStarted | T::RecordingResumed | T::RecordingSealed => recorded,
        T::RecordingShredded | T::RecordingErased => MessageFacts { sequence: None, ..recorded },
        T::RecordingPaused => {
            MessageFacts { recording: Some(id(6)), rests: Some(RestReason::Staff), ..done }
        }
        T::RecordingFailed => failed(recorded),
        T::LessonStarted => MessageFacts { tutorial: Some(id(6)), ..done },
        T::LessonEnded => visit,
        T::LessonChanged
        | T::LessonStopped
        | T::LessonOffered
        | T::InterpretingChanged
        | T::TopicCovered => done,
        T::TutorialWatched => MessageFacts { tutorial: Some(id(6)), percent: Some(75), ..one },
    }
}

fn failed(facts: MessageFacts) -> MessageFacts {
    let failure = Some(RecordingFailure::DiskFull);
    MessageFacts { failure, over: Some(false), ..facts }
}

fn checked(gate: Gate, method: Method, facts: MessageFacts) -> MessageFacts {
    MessageFacts { gate: Some(gate), method: Some(method), ..facts }
}

#[cfg(test)]
mod tests;

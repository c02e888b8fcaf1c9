//! The kinds of problem the API knows; each is one row of its contract.
//!
//! In: nothing. Out: for each kind its URI, status and title.
//! Never: changes meaning; programs switch on the URI.

use axum::http::StatusCode;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// The body is not JSON at all.
    MalformedJson,
    /// The body is JSON, but not what the operation takes.
    InvalidBody,
    /// The body says it is something else than JSON.
    NotJson,
    /// The body is longer than any we take.
    BodyTooLarge,
    /// The query is not what the operation takes.
    InvalidQuery,
    /// The path holds something that is not an id.
    InvalidPath,
    /// A header is not what the operation takes.
    InvalidHeader,
    /// No key, or not one in force.
    Unauthorized,
    /// The key may not do this.
    MissingScope,
    /// Nothing of that id, for this caller.
    NotFound,
    /// No such route.
    NoSuchRoute,
    /// The route is there, the method is not.
    MethodNotAllowed,
    /// The idempotency key was used for another request.
    KeyReused,
    /// It has another version than the caller has seen.
    VersionConflict,
    /// The operation is known and not done here.
    NotSupported,
    /// The answer is wanted in a form that is not spoken.
    NotAcceptable,
    /// The visit is not in a state that allows it.
    VisitState,
    /// The personal link opens nothing.
    UnknownLink,
    /// The visit of the link is over.
    VisitOver,
    /// The visit of the link was cancelled.
    VisitCancelled,
    /// The tenant has as many webhooks as it may have.
    TooManyWebhooks,
    /// The webhook is sent nothing at present.
    WebhookDisabled,
    /// No identity provider is set up.
    NoSignIn,
    /// The identity provider cannot be reached.
    SignInUnavailable,
    /// The session is none of ours, or its link was voided.
    UnknownSession,
    /// Only staff signs in.
    NotStaff,
    /// There are as many as there may be.
    LimitReached,
    /// The file is of a kind that is not taken.
    UnsupportedMedia,
    /// The file has no such piece.
    NoSuchPiece,
    /// There is no room on the disk.
    DiskFull,
    /// Too many in too short a time.
    TooManyRequests,
    /// The recording is held.
    OnHold,
    /// The recording is not in a state that allows it.
    RecordingState,
    /// The recording has no key of its own.
    NotShreddable,
    /// The recorder, or its store, does not answer.
    RecorderAway,
    /// The look could not be noted in the audit log, so nothing is shown.
    NotAudited,
    /// The answer took too long.
    Timeout,
    /// The rules of the visit allow no recording.
    RecordingNotAllowed,
    /// Somebody in the visit has said no to being recorded.
    RecordingRefused,
    /// There is no public key to seal a recording to.
    NoRecipients,
    /// There is no recorder.
    NoRecorder,
    /// Another node has the visit.
    VisitElsewhere,
    /// It failed on our side.
    Fault,
}

impl Kind {
    /// Its URI reference; stable.
    pub(crate) fn uri(self) -> String {
        format!("/problems/{}", self.name())
    }

    /// The last part of its URI.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed-json",
            Self::InvalidBody => "invalid-body",
            Self::NotJson => "not-json",
            Self::BodyTooLarge => "body-too-large",
            Self::InvalidQuery => "invalid-query",
            Self::InvalidPath => "invalid-path",
            Self::InvalidHeader => "invalid-header",
            Self::Unauthorized => "unauthorized",
            Self::MissingScope => "missing-scope",
            Self::NotFound => "not-found",
            Self::NoSuchRoute => "no-such-route",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::KeyReused => "idempotency-key-reused",
            Self::VersionConflict => "version-conflict",
            Self::NotSupported => "not-supported",
            Self::NotAcceptable => "not-acceptable",
            Self::VisitState => "visit-state",
            Self::UnknownLink => "unknown-link",
            Self::VisitOver => "visit-over",
            Self::VisitCancelled => "visit-cancelled",
            Self::TooManyWebhooks => "too-many-webhooks",
            Self::WebhookDisabled => "webhook-disabled",
            Self::NoSignIn => "no-sign-in",
            Self::SignInUnavailable => "sign-in-unavailable",
            Self::UnknownSession => "unknown-session",
            Self::NotStaff => "not-staff",
            Self::LimitReached => "limit-reached",
            Self::UnsupportedMedia => "unsupported-media",
            Self::NoSuchPiece => "no-such-piece",
            Self::DiskFull => "disk-full",
            Self::TooManyRequests => "too-many-requests",
            Self::OnHold => "on-hold",
            Self::RecordingState => "recording-state",
            Self::NotShreddable => "not-shreddable",
            Self::RecorderAway => "recorder-away",
            Self::NotAudited => "not-audited",
            Self::Timeout => "timeout",
            Self::RecordingNotAllowed => "recording-not-allowed",
            Self::RecordingRefused => "recording-refused",
            Self::NoRecipients => "no-recipients",
            Self::NoRecorder => "no-recorder",
            Self::VisitElsewhere => "visit-elsewhere",
            Self::Fault => "fault",
        }
    }

    /// Its HTTP status.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::MalformedJson | Self::InvalidQuery | Self::InvalidPath | Self::InvalidHeader => {
                StatusCode::BAD_REQUEST
            }
            Self::InvalidBody | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotJson | Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoSuchPiece => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::MissingScope | Self::NotStaff => StatusCode::FORBIDDEN,
            Self::NotFound
            | Self::NoSuchRoute
            | Self::UnknownLink
            | Self::UnknownSession
            | Self::NoSignIn => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::VersionConflict => StatusCode::PRECONDITION_FAILED,
            Self::NotSupported => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::VisitState
            | Self::LimitReached
            | Self::RecordingNotAllowed
            | Self::RecordingRefused
            | Self::NoRecipients
            | Self::TooManyWebhooks
            | Self::WebhookDisabled
            | Self::OnHold
            | Self::RecordingState
            | Self::NotShreddable => StatusCode::CONFLICT,
            Self::VisitOver | Self::VisitCancelled => StatusCode::GONE,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::SignInUnavailable => StatusCode::BAD_GATEWAY,
            Self::NotAudited
            | Self::Timeout
            | Self::VisitElsewhere
            | Self::NoRecorder
            | Self::RecorderAway => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The kind in words.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::MalformedJson => "The body is not JSON.",
            Self::InvalidBody => "The body is not what this operation takes.",
            Self::NotJson => "The body has to be JSON: send `Content-Type: application/json`.",
            Self::BodyTooLarge => "The body is too large.",
            Self::InvalidQuery => "The query is not what this operation takes.",
            Self::InvalidPath => "The path does not hold an id.",
            Self::InvalidHeader => "A header is not what this operation takes.",
            Self::Unauthorized => "An API key in force is needed.",
            Self::MissingScope => "This API key may not do that.",
            Self::NotFound => "There is nothing of that id.",
            Self::NoSuchRoute => "There is nothing at this address.",
            Self::MethodNotAllowed => "This address does not take that method.",
            Self::KeyReused => "The idempotency key was used for another request.",
            Self::VersionConflict => "It has another version by now.",
            Self::NotSupported => "That is not done here.",
            Self::NotAcceptable => "That form of answer is not spoken here.",
            Self::VisitState => "The visit is not in a state that allows that.",
            Self::UnknownLink => "This link opens no visit.",
            Self::VisitOver => "The visit is over.",
            Self::VisitCancelled => "The visit was cancelled.",
            Self::TooManyWebhooks => "There are as many webhooks as there may be.",
            Self::WebhookDisabled => "This webhook is sent nothing until it is enabled.",
            Self::NoSignIn => "Staff cannot sign in here: no identity provider is set up.",
            Self::SignInUnavailable => "The identity provider cannot be reached.",
            Self::UnknownSession => "This session is not known.",
            Self::NotStaff => "Only staff signs in.",
            Self::LimitReached => "There are as many as there may be.",
            Self::UnsupportedMedia => "This kind of file is not taken.",
            Self::NoSuchPiece => "The file has no such piece.",
            Self::DiskFull => "There is no room on the disk.",
            Self::TooManyRequests => "Too many requests in a short time.",
            Self::OnHold => "The recording is held; release it first.",
            Self::RecordingState => "The recording is not in a state that allows that.",
            Self::NotShreddable => "The recording has no key of its own that could be destroyed.",
            Self::RecorderAway => "The recorder does not answer; trying again may work.",
            Self::NotAudited => "The audit log cannot be written, so nothing is shown.",
            Self::Timeout => "The answer took too long; trying again may work.",
            Self::RecordingNotAllowed => "The rules of this visit allow no recording.",
            Self::RecordingRefused => "Somebody in the visit has said no to being recorded.",
            Self::NoRecipients => "No public key is set that a recording could be sealed to.",
            Self::NoRecorder => "This server records nothing at the moment.",
            Self::VisitElsewhere => "Another server has this visit; trying again may work.",
            Self::Fault => "The server could not do it; trying again may work.",
        }
    }
}

//! REST bodies about webhooks, and what a webhook says.
//!
//! In: where to send what. Out: endpoints, the log of what was sent to them, and the messages
//! themselves.
//! Never: a name, a birth date, a word anybody said or wrote; a message holds ids and code
//! words, and whoever wants more asks for it with a key.

mod kind;
mod message;

pub use kind::WebhookType;
pub use message::{Message, MessageFacts};

use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most webhooks of one tenant. Each event is written once for every one of them while somebody
/// waits in a visit.
pub const WEBHOOKS_MAX: u16 = 16;
/// Longest URL, in characters.
pub const URL_CHARS_MAX: usize = 2048;
/// Longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 200;
/// Most messages that one replay sends again. A larger one would keep the database busy for
/// longer than a request may take; `next_since` goes on from there.
pub const REPLAY_MAX: u16 = 5_000;

/// How a webhook is signed (Standard Webhooks).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignatureScheme {
    /// HMAC-SHA256 under a secret that both sides hold (`whsec_…`).
    #[default]
    V1,
    /// Ed25519: only the server can sign, everybody can check (`whpk_…`).
    V1a,
}

impl SignatureScheme {
    /// Every scheme.
    pub const ALL: [Self; 2] = [Self::V1, Self::V1a];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V1a => "v1a",
        }
    }
}

/// A webhook to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where messages are sent by POST. `https://` and a public address, but for hosts that the
    /// operator of this server allows.
    #[garde(length(chars, min = 1, max = URL_CHARS_MAX))]
    #[schema(example = "https://scheduler.example.org/bedside", min_length = 1, max_length = 2048)]
    pub url: String,
    /// What you call it.
    #[garde(length(chars, max = DESCRIPTION_CHARS_MAX))]
    #[serde(default)]
    #[schema(example = "Scheduling system", max_length = 200)]
    pub description: String,
    /// The messages it is sent. Left out or empty: all of them, those of later versions too.
    #[garde(skip)]
    #[serde(default)]
    pub types: Vec<WebhookType>,
    /// How messages are signed.
    #[garde(skip)]
    #[serde(default)]
    pub signature: SignatureScheme,
}

/// What is to change in a webhook; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatch {
    /// Where messages are sent.
    #[garde(length(chars, min = 1, max = URL_CHARS_MAX))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2048)]
    pub url: Option<String>,
    /// What you call it.
    #[garde(length(chars, max = DESCRIPTION_CHARS_MAX))]
    #[serde(default)]
    #[schema(max_length = 200)]
    pub description: Option<String>,
    /// The messages it is sent; empty: all of them.
    #[garde(skip)]
    #[serde(default)]
    pub types: Option<Vec<WebhookType>>,
    /// `false`: nothing more is sent until it is enabled; what waits is kept.
    #[garde(skip)]
    #[serde(default)]
    pub enabled: Option<bool>,
}

/// Whether a webhook is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// It is.
    Enabled,
    /// Not until somebody enables it.
    Disabled,
    /// Not until somebody enables it: it answered 410 Gone.
    Gone,
}

impl WebhookState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Disabled, Self::Gone];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Gone => "gone",
        }
    }
}

/// A webhook as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// Its id (UUID version 7).
    pub id: Uuid,
    /// Where messages are sent.
    pub url: String,
    /// What you call it.
    pub description: String,
    /// The messages it is sent; empty: all of them.
    pub types: Vec<WebhookType>,
    /// How messages are signed.
    pub signature: SignatureScheme,
    /// Whether it is sent anything.
    pub state: WebhookState,
    /// Since when a message had to be given up and none came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// What its messages are checked with, where they are signed by `v1`. Only in the answer
    /// that makes or rotates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    pub secret: Option<String>,
    /// What its messages are checked with, where they are signed by `v1a`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "whpk_5f1Xr9QbV8j1nRzA2m3N4o5P6q7R8s9T0u1V2w3X4Y8=")]
    pub public_key: Option<String>,
    /// Until when messages carry a second signature, by the secret or key before the last
    /// rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_until: Option<Timestamp>,
}

/// Every webhook of the tenant, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookList {
    /// The webhooks.
    pub data: Vec<Webhook>,
}

/// Where the delivery of a message to a webhook stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// An earlier message of the same visit comes first.
    Queued,
    /// It is sent at `next_attempt_at`.
    Pending,
    /// The receiver has taken it.
    Delivered,
    /// It was tried for days and is not tried any more; a replay sends it again.
    GivenUp,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Pending, Self::Delivered, Self::GivenUp];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

/// One message on its way to one webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// The message's id, the same at each attempt and at each webhook (`webhook-id`).
    #[schema(example = "msg_0192f0c1e0c87a3e8a2c1d4e5f607182")]
    pub message: String,
    /// What it says.
    #[serde(rename = "type")]
    pub kind: WebhookType,
    /// The visit it is about; absent for a `ping`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Uuid>,
    /// When it happened.
    pub at: Timestamp,
    /// Where its delivery stands.
    pub state: DeliveryState,
    /// When it is sent next, where it is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
    /// The attempts so far, oldest first; of many the last ones.
    pub attempts: Vec<Attempt>,
}

/// One attempt to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// What the receiver answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 503)]
    pub status: Option<u16>,
    /// Why there was no answer: `connect_failed`, `timeout`, `tls_failed`, `private_address` and
    /// so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "connect_failed")]
    pub error: Option<String>,
}

/// A test on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tested {
    /// The id of the message.
    #[schema(example = "msg_0192f0c1e0c87a3e8a2c1d4e5f607182")]
    pub message: String,
}

/// One page of deliveries, newest message first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryPage {
    /// The deliveries.
    pub data: Vec<Delivery>,
    /// Give it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What is to be sent again; one of the three, or `visit` with `since`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// One message, by its id.
    #[garde(skip)]
    #[serde(default)]
    #[schema(example = "msg_0192f0c1e0c87a3e8a2c1d4e5f607182")]
    pub message: Option<String>,
    /// Every message of one visit.
    #[garde(skip)]
    #[serde(default)]
    pub visit: Option<Uuid>,
    /// Every message from this moment on.
    #[garde(skip)]
    #[serde(default)]
    #[schema(example = "2026-12-01T00:00:00Z")]
    pub since: Option<Timestamp>,
}

/// What is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Replayed {
    /// How many messages.
    pub messages: u32,
    /// There are more: ask again with this as `since`. A message may then be sent twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_since: Option<Timestamp>,
}

//! What a webhook is sent.
//!
//! In: nothing. Out: the body of a message: what, when, and which ids it is about.
//! Never: a name, a language, a text, an outcome; these are asked for with a key.

use super::WebhookType;
use crate::person::{Apart, Method};
use crate::policy::{Gate, Purpose};
use crate::recorder::RecordingFailure;
use crate::recording::RestReason;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The body of a message. New fields may come; a receiver passes over those it does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// What it tells.
    #[serde(rename = "type")]
    pub kind: WebhookType,
    /// When it happened; `webhook-timestamp` in the head says when it was sent.
    pub timestamp: Timestamp,
    /// What it is about.
    pub data: MessageFacts,
}

/// What a message is about: ids and code words only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageFacts {
    /// The visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Uuid>,
    /// The place of this in what happened in the visit. Messages of a visit are sent in this
    /// order; not every number is sent. Absent for what happened to a recording of it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 4)]
    pub sequence: Option<u64>,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<Uuid>,
    /// The participant who did it; absent where the scheduling system, a rule or time did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Uuid>,
    /// Which check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// How it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// What was agreed to, or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Why somebody is set apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Apart>,
    /// Who confers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Uuid>,
    /// The place of a part in the plan, from zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<u16>,
    /// Which recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Uuid>,
    /// Why a recording rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests: Option<RestReason>,
    /// What is wrong with a recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<RecordingFailure>,
    /// Whether the recording is over by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<bool>,
    /// Which tutorial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tutorial: Option<Uuid>,
    /// How much of it was watched, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
}

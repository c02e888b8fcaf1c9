//! The visit as a pure machine.
//!
//! In: commands and time. Out: events, or a refusal.
//! Never: a clock, a socket, a database.

use serde::{Deserialize, Serialize};

/// Something that happened in a visit; the log of them is the visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "e", rename_all = "snake_case")]
pub enum VisitEvent {}

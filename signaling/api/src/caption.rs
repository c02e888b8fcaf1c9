//! Live captions on the WebSocket: what is said, written down as it is said.
//!
//! In and out: parts of the messages of `visit.v1`. A line is sent whole, again and again while it
//! is being written; what comes later under its number stands in the place of what came before.
//! Never: kept by the server; whoever was not there reads nothing of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// Longest text of one line, in characters. It is two or three rows in large letters on a phone;
/// longer would push away what is still being read, shorter would cut sentences.
pub const CAPTION_CHARS_MAX: usize = 200;
/// How often a line may be sent in the long run, a second. More shows single letters sooner than
/// anybody reads them; less lets words arrive in heaps.
pub const CAPTIONS_PER_SECOND: u32 = 5;
/// How many may be sent at once: what was written while the line was down.
pub const CAPTIONS_AT_ONCE: u32 = 20;

/// A line of captions, as those read it who are together with whoever writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CaptionLine {
    /// Who writes it.
    pub from: Uuid,
    /// Its language (BCP 47).
    pub language: String,
    /// The writer's number of the line.
    pub number: u32,
    /// The whole line so far; empty when it was taken back.
    pub text: String,
    /// Whether it is finished.
    pub done: bool,
    /// When the server passed it on, by its own clock, in Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: u64,
}

//! What is where in a folder of files, and what is missing, for people and programs.
//!
//! In: what was read and written. Out: `recording.json`.
//! Never: anything of what was said.

use super::{ExportFault, source_name};
use crate::draft::Draft;
use crate::open::{Recording, Warning};
use crate::take::note::Gap;
use bedside_sfu_api::{Codec, Source};
use bedside_signaling_api::recorder::Labelled;
use jiff::Timestamp;
use serde::Serialize;
use std::io::Write as _;
use uuid::Uuid;

/// Somebody's file.
#[derive(Debug, Clone, Serialize)]
pub struct PersonFile {
    /// Their id in the visit.
    pub participant: Uuid,
    /// What they were called.
    pub label: String,
    /// The file's name.
    pub file: String,
    /// What is in it, in the order of its tracks.
    pub tracks: Vec<TrackLine>,
    /// Their first frame, on the recording's clock.
    pub from_ms: Option<u64>,
    /// Their last.
    pub to_ms: Option<u64>,
}

/// A track of somebody's file.
#[derive(Debug, Clone, Serialize)]
pub struct TrackLine {
    /// Microphone, camera or screen.
    pub source: &'static str,
    /// How it is encoded.
    pub codec: Codec,
}

impl PersonFile {
    pub(super) fn new<'a>(
        participant: Uuid,
        label: String,
        file: String,
        streams: impl Iterator<Item = &'a (Source, Codec)>,
    ) -> Self {
        let line = |(source, codec): &(Source, Codec)| TrackLine {
            source: source_name(*source),
            codec: *codec,
        };
        let tracks = streams.map(line).collect();
        Self { participant, label, file, tracks, from_ms: None, to_ms: None }
    }

    pub(super) fn heard(&mut self, at_ms: u64) {
        self.from_ms = Some(self.from_ms.unwrap_or(at_ms).min(at_ms));
        self.to_ms = Some(self.to_ms.unwrap_or(at_ms).max(at_ms));
    }
}

/// A file of captions.
#[derive(Debug, Clone, Serialize)]
pub struct CaptionFile {
    /// Their language (BCP 47).
    pub language: String,
    /// The file's name.
    pub file: String,
    /// How many there are.
    pub lines: usize,
}

/// A stretch with the same people.
#[derive(Debug, Serialize)]
struct EpochLine {
    epoch: u32,
    from_ms: u64,
    people: Vec<Uuid>,
}

#[derive(Debug, Serialize)]
struct PauseLine {
    from_ms: u64,
    to_ms: u64,
}

#[derive(Debug, Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    listing: &'a Listing,
    people: &'a [PersonFile],
    captions: &'a [CaptionFile],
    /// Of single streams, as the recorder noted it.
    missing: &'a [Gap],
    /// What is wrong with the recording, in sentences.
    warnings: Vec<String>,
}

/// What is where.
#[derive(Debug, Serialize)]
pub(super) struct Listing {
    recording: Option<Uuid>,
    visit: Option<Uuid>,
    began_at: Option<Timestamp>,
    duration_ms: u64,
    epochs: Vec<EpochLine>,
    pauses: Vec<PauseLine>,
}

impl Listing {
    pub(super) fn new(recording: &Recording) -> Self {
        let began_at = recording.began_ms().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        Self {
            recording: recording.id(),
            visit: recording.visit(),
            began_at,
            duration_ms: recording.duration_ms(),
            epochs: Vec::new(),
            pauses: Vec::new(),
        }
    }

    pub(super) fn epoch(&mut self, epoch: u32, from_ms: u64, people: &[Labelled]) {
        let people = people.iter().map(|labelled| labelled.participant).collect();
        self.epochs.push(EpochLine { epoch, from_ms, people });
    }

    pub(super) fn pause(&mut self, from_ms: u64, to_ms: u64) {
        self.pauses.push(PauseLine { from_ms, to_ms });
    }

    pub(super) fn write(
        &self,
        draft: &Draft,
        (people, captions): (&[PersonFile], &[CaptionFile]),
        missing: &[Gap],
        warnings: &[Warning],
    ) -> Result<(), ExportFault> {
        let warnings = warnings.iter().map(ToString::to_string).collect();
        let written = Written { listing: self, people, captions, missing, warnings };
        let mut text = serde_json::to_string_pretty(&written).map_err(std::io::Error::from)?;
        text.push('\n');
        Ok(draft.file().write_all(text.as_bytes())?)
    }
}

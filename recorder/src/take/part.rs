//! A part while it is open, and what it is made into.
//!
//! In: frames and what happened, in any order. Out: clusters in the order of time, then the notes.
//! Never: grows without end; [`BYTES_MAX`] closes it early.

use super::Frame;
use super::note::{EVENTS, Gap, Happened, text};
use crate::matroska::{Block, write};
use std::time::Instant;

/// Bytes after which a part is closed before its time. Four people at the highest layer that is
/// taken fill half of it in two seconds; it is held twice while it is put together.
const BYTES_MAX: usize = 3 * 1024 * 1024;
/// Things told in one part. Reports of four people are forty; a line so bad that more happens is
/// told as how much more.
const HAPPENED_MAX: usize = 1_000;

/// What was taken since the part before was closed.
#[derive(Debug)]
pub(super) struct Part {
    began: Instant,
    from_ms: u64,
    frames: Vec<(u8, Frame)>,
    bytes: usize,
    happened: Vec<Happened>,
    more: u64,
    missing_ms: u64,
}

impl Part {
    pub(super) const fn new(began: Instant, from_ms: u64) -> Self {
        Self {
            began,
            from_ms,
            frames: Vec::new(),
            bytes: 0,
            happened: Vec::new(),
            more: 0,
            missing_ms: 0,
        }
    }

    pub(super) const fn began(&self) -> Instant {
        self.began
    }

    pub(super) const fn began_ms(&self) -> u64 {
        self.from_ms
    }

    pub(super) const fn missing_ms(&self) -> u64 {
        self.missing_ms
    }

    pub(super) const fn is_full(&self) -> bool {
        self.bytes >= BYTES_MAX
    }

    pub(super) fn take(&mut self, track: u8, frame: Frame) {
        self.bytes = self.bytes.saturating_add(frame.data.len());
        self.frames.push((track, frame));
    }

    pub(super) fn missing(&mut self, gap: Gap) {
        let ms = gap.to_ms.saturating_sub(gap.from_ms);
        self.missing_ms = self.missing_ms.saturating_add(ms);
        self.note(Happened::Gap(gap));
    }

    pub(super) fn note(&mut self, happened: Happened) {
        if self.happened.len() >= HAPPENED_MAX {
            self.more = self.more.saturating_add(1);
            return;
        }
        if let Happened::Caption { language, text, .. } = &happened {
            self.bytes = self.bytes.saturating_add(language.len()).saturating_add(text.len());
        }
        self.happened.push(happened);
    }

    /// Adds the clusters and what happened.
    pub(super) fn write(mut self, out: &mut Vec<u8>) {
        // Of equal times the tracks keep their order, so a file is the same each time.
        self.frames.sort_by_key(|&(track, ref frame)| (frame.at_ms, track));
        let blocks: Vec<Block<'_>> = self
            .frames
            .iter()
            .map(|(track, frame)| Block {
                track: *track,
                at_ms: frame.at_ms,
                key: frame.key,
                data: &frame.data,
            })
            .collect();
        out.reserve(self.bytes.saturating_add(blocks.len() * 16));
        write::clusters(out, &blocks);
        if self.more > 0 {
            self.happened.push(Happened::More { count: self.more });
        }
        if !self.happened.is_empty() {
            write::tags(out, &[(EVENTS, &text(&self.happened))]);
        }
    }
}

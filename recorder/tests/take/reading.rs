//! What stands in the parts of a recording, read with the recording's own reader.

use bedside_recorder::binding::TAG;
use bedside_recorder::matroska::read::{Item, items};
use bedside_recorder::matroska::{Block, Track};
use bedside_recorder::part::{Binding, PlainPart};
use bedside_recorder::take::note::{EVENTS, Happened};
use std::collections::BTreeMap;

/// What the parts of one recording hold, epoch by epoch.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) tracks_by_epoch: BTreeMap<u32, Vec<Track>>,
    pub(super) happened: Vec<Happened>,
    pub(super) parts: usize,
    pub(super) missing_ms: u64,
}

impl Reading {
    /// Takes in a part; each of its blocks is shown with its track's name.
    pub(super) fn read(&mut self, part: &PlainPart, mut see: impl FnMut(&str, Block<'_>)) {
        assert!(part.n > 0 || !self.tracks_by_epoch.contains_key(&part.epoch));
        self.parts += 1;
        self.missing_ms += part.missing_ms;
        let tracks = self.tracks_by_epoch.entry(part.epoch).or_default();
        let mut found = items(&part.plain);
        for item in found.by_ref() {
            match item {
                Item::Date(_) => assert_eq!(part.n, 0),
                Item::Track(track) => tracks.push(track),
                Item::Tag { name: TAG, text } => {
                    let note: Binding = serde_json::from_str(text).unwrap();
                    assert_eq!((note.epoch, note.n), (part.epoch, part.n));
                }
                Item::Tag { name: EVENTS, text } => {
                    self.happened.extend(serde_json::from_str::<Vec<Happened>>(text).unwrap());
                }
                Item::Tag { .. } => {}
                Item::Block(block) => {
                    let track = tracks.iter().find(|track| track.number == block.track).unwrap();
                    see(&track.name, block);
                }
            }
        }
        assert!(found.is_whole());
    }
}

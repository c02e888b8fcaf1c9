//! Cuts a film into pieces that a browser takes one by one (fragmented MP4).
//!
//! In: pictures and sounds as they are made. Out: a head, then pieces that begin with a whole
//! picture, in the reel.
//! Never: holds more than one piece.

use super::reel::{Reel, Segment, Shown};
use crate::compose::{FileFault, Progress, Sink, Size};
use crate::film::captions::reading_ms;
use crate::film::mix::{SAMPLE_RATE, SOUND_SAMPLES};
use crate::film::mp4::entries::Entries;
use crate::film::{Caption, Coded, h264};
use crate::open::Warning;
use shiguredo_mp4::TrackKind;
use shiguredo_mp4::mux::{Fmp4SegmentMuxer, MuxError, Sample};
use std::num::NonZeroU32;

/// Shortest piece. Shorter ones make a film ready sooner and its list longer; the first one is what
/// whoever opened the page waits for.
const PIECE_MS_MIN: u64 = 2_000;

/// Ticks a second of pictures.
const MS: u32 = 1_000;

/// A film on its way to a reel.
pub(super) struct Cutter<'a> {
    reel: &'a Reel,
    size: Size,
    goes_on: &'a mut dyn FnMut() -> bool,
    muxer: Option<Fmp4SegmentMuxer>,
    entries: Option<Entries>,
    pre_skip: u16,
    /// Of the piece that is not written yet.
    pictures: Vec<Coded>,
    sounds: Vec<Coded>,
    has_head: bool,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(reel: &'a Reel, size: Size, goes_on: &'a mut dyn FnMut() -> bool) -> Self {
        Self {
            reel,
            size,
            goes_on,
            muxer: None,
            entries: None,
            pre_skip: 0,
            pictures: Vec::new(),
            sounds: Vec::new(),
            has_head: false,
        }
    }

    /// The last piece.
    pub(super) fn finish(&mut self, lasts_ms: u64) -> Result<(), FileFault> {
        self.cut(lasts_ms)
    }

    /// Writes the piece that ends at a moment.
    fn cut(&mut self, to_ms: u64) -> Result<(), FileFault> {
        let pictures = std::mem::take(&mut self.pictures);
        let Some(from_ms) = pictures.first().map(|first| first.at_ms) else { return Ok(()) };
        // Sound after the cut belongs to the next piece.
        let split = self.sounds.partition_point(|sound| sound.at_ms < to_ms);
        let later = self.sounds.split_off(split);
        let sounds = std::mem::replace(&mut self.sounds, later);
        let parameters = pictures.first().and_then(|first| h264::parameters(&first.data));
        if self.entries.is_none() {
            let Some(parameters) = parameters else { return Ok(()) };
            let codecs = codecs(&parameters.0);
            self.reel.update(|state| state.codecs = Some(codecs));
            let size = self.size.of_film();
            self.entries = Some(Entries::new(size, parameters, self.pre_skip));
        }
        let Some(entries) = &self.entries else { return Ok(()) };
        let (samples, payload) = samples(entries, (&pictures, to_ms), &sounds);
        if self.muxer.is_none() {
            self.muxer = Some(Fmp4SegmentMuxer::new().map_err(pieces)?);
        }
        let Some(muxer) = &mut self.muxer else { return Ok(()) };
        let mut piece = muxer.create_media_segment_metadata(&samples).map_err(pieces)?;
        piece.extend_from_slice(&payload);
        if !self.has_head {
            let head = muxer.init_segment_bytes().map_err(pieces)?;
            self.reel.append(&head)?;
            self.has_head = true;
            let head = u64::try_from(head.len()).unwrap_or(u64::MAX);
            self.reel.update(|state| state.head = head);
        }
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let from = self.reel.append(&piece)?;
        self.reel.update(|state| {
            state.segments.push(Segment { from_ms, to_ms, from, length });
            state.ready_ms = to_ms;
        });
        Ok(())
    }
}

impl Sink for Cutter<'_> {
    fn begin(&mut self, pre_skip: u16) -> Result<(), FileFault> {
        self.pre_skip = pre_skip;
        Ok(())
    }

    fn picture(&mut self, picture: Coded) -> Result<(), FileFault> {
        let from_ms = self.pictures.first().map_or(picture.at_ms, |first| first.at_ms);
        if picture.key && picture.at_ms.saturating_sub(from_ms) >= PIECE_MS_MIN {
            self.cut(picture.at_ms)?;
        }
        self.pictures.push(picture);
        Ok(())
    }

    fn sound(&mut self, sound: &Coded) -> Result<(), FileFault> {
        self.sounds.push(sound.clone());
        Ok(())
    }

    fn caption(&mut self, caption: Caption) {
        let Caption { at_ms, language, text } = caption;
        let to_ms = at_ms.saturating_add(reading_ms(&text));
        let shown = Shown { from_ms: at_ms, to_ms, language, text };
        self.reel.update(|state| state.captions.push(shown));
    }

    fn warn(&mut self, warning: &Warning) {
        let text = warning.to_string();
        self.reel.update(|state| state.warnings.push(text));
    }

    fn goes_on(&mut self, _progress: Progress) -> bool {
        (self.goes_on)()
    }
}

/// The samples of a piece, and their bytes: first the pictures, then the sounds.
fn samples(
    entries: &Entries,
    (pictures, to_ms): (&[Coded], u64),
    sounds: &[Coded],
) -> (Vec<Sample>, Vec<u8>) {
    let (mut samples, mut payload) = (Vec::new(), Vec::new());
    let ends = pictures.iter().skip(1).map(|next| next.at_ms).chain([to_ms]);
    for (picture, end_ms) in pictures.iter().zip(ends) {
        let ticks = end_ms.saturating_sub(picture.at_ms).max(1);
        let data = h264::lengths(&picture.data);
        samples.push(sample(entries, TrackKind::Video, (picture.key, ticks), (&payload, &data)));
        payload.extend_from_slice(&data);
    }
    for sound in sounds {
        let ticks = u64::try_from(SOUND_SAMPLES).unwrap_or(u64::MAX);
        let data = &sound.data;
        samples.push(sample(entries, TrackKind::Audio, (true, ticks), (&payload, data)));
        payload.extend_from_slice(data);
    }
    (samples, payload)
}

fn sample(
    entries: &Entries,
    kind: TrackKind,
    (keyframe, ticks): (bool, u64),
    (before, data): (&[u8], &[u8]),
) -> Sample {
    let timescale = match kind {
        TrackKind::Audio => u32::try_from(SAMPLE_RATE).unwrap_or(u32::MAX),
        TrackKind::Video | TrackKind::Subtitle => MS,
    };
    Sample {
        track_kind: kind,
        sample_entry: Some(entries.of(kind)),
        keyframe,
        timescale: NonZeroU32::new(timescale).unwrap_or(NonZeroU32::MIN),
        duration: u32::try_from(ticks).unwrap_or(u32::MAX),
        composition_time_offset: None,
        data_offset: u64::try_from(before.len()).unwrap_or(u64::MAX),
        data_size: data.len(),
    }
}

/// What a browser has to understand (RFC 6381), as the first picture's parameters say.
fn codecs(sps: &[u8]) -> String {
    let byte = |at: usize| sps.get(at).copied().unwrap_or_default();
    format!("avc1.{:02X}{:02X}{:02X}, opus", byte(1), byte(2), byte(3))
}

fn pieces(error: MuxError) -> FileFault {
    FileFault::Pieces(error.to_string())
}

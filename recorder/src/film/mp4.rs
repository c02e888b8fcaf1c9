//! The film as one MP4 file whose index comes first (faststart), so that it plays while it loads.
//!
//! In: access units, packets and captions as they are made; a scratch file for the media. Out: the
//! file, with H.264, Opus and, if anything was said in writing, a text track (3GPP timed text).
//! Never: holds the media in memory, or encodes.

use super::captions::{Caption, Shown, language, timed};
use super::encode::Coded;
use super::h264;
use super::mix::{SAMPLE_RATE, SOUND_SAMPLES};
use super::picture::Size;
use entries::Entries;
use shiguredo_mp4::TrackKind;
use shiguredo_mp4::mux::{Mp4FileMuxer, Mp4FileMuxerOptions, MuxError, Sample, TrackMetadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::num::NonZeroU32;
use std::time::Duration;

pub(crate) mod entries;

/// Media of one kind lies together for so long: a player reads pictures and sound in turns, and
/// the index stays small.
const TURN_MS: u64 = 500;

/// Ticks a second of pictures and captions.
const MS: u32 = 1_000;

/// How long the last picture is shown if nothing says when the film ends.
const LAST_PICTURE_MS: u64 = 33;

/// A film that cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum Mp4Fault {
    /// The disk.
    #[error("the film cannot be written")]
    Disk(#[from] io::Error),
    /// The index; a defect.
    #[error("the film's index cannot be made: {0}")]
    Index(#[source] MuxError),
    /// There is not one whole picture.
    #[error("the film has no picture")]
    Empty,
}

/// One sample in the scratch file.
#[derive(Debug, Clone, Copy)]
struct Kept {
    kind: TrackKind,
    key: bool,
    ticks: u32,
    bytes: usize,
}

/// Samples of one kind that wait for their turn.
#[derive(Debug, Default)]
struct Turn {
    kept: Vec<Kept>,
    bytes: Vec<u8>,
}

/// Writes one film.
#[derive(Debug)]
pub struct Mp4Writer<S> {
    scratch: S,
    size: Size,
    pre_skip: u16,
    kept: Vec<Kept>,
    pictures: Turn,
    sounds: Turn,
    turn_at: u64,
    /// The last picture, which lasts until the next.
    last: Option<Coded>,
    /// The first keyframe's parameter sets.
    parameters: Option<(Vec<u8>, Vec<u8>)>,
    captions: Vec<Caption>,
}

impl<S: Read + Write + Seek> Mp4Writer<S> {
    /// A film of this size; the media waits in the scratch file until it is finished. `pre_skip`
    /// is `Film::pre_skip`.
    pub const fn new(scratch: S, size: Size, pre_skip: u16) -> Self {
        Self {
            scratch,
            size,
            pre_skip,
            kept: Vec::new(),
            pictures: Turn { kept: Vec::new(), bytes: Vec::new() },
            sounds: Turn { kept: Vec::new(), bytes: Vec::new() },
            turn_at: 0,
            last: None,
            parameters: None,
            captions: Vec::new(),
        }
    }

    /// The next picture.
    ///
    /// # Errors
    /// The scratch file cannot be written.
    pub fn write_picture(&mut self, picture: Coded) -> Result<(), Mp4Fault> {
        if self.parameters.is_none() {
            self.parameters = h264::parameters(&picture.data);
        }
        if self.parameters.is_none() {
            return Ok(());
        }
        let at_ms = picture.at_ms;
        if let Some(last) = self.last.replace(picture) {
            self.keep_picture(&last, at_ms);
        }
        self.take_turns(at_ms)
    }

    /// The next 20 ms of sound.
    ///
    /// # Errors
    /// The scratch file cannot be written.
    pub fn write_sound(&mut self, sound: &Coded) -> Result<(), Mp4Fault> {
        let ticks = u32::try_from(SOUND_SAMPLES).unwrap_or(u32::MAX);
        let kept = Kept { kind: TrackKind::Audio, key: true, ticks, bytes: sound.data.len() };
        self.sounds.kept.push(kept);
        self.sounds.bytes.extend_from_slice(&sound.data);
        self.take_turns(sound.at_ms)
    }

    /// Something said in writing.
    pub fn write_caption(&mut self, caption: Caption) {
        self.captions.push(caption);
    }

    /// Writes the whole film.
    ///
    /// # Errors
    /// The scratch file or the film cannot be written, or there is no picture.
    pub fn finish<W: Write + Seek>(mut self, end_ms: u64, film: &mut W) -> Result<(), Mp4Fault> {
        let last = self.last.take().ok_or(Mp4Fault::Empty)?;
        self.keep_picture(&last, end_ms.max(last.at_ms + LAST_PICTURE_MS));
        self.turn()?;
        let parameters = self.parameters.take().ok_or(Mp4Fault::Empty)?;
        let entries = Entries::new(self.size, parameters, self.pre_skip);
        let tongue = language(&self.captions);
        let texts = timed(std::mem::take(&mut self.captions));
        let samples: Vec<Kept> =
            texts.iter().map(Kept::from).chain(std::mem::take(&mut self.kept)).collect();
        // The index is made twice: once to learn how large it is, once behind that much room.
        let room = index(&samples, &entries, options(0, tongue))?.moov;
        let Index { head, patches, .. } = index(&samples, &entries, options(room, tongue))?;
        film.seek(SeekFrom::Start(0))?;
        film.write_all(&head)?;
        for text in &texts {
            film.write_all(&text.sample)?;
        }
        self.scratch.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.scratch, film)?;
        for (at, bytes) in patches {
            film.seek(SeekFrom::Start(at))?;
            film.write_all(&bytes)?;
        }
        film.seek(SeekFrom::End(0))?;
        Ok(film.flush()?)
    }

    fn keep_picture(&mut self, picture: &Coded, until_ms: u64) {
        let data = h264::lengths(&picture.data);
        let ticks = until_ms.saturating_sub(picture.at_ms).max(1);
        self.pictures.kept.push(Kept {
            kind: TrackKind::Video,
            key: picture.key,
            ticks: u32::try_from(ticks).unwrap_or(u32::MAX),
            bytes: data.len(),
        });
        self.pictures.bytes.extend_from_slice(&data);
    }

    fn take_turns(&mut self, at_ms: u64) -> Result<(), Mp4Fault> {
        if at_ms < self.turn_at + TURN_MS {
            return Ok(());
        }
        self.turn_at = at_ms;
        self.turn()
    }

    fn turn(&mut self) -> Result<(), Mp4Fault> {
        for turn in [&mut self.pictures, &mut self.sounds] {
            self.scratch.write_all(&turn.bytes)?;
            turn.bytes.clear();
            self.kept.append(&mut turn.kept);
        }
        Ok(())
    }
}

impl From<&Shown> for Kept {
    fn from(text: &Shown) -> Self {
        let ticks = u32::try_from(text.ms).unwrap_or(u32::MAX);
        Self { kind: TrackKind::Subtitle, key: true, ticks, bytes: text.sample.len() }
    }
}

/// What stands around the media.
struct Index {
    /// What the film begins with.
    head: Vec<u8>,
    /// What is written over it, and where.
    patches: Vec<(u64, Vec<u8>)>,
    /// Bytes of the index itself.
    moov: usize,
}

fn options(room: usize, language: shiguredo_mp4::LanguageCode) -> Mp4FileMuxerOptions {
    Mp4FileMuxerOptions {
        reserved_moov_box_size: room,
        creation_timestamp: Duration::ZERO,
        subtitle_track: TrackMetadata { language, ..TrackMetadata::default() },
        ..Mp4FileMuxerOptions::default()
    }
}

fn index(
    samples: &[Kept],
    entries: &Entries,
    options: Mp4FileMuxerOptions,
) -> Result<Index, Mp4Fault> {
    let mut muxer = Mp4FileMuxer::with_options(options).map_err(Mp4Fault::Index)?;
    let head = muxer.initial_boxes_bytes().to_vec();
    let mut at = head.len() as u64;
    for kept in samples {
        let timescale = match kept.kind {
            TrackKind::Audio => u32::try_from(SAMPLE_RATE).unwrap_or(u32::MAX),
            TrackKind::Video | TrackKind::Subtitle => MS,
        };
        let sample = Sample {
            track_kind: kept.kind,
            sample_entry: Some(entries.of(kept.kind)),
            keyframe: kept.key,
            timescale: NonZeroU32::new(timescale).unwrap_or(NonZeroU32::MIN),
            duration: kept.ticks,
            composition_time_offset: None,
            data_offset: at,
            data_size: kept.bytes,
        };
        muxer.append_sample(&sample).map_err(Mp4Fault::Index)?;
        at += kept.bytes as u64;
    }
    let boxes = muxer.finalize().map_err(Mp4Fault::Index)?;
    let patches = boxes.offset_and_bytes_pairs().map(|(at, bytes)| (at, bytes.to_vec())).collect();
    Ok(Index { head, patches, moov: boxes.moov_box_size() })
}

#[cfg(test)]
mod tests;

//! A Matroska file that players can seek in: a length at the beginning, a list of cues at the end.
//!
//! In: tracks, then blocks in the order of their time. Out: the bytes of the file, written as they
//! come; what is known only at the end is filled in then.
//! Never: more in memory than one cluster and the cues; a frame changed.

use crate::matroska::element::{LONG_SIZE, id, put, put_head, put_nested, put_number, put_text};
use crate::matroska::write::{APP, MILLISECOND_NS, clusters, put_document, put_track};
use crate::matroska::{Block, Shape, Track};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;

/// Longest stretch that is written at once, in milliseconds: a cluster, so that a cue names it.
const STRETCH_MS: u64 = 1_000;

/// What the last frame is taken to last.
const LAST_FRAME_MS: u64 = 20;

/// Bytes of a size that is filled in at the end.
const SIZE_LEN: u64 = 8;

/// Room for the list of what is where; what it does not need is void.
const SEEK_HEAD_ROOM: u64 = 128;

/// Where a player can begin.
#[derive(Debug, Clone, Copy)]
struct Cue {
    at_ms: u64,
    track: u8,
    /// Of its cluster, from the first byte inside the segment.
    position: u64,
}

/// Where in the head something is filled in at the end.
#[derive(Debug, Clone, Copy)]
struct Blanks {
    /// The segment's first byte; its size stands just before.
    segment: u64,
    info: u64,
    duration: u64,
    tracks: u64,
}

/// A block of the stretch that is not written yet.
#[derive(Debug)]
struct Waiting {
    track: u8,
    at_ms: u64,
    key: bool,
    data: Vec<u8>,
}

/// A file on its way.
#[derive(Debug)]
pub(super) struct Mkv {
    file: BufWriter<File>,
    written: u64,
    blanks: Blanks,
    /// The numbers of tracks with pictures. Where there are some, their whole pictures are cues.
    pictures: Vec<u8>,
    waiting: Vec<Waiting>,
    cues: Vec<Cue>,
    end_ms: u64,
}

impl Mkv {
    /// Begins a file of these tracks.
    pub(super) fn begin(file: File, title: &str, tracks: &[Track]) -> io::Result<Self> {
        let (head, blanks) = head(title, tracks);
        let pictures = tracks.iter().filter(|track| matches!(track.shape, Shape::Picture(_)));
        let mut mkv = Self {
            file: BufWriter::new(file),
            written: 0,
            blanks,
            pictures: pictures.map(|track| track.number).collect(),
            waiting: Vec::new(),
            cues: Vec::new(),
            end_ms: 0,
        };
        mkv.write(&head)?;
        Ok(mkv)
    }

    /// Adds a frame that is not earlier than the one before.
    pub(super) fn push(
        &mut self,
        track: u8,
        at_ms: u64,
        key: bool,
        data: Vec<u8>,
    ) -> io::Result<()> {
        let first = self.waiting.first().map_or(at_ms, |first| first.at_ms);
        if at_ms.saturating_sub(first) >= STRETCH_MS {
            self.close()?;
        }
        self.waiting.push(Waiting { track, at_ms, key, data });
        self.end_ms = self.end_ms.max(at_ms.saturating_add(LAST_FRAME_MS));
        Ok(())
    }

    /// Writes what is left, the cues, and what the head has to say; gives the file back.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.close()?;
        let cues_at = self.written;
        let mut cues = Vec::new();
        put_nested(&mut cues, id::CUES, |out| self.cues.iter().for_each(|cue| point(out, *cue)));
        let has_cues = !self.cues.is_empty();
        if has_cues {
            self.write(&cues)?;
        }
        let Blanks { segment, info, duration, tracks } = self.blanks;
        let size = LONG_SIZE | self.written.saturating_sub(segment);
        let end_ms = self.end_ms;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.write_all_at(&size.to_be_bytes(), segment.saturating_sub(SIZE_LEN))?;
        file.write_all_at(&ticks(end_ms).to_be_bytes(), duration)?;
        let mut places = vec![(id::INFO, info), (id::TRACKS, tracks)];
        places.extend(has_cues.then_some((id::CUES, cues_at)));
        let mut list = Vec::new();
        put_nested(&mut list, id::SEEK_HEAD, |out| {
            for (sought, at) in places {
                seek(out, sought, at.saturating_sub(segment));
            }
        });
        void(&mut list, SEEK_HEAD_ROOM);
        file.write_all_at(&list, segment)
    }

    /// Writes the stretch that waits: one cluster.
    fn close(&mut self) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let position = self.written.saturating_sub(self.blanks.segment);
        // Somebody without a picture is sought by voice, once a cluster.
        let begins = |block: &&Waiting| {
            block.key && (self.pictures.is_empty() || self.pictures.contains(&block.track))
        };
        let first = waiting.iter().find(begins);
        self.cues.extend(first.map(|block| Cue {
            at_ms: block.at_ms,
            track: block.track,
            position,
        }));
        let blocks: Vec<Block<'_>> = waiting
            .iter()
            .map(|Waiting { track, at_ms, key, data }| Block {
                track: *track,
                at_ms: *at_ms,
                key: *key,
                data,
            })
            .collect();
        let mut bytes = Vec::new();
        clusters(&mut bytes, &blocks);
        self.write(&bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written = self.written.saturating_add(len(bytes));
        self.file.write_all(bytes)
    }
}

/// Everything before the first cluster, with blanks.
fn head(title: &str, tracks: &[Track]) -> (Vec<u8>, Blanks) {
    let mut head = Vec::new();
    put_document(&mut head);
    // Eight bytes of size, whatever it will be.
    head.extend_from_slice(&id::SEGMENT.to_be_bytes());
    head.extend_from_slice(&LONG_SIZE.to_be_bytes());
    let segment = len(&head);
    let mut room = Vec::new();
    void(&mut room, SEEK_HEAD_ROOM);
    head.extend(room);
    let info = len(&head);
    put_nested(&mut head, id::INFO, |out| {
        put_number(out, id::TIMESTAMP_SCALE, MILLISECOND_NS);
        put_text(out, id::TITLE, title);
        put_text(out, id::MUXING_APP, APP);
        put_text(out, id::WRITING_APP, APP);
        // The last, so that its place is known.
        put(out, id::DURATION, &ticks(0).to_be_bytes());
    });
    let tracks_at = len(&head);
    put_nested(&mut head, id::TRACKS, |out| {
        for track in tracks {
            put_nested(out, id::TRACK_ENTRY, |out| put_track(out, track));
        }
    });
    let duration = tracks_at.saturating_sub(SIZE_LEN);
    (head, Blanks { segment, info, duration, tracks: tracks_at })
}

/// Milliseconds as Matroska states a length.
#[expect(
    clippy::cast_precision_loss,
    reason = "a visit has far less than 2^53 milliseconds, and Matroska knows no other form"
)]
const fn ticks(ms: u64) -> f64 {
    ms as f64
}

fn point(out: &mut Vec<u8>, cue: Cue) {
    put_nested(out, id::CUE_POINT, |out| {
        put_number(out, id::CUE_TIME, cue.at_ms);
        put_nested(out, id::CUE_TRACK_POSITIONS, |out| {
            put_number(out, id::CUE_TRACK, cue.track.into());
            put_number(out, id::CUE_CLUSTER_POSITION, cue.position);
        });
    });
}

fn seek(out: &mut Vec<u8>, sought: u32, at: u64) {
    put_nested(out, id::SEEK, |out| {
        put(out, id::SEEK_ID, &sought.to_be_bytes());
        put(out, id::SEEK_POSITION, &at.to_be_bytes());
    });
}

/// Fills with nothing up to so many bytes.
fn void(out: &mut Vec<u8>, room: u64) {
    let mut head = Vec::new();
    put_head(&mut head, id::VOID, 0);
    let left = room.saturating_sub(len(out)).saturating_sub(len(&head));
    let left = usize::try_from(left).unwrap_or_default();
    put(out, id::VOID, &vec![0; left]);
}

fn len(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

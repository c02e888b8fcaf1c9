//! Writes live Matroska: a header, then tags and clusters, each complete when it is written.
//!
//! In: tracks, tags, blocks. Out: bytes at the end of a buffer.
//! Never: a cluster longer than a second, so that a cut file loses no more than that.

use super::element::{id, put, put_endless, put_head, put_nested, put_number, put_text};
use super::{Block, CODEC_NAMES, Shape, Track};

/// Longest stretch of one cluster, in milliseconds. Players find their way by clusters; below a
/// second their heads begin to count.
const CLUSTER_MS_MAX: u64 = 1_000;
/// How a cluster's blocks count, in nanoseconds.
pub(crate) const MILLISECOND_NS: u64 = 1_000_000;
/// What a decoder of Opus has to hear before what it says is right (RFC 7845 section 4.6).
const OPUS_PRE_ROLL_NS: u64 = 80_000_000;
/// Opus always counts at this rate.
const OPUS_RATE: f64 = 48_000.0;
/// Bytes of a simple block before its frame: track number, time within the cluster, flags.
const BLOCK_HEAD: usize = 4;
/// The flag of a block at which a decoder can begin.
const KEY: u8 = 0x80;
/// Who made the file.
pub(crate) const APP: &str = "bedside";

/// What kind of file it is.
pub(crate) fn put_document(out: &mut Vec<u8>) {
    put_nested(out, id::EBML, |out| {
        put_number(out, id::EBML_VERSION, 1);
        put_number(out, id::EBML_READ_VERSION, 1);
        put_number(out, id::EBML_MAX_ID, 4);
        put_number(out, id::EBML_MAX_SIZE, 8);
        put_text(out, id::DOC_TYPE, "matroska");
        put_number(out, id::DOC_TYPE_VERSION, 4);
        put_number(out, id::DOC_TYPE_READ_VERSION, 2);
    });
}

/// Everything before the first cluster. `date_ns` is the wall clock at the recording's beginning,
/// in nanoseconds since 2001.
pub fn header(out: &mut Vec<u8>, date_ns: i64, tracks: &[Track]) {
    put_document(out);
    put_endless(out, id::SEGMENT);
    put_nested(out, id::INFO, |out| {
        put_number(out, id::TIMESTAMP_SCALE, MILLISECOND_NS);
        put(out, id::DATE_UTC, &date_ns.to_be_bytes());
        put_text(out, id::MUXING_APP, APP);
        put_text(out, id::WRITING_APP, APP);
    });
    // A list of tracks has at least one; while nobody is heard or seen there is none.
    if !tracks.is_empty() {
        put_nested(out, id::TRACKS, |out| {
            for track in tracks {
                put_nested(out, id::TRACK_ENTRY, |out| put_track(out, track));
            }
        });
    }
}

pub(crate) fn put_track(out: &mut Vec<u8>, track: &Track) {
    put_number(out, id::TRACK_NUMBER, u64::from(track.number));
    put_number(out, id::TRACK_UID, track.uid);
    put_number(out, id::FLAG_LACING, 0);
    put_text(out, id::NAME, &track.name);
    for (codec, name) in CODEC_NAMES {
        if codec == track.codec {
            put_text(out, id::CODEC_ID, name);
        }
    }
    if !track.private.is_empty() {
        put(out, id::CODEC_PRIVATE, &track.private);
    }
    match track.shape {
        Shape::Picture(size) => {
            put_number(out, id::TRACK_TYPE, 1);
            put_nested(out, id::VIDEO, |out| {
                put_number(out, id::PIXEL_WIDTH, u64::from(size.width));
                put_number(out, id::PIXEL_HEIGHT, u64::from(size.height));
            });
        }
        Shape::Sound { channels } => {
            put_number(out, id::TRACK_TYPE, 2);
            put_number(out, id::SEEK_PRE_ROLL, OPUS_PRE_ROLL_NS);
            put_nested(out, id::AUDIO, |out| {
                put(out, id::SAMPLING_FREQUENCY, &OPUS_RATE.to_be_bytes());
                put_number(out, id::CHANNELS, u64::from(channels));
            });
        }
    }
}

/// Named texts about the whole file.
pub fn tags(out: &mut Vec<u8>, named: &[(&str, &str)]) {
    put_nested(out, id::TAGS, |out| {
        put_nested(out, id::TAG, |out| {
            put(out, id::TARGETS, &[]);
            for (name, text) in named {
                put_nested(out, id::SIMPLE_TAG, |out| {
                    put_text(out, id::TAG_NAME, name);
                    put_text(out, id::TAG_STRING, text);
                });
            }
        });
    });
}

/// The blocks, in clusters. They have to be in the order of time.
pub fn clusters(out: &mut Vec<u8>, blocks: &[Block<'_>]) {
    let mut rest = blocks;
    while let Some(first) = rest.first() {
        let fits = |block: &&Block<'_>| block.at_ms.saturating_sub(first.at_ms) < CLUSTER_MS_MAX;
        let count = rest.iter().take_while(fits).count();
        let (cluster, later) = rest.split_at(count);
        put_cluster(out, first.at_ms, cluster);
        rest = later;
    }
}

fn put_cluster(out: &mut Vec<u8>, at_ms: u64, blocks: &[Block<'_>]) {
    let mut time = Vec::new();
    put_number(&mut time, id::TIMESTAMP, at_ms);
    // Ids and sizes of blocks take five bytes, or nine where one is enormous; written once into
    // the buffer they are to stand in, and the size of the whole afterwards.
    let start = out.len();
    put_head(out, id::CLUSTER, 0);
    let begin = out.len();
    out.extend_from_slice(&time);
    for block in blocks {
        let after = i16::try_from(block.at_ms.saturating_sub(at_ms)).unwrap_or(i16::MAX);
        put_head(out, id::SIMPLE_BLOCK, BLOCK_HEAD + block.data.len());
        out.push(0x80 | block.track);
        out.extend_from_slice(&after.to_be_bytes());
        out.push(if block.key { KEY } else { 0 });
        out.extend_from_slice(block.data);
    }
    let mut head = Vec::new();
    put_head(&mut head, id::CLUSTER, out.len() - begin);
    out.splice(start..begin, head);
}

/// What a decoder of Opus wants to know first (RFC 7845 section 5.1). Nothing is skipped at the
/// start: the stream was already on its way when it was first heard here.
#[must_use]
pub fn opus_head(channels: u8) -> Vec<u8> {
    let mut head = b"OpusHead".to_vec();
    head.extend_from_slice(&[1, channels, 0, 0]);
    head.extend_from_slice(&48_000_u32.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    head
}

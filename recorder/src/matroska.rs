//! The container of a recording: live Matroska (RFC 9559), as far as a recording needs it.
//!
//! In: tracks and blocks. Out: bytes that players open while they are still being written, and
//! from such bytes, cut anywhere, tracks and blocks again.
//! Never: seeks; what was written stays as it is, so that it can be sealed at once.

pub mod read;
pub mod write;

pub(crate) mod element;

use bedside_sfu_api::Codec;

/// How large a picture is, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// What a track holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Sound, with so many channels.
    Sound {
        /// One or two.
        channels: u8,
    },
    /// A picture. The size is the first one's; it may change inside the track.
    Picture(Size),
}

/// One track of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// From 1 on; blocks name it. At most [`NUMBER_MAX`].
    pub number: u8,
    /// Unlike every other track's of the recording.
    pub uid: u64,
    /// How it is encoded.
    pub codec: Codec,
    /// Whose, and which of theirs: `<participant>/<microphone|camera|screen>`.
    pub name: String,
    /// What it holds.
    pub shape: Shape,
    /// What a decoder has to know before the first block: `OpusHead`, `avcC` or `av1C`.
    pub private: Vec<u8>,
}

/// Most tracks of a file: their numbers then take one byte in each block.
pub const NUMBER_MAX: u8 = 126;

/// One frame of one track.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Block<'a> {
    /// The track's number.
    pub track: u8,
    /// When, in milliseconds of the recording.
    pub at_ms: u64,
    /// Whether a decoder can begin here.
    pub key: bool,
    /// The frame.
    pub data: &'a [u8],
}

impl std::fmt::Debug for Block<'_> {
    /// Without what it holds, which is nobody's to read in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block")
            .field("track", &self.track)
            .field("at_ms", &self.at_ms)
            .field("key", &self.key)
            .field("bytes", &self.data.len())
            .finish()
    }
}

/// What a codec is called here.
const CODEC_NAMES: [(Codec, &str); 5] = [
    (Codec::Opus, "A_OPUS"),
    (Codec::Vp8, "V_VP8"),
    (Codec::Vp9, "V_VP9"),
    (Codec::H264, "V_MPEG4/ISO/AVC"),
    (Codec::Av1, "V_AV1"),
];

#[cfg(test)]
mod tests;

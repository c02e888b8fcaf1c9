//! One source of one person, whichever stream it comes in at the moment.
//!
//! In: packets. Out: frames with what they need to be dated, and what is missing before them.
//! Never: goes back to a stream that was left, but for packets that are newer than the change.

use super::note::Why;
use super::picture::PictureLane;
use super::voice::VoiceLane;
use crate::reorder::Held;
use bedside_sfu_api::{Codec, Kind};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Streams a source has left that are remembered: its other layers, and those of a connection
/// before.
const LEFT_MAX: usize = 8;

/// A frame that was put together.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) ssrc: u32,
    pub(super) codec: Codec,
    pub(super) ticks: i64,
    /// When its first packet came.
    pub(super) arrival: Instant,
    pub(super) key: bool,
    pub(super) data: Vec<u8>,
    /// What is missing before it.
    pub(super) hole: Option<Hole>,
}

/// Media that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) why: Why,
    /// How long, if it is known; else as long as there was nothing.
    pub(super) span: Option<Duration>,
}

/// Which stream a source comes in.
#[derive(Debug)]
pub(super) struct Current {
    ssrc: u32,
    newest: u64,
    left: VecDeque<(u32, u64)>,
}

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is of the stream the source comes in.
    Goes,
    /// The source comes in this stream from now on.
    Changes,
    /// It is a late one of a stream the source has left.
    Late,
}

impl Current {
    pub(super) const fn new(ssrc: u32, seq: u64) -> Self {
        Self { ssrc, newest: seq, left: VecDeque::new() }
    }

    pub(super) const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    pub(super) fn judge(&mut self, ssrc: u32, seq: u64) -> Fate {
        if ssrc == self.ssrc {
            self.newest = self.newest.max(seq);
            return Fate::Goes;
        }
        if self.left.iter().any(|&(left, newest)| left == ssrc && seq <= newest) {
            return Fate::Late;
        }
        self.left.retain(|&(left, _)| left != ssrc);
        if self.left.len() >= LEFT_MAX {
            self.left.pop_front();
        }
        self.left.push_back((self.ssrc, self.newest));
        (self.ssrc, self.newest) = (ssrc, seq);
        Fate::Changes
    }
}

/// A source.
#[derive(Debug)]
pub(super) enum Lane {
    Voice(VoiceLane),
    Picture(PictureLane),
}

impl Lane {
    /// Of a source whose first packet is of this stream.
    pub(super) fn new(ssrc: u32, codec: Codec, seq: u64) -> Self {
        match kind(codec) {
            Kind::Audio => Self::Voice(VoiceLane::new(ssrc, seq)),
            Kind::Video => Self::Picture(PictureLane::new(ssrc, codec, seq)),
        }
    }

    pub(super) fn handle(&mut self, ssrc: u32, codec: Codec, packet: Held) {
        match self {
            Self::Voice(lane) => lane.handle(ssrc, packet),
            Self::Picture(lane) => lane.handle((ssrc, codec), packet),
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Voice(lane) => lane.handle_timeout(now),
            Self::Picture(lane) => lane.handle_timeout(now),
        }
    }

    /// Lets go everything that waits.
    pub(super) fn flush(&mut self) {
        match self {
            Self::Voice(lane) => lane.flush(),
            Self::Picture(lane) => lane.flush(),
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Self::Voice(lane) => lane.poll_timeout(),
            Self::Picture(lane) => lane.poll_timeout(),
        }
    }

    pub(super) fn poll(&mut self) -> Option<Made> {
        match self {
            Self::Voice(lane) => lane.poll(),
            Self::Picture(lane) => lane.poll(),
        }
    }

    /// Why nothing is shown of it since the last frame.
    pub(super) const fn hole(&self) -> Option<Why> {
        match self {
            Self::Voice(_) => None,
            Self::Picture(lane) => lane.hole(),
        }
    }

    /// Whether a whole picture is needed, or will be soon.
    pub(super) fn wants_key(&self, now: Instant) -> bool {
        match self {
            Self::Voice(_) => false,
            Self::Picture(lane) => lane.wants_key(now),
        }
    }

    /// The next frame has to be one that a decoder can begin with.
    pub(super) fn begin_anew(&mut self) {
        match self {
            Self::Voice(_) => {}
            Self::Picture(lane) => lane.begin_anew(),
        }
    }
}

/// What a codec is for.
pub(super) const fn kind(codec: Codec) -> Kind {
    match codec {
        Codec::Opus => Kind::Audio,
        Codec::Vp8 | Codec::Vp9 | Codec::H264 | Codec::Av1 => Kind::Video,
    }
}

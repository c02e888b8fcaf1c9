//! What is wrong with a recording, for whoever opens it.
//!
//! In and out: plain values, and a sentence for each.
//! Never: anything of what was said or shown.

use crate::binding::Misbound;
use crate::manifest::Flaw;
use crate::take::note::TrackName;
use std::fmt;

/// A part by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartName {
    /// Its epoch.
    pub epoch: u32,
    /// Its number in it.
    pub n: u32,
}

impl fmt::Display for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "part {} of epoch {}", self.n, self.epoch)
    }
}

/// A moment of the recording, for a person: minutes and seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub u64);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1_000;
        write!(f, "{}:{:02}", seconds / 60, seconds % 60)
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// There is no manifest.
    NoManifest,
    /// Something about the manifest.
    Manifest(Flaw),
    /// A crash ended the recording.
    Aborted,
    /// A part that the manifest does not know.
    NotListed(PartName),
    /// A part that is not there.
    Missing {
        /// Which.
        part: PartName,
        /// Where it began.
        from_ms: u64,
        /// Where it ended.
        to_ms: u64,
    },
    /// A part that is not what was sealed; of what opens, use is made.
    Changed(PartName),
    /// A part that ends early.
    Cut {
        /// Which.
        part: PartName,
        /// Where it would have ended.
        to_ms: u64,
    },
    /// A part that does not open.
    Sealed(PartName),
    /// A part that cannot be read, for the disk or the store fails.
    Unread(PartName),
    /// A part that does not say where it belongs.
    Unbound(PartName),
    /// A part that belongs elsewhere.
    Foreign {
        /// Which.
        part: PartName,
        /// What does not fit.
        wrong: Misbound,
    },
    /// An epoch whose first part, which says what is in it, cannot be used.
    Headless(u32),
    /// Somebody's stream is left out, for its decoder did not survive it.
    Undecodable {
        /// Whose, and which.
        track: TrackName,
        /// What people are called by.
        label: String,
        /// In which epoch.
        epoch: u32,
        /// From when on.
        at_ms: u64,
        /// How the decoder was lost.
        how: String,
    },
    /// Frames that gave no picture and no sound.
    Unseen(u64),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoManifest => write!(
                f,
                "there is no manifest: what is there is used, and what is missing is not known"
            ),
            Self::Manifest(flaw) => flaw.fmt(f),
            Self::Aborted => {
                write!(f, "a crash ended the recording; what came after its last part is lost")
            }
            Self::NotListed(part) => {
                write!(f, "{part} is not in the manifest, and is left out")
            }
            Self::Missing { part, from_ms, to_ms } => {
                write!(f, "{} to {}: {part} is missing", Moment(*from_ms), Moment(*to_ms))
            }
            Self::Changed(part) => {
                write!(f, "{part} is not what was sealed; what opens of it is used")
            }
            Self::Cut { part, to_ms } => {
                write!(f, "{part} is cut: something before {} is missing", Moment(*to_ms))
            }
            Self::Sealed(part) => write!(f, "{part} does not open with these keys"),
            Self::Unread(part) => write!(f, "{part} cannot be read where it is kept"),
            Self::Unbound(part) => {
                write!(f, "{part} does not say where it belongs, and is left out")
            }
            Self::Foreign { part, wrong } => {
                write!(f, "what stands in the place of {part} is left out: {wrong}")
            }
            Self::Headless(epoch) => write!(
                f,
                "epoch {epoch} cannot be read: its first part, which says who is in it, is missing"
            ),
            Self::Undecodable { track, label, epoch, at_ms, how } => write!(
                f,
                "{}: the {} of {label} is left out of the rest of epoch {epoch}: its decoder {how}",
                Moment(*at_ms),
                source(*track),
            ),
            Self::Unseen(frames) => {
                write!(f, "{frames} frames could not be decoded; the picture stood still for them")
            }
        }
    }
}

fn source(track: TrackName) -> &'static str {
    use bedside_sfu_api::Source;
    match track.1 {
        Source::Microphone => "voice",
        Source::Camera => "camera",
        Source::Screen => "screen",
    }
}

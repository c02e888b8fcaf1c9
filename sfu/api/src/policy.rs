//! What a participant may do with media.
//!
//! In: signaling's decision. Out: a grant that the room checks again at its own door.
//! Never: a role; the media plane does not know who is a doctor.

use serde::{Deserialize, Serialize};

/// What a track is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Opus.
    Audio,
    /// VP8 or H.264.
    Video,
}

/// Where a track comes from. A person has at most one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person's voice.
    Microphone,
    /// The person's face.
    Camera,
    /// The person's screen: resolution before frame rate.
    Screen,
}

impl Source {
    /// Every source, in the order of the offer's send lines.
    pub const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Screen];

    /// What it is made of.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Microphone => Kind::Audio,
            Self::Camera | Self::Screen => Kind::Video,
        }
    }
}

/// A set of sources: granted, or switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Voice.
    pub microphone: bool,
    /// Face.
    pub camera: bool,
    /// Screen.
    pub screen: bool,
}

impl Sources {
    /// All three.
    pub const ALL: Self = Self { microphone: true, camera: true, screen: true };
    /// None.
    pub const NONE: Self = Self { microphone: false, camera: false, screen: false };

    /// Whether the set holds this source.
    #[must_use]
    pub const fn has(self, source: Source) -> bool {
        match source {
            Source::Microphone => self.microphone,
            Source::Camera => self.camera,
            Source::Screen => self.screen,
        }
    }
}

/// What a participant may do; checked by signaling first and by the room again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What may be sent.
    pub publish: Sources,
    /// Whether others' audio may be received.
    pub hear: bool,
    /// Whether others' video may be received.
    pub see: bool,
    /// Whose media goes first where not all can.
    pub precedence: Precedence,
}

/// Whose media goes first where a line or a room cannot carry everybody's. Signaling makes it of
/// the role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precedence {
    /// The voice is kept even in a visit so large that only the loudest are heard.
    pub voice_kept: bool,
    /// The picture goes before those of a lower number.
    pub picture: u8,
}

//! What parent and child say to each other.
//!
//! In and out: plain values; the bytes of a frame go beside them.
//! Never: a key, a path, or what a recording is called.

use crate::film::{Plan, Rate, Size};
use bedside_sfu_api::{Codec, Source};
use bedside_signaling_api::recorder::{Labelled, Layout};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the parent asks; each is answered with [`Answer::Done`] after what it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Ask {
    /// Begin this film. The first.
    Begin {
        /// How several pictures become one.
        layout: Layout,
        /// Pixels a row.
        width: usize,
        /// Rows.
        height: usize,
        /// The moment of the recording with which the film begins.
        from_ms: u64,
    },
    /// From here on these are there.
    People {
        /// When.
        at_ms: u64,
        /// Who, and what stands under their picture.
        people: Vec<(Uuid, String)>,
    },
    /// A frame; its bytes are the body.
    Frame {
        /// Whose.
        participant: Uuid,
        /// Of what.
        source: Source,
        /// How it is encoded.
        codec: Codec,
        /// When.
        at_ms: u64,
        /// It needs none before it.
        key: bool,
    },
    /// Everything before this moment has been given.
    Mark {
        /// When.
        at_ms: u64,
    },
    /// Nothing was recorded until this moment.
    Cut {
        /// When.
        to_ms: u64,
    },
    /// Nothing comes any more.
    End {
        /// When it ends.
        at_ms: u64,
    },
}

impl Ask {
    /// The film it begins, if it does.
    pub(crate) const fn plan(&self) -> Option<Plan> {
        match *self {
            Self::Begin { layout, width, height, from_ms } => {
                Some(Plan { layout, size: Size::new(width, height), rate: Rate::Thirty, from_ms })
            }
            Self::People { .. }
            | Self::Frame { .. }
            | Self::Mark { .. }
            | Self::Cut { .. }
            | Self::End { .. } => None,
        }
    }
}

/// What the child answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Answer {
    /// The film has begun.
    Begun {
        /// Samples at the beginning of the sound that a player leaves out.
        pre_skip: u16,
    },
    /// A picture; its bytes are the body.
    Picture {
        /// Its moment in this child's film.
        at_ms: u64,
        /// It needs none before it.
        key: bool,
    },
    /// 20 ms of sound; its bytes are the body.
    Sound {
        /// Its moment in this child's film.
        at_ms: u64,
    },
    /// What was asked first and not answered yet is done.
    Done,
    /// The film cannot go on.
    Fault {
        /// In words.
        what: String,
    },
    /// How many frames gave neither picture nor sound. The last.
    Ended {
        /// So many.
        undecodable: u64,
    },
}

/// People as they are sent.
pub(crate) fn sent(people: &[Labelled]) -> Vec<(Uuid, String)> {
    people.iter().map(|labelled| (labelled.participant, labelled.label.clone())).collect()
}

/// People as they came.
pub(crate) fn received(people: Vec<(Uuid, String)>) -> Vec<Labelled> {
    people.into_iter().map(|(participant, label)| Labelled { participant, label }).collect()
}

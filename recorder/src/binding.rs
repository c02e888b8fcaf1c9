//! What a part says inside of where it belongs, against what its line says.
//!
//! In: a part's plaintext; its line. Out: its binding; what does not fit.
//! Never: believes the manifest over the part: the one was signed by a server, the other sealed.

use crate::manifest::{Begin, Part};
use crate::matroska::read::{Item, items};
use crate::part::Binding;
use std::fmt;

/// The name of the tag that holds it.
pub const TAG: &str = "BEDSIDE_PART";

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misbound {
    /// It is of another visit.
    Visit,
    /// It is of another recording.
    Recording,
    /// It is another part of this recording.
    Place {
        /// The epoch it says.
        epoch: u32,
        /// The number it says.
        n: u32,
    },
    /// It begins at another time.
    Time {
        /// The time it says.
        from_ms: u64,
    },
}

impl fmt::Display for Misbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visit => write!(f, "it is of another visit"),
            Self::Recording => write!(f, "it is of another recording"),
            Self::Place { epoch, n } => write!(f, "it is part {n} of epoch {epoch}"),
            Self::Time { from_ms } => write!(f, "it begins at {from_ms} ms"),
        }
    }
}

/// The binding in a part's plaintext. It stands before the media, in the first tags.
#[must_use]
pub fn find(plain: &[u8]) -> Option<Binding> {
    items(plain).find_map(|item| match item {
        Item::Tag { name: TAG, text } => serde_json::from_str(text).ok(),
        Item::Tag { .. } | Item::Date(_) | Item::Track(_) | Item::Block(_) => None,
    })
}

/// What does not fit between a part and its line.
#[must_use]
pub fn misbound(binding: &Binding, begin: &Begin, part: &Part) -> Option<Misbound> {
    let Binding { visit, recording, epoch, n, from_ms } = *binding;
    if visit != begin.visit {
        Some(Misbound::Visit)
    } else if recording != begin.recording {
        Some(Misbound::Recording)
    } else if (epoch, n) != (part.epoch, part.n) {
        Some(Misbound::Place { epoch, n })
    } else if from_ms != part.from_ms && !part.found {
        Some(Misbound::Time { from_ms })
    } else {
        None
    }
}

//! What can be wrong with a recording.
//!
//! In and out: plain values, and a sentence for each.
//! Never: a path, or anything of what is inside a part.

use crate::binding::Misbound;
use crate::manifest::Flaw;
use crate::seal::OpenRefusal;
use std::fmt;

/// Something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// There is no manifest; nothing says what ought to be there.
    NoManifest,
    /// Something about the manifest.
    Manifest(Flaw),
    /// Another key signed than the one that was named.
    OtherSigner {
        /// Who signed.
        signer: String,
        /// Who ought to have.
        expected: String,
    },
    /// A part is gone.
    Removed {
        /// The part.
        object: String,
    },
    /// An object that is in no line.
    Inserted {
        /// The object.
        object: String,
    },
    /// A part holds the bytes of another one.
    Swapped {
        /// The part.
        object: String,
        /// Whose bytes it holds.
        of: String,
    },
    /// A part holds the bytes of a part of another recording.
    Foreign {
        /// The part.
        object: String,
        /// The other recording.
        recording: String,
        /// The other part.
        of: String,
    },
    /// A part is shorter than it was.
    Cut {
        /// The part.
        object: String,
        /// How long it is.
        is: u64,
        /// How long it was.
        was: u64,
    },
    /// A part's bytes are others than were sealed.
    Changed {
        /// The part.
        object: String,
    },
    /// A part cannot be opened with the keys given.
    Unopened {
        /// The part.
        object: String,
        /// Why.
        refusal: OpenRefusal,
    },
    /// A part opens to less than its end.
    NotWhole {
        /// The part.
        object: String,
    },
    /// Nothing inside a part says where it belongs.
    Unbound {
        /// The part.
        object: String,
    },
    /// A part belongs to another place than where it is.
    Misbound {
        /// The part.
        object: String,
        /// What does not fit.
        wrong: Misbound,
    },
}

impl Finding {
    /// Its kind, in a word.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NoManifest => "no_manifest",
            Self::Manifest(_) => "manifest",
            Self::OtherSigner { .. } => "other_signer",
            Self::Removed { .. } => "removed",
            Self::Inserted { .. } => "inserted",
            Self::Swapped { .. } => "swapped",
            Self::Foreign { .. } => "foreign",
            Self::Cut { .. } => "cut",
            Self::Changed { .. } => "changed",
            Self::Unopened { .. } => "unopened",
            Self::NotWhole { .. } => "not_whole",
            Self::Unbound { .. } => "unbound",
            Self::Misbound { .. } => "misbound",
        }
    }

    /// The part it is about, if it is about one.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::Removed { object }
            | Self::Inserted { object }
            | Self::Swapped { object, .. }
            | Self::Foreign { object, .. }
            | Self::Cut { object, .. }
            | Self::Changed { object }
            | Self::Unopened { object, .. }
            | Self::NotWhole { object }
            | Self::Unbound { object }
            | Self::Misbound { object, .. } => Some(object),
            Self::NoManifest | Self::Manifest(_) | Self::OtherSigner { .. } => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoManifest => {
                write!(f, "there is no manifest.jsonl: is this a recording's folder?")
            }
            Self::Manifest(flaw) => flaw.fmt(f),
            Self::OtherSigner { signer, expected } => {
                write!(f, "the manifest is signed by {signer}, and not by {expected}")
            }
            Self::Removed { object } => write!(f, "{object} was removed"),
            Self::Inserted { object } => {
                write!(f, "{object} was put in: the manifest does not know it")
            }
            Self::Swapped { object, of } => {
                write!(f, "{object} was swapped: it holds what was sealed as {of}")
            }
            Self::Foreign { object, recording, of } => {
                write!(f, "{object} was replaced: it is {of} of recording {recording}")
            }
            Self::Cut { object, is, was } => {
                write!(f, "{object} was cut: {is} of its {was} bytes are there")
            }
            Self::Changed { object } => {
                write!(f, "{object} was edited or replaced: its bytes are not what was sealed")
            }
            Self::Unopened { object, refusal } => write!(f, "{object} does not open: {refusal}"),
            Self::NotWhole { object } => write!(f, "{object} opens, but not to its end"),
            Self::Unbound { object } => {
                write!(f, "{object} opens, and nothing in it says where it belongs")
            }
            Self::Misbound { object, wrong } => {
                write!(f, "{object} opens, and belongs elsewhere: {wrong}")
            }
        }
    }
}

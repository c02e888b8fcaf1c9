//! What a part says inside of where it belongs, against what its line says.
//!
//! In: a part's plaintext; its line. Out: its binding; what does not fit.
//! Never: believes the manifest over the part: the one was signed by a server, the other sealed.

use crate::manifest::{Begin, Part};
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
    let segment = elements(plain).find(|element| element.id == SEGMENT);
    let top = segment.map_or(plain, |segment| segment.body);
    elements(top)
        .filter(|element| element.id == TAGS)
        .flat_map(|tags| elements(tags.body).filter(|tag| tag.id == TAG_MASTER))
        .flat_map(|tag| elements(tag.body).filter(|tag| tag.id == SIMPLE_TAG))
        .find_map(|tag| {
            let of = |id: u32| elements(tag.body).find(|field| field.id == id);
            let is_ours = of(TAG_NAME)?.body == TAG.as_bytes();
            let text = of(TAG_STRING).filter(|_| is_ours)?;
            serde_json::from_slice(text.body).ok()
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

const SEGMENT: u32 = 0x1853_8067;
const TAGS: u32 = 0x1254_c367;
const TAG_MASTER: u32 = 0x7373;
const SIMPLE_TAG: u32 = 0x67c8;
const TAG_NAME: u32 = 0x45a3;
const TAG_STRING: u32 = 0x4487;

/// An element of EBML (RFC 8794).
struct Element<'a> {
    id: u32,
    body: &'a [u8],
}

/// Elements one after another, up to the first that is none. One of unknown size, or that is cut,
/// reaches to the end.
fn elements(mut bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    std::iter::from_fn(move || {
        let (id, _) = number(bytes, false)?;
        let (size, unknown) = number(bytes.get(id.width..)?, true)?;
        let rest = bytes.get(id.width.checked_add(size.width)?..)?;
        let len = if unknown { rest.len() } else { usize::try_from(size.value).ok()? };
        let (body, after) = rest.split_at(len.min(rest.len()));
        bytes = after;
        Some(Element { id: u32::try_from(id.value).ok()?, body })
    })
}

struct Number {
    value: u64,
    width: usize,
}

/// A number of variable width; whether all its bits are set, which says that a size is unknown.
/// Without its length marker if `bare`.
fn number(bytes: &[u8], bare: bool) -> Option<(Number, bool)> {
    let first = *bytes.first()?;
    let width = usize::try_from(first.leading_zeros()).ok()?.checked_add(1)?;
    let bytes = bytes.get(..width).filter(|_| width <= 8)?;
    let whole = bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let mask = (1_u64 << (7 * width)) - 1;
    let value = if bare { whole & mask } else { whole };
    Some((Number { value, width }, whole & mask == mask))
}

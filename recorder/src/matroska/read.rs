//! Reads what `write` has written, whole or cut anywhere.
//!
//! In: the bytes of one part, or of several in a row; hostile ones too. Out: tracks, tags and
//! blocks, one after another, until the bytes end or make no sense.
//! Never: panics, or makes room for more than was read.

use super::element::{head, id, inside, number};
use super::{Block, CODEC_NAMES, NUMBER_MAX, Shape, Size, Track};
use std::collections::VecDeque;

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<'a> {
    /// The wall clock at the recording's beginning, in nanoseconds since 2001.
    Date(i64),
    /// A track. All tracks come before the first block.
    Track(Track),
    /// A named text.
    Tag {
        /// Its name.
        name: &'a str,
        /// The text.
        text: &'a str,
    },
    /// A frame.
    Block(Block<'a>),
}

/// Walks through the bytes. Elements it does not know are passed over.
#[derive(Debug)]
pub struct Items<'a> {
    rest: &'a [u8],
    cluster_ms: u64,
    found: VecDeque<Item<'a>>,
    whole: bool,
}

/// The things in these bytes. A recording is read best part by part, so that one that was cut
/// takes nothing of the next with it; a part without the first one's header reads as well.
#[must_use]
pub const fn items(bytes: &[u8]) -> Items<'_> {
    Items { rest: bytes, cluster_ms: 0, found: VecDeque::new(), whole: true }
}

impl<'a> Items<'a> {
    /// Whether everything up to here made sense. After the last item: whether nothing is cut off.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// One element further. `None` at the end, or where no element is.
    fn step(&mut self) -> Option<()> {
        let Some(head) = head(self.rest) else {
            self.whole = self.rest.is_empty();
            return None;
        };
        let after = self.rest.get(head.len..)?;
        // Ids mean the same wherever they stand, so there is no need to keep track of levels.
        if matches!(head.id, id::SEGMENT | id::CLUSTER) {
            self.rest = after;
            return Some(());
        }
        let Some((held, rest)) = head.size.and_then(|size| after.split_at_checked(size)) else {
            self.whole = false;
            return None;
        };
        self.rest = rest;
        self.take(head.id, held);
        Some(())
    }

    fn take(&mut self, id: u32, held: &'a [u8]) {
        match id {
            id::INFO => self.found.extend(date(held).map(Item::Date)),
            id::TRACKS => self.found.extend(tracks(held).map(Item::Track)),
            id::TAGS => self.found.extend(tags(held)),
            id::TIMESTAMP => self.cluster_ms = number(held).unwrap_or(self.cluster_ms),
            id::SIMPLE_BLOCK => {
                self.found.extend(block(self.cluster_ms, held).map(Item::Block));
            }
            _ => {}
        }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        loop {
            if let Some(item) = self.found.pop_front() {
                return Some(item);
            }
            if self.step().is_none() {
                self.rest = &[];
                return None;
            }
        }
    }
}

fn held(bytes: &[u8], wanted: u32) -> Option<&[u8]> {
    inside(bytes).find_map(|(id, held)| (id == wanted).then_some(held))
}

fn text(bytes: &[u8], wanted: u32) -> Option<&str> {
    std::str::from_utf8(held(bytes, wanted)?).ok()
}

fn date(info: &[u8]) -> Option<i64> {
    Some(i64::from_be_bytes(held(info, id::DATE_UTC)?.try_into().ok()?))
}

fn tracks(bytes: &[u8]) -> impl Iterator<Item = Track> {
    inside(bytes).filter(|&(id, _)| id == id::TRACK_ENTRY).filter_map(|(_, entry)| track(entry))
}

/// A track, or `None` if it is of no kind a recording has.
fn track(entry: &[u8]) -> Option<Track> {
    let number_of = |wanted| number(held(entry, wanted)?);
    let name = text(entry, id::CODEC_ID)?;
    let (codec, _) = CODEC_NAMES.into_iter().find(|&(_, codec_name)| codec_name == name)?;
    let shape = match (held(entry, id::VIDEO), held(entry, id::AUDIO)) {
        (Some(video), _) => Shape::Picture(Size {
            width: u32::try_from(number(held(video, id::PIXEL_WIDTH)?)?).ok()?,
            height: u32::try_from(number(held(video, id::PIXEL_HEIGHT)?)?).ok()?,
        }),
        (None, Some(audio)) => {
            Shape::Sound { channels: u8::try_from(number(held(audio, id::CHANNELS)?)?).ok()? }
        }
        (None, None) => return None,
    };
    Some(Track {
        number: u8::try_from(number_of(id::TRACK_NUMBER)?).ok().filter(|&n| n <= NUMBER_MAX)?,
        uid: number_of(id::TRACK_UID)?,
        codec,
        name: text(entry, id::NAME).unwrap_or_default().to_owned(),
        shape,
        private: held(entry, id::CODEC_PRIVATE).unwrap_or_default().to_vec(),
    })
}

fn tags(bytes: &[u8]) -> impl Iterator<Item = Item<'_>> {
    inside(bytes)
        .filter(|&(id, _)| id == id::TAG)
        .flat_map(|(_, tag)| inside(tag))
        .filter(|&(id, _)| id == id::SIMPLE_TAG)
        .filter_map(|(_, simple)| {
            Some(Item::Tag {
                name: text(simple, id::TAG_NAME)?,
                text: text(simple, id::TAG_STRING)?,
            })
        })
}

/// A block, or `None` if it has no head or is laced, which nothing here writes.
fn block(cluster_ms: u64, bytes: &[u8]) -> Option<Block<'_>> {
    let ([track, high, low, flags], data) = bytes.split_first_chunk::<4>()?;
    let number = track.checked_sub(0x80).filter(|&number| number <= NUMBER_MAX)?;
    if flags & 0x06 != 0 {
        return None;
    }
    let after = i64::from(i16::from_be_bytes([*high, *low]));
    let at_ms = cluster_ms.checked_add_signed(after)?;
    Some(Block { track: number, at_ms, key: flags & 0x80 != 0, data })
}

//! VP9 out of its payloads (RFC 9628). A picture of several layers is several frames; in a file
//! they stand together with an index behind them (VP9 bitstream, annex B).
//!
//! In: payloads. Out: the picture's bytes; the size of a whole picture.
//! Never: panics.

use super::bits::Bits;
use crate::matroska::Size;

/// What stands in every whole picture (`frame_sync_code`).
const SYNC: u32 = 0x0049_8342;
/// Most frames that an index can name.
const LAYERS_MAX: usize = 8;

/// What one payload carries.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Whether a layer's frame begins with it.
    pub(super) begins: bool,
    /// Its bytes.
    pub(super) bytes: &'a [u8],
}

/// What follows the payload descriptor (section 4.2).
pub(super) fn part(payload: &[u8]) -> Option<Part<'_>> {
    let (&flags, mut rest) = payload.split_first()?;
    let is_set = |bit: u8| flags & bit != 0;
    if is_set(0x80) {
        let (&picture, after) = rest.split_first()?;
        rest = if picture & 0x80 == 0 { after } else { after.get(1..)? };
    }
    let flexible = is_set(0x10);
    if is_set(0x20) {
        rest = rest.get(if flexible { 1 } else { 2 }..)?;
    }
    if flexible && is_set(0x40) {
        // At most three pictures it refers to; the lowest bit says that another one follows.
        for _ in 0..3 {
            let (&reference, after) = rest.split_first()?;
            rest = after;
            if reference & 1 == 0 {
                break;
            }
        }
    }
    if is_set(0x02) {
        rest = behind_structure(rest)?;
    }
    (!rest.is_empty()).then_some(Part { begins: is_set(0x08), bytes: rest })
}

/// What follows the scalability structure (section 4.2.1).
fn behind_structure(bytes: &[u8]) -> Option<&[u8]> {
    let (&head, mut rest) = bytes.split_first()?;
    if head & 0x10 != 0 {
        rest = rest.get(4 * (usize::from(head >> 5) + 1)..)?;
    }
    if head & 0x08 != 0 {
        let (&pictures, after) = rest.split_first()?;
        rest = after;
        for _ in 0..pictures {
            let (&picture, after) = rest.split_first()?;
            rest = after.get(usize::from(picture >> 2 & 0x03)..)?;
        }
    }
    Some(rest)
}

/// The first packet of the lowest layer of a whole picture.
pub(super) fn begins_key(payload: &[u8]) -> bool {
    let predicted = payload.first().is_some_and(|flags| flags & 0x40 != 0);
    let whole = |part: Part<'_>| part.begins && size(part.bytes).is_some();
    !predicted && part(payload).is_some_and(whole)
}

/// Puts an index behind a picture of several frames; one frame alone needs none.
pub(super) fn put_index(data: &mut Vec<u8>, layers: &[usize]) {
    let last = layers.len().saturating_sub(1);
    let sizes: Vec<u32> = layers.iter().filter_map(|&size| u32::try_from(size).ok()).collect();
    if !(1..LAYERS_MAX).contains(&last) || sizes.len() != layers.len() {
        return;
    }
    // Sizes of four bytes each, and one less than how many there are.
    let marker = 0b1101_1000 | u8::try_from(last).unwrap_or_default();
    data.push(marker);
    for size in sizes {
        data.extend_from_slice(&size.to_le_bytes());
    }
    data.push(marker);
}

/// The size of a whole picture (section 7.2 of the bitstream's specification); `None` of any
/// other frame.
pub(super) fn size(data: &[u8]) -> Option<Size> {
    let mut bits = Bits::new(data);
    if bits.number(2)? != 0b10 {
        return None;
    }
    let profile = u32::from(bits.flag()?) | u32::from(bits.flag()?) << 1;
    if profile == 3 {
        bits.skip(1)?;
    }
    let (repeats, predicted) = (bits.flag()?, bits.flag()?);
    bits.skip(2)?;
    if repeats || predicted || bits.number(24)? != SYNC {
        return None;
    }
    if profile >= 2 {
        bits.skip(1)?;
    }
    let is_rgb = bits.number(3)? == 7;
    let chosen_sampling = profile == 1 || profile == 3;
    bits.skip(match (is_rgb, chosen_sampling) {
        (true, true) => 1,
        (true, false) => 0,
        (false, true) => 4,
        (false, false) => 1,
    })?;
    let width = bits.number(16)? + 1;
    let height = bits.number(16)? + 1;
    Some(Size { width, height })
}

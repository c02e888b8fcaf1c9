//! VP8 (RFC 6386) out of its payloads (RFC 7741).
//!
//! In: payloads. Out: the frame's bytes; the size of a whole picture.
//! Never: panics.

use crate::matroska::Size;

/// What stands in every whole picture behind its first three bytes.
const START_CODE: [u8; 3] = [0x9D, 0x01, 0x2A];

/// Adds what the payload carries.
pub(super) fn handle(data: &mut Vec<u8>, payload: &[u8]) -> Option<()> {
    data.extend_from_slice(carried(payload)?);
    Some(())
}

/// What follows the payload descriptor (section 4.2).
fn carried(payload: &[u8]) -> Option<&[u8]> {
    let (&first, mut rest) = payload.split_first()?;
    if first & 0x80 != 0 {
        let (&extended, after) = rest.split_first()?;
        rest = after;
        if extended & 0x80 != 0 {
            let (&picture, after) = rest.split_first()?;
            rest = if picture & 0x80 == 0 { after } else { after.get(1..)? };
        }
        if extended & 0x40 != 0 {
            rest = rest.get(1..)?;
        }
        if extended & 0x30 != 0 {
            rest = rest.get(1..)?;
        }
    }
    (!rest.is_empty()).then_some(rest)
}

/// The first partition begins here, and it is of a whole picture.
pub(super) fn begins_key(payload: &[u8]) -> bool {
    let begins = payload.first().is_some_and(|first| first & 0x17 == 0x10);
    begins && carried(payload).is_some_and(|bytes| size(bytes).is_some())
}

/// The size of a whole picture; `None` of any other frame.
pub(super) fn size(data: &[u8]) -> Option<Size> {
    let (head, _) = data.split_first_chunk::<10>()?;
    let [tag, _, _, a, b, c, width_low, width_high, height_low, height_high] = *head;
    if tag & 1 != 0 || [a, b, c] != START_CODE {
        return None;
    }
    // The two highest bits say how to scale it.
    let width = u32::from(u16::from_le_bytes([width_low, width_high]) & 0x3FFF);
    let height = u32::from(u16::from_le_bytes([height_low, height_high]) & 0x3FFF);
    (width > 0 && height > 0).then_some(Size { width, height })
}

//! How large a picture a frame asks for, read from its header before libvpx sees it.
//!
//! In: the bytes of a frame. Out: the largest number of pixels it states.
//! Never: decodes; a header it cannot follow is left to libvpx, which refuses it too.

use crate::Format;

/// The code in front of a VP8 keyframe's size.
const VP8_SYNC: [u8; 3] = [0x9d, 0x01, 0x2a];

/// The code in front of a VP9 key or intra-only frame's size.
const VP9_SYNC: u32 = 0x0049_8342;

/// VP9's number for RGB, which has no range bit.
const VP9_RGB: u32 = 7;

/// The most pixels any picture in this frame asks for; none where it keeps the size it has.
pub(crate) fn pixels(format: Format, frame: &[u8]) -> Option<u64> {
    match format {
        Format::Vp8 => vp8(frame),
        Format::Vp9 => {
            let inner = superframe(frame).unwrap_or_else(|| vec![frame]);
            inner.into_iter().filter_map(vp9).max()
        }
    }
}

fn vp8(frame: &[u8]) -> Option<u64> {
    let (tag, rest) = frame.split_at_checked(3)?;
    let is_key = tag.first()? & 1 == 0;
    let size = rest.strip_prefix(&VP8_SYNC)?.first_chunk::<4>()?;
    let side = |low: u8, high: u8| u64::from(u16::from_le_bytes([low, high]) & 0x3fff);
    let [a, b, c, d] = *size;
    is_key.then(|| side(a, b) * side(c, d))
}

/// The frames in a VP9 superframe (annex B of its specification).
fn superframe(frame: &[u8]) -> Option<Vec<&[u8]>> {
    let marker = *frame.last()?;
    if marker & 0xe0 != 0xc0 {
        return None;
    }
    let frames = usize::from(marker & 7) + 1;
    let bytes = usize::from((marker >> 3) & 3) + 1;
    let index = frame.get(frame.len().checked_sub(2 + frames * bytes)?..)?;
    if *index.first()? != marker {
        return None;
    }
    let sizes = index.get(1..index.len() - 1)?.chunks_exact(bytes);
    let mut rest = frame;
    let mut inner = Vec::with_capacity(frames);
    for size in sizes {
        let size = size.iter().rev().fold(0_usize, |size, byte| (size << 8) | usize::from(*byte));
        let (one, after) = rest.split_at_checked(size)?;
        inner.push(one);
        rest = after;
    }
    Some(inner)
}

fn vp9(frame: &[u8]) -> Option<u64> {
    let mut bits = Bits { bytes: frame, at: 0 };
    if bits.take(2)? != 2 {
        return None;
    }
    let profile = bits.take(1)? | (bits.take(1)? << 1);
    if profile == 3 {
        bits.take(1)?;
    }
    let is_repeat = bits.take(1)? == 1;
    if is_repeat {
        return None;
    }
    let is_key = bits.take(1)? == 0;
    let is_shown = bits.take(1)? == 1;
    let is_resilient = bits.take(1)? == 1;
    if is_key {
        return bits.sync()?.colours(profile)?.size();
    }
    let is_intra = !is_shown && bits.take(1)? == 1;
    if !is_resilient {
        bits.take(2)?;
    }
    if is_intra {
        bits.sync()?;
        if profile > 0 {
            bits.colours(profile)?;
        }
        bits.take(8)?;
        return bits.size();
    }
    bits.take(8 + 3 * 4)?;
    for _ in 0..3 {
        let is_size_of_reference = bits.take(1)? == 1;
        if is_size_of_reference {
            return None;
        }
    }
    bits.size()
}

/// Bits, most significant first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = u32::from(*self.bytes.get(self.at / 8)?);
            value = (value << 1) | ((byte >> (7 - self.at % 8)) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn sync(&mut self) -> Option<&mut Self> {
        (self.take(24)? == VP9_SYNC).then_some(self)
    }

    fn colours(&mut self, profile: u32) -> Option<&mut Self> {
        if profile >= 2 {
            self.take(1)?;
        }
        let is_rgb = self.take(3)? == VP9_RGB;
        let has_subsampling = profile % 2 == 1;
        let rest = match (is_rgb, has_subsampling) {
            (false, true) => 4,
            (true, false) => 0,
            (false, false) | (true, true) => 1,
        };
        self.take(rest)?;
        Some(self)
    }

    fn size(&mut self) -> Option<u64> {
        let width = u64::from(self.take(16)?) + 1;
        let height = u64::from(self.take(16)?) + 1;
        Some(width * height)
    }
}

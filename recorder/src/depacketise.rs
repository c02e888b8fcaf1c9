//! Makes frames of packets again: what a codec's payload format (RFC 7741, 9628, 6184, AV1) had
//! put around them is taken off. The codecs that Opus leaves are pictures.
//!
//! In: payloads of one frame, in order, none missing. Out: the frame as a container holds it, and
//! whether a decoder can begin with it.
//! Never: decodes; trusts a length; panics, whatever it is given.

mod av1;
mod bits;
mod h264;
mod vp8;
mod vp9;

use crate::matroska::{Shape, Size, write::opus_head};
use bedside_sfu_api::Codec;

/// The largest frame that is put together, in bytes. Whole pictures of 720 lines take a tenth of
/// it; more would let one sender fill the memory.
const FRAME_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Why packets make no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unframed {
    /// They are not what their codec's payload format says.
    #[error("the packets are not of their codec")]
    Malformed,
    /// The frame would be larger than any picture worth keeping.
    #[error("the frame is too large")]
    TooLarge,
}

/// A frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Whole {
    /// Whether a decoder can begin with it.
    pub key: bool,
    /// As a container holds it: H.264 with lengths of four bytes before its units (avcC), AV1 with
    /// sizes and without temporal delimiters.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Whole {
    /// Without what it holds, which is nobody's to read in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Whole").field("key", &self.key).field("bytes", &self.data.len()).finish()
    }
}

/// A frame being put together.
#[derive(Debug)]
pub struct Assembly {
    codec: Codec,
    data: Vec<u8>,
    /// Where in `data` the unit begins that continues in the next packet (H.264, AV1).
    open: Option<usize>,
    /// How long each frame of the picture is (VP9, which may have one a layer).
    layers: Vec<usize>,
}

impl Assembly {
    /// With nothing in it yet.
    #[must_use]
    pub const fn new(codec: Codec) -> Self {
        Self { codec, data: Vec::new(), open: None, layers: Vec::new() }
    }

    /// The next packet of the frame.
    ///
    /// # Errors
    ///
    /// When it cannot be one; the frame is lost then.
    pub fn handle(&mut self, payload: &[u8]) -> Result<(), Unframed> {
        if self.data.len().saturating_add(payload.len()) > FRAME_BYTES_MAX {
            return Err(Unframed::TooLarge);
        }
        match self.codec {
            Codec::Opus => self.data.extend_from_slice(payload),
            Codec::Vp8 => vp8::handle(&mut self.data, payload).ok_or(Unframed::Malformed)?,
            Codec::Vp9 => self.handle_vp9(payload).ok_or(Unframed::Malformed)?,
            Codec::H264 => {
                h264::handle(&mut self.data, &mut self.open, payload).ok_or(Unframed::Malformed)?;
            }
            Codec::Av1 => {
                av1::handle(&mut self.data, &mut self.open, payload).ok_or(Unframed::Malformed)?;
            }
        }
        Ok(())
    }

    fn handle_vp9(&mut self, payload: &[u8]) -> Option<()> {
        let part = vp9::part(payload)?;
        if part.begins {
            self.layers.push(0);
        }
        *self.layers.last_mut()? += part.bytes.len();
        self.data.extend_from_slice(part.bytes);
        Some(())
    }

    /// No packet of this frame follows.
    ///
    /// # Errors
    ///
    /// When what came is no frame.
    pub fn finish(mut self) -> Result<Whole, Unframed> {
        if self.data.is_empty() || self.open.is_some() {
            return Err(Unframed::Malformed);
        }
        vp9::put_index(&mut self.data, &self.layers);
        let key = match self.codec {
            Codec::Opus => true,
            Codec::Vp8 => vp8::size(&self.data).is_some(),
            Codec::Vp9 => vp9::size(&self.data).is_some(),
            Codec::H264 => h264::is_key(&self.data),
            Codec::Av1 => av1::is_key(&self.data),
        };
        Ok(Whole { key, data: self.data })
    }
}

/// Whether this payload is for certain the first of a whole picture. After a loss nobody knows
/// where a frame begins, but for these.
#[must_use]
pub fn begins_key(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Opus => true,
        Codec::Vp8 => vp8::begins_key(payload),
        Codec::Vp9 => vp9::begins_key(payload),
        Codec::H264 => h264::begins_key(payload),
        Codec::Av1 => av1::begins_key(payload),
    }
}

/// What a track needs to be told of its codec, from a frame a decoder can begin with. `None` if
/// it cannot begin with this one.
#[must_use]
pub fn describe(codec: Codec, data: &[u8]) -> Option<(Shape, Vec<u8>)> {
    let picture = |size: Size| Shape::Picture(size);
    match codec {
        Codec::Opus => {
            let channels = if data.first()? & 0x04 == 0 { 1 } else { 2 };
            Some((Shape::Sound { channels }, opus_head(channels)))
        }
        Codec::Vp8 => Some((picture(vp8::size(data)?), Vec::new())),
        Codec::Vp9 => Some((picture(vp9::size(data)?), Vec::new())),
        Codec::H264 => h264::describe(data).map(|(size, private)| (picture(size), private)),
        Codec::Av1 => av1::describe(data).map(|(size, private)| (picture(size), private)),
    }
}

/// How long an Opus packet sounds, in samples of 48 kHz (RFC 6716 section 3.1). `None` if it is
/// none.
#[must_use]
pub fn opus_samples(packet: &[u8]) -> Option<u32> {
    let (&toc, rest) = packet.split_first()?;
    let each = match toc >> 3 {
        config @ 0..12 => [480, 960, 1_920, 2_880].get(usize::from(config % 4)).copied()?,
        config @ 12..16 => [480, 960].get(usize::from(config % 2)).copied()?,
        config => [120, 240, 480, 960].get(usize::from(config % 4)).copied()?,
    };
    let frames = match toc & 0x03 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(rest.first()? & 0x3F),
    };
    // A packet is at most 120 ms (section 3.2.5).
    Some(each * frames).filter(|&samples| (1..=5_760).contains(&samples))
}

#[cfg(test)]
mod tests;

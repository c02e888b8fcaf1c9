//! Decodes VP8 and VP9 by the system's libvpx, behind words that are safe to say.
//!
//! In: frames as WebM and RTP carry them, whole, from anybody. Out: pictures, 4:2:0, 8 bits.
//! Never: a picture larger than `PIXELS_MAX`, whatever a frame's header asks for; `unsafe`
//! outside `ffi`.

mod ffi;
mod header;

pub use ffi::{Decoder, Picture, Plane};

#[cfg(test)]
mod tests;

/// Largest picture that is decoded, in pixels: 4096 by 2304. Screens of laptops fit; a frame of a
/// few bytes that claims 65,536 by 65,536 is refused before libvpx asks for gigabytes.
pub const PIXELS_MAX: u64 = 4096 * 2304;

/// How a frame is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 6386.
    Vp8,
    /// VP9, any profile; only pictures of profile 0 come out.
    Vp9,
}

/// Why a frame gave no picture. The decoder goes on; the next keyframe mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Out of memory, or this libvpx was built without the format.
    #[error("libvpx has no decoder for this")]
    NoDecoder,
    /// Bytes are missing or wrong, or what the frame refers to was never seen.
    #[error("the frame is damaged")]
    Damaged,
    /// The picture would be larger than `PIXELS_MAX`.
    #[error("the picture is larger than is decoded")]
    TooLarge,
    /// Not 4:2:0 with 8 bits.
    #[error("the picture has a layout of colours that is not used in calls")]
    Layout,
}

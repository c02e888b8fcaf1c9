//! The unsafe code of the house: five calls into `shim.c`, and pictures borrowed from them.
//!
//! In: a frame's bytes. Out: slices of libvpx's own memory, lent until the next frame.
//! Never: a pointer that leaves this file, or a picture that outlives its decoder's next call.

#![allow(unsafe_code, reason = "libvpx is C; this file alone speaks to it")]

use crate::{Fault, Format, PIXELS_MAX, header};
use std::ffi::c_int;
use std::ptr::{self, NonNull};
use std::{fmt, slice};

/// `struct bedside_vpx`: never looked into from here.
#[repr(C)]
struct Context {
    _opaque: [u8; 0],
}

/// `struct bedside_vpx_picture`, field for field.
#[repr(C)]
struct Lent {
    planes: [*const u8; 3],
    strides: [usize; 3],
    width: u32,
    height: u32,
}

const NOTHING: c_int = 0;
const PICTURE: c_int = 1;
const DAMAGED: c_int = 2;

unsafe extern "C" {
    fn bedside_vpx_new(vp9: c_int) -> *mut Context;
    fn bedside_vpx_free(context: *mut Context);
    fn bedside_vpx_decode(
        context: *mut Context,
        frame: *const u8,
        len: u32,
        out: *mut Lent,
    ) -> c_int;
}

/// One stream's decoder.
pub struct Decoder {
    context: NonNull<Context>,
    format: Format,
}

// SAFETY: a context is ordinary heap memory with no ties to the thread that made it (one thread,
// no thread-local state in libvpx's decoders), and `Decoder` is its only owner. It is not `Sync`:
// every call takes `&mut self`.
unsafe impl Send for Decoder {}

/// One plane of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plane<'a> {
    /// From the first pixel of the first row to the last of the last.
    pub bytes: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
}

/// A picture: full luma, and chroma of half the width and height, rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture<'a> {
    /// In pixels; not zero.
    pub width: u32,
    /// In pixels; not zero.
    pub height: u32,
    /// Y, U and V.
    pub planes: [Plane<'a>; 3],
}

impl Decoder {
    /// A decoder that waits for a keyframe.
    ///
    /// # Errors
    /// No memory, or a libvpx without this format.
    pub fn new(format: Format) -> Result<Self, Fault> {
        // SAFETY: the call takes no pointer; what it returns is null or ours alone.
        let context = unsafe { bedside_vpx_new(c_int::from(format == Format::Vp9)) };
        let context = NonNull::new(context).ok_or(Fault::NoDecoder)?;
        Ok(Self { context, format })
    }

    /// Decodes one whole frame. A frame that is not shown gives no picture, and no error.
    ///
    /// # Errors
    /// The frame is damaged, refers to what never came, or asks for what is not decoded here.
    pub fn decode(&mut self, frame: &[u8]) -> Result<Option<Picture<'_>>, Fault> {
        if header::pixels(self.format, frame).is_some_and(|pixels| pixels > PIXELS_MAX) {
            return Err(Fault::TooLarge);
        }
        let len = u32::try_from(frame.len()).map_err(|_| Fault::Damaged)?;
        if len == 0 {
            return Err(Fault::Damaged);
        }
        let nothing = Lent { planes: [ptr::null(); 3], strides: [0; 3], width: 0, height: 0 };
        let mut lent = nothing;
        // SAFETY: `context` came from `bedside_vpx_new`, is freed in `drop` only, and `&mut self`
        // keeps others out. `frame` is readable for `len` bytes and libvpx keeps no pointer into
        // it after a call without frame threads. `lent` is a valid place for the shim to write.
        let what = unsafe {
            bedside_vpx_decode(self.context.as_ptr(), frame.as_ptr(), len, &raw mut lent)
        };
        match what {
            NOTHING => Ok(None),
            PICTURE => Ok(Some(borrow(&lent))),
            DAMAGED => Err(Fault::Damaged),
            _ => Err(Fault::Layout),
        }
    }
}

/// What the shim has lent, as slices. The lifetime is that of the `&mut Decoder` it is called
/// under, so the decoder cannot be used, moved or dropped while a slice is held.
fn borrow<'a>(lent: &Lent) -> Picture<'a> {
    let plane = |bytes: *const u8, stride: usize, width: u32, height: u32| {
        let (width, height) = (width as usize, height as usize);
        let len = stride * (height - 1) + width;
        // SAFETY: the shim answers `PICTURE` only for an I420 image of at least one pixel, with
        // three planes whose rows are `stride >= width` bytes apart; libvpx keeps that memory
        // unchanged until the decoder's next call or its end. `len` ends with the last pixel of
        // the last row, so it is within the allocation whatever lies behind a row.
        Plane { bytes: unsafe { slice::from_raw_parts(bytes, len) }, stride }
    };
    let (width, height) = (lent.width, lent.height);
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    let [y, u, v] = lent.planes;
    let [stride_y, stride_u, stride_v] = lent.strides;
    let planes = [
        plane(y, stride_y, width, height),
        plane(u, stride_u, half_width, half_height),
        plane(v, stride_v, half_width, half_height),
    ];
    Picture { width, height, planes }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: `context` came from `bedside_vpx_new` and this is the only place that frees it.
        unsafe { bedside_vpx_free(self.context.as_ptr()) }
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("format", &self.format).finish_non_exhaustive()
    }
}

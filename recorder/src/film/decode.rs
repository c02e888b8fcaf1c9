//! Pictures out of encoded frames, one decoder a stream.
//!
//! In: frames from anybody, whole, in their order. Out: the latest picture.
//! Never: a panic, a picture larger than `PIXELS_MAX`, or a frame before the first keyframe.

use super::h264;
use super::picture::{Picture, Plane, Size};
use bedside_sfu_api::Codec;
use bedside_vpx::Format;
use openh264::formats::YUVSource;
use re_rav1d::dav1d::{self, PixelLayout, PlanarImageComponent};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use bedside_vpx::PIXELS_MAX;

/// Largest encoded frame that is decoded: a keyframe of a large screen is a tenth of it.
const FRAME_BYTES_MAX: usize = 16 << 20;

/// Why a frame gave no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undecodable {
    /// The frame is damaged, or refers to what never came.
    #[error("the frame is damaged")]
    Damaged,
    /// The frame or its picture is larger than is decoded.
    #[error("the picture is larger than is decoded")]
    TooLarge,
    /// Colours that calls do not use, or not a picture at all.
    #[error("the frame is of a kind that is not decoded")]
    Kind,
}

enum Engine {
    Vpx(bedside_vpx::Decoder),
    H264(Box<openh264::decoder::Decoder>),
    Av1(Box<dav1d::Decoder>),
}

/// One stream's decoder, and the last picture it gave.
pub(crate) struct PictureDecoder {
    codec: Codec,
    /// None before the first keyframe.
    engine: Option<Engine>,
    picture: Option<Picture>,
}

impl PictureDecoder {
    pub(crate) const fn new(codec: Codec) -> Self {
        Self { codec, engine: None, picture: None }
    }

    pub(crate) const fn codec(&self) -> Codec {
        self.codec
    }

    /// The last picture.
    pub(crate) const fn picture(&self) -> Option<&Picture> {
        self.picture.as_ref()
    }

    /// Decodes a frame. True: there is a new picture.
    pub(crate) fn handle_frame(&mut self, is_key: bool, frame: &[u8]) -> Result<bool, Undecodable> {
        if frame.len() > FRAME_BYTES_MAX {
            return Err(Undecodable::TooLarge);
        }
        let engine = match (&mut self.engine, is_key) {
            (Some(engine), _) => engine,
            (None, false) => return Ok(false),
            (none, true) => none.insert(start(self.codec)?),
        };
        let picture = &mut self.picture;
        // The decoders are other people's work and the frames are anybody's: what one of them
        // cannot bear ends that decoder, and the next keyframe begins another.
        let decoded = catch_unwind(AssertUnwindSafe(|| engine.decode(frame, picture)));
        decoded.unwrap_or_else(|_| {
            self.engine = None;
            Err(Undecodable::Damaged)
        })
    }
}

fn start(codec: Codec) -> Result<Engine, Undecodable> {
    let vpx = |format| bedside_vpx::Decoder::new(format).ok().map(Engine::Vpx);
    let engine = match codec {
        Codec::Vp8 => vpx(Format::Vp8),
        Codec::Vp9 => vpx(Format::Vp9),
        Codec::H264 => openh264().map(|decoder| Engine::H264(Box::new(decoder))),
        Codec::Av1 => rav1d().map(|decoder| Engine::Av1(Box::new(decoder))),
        Codec::Opus => None,
    };
    engine.ok_or(Undecodable::Kind)
}

fn openh264() -> Option<openh264::decoder::Decoder> {
    use openh264::decoder::{Decoder, DecoderConfig, Flush};
    // Browsers send no pictures out of order, so none has to be waited for or flushed.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    Decoder::with_api_config(openh264::OpenH264API::from_source(), config).ok()
}

fn rav1d() -> Option<dav1d::Decoder> {
    let mut settings = dav1d::Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(PIXELS_MAX).unwrap_or(u32::MAX));
    dav1d::Decoder::with_settings(&settings).ok()
}

impl Engine {
    fn decode(&mut self, frame: &[u8], into: &mut Option<Picture>) -> Result<bool, Undecodable> {
        match self {
            Self::Vpx(decoder) => vpx(decoder, frame, into),
            Self::H264(decoder) => h264(decoder, frame, into),
            Self::Av1(decoder) => av1(decoder, frame, into),
        }
    }
}

fn vpx(
    decoder: &mut bedside_vpx::Decoder,
    frame: &[u8],
    into: &mut Option<Picture>,
) -> Result<bool, Undecodable> {
    let decoded = decoder.decode(frame).map_err(|fault| match fault {
        bedside_vpx::Fault::Damaged => Undecodable::Damaged,
        bedside_vpx::Fault::TooLarge => Undecodable::TooLarge,
        bedside_vpx::Fault::NoDecoder | bedside_vpx::Fault::Layout => Undecodable::Kind,
    })?;
    let Some(lent) = decoded else {
        return Ok(false);
    };
    let planes = lent.planes.map(|plane| Plane { bytes: plane.bytes, stride: plane.stride });
    keep(into, Size::new(lent.width as usize, lent.height as usize), planes)
}

fn h264(
    decoder: &mut openh264::decoder::Decoder,
    frame: &[u8],
    into: &mut Option<Picture>,
) -> Result<bool, Undecodable> {
    let annex_b = h264::annex_b(frame);
    let decoded = decoder.decode(&annex_b).map_err(|_| Undecodable::Damaged)?;
    let Some(lent) = decoded else {
        return Ok(false);
    };
    let (width, height) = lent.dimensions();
    let (y, u, v) = lent.strides();
    let planes = [
        Plane { bytes: lent.y(), stride: y },
        Plane { bytes: lent.u(), stride: u },
        Plane { bytes: lent.v(), stride: v },
    ];
    keep(into, Size::new(width, height), planes)
}

fn av1(
    decoder: &mut dav1d::Decoder,
    frame: &[u8],
    into: &mut Option<Picture>,
) -> Result<bool, Undecodable> {
    let mut sent = decoder.send_data(frame.to_vec(), None, None, None);
    let mut is_new = false;
    loop {
        match decoder.get_picture() {
            Ok(picture) => {
                is_new |= keep_av1(&picture, into)?;
            }
            Err(error) if error.is_again() => match sent {
                Ok(()) => return Ok(is_new),
                Err(error) if error.is_again() => {}
                Err(_) => return Err(Undecodable::Damaged),
            },
            Err(_) => return Err(Undecodable::Damaged),
        }
        if sent.is_err_and(|error| error.is_again()) {
            sent = decoder.send_pending_data();
        }
    }
}

fn keep_av1(lent: &dav1d::Picture, into: &mut Option<Picture>) -> Result<bool, Undecodable> {
    if lent.bit_depth() != 8 || lent.pixel_layout() != PixelLayout::I420 {
        return Err(Undecodable::Kind);
    }
    let size = Size::new(lent.width() as usize, lent.height() as usize);
    let parts = [PlanarImageComponent::Y, PlanarImageComponent::U, PlanarImageComponent::V];
    let held = parts.map(|part| (lent.plane(part), lent.stride(part) as usize));
    let planes = held.each_ref().map(|(plane, stride)| Plane { bytes: plane, stride: *stride });
    keep(into, size, planes)
}

fn keep(
    into: &mut Option<Picture>,
    size: Size,
    planes: [Plane<'_>; 3],
) -> Result<bool, Undecodable> {
    let pixels = (size.width as u64).saturating_mul(size.height as u64);
    if pixels > PIXELS_MAX {
        return Err(Undecodable::TooLarge);
    }
    if pixels == 0 {
        return Ok(false);
    }
    into.get_or_insert_default().copy(size, planes);
    Ok(true)
}

#[cfg(test)]
mod tests;

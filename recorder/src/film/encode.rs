//! The film's own streams: H.264 and Opus.
//!
//! In: the canvas, and mixed samples. Out: access units (Annex B) and packets, with their moment.
//! Never: a thread of its own; what it costs is the caller's to count.

use super::h264;
use super::mix::{self, SOUND_MS};
use super::picture::{Picture, Plane, Size};
use openh264::OpenH264API;
use openh264::Timestamp;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, IntraFramePeriod, QpRange,
    RateControlMode, UsageType, VuiConfig,
};
use openh264::formats::YUVSlices;

/// Bits a second of 1280 by 720: faces stay faces, and an hour is 700 megabytes at most.
const PICTURE_BITS: u32 = 1_500_000;

/// Least quantiser: better than this nobody sees, and quiet pictures would waste what they save.
const QUANTISER_MIN: u8 = 20;

/// Worst quantiser: beyond, faces fall into blocks.
const QUANTISER_MAX: u8 = 42;

/// A picture that needs none before it comes at least this often: a player that seeks decodes so
/// much at most.
const KEY_EVERY_MS: u64 = 5_000;

/// Bits a second of the voices; transparent for speech, even when several speak.
const SOUND_BITS: i32 = 48_000;

/// Of ten: beyond this Opus gains little for voices and costs twice.
const SOUND_COMPLEXITY: i32 = 5;

/// Largest Opus packet at this rate and frame length, with room (RFC 6716 has 1,275).
const SOUND_BYTES_MAX: usize = 1_275;

/// An encoder that would not start or go on; the system lacks memory, or it is a defect.
#[derive(Debug, thiserror::Error)]
pub enum FilmFault {
    /// H.264.
    #[error("the picture cannot be encoded")]
    Picture(#[source] openh264::Error),
    /// Opus.
    #[error("the sound cannot be encoded")]
    Sound(#[source] opus::Error),
    /// The font that is built in.
    #[error("names cannot be written")]
    Letters(#[source] ab_glyph::InvalidFont),
}

/// Something encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Its moment in the film.
    pub at_ms: u64,
    /// It needs none before it.
    pub key: bool,
    /// An access unit in Annex B with its parameter sets, or an Opus packet.
    pub data: Vec<u8>,
}

/// Encodes the canvas.
pub(crate) struct PictureEncoder {
    encoder: Encoder,
    /// When a keyframe came last.
    key_at: Option<u64>,
}

impl PictureEncoder {
    pub(crate) fn new(fps: f32) -> Result<Self, FilmFault> {
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(PICTURE_BITS))
            .max_frame_rate(FrameRate::from_hz(fps))
            .rate_control_mode(RateControlMode::Quality)
            .usage_type(UsageType::CameraVideoRealTime)
            .complexity(Complexity::Low)
            .qp(QpRange::new(QUANTISER_MIN, QUANTISER_MAX))
            .intra_frame_period(IntraFramePeriod::auto())
            .scene_change_detect(false)
            .num_threads(1)
            .vui(VuiConfig::bt601());
        let api = OpenH264API::from_source();
        let encoder = Encoder::with_api_config(api, config).map_err(FilmFault::Picture)?;
        Ok(Self { encoder, key_at: None })
    }

    /// The next picture needs none before it.
    pub(crate) const fn ask_key(&mut self) {
        self.key_at = None;
    }

    /// Encodes a picture; nothing if the encoder finds that it may be left out.
    pub(crate) fn encode(
        &mut self,
        at_ms: u64,
        picture: &Picture,
    ) -> Result<Option<Coded>, FilmFault> {
        if self.key_at.is_none_or(|key_at| at_ms.saturating_sub(key_at) >= KEY_EVERY_MS) {
            self.encoder.force_intra_frame();
        }
        let Size { width, height } = picture.size();
        let [y, u, v] = picture.planes();
        let bytes = |plane: Plane<'_>| plane.stride;
        let strides = (bytes(y), bytes(u), bytes(v));
        let source = YUVSlices::new((y.bytes, u.bytes, v.bytes), (width, height), strides);
        let stream = self
            .encoder
            .encode_at(&source, Timestamp::from_millis(at_ms))
            .map_err(FilmFault::Picture)?;
        let data = stream.to_vec();
        if data.is_empty() {
            return Ok(None);
        }
        let key = h264::is_key(&data);
        if key {
            self.key_at = Some(at_ms);
        }
        Ok(Some(Coded { at_ms, key, data }))
    }
}

/// Encodes the voices.
pub(crate) struct SoundEncoder {
    encoder: opus::Encoder,
    /// Frames so far.
    frames: u64,
}

impl SoundEncoder {
    pub(crate) fn new() -> Result<Self, FilmFault> {
        let rate = u32::try_from(mix::SAMPLE_RATE).unwrap_or(u32::MAX);
        let start = || -> opus::Result<opus::Encoder> {
            let mut encoder =
                opus::Encoder::new(rate, opus::Channels::Mono, opus::Application::Audio)?;
            encoder.set_bitrate(opus::Bitrate::Bits(SOUND_BITS))?;
            encoder.set_complexity(SOUND_COMPLEXITY)?;
            Ok(encoder)
        };
        Ok(Self { encoder: start().map_err(FilmFault::Sound)?, frames: 0 })
    }

    /// Where in the film the next frame begins.
    pub(crate) const fn at_ms(&self) -> u64 {
        self.frames * SOUND_MS
    }

    /// Samples at the beginning that a player leaves out.
    pub(crate) fn pre_skip(&mut self) -> u16 {
        let skip = self.encoder.get_lookahead().ok();
        skip.and_then(|skip| u16::try_from(skip).ok()).unwrap_or_default()
    }

    /// Encodes one frame of samples.
    pub(crate) fn encode(&mut self, samples: &[f32]) -> Result<Coded, FilmFault> {
        let at_ms = self.at_ms();
        let packet = self.encoder.encode_vec_float(samples, SOUND_BYTES_MAX);
        let data = packet.map_err(FilmFault::Sound)?;
        self.frames += 1;
        Ok(Coded { at_ms, key: true, data })
    }
}

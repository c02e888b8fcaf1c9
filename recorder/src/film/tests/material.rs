//! Known pictures and sounds, encoded by others than those who decode them here.
//!
//! In: what ffmpeg's test sources can draw. Out: frames as the recorder takes them.
//! Never: a file of pictures in the repository.

use crate::take::Frame;
use bedside_sfu_api::Codec;
use bedside_sfu_api::{ParticipantId, Source};
use std::process::{Command, Stdio};
use uuid::Uuid;

/// Encoded frames with their moment in milliseconds.
pub(crate) type Frames = Vec<(u64, bool, Vec<u8>)>;

pub(crate) fn person(number: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(number))
}

/// What ffmpeg writes when it is asked so.
pub(crate) fn ffmpeg(args: &[&str]) -> Vec<u8> {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin"])
        .args(args)
        .stderr(Stdio::inherit())
        .output()
        .expect("ffmpeg runs (apt install ffmpeg)");
    assert!(made.status.success(), "ffmpeg {args:?}");
    made.stdout
}

/// A moving picture from one of ffmpeg's sources, such as `color=red:size=640x360:rate=30`.
pub(crate) fn pictures(codec: Codec, source: &str, seconds: &str) -> Frames {
    if codec == Codec::H264 {
        return h264(source, seconds);
    }
    let encoder: &[&str] = match codec {
        Codec::Vp8 => &["libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"],
        Codec::Vp9 => &["libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"],
        Codec::Av1 => &["libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-b:v", "1M"],
        Codec::H264 | Codec::Opus => unreachable!("not in IVF"),
    };
    let from = ["-f", "lavfi", "-i", source, "-t", seconds, "-pix_fmt", "yuv420p", "-c:v"];
    let to = ["-g", "60", "-lag-in-frames", "0", "-f", "ivf", "-"];
    ivf(codec, &ffmpeg(&[&from, encoder, &to].concat()))
}

/// The frames of an IVF file with 30 frames a second or fewer.
fn ivf(codec: Codec, file: &[u8]) -> Frames {
    assert_eq!(&file[..4], b"DKIF");
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let (rate, scale) = (u64::from(number(16)), u64::from(number(20)));
    let mut at = 32;
    let mut frames = Frames::new();
    while at < file.len() {
        let len = number(at) as usize;
        let ms = u64::from(number(at + 4)) * 1_000 * scale / rate;
        let data = file[at + 12..at + 12 + len].to_vec();
        let is_key = match codec {
            Codec::Vp8 => data[0] & 1 == 0,
            Codec::Vp9 => data[0] & 4 == 0,
            Codec::Av1 => frames.len().is_multiple_of(60),
            Codec::H264 | Codec::Opus => unreachable!("not in IVF"),
        };
        frames.push((ms, is_key, data));
        at += 12 + len;
    }
    frames
}

/// H.264 from our own encoder: Debian's ffmpeg may have none.
fn h264(source: &str, seconds: &str) -> Frames {
    let size = source.split("size=").nth(1).and_then(|rest| rest.split(':').next()).unwrap();
    let (width, height) = size.split_once('x').unwrap();
    let (width, height): (usize, usize) = (width.parse().unwrap(), height.parse().unwrap());
    let from = ["-f", "lavfi", "-i", source, "-t", seconds, "-pix_fmt", "yuv420p"];
    let raw = ffmpeg(&[&from[..], &["-f", "rawvideo", "-"]].concat());
    let mut encoder = openh264::encoder::Encoder::new().unwrap();
    let mut frames = Frames::new();
    for (number, picture) in raw.chunks_exact(width * height * 3 / 2).enumerate() {
        let picture = openh264::formats::YUVBuffer::from_vec(picture.to_vec(), width, height);
        let data = encoder.encode(&picture).unwrap().to_vec();
        frames.push((number as u64 * 1_000 / 30, super::super::h264::is_key(&data), data));
    }
    frames
}

/// A tone in Opus: `hertz` from `begin` to `end` milliseconds, silence around it.
pub(crate) fn tone(hertz: f32, begin: u64, end: u64, until: u64) -> Frames {
    let (rate, mono) = (48_000, opus::Channels::Mono);
    let mut encoder = opus::Encoder::new(rate, mono, opus::Application::Voip).unwrap();
    let frame = |at: u64| -> Vec<f32> {
        let sample = |n: u64| {
            let ms = n / 48;
            let wave = (n as f32 * hertz * std::f32::consts::TAU / 48_000.0).sin();
            if (begin..end).contains(&ms) { 0.3 * wave } else { 0.0 }
        };
        (at * 48..(at + 20) * 48).map(sample).collect()
    };
    let moments = (0..until).step_by(20);
    moments.map(|at| (at, true, encoder.encode_vec_float(&frame(at), 1_275).unwrap())).collect()
}

/// Encoded frames as those of somebody.
pub(crate) fn of(who: ParticipantId, source: Source, codec: Codec, frames: &Frames) -> Vec<Frame> {
    let frame = |(at_ms, key, data): &(u64, bool, Vec<u8>)| Frame {
        track: (who, source),
        codec,
        at_ms: *at_ms,
        key: *key,
        data: data.clone(),
    };
    frames.iter().map(frame).collect()
}

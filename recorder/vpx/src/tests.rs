//! Real frames from ffmpeg's encoder, and what is done to them by people who mean harm.

use crate::header::pixels;
use crate::{Decoder, Fault, Format, PIXELS_MAX};
use std::process::Command;

/// Frames of a picture that moves, from the encoder beside the decoder.
fn frames(format: Format, size: &str) -> Vec<Vec<u8>> {
    let encoder = match format {
        Format::Vp8 => "libvpx",
        Format::Vp9 => "libvpx-vp9",
    };
    let source = format!("testsrc2=size={size}:rate=30");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", &source, "-t", "0.5"])
        .args(["-pix_fmt", "yuv420p", "-c:v", encoder, "-deadline", "realtime"])
        .args(["-cpu-used", "8", "-f", "ivf", "-"])
        .output()
        .expect("ffmpeg runs (apt install ffmpeg)");
    let mut rest = made.stdout.get(32..).expect("an IVF header");
    let mut frames = Vec::new();
    while let Some((len, after)) = rest.split_first_chunk::<4>() {
        let len = u32::from_le_bytes(*len) as usize;
        frames.push(after[8..8 + len].to_vec());
        rest = &after[8 + len..];
    }
    assert!(frames.len() > 5, "{} frames", frames.len());
    frames
}

#[test]
fn pictures_come_out_in_their_size() {
    for format in [Format::Vp8, Format::Vp9] {
        let mut decoder = Decoder::new(format).expect("a decoder");
        let mut pictures = 0;
        for frame in frames(format, "322x182") {
            let Some(picture) = decoder.decode(&frame).expect("a whole frame") else { continue };
            assert_eq!((picture.width, picture.height), (322, 182));
            let [y, u, v] = picture.planes;
            assert_eq!(y.bytes.len(), y.stride * 181 + 322);
            assert_eq!(u.bytes.len(), u.stride * 90 + 161);
            assert!(y.bytes.iter().any(|pixel| *pixel > 150) && v.stride >= 161);
            pictures += 1;
        }
        assert!(pictures > 5, "{format:?}");
    }
}

#[test]
fn a_stream_may_change_its_size() {
    for format in [Format::Vp8, Format::Vp9] {
        let mut decoder = Decoder::new(format).expect("a decoder");
        for (size, width) in [("320x180", 320), ("640x360", 640), ("160x90", 160)] {
            let frame = frames(format, size).remove(0);
            let picture = decoder.decode(&frame).expect("a keyframe").expect("it is shown");
            assert_eq!(picture.width, width, "{format:?}");
        }
    }
}

#[test]
fn a_frame_that_asks_for_gigabytes_is_refused_before_libvpx_sees_it() {
    let mut vp8 = frames(Format::Vp8, "320x180").remove(0);
    assert_eq!(pixels(Format::Vp8, &vp8), Some(320 * 180));
    vp8[6..10].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    let mut decoder = Decoder::new(Format::Vp8).expect("a decoder");
    assert_eq!(decoder.decode(&vp8).err(), Some(Fault::TooLarge));

    let vp9 = frames(Format::Vp9, "320x180").remove(0);
    assert_eq!(pixels(Format::Vp9, &vp9), Some(320 * 180));
    // Profile 0: marker, profile, show, type, error: 8 bits; code: 24; colours: 4; then the size.
    let mut huge = vp9.clone();
    huge[4] |= 0x0f;
    huge[5..8].fill(0xff);
    huge[8] |= 0xf0;
    assert_eq!(pixels(Format::Vp9, &huge), Some(65_536 * 65_536));
    let mut decoder = Decoder::new(Format::Vp9).expect("a decoder");
    assert_eq!(decoder.decode(&huge).err(), Some(Fault::TooLarge));

    // The same as the second frame of a superframe.
    let sizes = [vp9.len(), huge.len()].map(|len| u32::try_from(len).expect("small"));
    let index: Vec<u8> = [0xd9_u8]
        .into_iter()
        .chain(sizes.into_iter().flat_map(u32::to_le_bytes))
        .chain([0xd9])
        .collect();
    let superframe = [vp9, huge, index].concat();
    assert!(pixels(Format::Vp9, &superframe).is_some_and(|pixels| pixels > PIXELS_MAX));
}

#[test]
fn a_frame_without_size_is_left_to_the_decoder() {
    for format in [Format::Vp8, Format::Vp9] {
        let frames = frames(format, "320x180");
        assert_eq!(pixels(format, &frames[1]), None, "{format:?}");
        for len in 0..12 {
            pixels(format, &frames[0][..len]);
        }
    }
}

#[test]
fn damaged_frames_are_told_and_the_next_keyframe_mends_the_picture() {
    for format in [Format::Vp8, Format::Vp9] {
        let frames = frames(format, "320x180");
        let mut decoder = Decoder::new(format).expect("a decoder");
        assert!(decoder.decode(&[]).is_err());
        assert!(decoder.decode(&frames[1]).is_err(), "{format:?}: nothing to refer to");
        for (nth, frame) in frames.iter().enumerate() {
            let mut broken = frame.clone();
            broken.truncate(frame.len() * (nth % 7) / 7);
            for byte in broken.iter_mut().skip(nth + 1).step_by(nth + 3) {
                *byte ^= 0x55;
            }
            // Some of it decodes to something; none of it may end the process.
            let _: Result<_, Fault> = decoder.decode(&broken);
        }
        let mended = decoder.decode(&frames[0]).expect("a keyframe");
        assert_eq!(mended.map(|picture| picture.width), Some(320), "{format:?}");
    }
}

//! Every codec that browsers send, whole and broken.

use super::{PictureDecoder, Undecodable};
use crate::film::picture::Size;
use crate::film::tests::material::{Frames, pictures};
use bedside_sfu_api::Codec;

const CODECS: [Codec; 4] = [Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1];

fn decode(decoder: &mut PictureDecoder, frames: &Frames) -> usize {
    let decoded = frames.iter().map(|(_, key, data)| decoder.handle_frame(*key, data));
    decoded.filter(|decoded| *decoded == Ok(true)).count()
}

#[test]
fn a_red_picture_is_red_in_every_codec() {
    for codec in CODECS {
        let frames = pictures(codec, "color=red:size=320x180:rate=30", "0.5");
        let mut decoder = PictureDecoder::new(codec);
        let decoded = decode(&mut decoder, &frames);
        assert!(decoded + 1 >= frames.len() && decoded > 10, "{codec:?}: {decoded}");
        let picture = decoder.picture().expect("a picture");
        assert_eq!(picture.size(), Size::new(320, 180), "{codec:?}");
        let [y, u, v] = picture.planes().map(|plane| plane.bytes[plane.bytes.len() / 2]);
        assert!(y.abs_diff(81) < 6 && u.abs_diff(90) < 6 && v.abs_diff(240) < 6, "{codec:?}");
    }
}

#[test]
fn the_size_may_change_at_a_keyframe() {
    for codec in CODECS {
        let mut decoder = PictureDecoder::new(codec);
        for (size, wanted) in [("320x180", 320), ("640x360", 640), ("160x90", 160)] {
            let frames = pictures(codec, &format!("testsrc2=size={size}:rate=30"), "0.2");
            decode(&mut decoder, &frames);
            assert_eq!(decoder.picture().expect("a picture").size().width, wanted, "{codec:?}");
        }
    }
}

#[test]
fn nothing_is_shown_before_a_keyframe() {
    for codec in CODECS {
        let mut frames = pictures(codec, "testsrc2=size=320x180:rate=30", "0.3");
        frames.remove(0);
        let mut decoder = PictureDecoder::new(codec);
        assert_eq!(decode(&mut decoder, &frames), 0, "{codec:?}");
        assert!(decoder.picture().is_none());
    }
}

#[test]
fn broken_frames_keep_the_last_picture_and_a_keyframe_mends_it() {
    for codec in CODECS {
        let frames = pictures(codec, "testsrc2=size=320x180:rate=30", "0.7");
        let mut decoder = PictureDecoder::new(codec);
        decode(&mut decoder, &frames);
        for (nth, (_, key, data)) in frames.iter().enumerate() {
            let mut broken = data.clone();
            broken.truncate(data.len() * (nth % 7) / 7);
            for byte in broken.iter_mut().skip(nth + 1).step_by(nth + 5) {
                *byte ^= 0x55;
            }
            // Some of it decodes to something; none of it may end the process.
            let _: Result<_, Undecodable> = decoder.handle_frame(*key, &broken);
            assert!(decoder.picture().is_some(), "{codec:?}");
        }
        assert!(decode(&mut decoder, &frames) > 10, "{codec:?} is not mended");
        assert_eq!(decoder.picture().expect("a picture").size(), Size::new(320, 180));
    }
}

#[test]
fn what_is_no_picture_or_too_much_is_refused() {
    let mut decoder = PictureDecoder::new(Codec::Opus);
    assert_eq!(decoder.handle_frame(true, &[1, 2, 3]), Err(Undecodable::Kind));
    let mut decoder = PictureDecoder::new(Codec::Vp8);
    let heavy = vec![0; super::FRAME_BYTES_MAX + 1];
    assert_eq!(decoder.handle_frame(true, &heavy), Err(Undecodable::TooLarge));
    let mut huge = pictures(Codec::Vp8, "color=red:size=320x180:rate=30", "0.1").remove(0).2;
    huge[6..10].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    assert_eq!(decoder.handle_frame(true, &huge), Err(Undecodable::TooLarge));
}

//! Real films, read by ffprobe.

use super::{Mp4Fault, Mp4Writer};
use crate::film::Caption;
use crate::film::encode::{PictureEncoder, SoundEncoder};
use crate::film::picture::{Picture, Size};
use std::io::Cursor;
use std::process::Command;

fn film(seconds: u64) -> Vec<u8> {
    let size = Size::new(320, 180);
    let (mut pictures, mut sounds) =
        (PictureEncoder::new(30.0).expect("H.264"), SoundEncoder::new().expect("Opus"));
    let mut writer = Mp4Writer::new(Cursor::new(Vec::new()), size, sounds.pre_skip());
    let canvas = Picture::black(size);
    for at_ms in (0..seconds * 1_000).step_by(20) {
        writer.write_sound(&sounds.encode(&[0.0; 960]).expect("sound")).expect("memory");
        if at_ms % 40 == 0 {
            let picture = pictures.encode(at_ms, &canvas).expect("a picture");
            if let Some(picture) = picture {
                writer.write_picture(picture).expect("memory");
            }
        }
    }
    for (at_ms, text) in [(1_000, "Anna: Guten Tag."), (4_000, "Béla: Jó napot!")] {
        let language = "de".to_owned();
        writer.write_caption(Caption { at_ms, language, text: text.to_owned() });
    }
    let mut film = Cursor::new(Vec::new());
    writer.finish(seconds * 1_000, &mut film).expect("a film");
    film.into_inner()
}

fn boxes(file: &[u8]) -> Vec<(String, usize)> {
    let mut at = 0;
    let mut boxes = Vec::new();
    while at < file.len() {
        let len = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let long = || u32::from_be_bytes(file[at + 12..at + 16].try_into().unwrap()) as usize;
        boxes.push((String::from_utf8_lossy(&file[at + 4..at + 8]).into_owned(), at));
        at += if len == 1 { long() } else { len };
    }
    assert_eq!(at, file.len(), "the boxes end where the file ends");
    boxes
}

#[test]
fn the_index_comes_before_the_media() {
    let boxes = boxes(&film(3));
    let at = |name| boxes.iter().find(|(other, _)| other == name).expect(name).1;
    assert!(at("moov") < at("mdat"), "{boxes:?}");
    assert_eq!(boxes[0].0, "ftyp");
}

#[test]
fn others_read_pictures_sound_and_captions() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(&path, film(6)).expect("a disk");
    let probe = |args: &[&str]| {
        let mut ask = Command::new("ffprobe");
        ask.args(["-v", "error", "-of", "csv=p=0"]).args(args).arg(&path);
        let said = ask.output().expect("ffprobe runs (apt install ffmpeg)");
        assert!(said.stderr.is_empty(), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).expect("UTF-8")
    };
    let streams = probe(&["-show_entries", "stream=codec_name"]);
    for codec in ["h264", "opus", "mov_text"] {
        assert!(streams.contains(codec), "{streams}");
    }
    assert!(probe(&["-show_entries", "stream_tags=language"]).contains("deu"));
    let length: f64 = probe(&["-show_entries", "format=duration"]).trim().parse().expect("seconds");
    assert!((5.95..6.1).contains(&length), "{length}");
    let pictures =
        probe(&["-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames"]);
    assert_eq!(pictures.trim().trim_end_matches(','), "150");
    let text = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&path)
        .args(["-map", "0:s", "-f", "srt", "-"])
        .output()
        .expect("ffmpeg runs");
    let text = String::from_utf8(text.stdout).expect("UTF-8");
    assert!(text.contains("00:00:01,000 -->") && text.contains("Béla: Jó napot!"), "{text}");
}

#[test]
fn a_film_without_a_picture_is_told() {
    let writer = Mp4Writer::new(Cursor::new(Vec::new()), Size::new(320, 180), 0);
    let made = writer.finish(1_000, &mut Cursor::new(Vec::new()));
    assert!(matches!(made, Err(Mp4Fault::Empty)), "{made:?}");
}

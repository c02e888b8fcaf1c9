//! Whole films of known pictures and sounds, looked at by ffmpeg.

use super::{Coded, Film, Mp4Writer, Plan, Rate, SIZE};
use crate::composite::FILM;
use crate::take::Frame;
use bedside_sfu_api::Codec;
use bedside_sfu_api::Source::{Camera, Microphone, Screen};
use bedside_signaling_api::recorder::{Labelled, Layout};
use material::{ffmpeg, of, person, pictures, tone};
use std::io::Cursor;
use std::path::Path;

pub(crate) mod material;

fn people(names: &[&str]) -> Vec<Labelled> {
    let one = |(number, name): (usize, &&str)| Labelled {
        participant: person(number as u128 + 1).0,
        label: (*name).to_owned(),
    };
    names.iter().enumerate().map(one).collect()
}

/// What is made of frames, in whatever order they are given.
struct Made {
    pictures: Vec<Coded>,
    sounds: Vec<Coded>,
    film: Vec<u8>,
}

fn drain(film: &mut Film, made: &mut Made) {
    made.pictures.extend(std::iter::from_fn(|| film.poll_picture()));
    made.sounds.extend(std::iter::from_fn(|| film.poll_sound()));
}

fn make(plan: Plan, names: &[&str], mut frames: Vec<Frame>, end_ms: u64) -> Made {
    frames.sort_by_key(|frame| frame.at_ms);
    let mut film = Film::new(plan).expect("a film");
    let mut made = Made { pictures: Vec::new(), sounds: Vec::new(), film: Vec::new() };
    film.handle_people(plan.from_ms, &people(names)).expect("people");
    for frame in &frames {
        film.handle_frame(frame).expect("a frame");
        drain(&mut film, &mut made);
    }
    film.handle_end(end_ms).expect("the end");
    drain(&mut film, &mut made);
    assert_eq!(film.undecodable(), 0);
    made.film = mp4(&mut film, &made);
    made
}

fn mp4(film: &mut Film, made: &Made) -> Vec<u8> {
    let mut writer = Mp4Writer::new(Cursor::new(Vec::new()), SIZE, film.pre_skip());
    for picture in &made.pictures {
        writer.write_picture(picture.clone()).expect("memory");
    }
    for sound in &made.sounds {
        writer.write_sound(sound).expect("memory");
    }
    let mut file = Cursor::new(Vec::new());
    writer.finish(film.clock_ms(), &mut file).expect("a film");
    file.into_inner()
}

/// The picture shown at a moment, in RGB.
fn shot(film: &[u8], seconds: &str, name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(&path, film).expect("a disk");
    let path = path.to_str().expect("a path in UTF-8");
    if let Some(kept) = std::env::var_os("BEDSIDE_SHOTS") {
        let png = Path::new(&kept).join(format!("{name}.png"));
        let png = png.to_str().expect("a path in UTF-8");
        ffmpeg(&["-y", "-ss", seconds, "-i", path, "-frames:v", "1", png]);
    }
    let raw = ["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
    ffmpeg(&[&["-ss", seconds, "-i", path][..], &raw].concat())
}

fn pixel(shot: &[u8], x: usize, y: usize) -> [u8; 3] {
    let at = (y * SIZE.width + x) * 3;
    shot[at..at + 3].try_into().expect("three bytes")
}

fn is_near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 24)
}

const RED: [u8; 3] = [254, 0, 0];
const GREEN: [u8; 3] = [0, 128, 0];
const BLUE: [u8; 3] = [0, 0, 254];

fn colour(codec: Codec, name: &str, seconds: &str) -> material::Frames {
    pictures(codec, &format!("color={name}:size=640x360:rate=30"), seconds)
}

#[test]
fn a_grid_shows_everybody_in_their_place_and_colour() {
    let frames = [
        of(person(1), Camera, Codec::Vp8, &colour(Codec::Vp8, "red", "1.5")),
        of(person(2), Camera, Codec::Vp9, &colour(Codec::Vp9, "green", "1.5")),
        of(person(3), Camera, Codec::H264, &colour(Codec::H264, "blue", "1.5")),
    ]
    .concat();
    let names = ["Anna Müller", "Béla", "Camille", "Dunja Ö."];
    let made = make(Plan::new(Layout::Grid), &names, frames, 1_500);
    let shot = shot(&made.film, "1.0", "grid");
    assert!(is_near(pixel(&shot, 320, 180), RED), "{:?}", pixel(&shot, 320, 180));
    assert!(is_near(pixel(&shot, 960, 180), GREEN), "{:?}", pixel(&shot, 960, 180));
    assert!(is_near(pixel(&shot, 320, 540), BLUE), "{:?}", pixel(&shot, 320, 540));
    let name = (660..1_260).any(|x| is_near(pixel(&shot, x, 540), [255; 3]));
    assert!(name, "who has no picture has a name");
    assert_eq!(made.sounds.len(), 75);
}

#[test]
fn whoever_speaks_becomes_large() {
    let frames = [
        of(person(1), Camera, Codec::Vp8, &colour(Codec::Vp8, "red", "4")),
        of(person(2), Camera, Codec::Vp8, &colour(Codec::Vp8, "blue", "4")),
        of(person(1), Microphone, Codec::Opus, &tone(300.0, 0, 1_000, 4_000)),
        of(person(2), Microphone, Codec::Opus, &tone(500.0, 2_000, 4_000, 4_000)),
    ]
    .concat();
    let made = make(Plan::new(Layout::Speaker), &["Anna", "Béla"], frames, 4_000);
    let first = shot(&made.film, "1.0", "speaker-1");
    assert!(is_near(pixel(&first, 512, 360), RED), "{:?}", pixel(&first, 512, 360));
    assert!(is_near(pixel(&first, 1_152, 360), BLUE), "{:?}", pixel(&first, 1_152, 360));
    let second = shot(&made.film, "3.5", "speaker-2");
    assert!(is_near(pixel(&second, 512, 360), BLUE), "{:?}", pixel(&second, 512, 360));
    assert!(is_near(pixel(&second, 1_152, 360), RED), "{:?}", pixel(&second, 1_152, 360));
}

#[test]
fn a_shared_screen_is_large_until_it_ends() {
    let screen = pictures(Codec::Av1, "testsrc2=size=1280x720:rate=5", "1");
    let frames = [
        of(person(1), Camera, Codec::Vp8, &colour(Codec::Vp8, "red", "1.5")),
        of(person(2), Screen, Codec::Av1, &screen),
    ]
    .concat();
    let made = make(Plan::new(Layout::Grid), &["Anna", "Béla"], frames, 12_000);
    let shared = shot(&made.film, "0.9", "screen");
    assert!(is_near(pixel(&shared, 1_152, 300), RED), "{:?}", pixel(&shared, 1_152, 300));
    let after = shot(&made.film, "11.5", "nobody");
    assert!(!is_near(pixel(&after, 1_152, 300), RED), "her camera is off");
}

#[test]
fn a_beep_is_heard_at_its_moment_and_a_flash_seen_at_its_own() {
    let dark = colour(Codec::Vp8, "black", "1");
    let bright = colour(Codec::Vp8, "white", "1");
    let flash = bright.iter().map(|(at, key, data)| (at + 1_000, *key, data.clone())).collect();
    let frames = [
        of(person(1), Camera, Codec::Vp8, &dark),
        of(person(1), Camera, Codec::Vp8, &flash),
        of(person(1), Microphone, Codec::Opus, &tone(1_000.0, 1_000, 1_500, 2_000)),
    ]
    .concat();
    let made = make(Plan::new(Layout::Grid), &["Anna"], frames, 2_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(&path, &made.film).expect("a disk");
    let path = path.to_str().expect("a path in UTF-8");
    let pcm = ffmpeg(&["-i", path, "-f", "s16le", "-ac", "1", "-ar", "48000", "-"]);
    let samples = pcm.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]));
    let loud: Vec<usize> = samples
        .enumerate()
        .filter(|(_, sample)| sample.abs() > 3_000)
        .map(|(at, _)| at / 48)
        .collect();
    let (begin, end) = (loud[0], loud[loud.len() - 1]);
    assert!(begin.abs_diff(1_000) < 25 && end.abs_diff(1_500) < 40, "{begin} to {end}");
    let grey = ffmpeg(&[
        "-i",
        path,
        "-vf",
        "fps=100,scale=1:1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
    ]);
    let seen = grey.iter().position(|luma| *luma > 120).expect("a flash") * 10;
    assert!(seen.abs_diff(1_000) <= 40, "{seen}");
    assert!(seen.abs_diff(begin) <= 40, "picture {seen}, sound {begin}");
}

#[test]
fn nobody_is_seen_or_heard_who_is_not_there() {
    let mut film = Film::new(Plan::new(Layout::Grid)).expect("a film");
    film.handle_people(0, &people(&["Anna", "Béla"])).expect("people");
    let red = of(person(2), Camera, Codec::Vp8, &colour(Codec::Vp8, "red", "2"));
    let voice = of(person(2), Microphone, Codec::Opus, &tone(500.0, 0, 2_000, 2_000));
    let mut made = Made { pictures: Vec::new(), sounds: Vec::new(), film: Vec::new() };
    let mut frames = [red, voice].concat();
    frames.sort_by_key(|frame| frame.at_ms);
    for frame in &frames {
        if frame.at_ms >= 1_000 && film.clock_ms() < 1_000 {
            film.handle_people(1_000, &people(&["Anna"])).expect("people");
        }
        film.handle_frame(frame).expect("a frame");
    }
    film.handle_end(2_000).expect("the end");
    drain(&mut film, &mut made);
    let file = mp4(&mut film, &made);
    assert!(is_near(pixel(&shot(&file, "0.8", "two"), 960, 360), RED));
    assert!(!is_near(pixel(&shot(&file, "1.0", "one"), 960, 360), RED));
    let mut decoder = opus::Decoder::new(48_000, opus::Channels::Mono).expect("Opus");
    let mut loudest_after = 0.0_f32;
    for sound in &made.sounds {
        let mut pcm = [0.0; 960];
        decoder.decode_float(&sound.data, &mut pcm, false).expect("our own packet");
        if sound.at_ms >= 1_020 {
            loudest_after = pcm.iter().fold(loudest_after, |loud, sample| loud.max(sample.abs()));
        }
    }
    assert!(loudest_after < 0.02, "{loudest_after}");
}

#[test]
fn a_pause_is_left_out() {
    let red = of(person(1), Camera, Codec::Vp8, &colour(Codec::Vp8, "red", "1"));
    let blue = of(person(1), Camera, Codec::Vp8, &colour(Codec::Vp8, "blue", "1"));
    let mut film = Film::new(Plan { from_ms: 5_000, ..Plan::new(Layout::Grid) }).expect("a film");
    film.handle_people(5_000, &people(&["Anna"])).expect("people");
    let mut made = Made { pictures: Vec::new(), sounds: Vec::new(), film: Vec::new() };
    for frame in &red {
        film.handle_frame(&Frame { at_ms: frame.at_ms + 5_000, ..frame.clone() }).expect("red");
    }
    film.handle_mark(6_000).expect("a mark");
    film.handle_cut(600_000).expect("a pause");
    for frame in &blue {
        film.handle_frame(&Frame { at_ms: frame.at_ms + 600_000, ..frame.clone() }).expect("blue");
    }
    film.handle_end(601_000).expect("the end");
    drain(&mut film, &mut made);
    assert_eq!(film.clock_ms(), 2_000);
    assert_eq!(made.sounds.len(), 100);
    let file = mp4(&mut film, &made);
    assert!(is_near(pixel(&shot(&file, "0.5", "before"), 640, 360), RED));
    assert!(is_near(pixel(&shot(&file, "1.5", "after"), 640, 360), BLUE));
}

#[test]
fn a_picture_that_stands_still_costs_one_a_second() {
    let mut film = Film::new(Plan::new(Layout::Speaker)).expect("a film");
    film.handle_people(0, &people(&["Anna", "Béla"])).expect("people");
    film.handle_end(5_000).expect("the end");
    let pictures: Vec<Coded> = std::iter::from_fn(|| film.poll_picture()).collect();
    assert_eq!(pictures.len(), 5);
    assert!(pictures[0].key && !pictures[1].key);
}

#[test]
fn the_rate_is_what_is_asked() {
    let frames = pictures(Codec::Vp8, "testsrc2=size=640x360:rate=30", "2");
    for (rate, wanted) in
        [(Rate::Thirty, 60), (Rate::Fifteen, 30), (Rate::Eight, 15), (Rate::One, 2)]
    {
        let frames = of(person(1), Camera, Codec::Vp8, &frames);
        let made = make(Plan { rate, ..Plan::new(Layout::Grid) }, &["Anna"], frames, 2_000);
        let pictures = made.pictures.len();
        assert!(pictures.abs_diff(wanted) <= 2, "{rate:?}: {pictures}");
    }
}

#[test]
fn a_moment_beyond_a_day_is_no_days_work() {
    let mut film = Film::new(Plan::new(Layout::Grid)).expect("a film");
    film.handle_people(0, &people(&["Anna"])).expect("people");
    for at_ms in [u64::MAX, u64::MAX / 2, super::FILM_MS_MAX + 1] {
        let data = vec![0; 10];
        let track = (person(1), Camera);
        let frame = Frame { track, codec: Codec::Vp8, at_ms, key: true, data };
        film.handle_frame(&frame).expect("a frame");
    }
    assert_eq!(film.clock_ms(), 0);
}

#[test]
fn a_film_of_a_film_is_the_film() {
    let red = of(FILM, Camera, Codec::Vp8, &colour(Codec::Vp8, "red", "1.5"));
    let voice = of(FILM, Microphone, Codec::Opus, &tone(500.0, 0, 1_500, 1_500));
    let names = ["Anna", "Béla"];
    let made = make(Plan::new(Layout::Grid), &names, [red, voice].concat(), 1_500);
    let shot = shot(&made.film, "1.0", "film");
    for (x, y) in [(4, 4), (20, 700), (640, 360), (1_275, 715)] {
        assert!(is_near(pixel(&shot, x, y), RED), "{:?}", pixel(&shot, x, y));
    }
}

#[test]
fn a_film_from_the_middle_has_its_picture_at_once() {
    let frames = of(person(1), Camera, Codec::Vp8, &colour(Codec::Vp8, "red", "3"));
    let plan = Plan { from_ms: 1_500, ..Plan::new(Layout::Grid) };
    let made = make(plan, &["Anna"], frames, 3_000);
    assert!(is_near(pixel(&shot(&made.film, "0.0", "middle"), 640, 360), RED));
    assert_eq!(made.sounds.len(), 75);
}

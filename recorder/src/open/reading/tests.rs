//! Recordings of a few frames, whole and damaged, in the order they are read.

use super::super::{Event, Recording, Refusal, Warning};
use crate::binding::TAG as PART;
use crate::manifest::{MANIFEST, Signer};
use crate::matroska::{Block, Shape, Size, Track, write};
use crate::part::{Binding, PlainPart};
use crate::seal::{Opener, fresh_identity};
use crate::spool::{Bounds, NewRecording, Spool, Writer};
use crate::take::note::{PEOPLE, text};
use bedside_config::SealingSuite;
use bedside_sfu_api::{Codec, Source};
use bedside_signaling_api::recorder::Mode;
use jiff::Timestamp;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;
use uuid::Uuid;

const ANNA: Uuid = Uuid::from_u128(7);
const VISIT: Uuid = Uuid::from_u128(8);

/// A recording on the disk, and its first key.
struct Kept {
    _root: TempDir,
    folder: PathBuf,
    key: String,
}

/// Frames of one part: track, moment, whether it needs none before it.
type Frames<'a> = &'a [(u8, u64, bool)];

/// Each part by epoch, number and where it begins.
fn keep(parts: &[(u32, u32, u64, Frames<'_>)], shreddable: bool) -> Kept {
    let root = tempfile::tempdir().unwrap();
    let keys = [(); 2].map(|()| fresh_identity(SealingSuite::Age).unwrap());
    let bounds = Bounds { bytes_max: u64::MAX, floor_bytes: 0 };
    let spool = Spool::open(root.path(), bounds, Signer::of(&[1; 32]).unwrap()).unwrap();
    let recording = Uuid::from_u128(9);
    let new = NewRecording {
        recording,
        visit: VISIT,
        mode: Mode::Tracks,
        suite: SealingSuite::Age,
        recipients: keys.iter().map(|key| key.public.clone()).collect(),
        shreddable,
        at: Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::begin(&spool, &new).unwrap();
    for (epoch, n, from_ms, frames) in parts {
        let (epoch, n, from_ms) = (*epoch, *n, *from_ms);
        let plain = plain(&Binding { visit: VISIT, recording, epoch, n, from_ms }, frames);
        let to_ms = from_ms + 1_000;
        let (plain, turn, missing_ms) = (plain.into(), 1, 0);
        let part =
            PlainPart { epoch, n, turn, from_ms, to_ms, last_of_epoch: false, plain, missing_ms };
        writer.write(part).unwrap();
    }
    writer.end(false).unwrap();
    let folder = writer.folder().to_owned();
    Kept { _root: root, folder, key: keys[0].secret.to_string() }
}

fn plain(binding: &Binding, frames: Frames<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let bound = text(binding);
    if binding.n == 0 {
        let track = |number: u8, source: &str, codec, shape| Track {
            number,
            uid: u64::from(number),
            codec,
            name: format!("{ANNA}/{source}"),
            shape,
            private: Vec::new(),
        };
        let size = Size { width: 16, height: 16 };
        let tracks = [
            track(1, "microphone", Codec::Opus, Shape::Sound { channels: 1 }),
            track(2, "camera", Codec::Vp8, Shape::Picture(size)),
        ];
        write::header(&mut out, 0, &tracks);
        let people = format!(r#"[{{"participant":"{ANNA}","label":"Anna"}}]"#);
        write::tags(&mut out, &[(PART, &bound), (PEOPLE, &people)]);
    } else {
        write::tags(&mut out, &[(PART, &bound)]);
    }
    let block = |(track, at_ms, key): &(u8, u64, bool)| Block {
        track: *track,
        at_ms: *at_ms,
        key: *key,
        data: b"frame",
    };
    let blocks: Vec<Block<'_>> = frames.iter().map(block).collect();
    write::clusters(&mut out, &blocks);
    out
}

impl Kept {
    fn open(&self) -> Result<Recording, Refusal> {
        let opener = Opener::new([self.key.as_str()]).unwrap();
        Recording::open(Box::new(crate::verify::Folder::new(&self.folder)), opener)
    }

    fn part(&self, epoch: u32, n: u32) -> PathBuf {
        self.folder.join(format!("{epoch:05}-{n:06}.age"))
    }
}

/// What is read: frames by source and moment, pauses, warnings.
type Walked = (Vec<(Source, u64)>, Vec<(u64, u64)>, Vec<Warning>);

fn read(recording: &Recording, from_ms: u64) -> Walked {
    let mut reading = recording.read(from_ms);
    let (mut frames, mut pauses, mut marked) = (Vec::new(), Vec::new(), 0);
    for event in reading.by_ref() {
        match event {
            Event::Frame(frame) => {
                assert!(frame.at_ms >= marked, "{} comes after mark {marked}", frame.at_ms);
                frames.push((frame.track.1, frame.at_ms));
            }
            Event::Mark(at_ms) => marked = at_ms,
            Event::Paused { from_ms, to_ms } => pauses.push((from_ms, to_ms)),
            Event::People { people, .. } => assert_eq!(people[0].label, "Anna"),
            Event::Caption { .. } | Event::Gap(_) => panic!("nothing of the kind is in it"),
        }
    }
    (frames, pauses, reading.take_warnings())
}

use Source::{Camera, Microphone};

#[test]
fn frames_come_in_the_order_of_the_clock_across_parts_and_epochs() {
    let kept = keep(
        &[
            (0, 0, 0, &[(2, 10, true), (1, 20, true), (1, 990, true)]),
            // A picture that waited for a lost packet is older than the sound before it.
            (0, 1, 1_000, &[(2, 980, false), (1, 1_010, true)]),
            (1, 0, 9_000, &[(1, 9_010, true)]),
        ],
        true,
    );
    let (frames, pauses, warnings) = read(&kept.open().unwrap(), 0);
    let wanted = [
        (Camera, 10),
        (Microphone, 20),
        (Camera, 980),
        (Microphone, 990),
        (Microphone, 1_010),
        (Microphone, 9_010),
    ];
    assert_eq!(frames, wanted);
    assert_eq!(pauses, [(1_010, 9_000)]);
    assert_eq!(warnings, []);
}

#[test]
fn after_a_missing_part_a_picture_waits_for_a_whole_one() {
    let kept = keep(
        &[
            (0, 0, 0, &[(2, 10, true)]),
            (0, 1, 1_000, &[(2, 1_010, false)]),
            (
                0,
                2,
                2_000,
                &[(2, 2_010, false), (1, 2_020, true), (2, 2_500, true), (2, 2_510, false)],
            ),
        ],
        false,
    );
    fs::remove_file(kept.part(0, 1)).unwrap();
    let (frames, _, warnings) = read(&kept.open().unwrap(), 0);
    assert_eq!(frames, [(Camera, 10), (Microphone, 2_020), (Camera, 2_500), (Camera, 2_510)]);
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].to_string(), "0:01 to 0:02: part 1 of epoch 0 is missing");
}

#[test]
fn reading_from_the_middle_knows_who_is_there() {
    let kept = keep(
        &[
            (0, 0, 0, &[(1, 10, true)]),
            (0, 1, 1_000, &[(1, 1_010, true)]),
            (0, 2, 2_000, &[(2, 2_010, false), (1, 2_020, true), (2, 2_500, true)]),
        ],
        false,
    );
    let (frames, pauses, warnings) = read(&kept.open().unwrap(), 2_100);
    assert_eq!(frames, [(Microphone, 2_020), (Camera, 2_500)]);
    assert_eq!((pauses.len(), warnings.len()), (0, 0));
}

#[test]
fn an_epoch_without_its_beginning_is_told_once_and_the_next_is_read() {
    let kept = keep(
        &[
            (0, 0, 0, &[(1, 10, true)]),
            (0, 1, 1_000, &[(1, 1_010, true)]),
            (0, 2, 2_000, &[(1, 2_010, true)]),
            (1, 0, 3_000, &[(1, 3_010, true)]),
        ],
        false,
    );
    fs::remove_file(kept.part(0, 0)).unwrap();
    let (frames, _, warnings) = read(&kept.open().unwrap(), 0);
    assert_eq!(frames, [(Microphone, 3_010)]);
    assert_eq!(warnings.iter().filter(|warning| **warning == Warning::Headless(0)).count(), 1);
}

#[test]
fn a_part_in_anothers_place_is_left_out() {
    let kept = keep(&[(0, 0, 0, &[(1, 10, true)]), (0, 1, 1_000, &[(1, 1_010, true)])], false);
    fs::copy(kept.part(0, 0), kept.part(0, 1)).unwrap();
    let (frames, _, warnings) = read(&kept.open().unwrap(), 0);
    assert_eq!(frames, [(Microphone, 10)]);
    assert!(
        warnings.iter().any(|warning| matches!(warning, Warning::Foreign { .. })),
        "{warnings:?}"
    );
}

#[test]
fn without_a_manifest_what_is_there_is_read() {
    let kept = keep(&[(0, 0, 0, &[(1, 10, true)]), (0, 1, 1_000, &[(1, 1_010, true)])], false);
    fs::remove_file(kept.folder.join(MANIFEST)).unwrap();
    let recording = kept.open().unwrap();
    assert_eq!(recording.warnings(), [Warning::NoManifest]);
    assert_eq!(read(&recording, 0).0, [(Microphone, 10), (Microphone, 1_010)]);
}

#[test]
fn a_wrong_key_a_shredded_recording_and_an_empty_folder_are_refused() {
    let mut kept = keep(&[(0, 0, 0, &[(1, 10, true)])], true);
    let right = std::mem::replace(
        &mut kept.key,
        fresh_identity(SealingSuite::Age).unwrap().secret.to_string(),
    );
    assert!(matches!(kept.open(), Err(Refusal::OtherKey(_))));
    kept.key = right;
    assert!(kept.open().is_ok());
    fs::remove_file(kept.folder.join("key.age")).unwrap();
    assert!(matches!(kept.open(), Err(Refusal::Shredded)));
    kept.folder = tempfile::tempdir().unwrap().path().to_owned();
    fs::create_dir(&kept.folder).unwrap();
    assert!(matches!(kept.open(), Err(Refusal::NoRecording)));
    fs::remove_dir(&kept.folder).unwrap();
}

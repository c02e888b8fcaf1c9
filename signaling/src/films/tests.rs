//! What is left of films that came, came half, or were none.

use super::{Films, NotTaken, Taking};
use bedside_signaling_api::tutorial::{FILM_BYTES_MAX, FilmKind};
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use tempfile::TempDir;
use uuid::Uuid;

const WEBM: &[u8] = &[
    0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 0x01, 0x42, 0x82, 0x84, b'w', b'e', b'b', b'm',
];
const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";

fn films() -> (TempDir, Films) {
    let folder = TempDir::new().unwrap();
    let films = Films::new(folder.path());
    (folder, films)
}

fn names(folder: &TempDir) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.path().join("tutorials")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn taken(taking: Result<Taking, NotTaken>, bytes: &[u8]) -> Result<super::Taken, NotTaken> {
    let mut taking = taking?;
    taking.push(bytes)?;
    taking.finish()
}

#[test]
fn a_film_is_kept_whole_and_its_kind_is_its_own() {
    let (folder, films) = films();
    let mut taking = films.take().unwrap();
    let mut all = WEBM.to_vec();
    all.extend(vec![7; 3_000_000]);
    for chunk in all.chunks(70_000) {
        taking.push(chunk).unwrap();
    }
    assert!(names(&folder)[0].ends_with(".coming"), "it is no film yet");
    let film = taking.finish().unwrap();
    assert_eq!((film.kind, film.bytes), (FilmKind::Webm, all.len() as u64));
    assert_eq!(names(&folder), [format!("{}.film", film.file.simple())]);
    let mut file = films.read(film.file).unwrap();
    assert_eq!(super::read_at(&mut file, 0, 16).unwrap(), WEBM);
    assert_eq!(super::read_at(&mut file, all.len() as u64 - 3, 999).unwrap(), [7, 7, 7]);
    assert_eq!(taken(films.take(), MP4).unwrap().kind, FilmKind::Mp4);
}

#[test]
fn of_what_is_no_film_or_comes_half_nothing_is_left() {
    let (folder, films) = films();
    for bytes in [&b"<html>"[..], b"", b"\x1a\x45\xdf\xa3 matroska", b"MZ\x90"] {
        assert!(matches!(taken(films.take(), bytes), Err(NotTaken::UnknownKind)), "{bytes:?}");
    }
    let mut half = films.take().unwrap();
    half.push(WEBM).unwrap();
    drop(half);
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn the_limits_are_reached() {
    let (folder, films) = films();
    let all: Vec<Taking> = (0..super::TAKEN_MAX).map(|_| films.take().unwrap()).collect();
    assert!(matches!(films.take(), Err(NotTaken::Busy)));
    drop(all);
    let mut large = films.take().unwrap();
    large.push(WEBM).unwrap();
    large.bytes = FILM_BYTES_MAX - 1;
    large.push(&[0]).unwrap();
    assert!(matches!(large.push(&[0]), Err(NotTaken::TooLarge)));
    drop(large);
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn a_full_disk_is_told_as_such() {
    let (folder, films) = films();
    let mut taking = films.take().unwrap();
    // Every write to it fails as on a full disk.
    taking.file = OpenOptions::new().write(true).open("/dev/full").unwrap();
    taking.push(WEBM).unwrap();
    assert!(matches!(taking.finish(), Err(NotTaken::DiskFull)));
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn what_a_crash_left_is_swept_away_and_films_stay() {
    let (folder, films) = films();
    let film = taken(films.take(), WEBM).unwrap().file;
    let orphan = taken(films.take(), MP4).unwrap().file;
    let coming = folder.path().join("tutorials").join(format!("{}.coming", Uuid::now_v7()));
    fs::write(&coming, WEBM).unwrap();
    films.sweep(&BTreeSet::from([film])).unwrap();
    assert_eq!(names(&folder), [format!("{}.film", film.simple())]);
    assert!(films.read(orphan).is_err());
    films.remove(&[film]);
    assert_eq!(names(&folder), [""; 0]);
}

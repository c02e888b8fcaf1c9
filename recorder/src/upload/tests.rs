//! Everything arrives, whatever the store does meanwhile.

use super::{UploadEvent, Uploader};
use crate::manifest::Signer;
use crate::part::PlainPart;
use crate::recover::close_orphans;
use crate::seal::fresh_identity;
use crate::shelf::{Archive, Shelf};
use crate::spool::{Bounds, NewRecording, Spool, Writer};
use crate::verify::{Asked, Folder, verify};
use bedside_config::SealingSuite;
use bedside_signaling_api::recorder::Mode;
use jiff::Timestamp;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;
use zeroize::Zeroizing;

const RECORDING: Uuid = Uuid::from_u128(7);

struct House {
    folder: TempDir,
    archive: Archive,
    uploader: Uploader<fn() -> f64>,
    events: mpsc::Receiver<UploadEvent>,
}

fn spool(folder: &TempDir) -> Spool {
    let bounds = Bounds { bytes_max: u64::MAX, floor_bytes: 0 };
    Spool::open(&folder.path().join("spool"), bounds, Signer::of(&[1; 32]).unwrap()).unwrap()
}

impl House {
    fn new() -> Self {
        Self::again(tempfile::tempdir().unwrap())
    }

    fn again(folder: TempDir) -> Self {
        let shelf = Shelf::folder(&folder.path().join("store")).unwrap();
        let archive = Archive::new(spool(&folder), shelf);
        let (sender, events) = mpsc::channel(16);
        let jitter: fn() -> f64 = || 0.0;
        let uploader = Uploader::new(archive.clone(), sender, jitter);
        Self { folder, archive, uploader, events }
    }

    fn writer(&self) -> Writer {
        let key = || fresh_identity(SealingSuite::Age).unwrap().public;
        let new = NewRecording {
            recording: RECORDING,
            visit: Uuid::from_u128(8),
            mode: Mode::Tracks,
            suite: SealingSuite::Age,
            recipients: vec![key(), key()],
            shreddable: true,
            at: Timestamp::UNIX_EPOCH,
        };
        Writer::begin(self.archive.spool(), &new).unwrap()
    }

    fn stored(&self) -> PathBuf {
        self.folder.path().join("store").join(RECORDING.to_string())
    }

    fn assert_whole(&self) {
        let report = verify(&Folder::new(&self.stored()), Asked::default(), |_, _| {}).unwrap();
        assert_eq!(report.findings, []);
        assert!(!report.shredded);
    }
}

fn part(n: u32) -> PlainPart {
    PlainPart {
        epoch: 0,
        n,
        turn: 1,
        from_ms: u64::from(n) * 2_000,
        to_ms: u64::from(n) * 2_000 + 2_000,
        last_of_epoch: false,
        plain: Zeroizing::new(vec![7; 1_000]),
        missing_ms: 0,
    }
}

#[tokio::test]
async fn parts_leave_the_spool_as_they_are_stored_and_the_manifest_goes_last() {
    let mut house = House::new();
    let mut writer = house.writer();
    writer.write(part(0)).unwrap();
    house.uploader.pass().await.unwrap();
    assert_eq!(house.archive.spool().used(), 0);
    assert!(house.stored().join("00000-000000.age").is_file());
    assert!(house.stored().join("key.age").is_file());
    writer.write(part(1)).unwrap();
    let summary = writer.end(false).unwrap();
    house.uploader.pass().await.unwrap();
    assert!(house.archive.spool().recordings().unwrap().is_empty());
    let event = house.events.recv().await;
    assert_eq!(event, Some(UploadEvent::Stored { recording: RECORDING, summary }));
    house.assert_whole();
}

#[tokio::test]
async fn a_store_that_is_gone_for_a_while_loses_nothing() {
    let mut house = House::new();
    let mut writer = house.writer();
    writer.write(part(0)).unwrap();
    house.uploader.pass().await.unwrap();
    let (store, away) = (house.folder.path().join("store"), house.folder.path().join("away"));
    fs::rename(&store, &away).unwrap();
    fs::write(&store, b"not a folder").unwrap();
    for n in 1..4 {
        writer.write(part(n)).unwrap();
        assert!(house.uploader.pass().await.is_err());
    }
    assert!(house.archive.spool().used() > 3_000);
    fs::remove_file(&store).unwrap();
    fs::rename(&away, &store).unwrap();
    writer.end(false).unwrap();
    house.uploader.pass().await.unwrap();
    house.assert_whole();
    assert_eq!(house.archive.spool().used(), 0);
}

#[tokio::test]
async fn what_a_crash_left_waits_until_it_is_made_whole() {
    let house = House::new();
    let mut writer = house.writer();
    writer.write(part(0)).unwrap();
    let House { folder, archive, uploader, events } = house;
    drop((writer, archive, uploader, events));
    let mut house = House::again(folder);
    house.uploader.pass().await.unwrap();
    assert!(house.archive.spool().used() > 0);
    let recovered = close_orphans(house.archive.spool(), &[]).unwrap();
    assert_eq!(recovered.len(), 1);
    assert!(recovered[0].closed.as_ref().unwrap().aborted);
    house.uploader.pass().await.unwrap();
    house.assert_whole();
}

#[tokio::test]
async fn something_else_under_a_parts_name_is_told_and_the_part_kept() {
    let mut house = House::new();
    let name = "00000-000000.age";
    house.archive.shelf().put(RECORDING, name, "somebody else's".into()).await.unwrap();
    let mut writer = house.writer();
    for n in 0..2 {
        writer.write(part(n)).unwrap();
    }
    writer.end(false).unwrap();
    for _ in 0..2 {
        house.uploader.pass().await.unwrap();
    }
    let conflict = UploadEvent::Conflict { recording: RECORDING, name: name.to_owned() };
    assert_eq!(house.events.recv().await, Some(conflict));
    assert!(house.events.try_recv().is_err(), "told once");
    let waiting = house.archive.spool().waiting(RECORDING).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].name, name);
}

#[tokio::test]
async fn what_is_erased_meanwhile_does_not_arrive_afterwards() {
    let mut house = House::new();
    let mut writer = house.writer();
    writer.write(part(0)).unwrap();
    writer.end(false).unwrap();
    assert_eq!(house.archive.erase(RECORDING).await.unwrap(), 3);
    house.uploader.pass().await.unwrap();
    assert_eq!(house.archive.objects(RECORDING).await.unwrap(), []);
}

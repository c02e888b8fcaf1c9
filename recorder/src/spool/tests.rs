//! What a crash at each step leaves, what a full disk does, and that nothing is counted twice.

use super::{Bounds, NewRecording, Spool, SpoolFault, Writer, read_manifest};
use crate::manifest::{MANIFEST, Manifest, Signer, Why};
use crate::part::PlainPart;
use crate::seal::{FreshIdentity, KeyRefusal, Opener, fresh_identity};
use bedside_config::SealingSuite;
use bedside_signaling_api::recorder::{Mode, RecordingFailure};
use jiff::Timestamp;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;
use zeroize::Zeroizing;

const WIDE: Bounds = Bounds { bytes_max: u64::MAX, floor_bytes: 0 };
const RECORDING: Uuid = Uuid::from_u128(7);

struct House {
    folder: TempDir,
    keys: [FreshIdentity; 2],
}

impl House {
    fn new() -> Self {
        let key = || fresh_identity(SealingSuite::Age).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), keys: [key(), key()] }
    }

    fn spool(&self) -> Spool {
        self.bounded(WIDE)
    }

    fn bounded(&self, bounds: Bounds) -> Spool {
        let signer = Signer::of(&[1; 32]).unwrap();
        Spool::open(&self.folder.path().join("spool"), bounds, signer).unwrap()
    }

    fn new_recording(&self) -> NewRecording {
        NewRecording {
            recording: RECORDING,
            visit: Uuid::from_u128(8),
            mode: Mode::Tracks,
            suite: SealingSuite::Age,
            recipients: self.keys.iter().map(|key| key.public.clone()).collect(),
            shreddable: false,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn writer(&self, spool: &Spool) -> Writer {
        Writer::begin(spool, &self.new_recording()).unwrap()
    }

    fn opened(&self, path: &Path) -> Vec<u8> {
        let opener = Opener::new([self.keys[1].secret.as_str()]).unwrap();
        let opened = opener.open(&fs::read(path).unwrap()).unwrap();
        assert!(opened.whole);
        opened.plain.to_vec()
    }
}

fn part(epoch: u32, n: u32) -> PlainPart {
    let from_ms = u64::from(epoch) * 100_000 + u64::from(n) * 2_000;
    PlainPart {
        epoch,
        n,
        turn: 1,
        from_ms,
        to_ms: from_ms + 2_000,
        last_of_epoch: false,
        plain: Zeroizing::new(format!("part {epoch} {n}").into_bytes()),
        missing_ms: 5,
    }
}

fn manifest(spool: &Spool) -> Manifest {
    Manifest::read(&read_manifest(&spool.folder(RECORDING)).unwrap())
}

fn numbers(manifest: &Manifest) -> Vec<(u32, u32)> {
    manifest.parts.iter().map(|part| (part.epoch, part.n)).collect()
}

#[test]
fn parts_are_sealed_named_and_counted() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    for n in 0..3 {
        let durable = writer.write(part(0, n)).unwrap();
        assert_eq!((durable.epoch, durable.n, durable.turn), (0, n, 1));
    }
    let summary = writer.end(false).unwrap();
    assert_eq!((summary.parts, summary.epochs, summary.duration_ms), (3, 1, 6_000));
    assert_eq!(summary.missing_ms, 15);
    assert_eq!(spool.used(), summary.bytes);
    let manifest = manifest(&spool);
    assert_eq!(manifest.flaws, []);
    assert_eq!(manifest.summary(), summary);
    let path = spool.folder(RECORDING).join("00000-000001.age");
    assert_eq!(house.opened(&path), b"part 0 1");
    assert!(matches!(writer.write(part(0, 3)), Err(SpoolFault::Ended(_))));
    assert!(matches!(writer.end(true), Err(SpoolFault::Ended(_))));
    assert!(matches!(Writer::resume(&spool, RECORDING), Err(SpoolFault::Ended(_))));
}

#[test]
fn nothing_in_the_folder_holds_plaintext() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    let mut secret = part(0, 0);
    secret.plain = Zeroizing::new(b"a very secret sentence".to_vec());
    writer.write(secret).unwrap();
    for entry in fs::read_dir(spool.folder(RECORDING)).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"very secret"));
    }
}

#[test]
fn a_file_beside_its_place_without_a_line_was_never_durable() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    drop(writer);
    let folder = spool.folder(RECORDING);
    fs::write(folder.join("00000-000001.age.tmp"), b"half a par").unwrap();
    let writer = Writer::resume(&spool, RECORDING).unwrap();
    assert_eq!((writer.next_epoch(), writer.at_ms()), (1, 2_000));
    assert!(!folder.join("00000-000001.age.tmp").exists());
    assert_eq!(numbers(&manifest(&spool)), [(0, 0)]);
}

#[test]
fn a_part_with_its_line_is_moved_to_its_place() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    drop(writer);
    let path = spool.folder(RECORDING).join("00000-000000.age");
    fs::rename(&path, path.with_extension("age.tmp")).unwrap();
    let mut writer = Writer::resume(&spool, RECORDING).unwrap();
    assert_eq!(house.opened(&path), b"part 0 0");
    writer.end(true).unwrap();
    assert_eq!(manifest(&spool).flaws, []);
}

#[test]
fn a_torn_last_line_is_cut_and_its_part_found_again() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    writer.write(part(0, 1)).unwrap();
    drop(writer);
    let path = spool.folder(RECORDING).join(MANIFEST);
    let text = fs::read(&path).unwrap();
    fs::write(&path, &text[..text.len() - 30]).unwrap();
    let mut writer = Writer::resume(&spool, RECORDING).unwrap();
    writer.write(part(1, 0)).unwrap();
    writer.end(false).unwrap();
    let manifest = manifest(&spool);
    assert_eq!(manifest.flaws, []);
    assert_eq!(numbers(&manifest), [(0, 0), (0, 1), (1, 0)]);
    let found: Vec<bool> = manifest.parts.iter().map(|part| part.found).collect();
    assert_eq!(found, [false, true, false]);
}

#[test]
fn what_follows_the_end_of_a_manifest_is_cut() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    let summary = writer.end(false).unwrap();
    drop(writer);
    let path = spool.folder(RECORDING).join(MANIFEST);
    let mut text = fs::read(&path).unwrap();
    text.extend_from_slice(b"{\"kind\":\"par");
    fs::write(&path, &text).unwrap();
    assert!(matches!(Writer::resume(&spool, RECORDING), Err(SpoolFault::Ended(_))));
    assert_eq!(manifest(&spool).flaws, []);
    assert_eq!(manifest(&spool).summary(), summary);
}

#[test]
fn a_part_the_disk_did_not_keep_is_named_as_missing_once() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    drop(writer);
    let path = spool.folder(RECORDING).join("00000-000000.age");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    for _ in 0..2 {
        drop(Writer::resume(&spool, RECORDING).unwrap());
    }
    let gaps = manifest(&spool).gaps;
    assert_eq!(gaps.len(), 1);
    assert_eq!((gaps[0].from_ms, gaps[0].to_ms, gaps[0].why), (0, 2_000, Why::Damaged));
}

#[test]
fn what_a_restart_missed_is_named_when_media_comes_again() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    drop(writer);
    let mut writer = Writer::resume(&spool, RECORDING).unwrap();
    writer.write(part(1, 0)).unwrap();
    let summary = writer.end(false).unwrap();
    let manifest = manifest(&spool);
    assert_eq!(manifest.gaps.len(), 1);
    let gap = &manifest.gaps[0];
    assert_eq!((gap.from_ms, gap.to_ms, gap.why), (2_000, 100_000, Why::Restarted));
    assert_eq!(summary.missing_ms, 98_000 + 10);
    assert_eq!(manifest.summary(), summary);
}

#[test]
fn a_part_that_finds_no_room_is_a_gap_and_the_next_one_may_find_it() {
    let house = House::new();
    let spool = house.bounded(Bounds { bytes_max: 1_400, floor_bytes: 0 });
    let mut writer = house.writer(&spool);
    let mut written = 0;
    let fault = loop {
        match writer.write(part(0, written)) {
            Ok(_) => written += 1,
            Err(fault) => break fault,
        }
        assert!(written < 100, "the bound holds");
    };
    assert!(matches!(fault, SpoolFault::SpoolFull { .. }));
    assert_eq!(fault.failure(), RecordingFailure::DiskFull);
    assert!(written > 0);
    let used = spool.used();
    assert!(used <= 1_400);
    // The store took some.
    assert!(spool.remove(RECORDING, "00000-000000.age").unwrap());
    writer.write(part(0, written + 1)).unwrap();
    writer.end(false).unwrap();
    let manifest = manifest(&spool);
    assert_eq!(manifest.flaws, []);
    let from_ms = u64::from(written) * 2_000;
    let gap = &manifest.gaps[0];
    assert_eq!((gap.from_ms, gap.to_ms, gap.why), (from_ms, from_ms + 2_000, Why::DiskFull));
}

#[test]
fn an_epoch_without_its_first_part_takes_no_other() {
    let house = House::new();
    let spool = house.bounded(Bounds { bytes_max: 10, floor_bytes: 0 });
    let mut writer = house.writer(&spool);
    assert!(matches!(writer.write(part(0, 0)), Err(SpoolFault::SpoolFull { .. })));
    assert!(matches!(writer.write(part(0, 1)), Err(SpoolFault::Headless { epoch: 0 })));
    assert_eq!(writer.next_epoch(), 0);
    writer.end(false).unwrap();
    assert_eq!(manifest(&spool).gaps.len(), 1);
}

#[test]
fn the_floor_of_the_disk_holds() {
    let house = House::new();
    let spool = house.bounded(Bounds { bytes_max: u64::MAX, floor_bytes: u64::MAX });
    let mut writer = house.writer(&spool);
    assert!(matches!(writer.write(part(0, 0)), Err(SpoolFault::DiskFull { .. })));
    assert_eq!(spool.used(), 0);
}

#[test]
fn parts_come_in_order_and_none_twice() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    assert!(matches!(writer.write(part(0, 0)), Err(SpoolFault::Order { .. })));
    writer.write(part(1, 0)).unwrap();
    assert!(matches!(writer.write(part(0, 1)), Err(SpoolFault::Order { .. })));
    assert!(matches!(writer.write(part(2, 1)), Err(SpoolFault::Headless { .. })));
}

#[test]
fn keys_are_asked_before_anything_is_made() {
    let house = House::new();
    let spool = house.spool();
    let mut new = house.new_recording();
    new.recipients.truncate(1);
    let refused = Writer::begin(&spool, &new).map(drop);
    assert!(matches!(refused, Err(SpoolFault::Keys(KeyRefusal::TooFew { given: 1 }))));
    assert!(spool.recordings().unwrap().is_empty());
}

#[test]
fn a_shreddable_recording_goes_on_with_its_own_key() {
    let house = House::new();
    let spool = house.spool();
    let new = NewRecording { shreddable: true, ..house.new_recording() };
    let mut writer = Writer::begin(&spool, &new).unwrap();
    writer.write(part(0, 0)).unwrap();
    drop(writer);
    let mut writer = Writer::resume(&spool, RECORDING).unwrap();
    writer.write(part(1, 0)).unwrap();
    let names: Vec<String> =
        spool.waiting(RECORDING).unwrap().into_iter().map(|object| object.name).collect();
    assert_eq!(names, ["key.age", "00000-000000.age", "00001-000000.age"]);
    let folder = spool.folder(RECORDING);
    let opener = Opener::new([house.keys[0].secret.as_str()]).unwrap();
    let opener = opener.with_own_key(&fs::read(folder.join("key.age")).unwrap()).unwrap();
    let sealed = fs::read(folder.join("00001-000000.age")).unwrap();
    assert_eq!(*opener.open(&sealed).unwrap().plain, b"part 1 0");
}

#[test]
fn one_program_at_a_time() {
    let house = House::new();
    let spool = house.spool();
    let second =
        Spool::open(&house.folder.path().join("spool"), WIDE, Signer::of(&[1; 32]).unwrap());
    assert!(matches!(second, Err(SpoolFault::Busy { .. })));
    drop(spool);
    house.spool();
}

#[test]
fn another_key_goes_on_with_nothing_and_a_damaged_manifest_neither() {
    let house = House::new();
    let spool = house.spool();
    let mut writer = house.writer(&spool);
    writer.write(part(0, 0)).unwrap();
    drop((writer, spool));
    let root = house.folder.path().join("spool");
    let other = Spool::open(&root, WIDE, Signer::of(&[2; 32]).unwrap()).unwrap();
    assert!(!other.is_settled(RECORDING));
    assert!(matches!(Writer::resume(&other, RECORDING), Err(SpoolFault::OtherSigner(_))));
    assert!(other.is_settled(RECORDING), "what there is goes to the store as it is");
    drop(other);
    let path = root.join(RECORDING.to_string()).join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap().replace("tracks", "Tracks");
    fs::write(&path, text).unwrap();
    let spool = house.spool();
    assert!(matches!(Writer::resume(&spool, RECORDING), Err(SpoolFault::Damaged { .. })));
}

#[test]
fn a_recording_that_never_began_leaves_nothing() {
    let house = House::new();
    let folder = house.spool().folder(RECORDING);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("key.age"), b"x").unwrap();
    fs::write(folder.join(MANIFEST), b"{\"kind\":\"beg").unwrap();
    let spool = house.spool();
    assert!(!folder.exists());
    assert_eq!(spool.used(), 0);
    assert!(matches!(Writer::resume(&spool, RECORDING), Err(SpoolFault::Unknown(_))));
}

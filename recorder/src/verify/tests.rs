//! Every attack on a recording, by its name.

use super::{Asked, Finding, Folder, Report, by_kind, picture, verify};
use crate::binding::{Misbound, misbound};
use crate::manifest::{Flaw, MANIFEST, Signer};
use crate::part::{Binding, PlainPart};
use crate::seal::fresh_identity;
use crate::spool::{Bounds, NewRecording, Spool, Writer};
use bedside_config::SealingSuite;
use bedside_signaling_api::recorder::Mode;
use jiff::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Two recordings of one server, closed.
struct House {
    folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bounds = Bounds { bytes_max: u64::MAX, floor_bytes: 0 };
        let spool = Spool::open(folder.path(), bounds, Signer::of(&[1; 32]).unwrap()).unwrap();
        for recording in [1, 2] {
            write(&spool, Uuid::from_u128(recording));
        }
        Self { folder }
    }

    fn recording(&self, id: u128) -> PathBuf {
        self.folder.path().join(Uuid::from_u128(id).to_string())
    }

    fn report(&self) -> Report {
        report(&self.recording(1), Asked::default())
    }

    fn found(&self) -> Vec<Finding> {
        self.report().findings
    }
}

fn report(path: &Path, asked: Asked<'_>) -> Report {
    verify(&Folder::new(path), asked, |_, _| {}).unwrap()
}

fn write(spool: &Spool, recording: Uuid) {
    let key = || fresh_identity(SealingSuite::Age).unwrap().public;
    let new = NewRecording {
        recording,
        visit: Uuid::from_u128(8),
        mode: Mode::Tracks,
        suite: SealingSuite::Age,
        recipients: vec![key(), key()],
        shreddable: true,
        at: Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::begin(spool, &new).unwrap();
    for at in 0..6_u32 {
        let from_ms = u64::from(at) * 2_000;
        let part = PlainPart {
            epoch: at / 3,
            n: at % 3,
            turn: 1,
            from_ms,
            to_ms: from_ms + 2_000,
            last_of_epoch: at % 3 == 2,
            plain: Zeroizing::new(vec![7; 1_000]),
            missing_ms: 0,
        };
        writer.write(part).unwrap();
    }
    writer.end(false).unwrap();
}

const ONE: &str = "00000-000001.age";
const TWO: &str = "00000-000002.age";

#[test]
fn a_whole_recording_has_nothing_wrong_and_a_picture() {
    let house = House::new();
    let report = house.report();
    assert!(report.clean(), "{:?}", report.findings);
    let picture = picture(&report);
    let lines: Vec<&str> = picture.lines().collect();
    assert!(lines[0].ends_with("0:12"));
    assert!(lines[1].starts_with(&format!(
        "epoch 0   {}{}  3 parts",
        "█".repeat(30),
        "·".repeat(30)
    )));
    assert!(lines[2].contains(&format!("{}{}", "·".repeat(30), "█".repeat(30))));
}

#[test]
fn each_attack_on_parts_has_its_name() {
    let at = |name: &str| name.to_owned();
    let house = House::new();
    fs::remove_file(house.recording(1).join(ONE)).unwrap();
    assert_eq!(house.found(), [Finding::Removed { object: at(ONE) }]);

    let house = House::new();
    fs::copy(house.recording(1).join(ONE), house.recording(1).join("00000-000003.age")).unwrap();
    assert_eq!(house.found(), [Finding::Inserted { object: at("00000-000003.age") }]);

    let house = House::new();
    let [one, two] = [ONE, TWO].map(|name| house.recording(1).join(name));
    fs::rename(&one, one.with_extension("x")).unwrap();
    fs::rename(&two, &one).unwrap();
    fs::rename(one.with_extension("x"), &two).unwrap();
    assert_eq!(
        house.found(),
        [
            Finding::Swapped { object: at(ONE), of: at(TWO) },
            Finding::Swapped { object: at(TWO), of: at(ONE) }
        ]
    );

    let house = House::new();
    let path = house.recording(1).join(ONE);
    let mut bytes = fs::read(&path).unwrap();
    bytes[500] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(house.found(), [Finding::Changed { object: at(ONE) }]);
    let picture = picture(&house.report());
    assert!(picture.lines().nth(1).unwrap().contains("█×"), "{picture}");

    let house = House::new();
    let path = house.recording(1).join(ONE);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..700]).unwrap();
    let was = bytes.len() as u64;
    assert_eq!(house.found(), [Finding::Cut { object: at(ONE), is: 700, was }]);

    let house = House::new();
    fs::copy(house.recording(2).join(TWO), house.recording(1).join(ONE)).unwrap();
    let recording = Uuid::from_u128(2).to_string();
    assert_eq!(house.found(), [Finding::Foreign { object: at(ONE), recording, of: at(TWO) }]);

    let house = House::new();
    fs::copy(house.recording(2).join("key.age"), house.recording(1).join("key.age")).unwrap();
    assert_eq!(house.found(), [Finding::Changed { object: at("key.age") }]);
}

#[test]
fn each_attack_on_the_manifest_has_its_name() {
    let house = House::new();
    let path = house.recording(1).join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let flaw = |lines: &[&str]| {
        fs::write(&path, lines.concat()).unwrap();
        house.found().into_iter().filter(|found| found.object().is_none()).collect::<Vec<_>>()
    };
    let mut removed = lines.clone();
    removed.remove(3);
    assert_eq!(flaw(&removed), [Finding::Manifest(Flaw::Removed { from: 4, to: 4 })]);
    let mut moved = lines.clone();
    moved.swap(3, 4);
    assert_eq!(flaw(&moved), [Finding::Manifest(Flaw::Moved { line: 4 })]);
    let edited = lines[3].replace("\"to_ms\":", "\"to_ms\":1");
    let mut changed = lines.clone();
    changed[3] = &edited;
    assert_eq!(flaw(&changed), [Finding::Manifest(Flaw::Edited { place: 4 })]);
    assert_eq!(flaw(&lines[..lines.len() - 1]), [Finding::Manifest(Flaw::NoEnd)]);
    fs::remove_file(&path).unwrap();
    assert!(house.found().contains(&Finding::NoManifest));
}

#[test]
fn a_cut_tail_leaves_its_parts_behind_as_put_in() {
    let house = House::new();
    let path = house.recording(1).join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    fs::write(&path, lines[..5].concat()).unwrap();
    let count_by_kind = by_kind(&house.found());
    assert_eq!(count_by_kind.get("manifest"), Some(&1));
    assert_eq!(count_by_kind.get("inserted"), Some(&2));
}

#[test]
fn another_signer_is_told_only_to_who_knows_the_right_one() {
    let house = House::new();
    let ours = Signer::of(&[1; 32]).unwrap().public().to_uppercase();
    let theirs = Signer::of(&[2; 32]).unwrap().public().to_owned();
    let asked = |signer: &str| {
        report(&house.recording(1), Asked { signer: Some(signer), opener: None }).findings
    };
    assert_eq!(asked(&ours), []);
    assert!(matches!(asked(&theirs).as_slice(), [Finding::OtherSigner { .. }]));
}

#[test]
fn a_shredded_recording_is_no_damaged_one() {
    let house = House::new();
    fs::remove_file(house.recording(1).join("key.age")).unwrap();
    let report = house.report();
    assert!(report.clean() && report.shredded);
}

#[test]
fn a_binding_fits_in_all_it_says() {
    let house = House::new();
    let manifest = house.report().manifest;
    let (begin, part) = (manifest.begin.unwrap(), &manifest.parts[4]);
    let binding = Binding {
        visit: begin.visit,
        recording: begin.recording,
        epoch: part.epoch,
        n: part.n,
        from_ms: part.from_ms,
    };
    let wrong = |binding: Binding| misbound(&binding, &begin, part);
    assert_eq!(wrong(binding.clone()), None);
    let other = Uuid::from_u128(99);
    assert_eq!(wrong(Binding { visit: other, ..binding }), Some(Misbound::Visit));
    assert_eq!(wrong(Binding { recording: other, ..binding }), Some(Misbound::Recording));
    let place = Misbound::Place { epoch: 1, n: 0 };
    assert_eq!(wrong(Binding { n: 0, ..binding }), Some(place));
    let time = Misbound::Time { from_ms: 1 };
    assert_eq!(wrong(Binding { from_ms: 1, ..binding }), Some(time));
    let found = crate::manifest::Part { found: true, ..part.clone() };
    assert_eq!(misbound(&Binding { from_ms: 1, ..binding }, &begin, &found), None);
}

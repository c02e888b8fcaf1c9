//! Every attack on a manifest by its name, and any bytes.

use super::{Begin, Chain, End, Entry, Flaw, Gap, Manifest, Part, Signer, Why, object};
use bedside_config::SealingSuite;
use bedside_signaling_api::recorder::Mode;
use proptest::prelude::*;
use uuid::Uuid;

fn signer(seed: u8) -> Signer {
    Signer::of(&[seed; 32]).unwrap()
}

fn begin(signer: &Signer) -> Entry {
    Entry::Begin(Begin {
        v: 1,
        recording: Uuid::from_u128(1),
        visit: Uuid::from_u128(2),
        suite: SealingSuite::Age,
        mode: Mode::Tracks,
        signer: signer.public().to_owned(),
        recipients: vec!["a".to_owned(), "b".to_owned()],
        shreddable: false,
        own: None,
        own_sha256: None,
        at_ms: 1_700_000_000_000,
    })
}

fn part(epoch: u32, n: u32) -> Part {
    let from_ms = u64::from(epoch * 10_000 + n * 2_000);
    Part {
        epoch,
        n,
        from_ms,
        to_ms: from_ms + 2_000,
        object: object::part(epoch, n, SealingSuite::Age),
        len: 10,
        sha256: format!("{from_ms:064x}"),
        last: n == 4,
        missing_ms: 0,
        found: false,
    }
}

fn end(parts: u32) -> Entry {
    let (bytes, duration_ms) = (u64::from(parts) * 10, u64::from(parts) * 2_000);
    Entry::End(End { aborted: false, parts, bytes, epochs: 2, duration_ms, missing_ms: 0 })
}

/// Lines 1 to 12: begin, ten parts in two epochs, end.
fn lines() -> Vec<String> {
    let signer = signer(1);
    let mut chain = Chain::new();
    let parts = (0..10).map(|at| Entry::Part(part(at / 5, at % 5)));
    [begin(&signer)]
        .into_iter()
        .chain(parts)
        .chain([end(10)])
        .map(|entry| chain.add(entry, &signer))
        .collect()
}

fn flaws(lines: &[String]) -> Vec<Flaw> {
    Manifest::read(lines.concat().as_bytes()).flaws
}

#[test]
fn a_whole_one_has_no_flaw_and_adds_up() {
    let lines = lines();
    let manifest = Manifest::read(lines.concat().as_bytes());
    assert_eq!(manifest.flaws, []);
    let summary = manifest.summary();
    assert_eq!((summary.parts, summary.bytes, summary.epochs), (10, 100, 2));
    assert_eq!(summary.duration_ms, 20_000);
    assert_eq!(summary.signer, signer(1).public());
    assert!(!summary.aborted);
    assert_eq!(manifest.whole_bytes(), lines.concat().len());
    assert!(!lines.concat().contains("from_s"));
}

#[test]
fn each_attack_has_its_name() {
    let mut removed = lines();
    removed.remove(4);
    assert_eq!(flaws(&removed), [Flaw::Removed { from: 5, to: 5 }]);
    removed.remove(4);
    assert_eq!(flaws(&removed), [Flaw::Removed { from: 5, to: 6 }]);
    let mut moved = lines();
    moved.swap(4, 5);
    assert_eq!(flaws(&moved), [Flaw::Moved { line: 5 }]);
    let mut repeated = lines();
    repeated.insert(5, repeated[4].clone());
    assert_eq!(flaws(&repeated), [Flaw::Repeated { line: 5 }]);
    let mut edited = lines();
    edited[4] = edited[4].replace("\"len\":10", "\"len\":11");
    assert_eq!(flaws(&edited), [Flaw::Edited { place: 5 }]);
    let mut inserted = lines();
    let forged = Chain::after(4, "0".repeat(64)).add(Entry::Part(part(0, 3)), &signer(2));
    inserted.insert(4, forged);
    assert_eq!(flaws(&inserted), [Flaw::Edited { place: 5 }]);
    let mut unreadable = lines();
    unreadable[4] = "who knows\n".to_owned();
    assert_eq!(flaws(&unreadable), [Flaw::Unreadable { place: 5 }]);
    let mut tail = lines();
    tail.truncate(8);
    assert_eq!(flaws(&tail), [Flaw::NoEnd]);
    let mut torn = lines();
    let half = torn[11].len() / 2;
    torn[11].truncate(half);
    assert_eq!(flaws(&torn), [Flaw::Torn, Flaw::NoEnd]);
    let mut headless = lines();
    headless.remove(0);
    assert!(flaws(&headless).contains(&Flaw::NotBegun));
    let mut longer = lines();
    longer.push(longer[3].clone());
    assert!(flaws(&longer).contains(&Flaw::AfterEnd { line: 12 }));
    assert_eq!(flaws(&[]), [Flaw::NotBegun, Flaw::NoEnd]);
}

#[test]
fn a_line_of_another_recording_of_the_same_signer_does_not_fit() {
    let signer = signer(1);
    let mut other = Chain::new();
    other.add(begin(&signer), &signer);
    other.add(Entry::Part(part(0, 0)), &signer);
    let foreign = other.add(Entry::Gap(Gap { from_ms: 0, to_ms: 1, why: Why::Disk }), &signer);
    let mut spliced = lines();
    // Line 3 of another manifest, in the place of our line 3.
    spliced[2] = foreign;
    let flaws = flaws(&spliced);
    assert!(flaws.contains(&Flaw::Spliced { line: 4 }), "{flaws:?}");
}

#[test]
fn numbers_that_do_not_follow_need_a_gap_and_the_end_line_counts() {
    let signer = signer(1);
    let made = |entries: Vec<Entry>| {
        let mut chain = Chain::new();
        let lines: Vec<String> =
            entries.into_iter().map(|entry| chain.add(entry, &signer)).collect();
        flaws(&lines)
    };
    let gap = Entry::Gap(Gap { from_ms: 2_000, to_ms: 4_000, why: Why::DiskFull });
    let (first, third) = (Entry::Part(part(0, 0)), Entry::Part(part(0, 2)));
    let begin = begin(&signer);
    let with_gap = vec![begin.clone(), first.clone(), gap, third.clone(), end(2)];
    assert_eq!(made(with_gap), []);
    let without = vec![begin.clone(), first.clone(), third, end(2)];
    assert_eq!(made(without), [Flaw::PartsMissing { epoch: 0, from: 1, to: 1 }]);
    assert_eq!(made(vec![begin.clone(), first, end(2)]), [Flaw::Totals]);
    let misnamed = Part { object: "../../etc/passwd".to_owned(), ..part(0, 0) };
    let misnamed = vec![begin, Entry::Part(misnamed), end(1)];
    assert_eq!(made(misnamed), [Flaw::Misnamed { line: 2 }]);
}

#[test]
fn a_chain_goes_on_where_the_whole_lines_end() {
    let signer = signer(1);
    let lines = lines();
    let whole = lines[..5].concat();
    let torn = format!("{whole}{}", &lines[5][..40]);
    let manifest = Manifest::read(torn.as_bytes());
    assert_eq!(manifest.whole_bytes(), whole.len());
    let next = manifest.chain().add(Entry::Part(part(0, 4)), &signer);
    assert_eq!(next, lines[5]);
}

#[test]
fn names_go_both_ways() {
    let name = object::part(2, 17, SealingSuite::Aes256Gcm);
    assert_eq!(name, "00002-000017.gcm");
    assert_eq!(object::place(&name), Some((2, 17)));
    for bad in [
        "",
        "key.age",
        "00002-000017.tmp",
        "2-17.age",
        "00002-000017.age.tmp",
        "+0002-000017.age",
        "manifest.jsonl",
    ] {
        assert_eq!(object::place(bad), None, "{bad}");
    }
    assert!(object::is_sealed("key.age") && !object::is_sealed("../key.age"));
}

#[test]
fn a_key_file_is_made_once_and_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let first = Signer::open(folder.path()).unwrap();
    let again = Signer::open(folder.path()).unwrap();
    assert_eq!(first.public(), again.public());
    let path = folder.path().join(super::KEY_FILE);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&path, b"short").unwrap();
    assert!(Signer::open(folder.path()).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let manifest = Manifest::read(&bytes);
        prop_assert!(!manifest.flaws.is_empty());
        prop_assert!(manifest.whole_bytes() <= bytes.len());
    }

    #[test]
    fn any_change_is_named(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut text = lines().concat().into_bytes();
        let at = at.index(text.len());
        prop_assume!(text[at] != to);
        // Hex may be written large; that is no other signature.
        prop_assume!(!text[at].eq_ignore_ascii_case(&to));
        text[at] = to;
        prop_assert!(!Manifest::read(&text).flaws.is_empty(), "byte {at}");
    }

    #[test]
    fn any_cut_is_named(cut in any::<prop::sample::Index>()) {
        let text = lines().concat().into_bytes();
        let cut = cut.index(text.len());
        prop_assert!(!Manifest::read(&text[..cut]).flaws.is_empty(), "cut at {cut}");
    }
}

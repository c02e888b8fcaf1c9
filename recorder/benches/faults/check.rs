//! What was promised against what can be opened.
//!
//! In: what each round said; the store; a private key. Out: an outcome.
//! Never: asks the recorder what it promised.

use super::child;
use super::media::{PACKETS, PART_MS, Place, plain};
use super::plan::{Kind, Plan};
use super::run::Said;
use bedside_recorder::manifest::{Part, object};
use bedside_recorder::seal::Opener;
use bedside_recorder::verify::{Asked, Folder, Report, verify};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use uuid::Uuid;

/// One in so many runs is given to a player.
const PLAYED_EVERY: u64 = 10;

/// What a run came to.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) seed: u64,
    pub(crate) kind: Kind,
    pub(crate) recordings: u32,
    /// Recordings a player has read to their end.
    pub(crate) played: u32,
    /// Parts that were said to be durable.
    pub(crate) promised: u32,
    /// Recordings, or epochs of them, that cannot be opened or joined.
    pub(crate) unplayable: Vec<String>,
    /// Media that is gone, and nothing says so.
    pub(crate) undetected: Vec<String>,
    /// What `verify` finds wrong with a recording that nobody attacked.
    pub(crate) flawed: Vec<String>,
    /// Most media lost by one kill, in milliseconds.
    pub(crate) worst_loss_ms: u64,
    /// Media that is missing and said to be, for want of room.
    pub(crate) stated_ms: u64,
}

/// What the rounds said of one recording.
#[derive(Debug, Default)]
struct Record {
    kept: Vec<Place>,
    lost: Vec<Place>,
    /// For each kill: the media between the last part that was kept or stated, and the kill.
    losses_ms: Vec<u64>,
}

/// Checks a run.
pub(crate) fn check(plan: &Plan, store: &Path, opener: Opener, rounds: &[Said]) -> Outcome {
    let mut outcome = Outcome {
        seed: plan.seed,
        kind: plan.kind,
        recordings: 0,
        played: 0,
        promised: 0,
        unplayable: Vec::new(),
        undetected: Vec::new(),
        flawed: Vec::new(),
        worst_loss_ms: 0,
        stated_ms: 0,
    };
    let record_by_id = records(rounds);
    // A recording's own key joins those that opened it, so one opener does for all.
    let opener = with_own_keys(plan, store, opener);
    for number in 0..plan.recordings {
        let id = child::recording(plan, number);
        let Some(record) = record_by_id.get(&id) else { continue };
        outcome.recordings = outcome.recordings.saturating_add(1);
        outcome.promised =
            outcome.promised.saturating_add(u32::try_from(record.kept.len()).unwrap_or(u32::MAX));
        let worst = record.losses_ms.iter().copied().max().unwrap_or_default();
        outcome.worst_loss_ms = outcome.worst_loss_ms.max(worst);
        recording(&store.join(id.to_string()), record, &opener, &mut outcome);
    }
    outcome
}

fn with_own_keys(plan: &Plan, store: &Path, mut opener: Opener) -> Opener {
    for number in 0..plan.recordings {
        let folder = store.join(child::recording(plan, number).to_string());
        if let Ok(sealed) = fs::read(folder.join(object::own_key(plan.suite))) {
            opener = opener.with_own_key(&sealed).expect("the key of a recording opens");
        }
    }
    opener
}

/// What was said, by recording.
fn records(rounds: &[Said]) -> BTreeMap<Uuid, Record> {
    let mut record_by_id: BTreeMap<Uuid, Record> = BTreeMap::new();
    for said in rounds {
        let mut span_by_id: BTreeMap<Uuid, (u64, u64)> = BTreeMap::new();
        for line in said {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["at", id, at] => {
                    let (Ok(id), Ok(at)) = (id.parse(), at.parse::<u64>()) else { continue };
                    // The first moment of a round tells where it began: a tick before.
                    let span = span_by_id.entry(id).or_insert((at.saturating_sub(100), at));
                    span.1 = at;
                    record_by_id.entry(id).or_default();
                }
                [word @ ("kept" | "lost"), id, epoch, n, from_ms] => {
                    let Some(place) = place(id, epoch, n, from_ms) else { continue };
                    let record = record_by_id.entry(place.recording).or_default();
                    let to = if *word == "kept" { &mut record.kept } else { &mut record.lost };
                    to.push(place);
                    if let Some(span) = span_by_id.get_mut(&place.recording) {
                        span.0 = place.from_ms.saturating_add(PART_MS);
                    }
                }
                _ => {}
            }
        }
        for (id, (safe, at)) in span_by_id {
            let record = record_by_id.entry(id).or_default();
            record.losses_ms.push(at.saturating_sub(safe));
        }
    }
    record_by_id
}

fn place(id: &str, epoch: &str, n: &str, from_ms: &str) -> Option<Place> {
    Some(Place {
        recording: id.parse().ok()?,
        epoch: epoch.parse().ok()?,
        n: n.parse().ok()?,
        from_ms: from_ms.parse().ok()?,
    })
}

fn recording(folder: &Path, record: &Record, opener: &Opener, outcome: &mut Outcome) {
    let asked = Asked { signer: None, opener: Some(opener) };
    let report = match verify(&Folder::new(folder), asked, |_, _| {}) {
        Ok(report) => report,
        // Killed before it was begun, nothing is there and nothing was promised.
        Err(_) if record.kept.is_empty() => return,
        Err(error) => return outcome.unplayable.push(format!("{}: {error}", folder.display())),
    };
    outcome.flawed.extend(report.findings.iter().map(ToString::to_string));
    for place in &record.kept {
        let name = report.manifest.parts.iter().find(|part| (part.epoch, part.n) == key(place));
        let sealed = name.and_then(|part| fs::read(folder.join(&part.object)).ok());
        let opened = sealed.and_then(|sealed| opener.open(&sealed).ok());
        let same = opened.is_some_and(|opened| opened.whole && *opened.plain == plain(*place));
        if !same {
            let said = report.findings.iter().any(|finding| finding.object().is_some());
            if said {
                outcome.unplayable.push(format!("{place:?} was promised"));
            } else {
                outcome.undetected.push(format!("{place:?} was promised"));
            }
        }
    }
    for place in &record.lost {
        outcome.stated_ms = outcome.stated_ms.saturating_add(PART_MS);
        if !is_stated(&report, place) {
            outcome.undetected.push(format!("{place:?} found no room"));
        }
    }
    headless(folder, &report, outcome);
    // A player takes a while to start; some recordings of all say it for the others.
    if outcome.seed.is_multiple_of(PLAYED_EVERY) {
        played(folder, &report, opener, outcome);
    }
}

/// Whether a player reads every packet of every epoch.
fn played(folder: &Path, report: &Report, opener: &Opener, outcome: &mut Outcome) {
    let mut parts_by_epoch: BTreeMap<u32, Vec<&Part>> = BTreeMap::new();
    for part in &report.manifest.parts {
        parts_by_epoch.entry(part.epoch).or_default().push(part);
    }
    for (epoch, parts) in parts_by_epoch {
        let file = folder.join(format!("{epoch}.mkv"));
        let joined: Vec<u8> = parts
            .iter()
            .filter_map(|part| opener.open(&fs::read(folder.join(&part.object)).ok()?).ok())
            .flat_map(|opened| opened.plain.to_vec())
            .collect();
        fs::write(&file, joined).expect("a file can be written");
        let expected = PACKETS.saturating_mul(u64::try_from(parts.len()).unwrap_or(u64::MAX));
        let read = packets(&file);
        if read != Some(expected) {
            let text = format!("epoch {epoch}: a player reads {read:?} of {expected} packets");
            outcome.unplayable.push(text);
        }
    }
    outcome.played = outcome.played.saturating_add(1);
}

/// How many packets ffprobe decodes, if it says nothing is wrong.
fn packets(file: &Path) -> Option<u64> {
    let show = ["-v", "warning", "-count_frames", "-show_entries", "stream=nb_read_frames"];
    let probe = Command::new("ffprobe")
        .args(show)
        .args(["-of", "csv=p=0"])
        .arg(file)
        .output()
        .expect("ffprobe is installed (scripts/need.sh ffmpeg)");
    let said = String::from_utf8(probe.stdout).ok()?;
    said.trim().parse().ok().filter(|_| probe.status.success() && probe.stderr.is_empty())
}

const fn key(place: &Place) -> (u32, u32) {
    (place.epoch, place.n)
}

/// Whether the manifest says that this is missing: in a gap, or after all it knows of a recording
/// that a crash ended.
fn is_stated(report: &Report, place: &Place) -> bool {
    let to_ms = place.from_ms.saturating_add(PART_MS);
    let manifest = &report.manifest;
    let in_gap = manifest.gaps.iter().any(|gap| gap.from_ms <= place.from_ms && to_ms <= gap.to_ms);
    let summary = manifest.summary();
    in_gap || (summary.aborted && place.from_ms >= summary.duration_ms)
}

/// Epochs nobody can play, since their first part is not there.
fn headless(folder: &Path, report: &Report, outcome: &mut Outcome) {
    let parts = &report.manifest.parts;
    let epochs: BTreeSet<u32> = parts.iter().map(|part| part.epoch).collect();
    for epoch in epochs {
        if !parts.iter().any(|part| (part.epoch, part.n) == (epoch, 0)) {
            outcome.unplayable.push(format!("{}: epoch {epoch} has no head", folder.display()));
        }
    }
}

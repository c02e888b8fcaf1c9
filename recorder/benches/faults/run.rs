//! One run: start, hurt, kill, tear, start again; then mend, open and compare.
//!
//! In: a seed. Out: what was promised and what was found.
//! Never: mends anything with other means than the recorder has.

use super::check::{self, Outcome};
use super::child;
use super::disk::SmallDisk;
use super::plan::{Kind, Plan};
use bedside_recorder::recover::close_orphans;
use bedside_recorder::seal::{FreshIdentity, Opener, fresh_identity};
use bedside_recorder::shelf::{Archive, Shelf};
use bedside_recorder::upload::Uploader;
use fastrand::Rng;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc;

/// Lines of a child after which it may be killed: from its first moments to after its end.
const LINES_MAX: usize = 1_500;
/// Passes of the uploader until a spool has to be empty: one moves everything.
const PASSES: usize = 3;

/// What one round said until it was killed.
pub(crate) type Said = Vec<String>;

/// Runs once.
pub(crate) fn run(seed: u64) -> Outcome {
    let plan = Plan::of(seed);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let keys = keys(folder.path(), &plan);
    let store = Store::new(folder.path());
    let disk = small_disk(folder.path(), &plan);
    let mut rounds = Vec::new();
    for round in 0..plan.rounds {
        let mut rng = plan.rng(round);
        let clock_ms = clock_ms(&rounds);
        rounds.push(start_and_kill(folder.path(), &plan, (round, clock_ms), &store));
        store.bring_back();
        if plan.kind == Kind::Torn {
            tear(&folder.path().join("spool"), &mut rng);
        }
    }
    if let Some(disk) = &disk {
        disk.grow();
    }
    mend(folder.path(), &plan);
    let opener = Opener::new([keys.secret.as_str()]).expect("a key that was just made");
    check::check(&plan, &folder.path().join("store"), opener, &rounds)
}

/// The spool's own disk, if it has one in this run.
fn small_disk(folder: &Path, plan: &Plan) -> Option<SmallDisk> {
    let spool = folder.join("spool");
    fs::create_dir(&spool).expect("a folder can be made");
    SmallDisk::mount(&spool, plan.disk_kilobytes?)
}

/// Two keys; either opens.
fn keys(folder: &Path, plan: &Plan) -> FreshIdentity {
    let key = || fresh_identity(plan.suite).expect("the system gives randomness");
    let (first, second) = (key(), key());
    let public = format!("{}\n{}\n", first.public, second.public);
    fs::write(folder.join("public"), public).expect("a file can be written");
    if plan.seed.is_multiple_of(2) { first } else { second }
}

/// The store, which can be taken away.
struct Store {
    here: PathBuf,
    away: PathBuf,
}

impl Store {
    fn new(folder: &Path) -> Self {
        let store = Self { here: folder.join("store"), away: folder.join("away") };
        fs::create_dir(&store.here).expect("a folder can be made");
        store
    }

    /// In its place stands something that takes nothing.
    fn take_away(&self) {
        if !self.away.exists() {
            fs::rename(&self.here, &self.away).expect("a folder can be moved");
            fs::write(&self.here, b"").expect("a file can be written");
        }
    }

    fn bring_back(&self) {
        if self.away.exists() {
            fs::remove_file(&self.here).expect("what stood in its place is a file");
            fs::rename(&self.away, &self.here).expect("a folder can be moved");
        }
    }
}

/// Where the visits' clock stood when the last round was killed: it goes on without the recorder.
fn clock_ms(rounds: &[Said]) -> u64 {
    let moments = rounds.iter().flatten().filter(|line| line.starts_with("at "));
    let at = |line: &String| line.rsplit(' ').next()?.parse().ok();
    moments.filter_map(at).max().unwrap_or_default()
}

/// Starts the child, kills it at some line, and says what it had said.
fn start_and_kill(folder: &Path, plan: &Plan, (round, clock_ms): (u8, u64), store: &Store) -> Said {
    let mut rng = plan.rng(round.wrapping_add(100));
    let (kill_at, away_at) = (rng.usize(0..LINES_MAX), rng.usize(0..200));
    let starves = matches!(plan.kind, Kind::DiskFull | Kind::StoreDown);
    if starves && rng.bool() {
        store.take_away();
    }
    let own = std::env::current_exe().expect("this program knows where it is");
    let mut child = Command::new(own)
        .arg("child")
        .arg(folder)
        .args([plan.seed.to_string(), round.to_string(), clock_ms.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started");
    let out = child.stdout.take().expect("its output is piped");
    let mut said = Said::new();
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        said.push(line);
        if said.len() == away_at && starves {
            store.take_away();
        }
        if said.len() == kill_at {
            // In the middle of whatever comes next.
            thread::sleep(Duration::from_micros(rng.u64(0..5_000)));
            // It may have ended by itself.
            let _gone = child.kill();
        }
    }
    child.wait().expect("it can be waited for");
    said
}

/// What was being written is torn, as when the power fails: files beside their place, which nobody
/// was told of, and the manifest's last line.
fn tear(spool: &Path, rng: &mut Rng) {
    for recording in fs::read_dir(spool).expect("the spool can be read").flatten() {
        let Ok(entries) = fs::read_dir(recording.path()) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let len = entry.metadata().map(|metadata| metadata.len()).unwrap_or_default();
            let is_beside = path.extension().is_some_and(|extension| extension == "tmp");
            if is_beside && len > 0 && !has_line(&path) {
                cut(&path, rng.u64(0..len));
            }
            if path.ends_with("manifest.jsonl") {
                let text = fs::read(&path).unwrap_or_default();
                tear_line(&path, &text, rng);
            }
        }
    }
}

/// The last line is cut, if its part has not left; else the beginning of another one is added.
fn tear_line(path: &Path, text: &[u8], rng: &mut Rng) {
    let text = String::from_utf8_lossy(text);
    let last = text.lines().next_back().unwrap_or_default();
    let parts =
        fs::read_dir(path.parent().unwrap_or(path)).expect("the folder can be read").flatten();
    let mut names = parts.filter_map(|part| part.file_name().into_string().ok());
    let is_here = names.any(|name| last.contains(&format!("\"{name}\"")));
    let bytes = |len: usize| u64::try_from(len).unwrap_or_default();
    if is_here && last.len() > 1 {
        cut(path, bytes(text.len()) - rng.u64(1..bytes(last.len())));
    } else if text.ends_with('\n') {
        let mut file = OpenOptions::new().append(true).open(path).expect("a file of ours opens");
        let torn = last.get(..rng.usize(0..last.len())).unwrap_or_default();
        file.write_all(torn.as_bytes()).expect("a file can be written");
    }
}

/// Whether the manifest names a file that still stands beside its place: then it was synced.
fn has_line(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let manifest = path.with_file_name("manifest.jsonl");
    fs::read_to_string(manifest).is_ok_and(|text| text.contains(name))
}

fn cut(path: &Path, len: u64) {
    let file = OpenOptions::new().write(true).open(path).expect("a file of ours opens");
    file.set_len(len).expect("a file can be cut");
}

/// What a start does when the visits are over: closes, and moves everything to the store.
fn mend(folder: &Path, plan: &Plan) {
    let spool = child::spool(folder, plan);
    for recovered in close_orphans(&spool, &[]).expect("the spool can be read") {
        recovered.closed.expect("a recording can be closed");
    }
    let shelf = Shelf::folder(&folder.join("store")).expect("the store is back");
    let archive = Archive::new(spool.clone(), shelf);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(async {
        let (sender, _events) = mpsc::channel(64);
        let mut uploader = Uploader::new(archive, sender, || 0.5);
        for _pass in 0..PASSES {
            uploader.pass().await.expect("the store takes everything");
        }
    });
    let left = spool.recordings().expect("the spool can be read");
    assert!(left.is_empty(), "the spool is empty");
}

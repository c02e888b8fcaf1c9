//! The one who is killed: writes recordings as fast as it can, and says what it does.
//!
//! In: a folder, a seed, a round, where the visits' clock stands. Out: a line for each moment of media, and for each part that was
//! said to be durable, or lost.
//! Never: says that a part is durable before the recorder did.

use super::media::{PART_MS, Place, part, visit};
use super::plan::Plan;
use bedside_recorder::manifest::Signer;
use bedside_recorder::shelf::{Archive, Shelf};
use bedside_recorder::spool::{NewRecording, Spool, Writer};
use bedside_recorder::upload::Uploader;
use bedside_signaling_api::recorder::Mode;
use fastrand::Rng;
use jiff::Timestamp;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use tokio::sync::mpsc;
use uuid::Uuid;

/// How finely media is told of, in milliseconds of it: the loss of a kill is known this exactly.
const TICK_MS: u64 = 100;
/// Parts of a recording in one round; who is not killed by then ends well.
const PARTS: u64 = 25;
/// Longest pause of media between two rounds.
const PAUSE_MS_MAX: u64 = 5_000;

/// The id of a recording in a run.
pub(crate) fn recording(plan: &Plan, number: u8) -> Uuid {
    Uuid::from_u128(u128::from(plan.seed) << 64 | 0x7000_8000_0000_0000 | u128::from(number))
}

/// The spool of a run.
pub(crate) fn spool(folder: &Path, plan: &Plan) -> Spool {
    let signer = Signer::open(folder).expect("the signing key can be made");
    Spool::open(&folder.join("spool"), plan.bounds(), signer).expect("the spool opens")
}

/// `child FOLDER SEED ROUND CLOCK_MS`
pub(crate) fn main(arguments: &[String]) -> ExitCode {
    let [_, folder, seed, round, clock_ms] = arguments else { return ExitCode::FAILURE };
    let (Ok(seed), Ok(round), Ok(clock_ms)) =
        (seed.parse(), round.parse::<u8>(), clock_ms.parse::<u64>())
    else {
        return ExitCode::FAILURE;
    };
    let (folder, plan) = (Path::new(folder), Plan::of(seed));
    let spool = spool(folder, &plan);
    let mut rng = plan.rng(round);
    let mut takes: Vec<Take> = Vec::new();
    for number in order(&plan, &mut rng) {
        let recording = recording(&plan, number);
        let writer = if round == 0 {
            Writer::begin(&spool, &new(&plan, folder, recording))
        } else {
            Writer::resume(&spool, recording)
        };
        // One that has ended, or was never begun, does not go on.
        takes.extend(writer.ok().map(|writer| Take::new(writer, recording)));
    }
    upload(&spool, folder);
    for take in &mut takes {
        take.at_ms = take.at_ms.max(clock_ms).saturating_add(rng.u64(0..PAUSE_MS_MAX));
        take.from_ms = take.at_ms;
    }
    for _tick in 0..PARTS.saturating_mul(PART_MS / TICK_MS) {
        for take in &mut takes {
            take.tick(&mut rng);
        }
    }
    for take in &mut takes {
        take.stop();
    }
    say("done");
    ExitCode::SUCCESS
}

fn new(plan: &Plan, folder: &Path, recording: Uuid) -> NewRecording {
    let keys = fs::read_to_string(folder.join("public")).expect("keys were made");
    NewRecording {
        recording,
        visit: visit(recording),
        mode: Mode::Tracks,
        suite: plan.suite,
        recipients: keys.lines().map(str::to_owned).collect(),
        shreddable: plan.shreddable,
        at: Timestamp::UNIX_EPOCH,
    }
}

/// Which recording comes first differs from round to round.
fn order(plan: &Plan, rng: &mut Rng) -> Vec<u8> {
    let mut numbers: Vec<u8> = (0..plan.recordings).collect();
    rng.shuffle(&mut numbers);
    numbers
}

/// The uploader, on a thread of its own.
fn upload(spool: &Spool, folder: &Path) {
    // A store that is away now is a fault of this run; then nothing is uploaded in this round.
    let Ok(shelf) = Shelf::folder(&folder.join("store")) else { return };
    let archive = Archive::new(spool.clone(), shelf);
    let _running = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime can be made");
        let (sender, mut events) = mpsc::channel(16);
        runtime.block_on(async {
            tokio::join!(Uploader::new(archive, sender, || 0.5).run(), async {
                while events.recv().await.is_some() {}
            })
        });
    });
}

/// One recording being made.
struct Take {
    writer: Writer,
    recording: Uuid,
    epoch: u32,
    n: u32,
    from_ms: u64,
    at_ms: u64,
}

impl Take {
    fn new(writer: Writer, recording: Uuid) -> Self {
        let (epoch, at_ms) = (writer.next_epoch(), writer.at_ms());
        Self { writer, recording, epoch, n: 0, from_ms: at_ms, at_ms }
    }

    fn tick(&mut self, rng: &mut Rng) {
        self.at_ms = self.at_ms.saturating_add(TICK_MS);
        say(&format!("at {} {}", self.recording, self.at_ms));
        if self.at_ms >= self.from_ms.saturating_add(PART_MS) {
            let last = rng.u8(0..8) == 0;
            self.write(last);
        }
    }

    fn write(&mut self, last: bool) {
        let Self { recording, epoch, n, from_ms, .. } = *self;
        let place = Place { recording, epoch, n, from_ms };
        let word = match self.writer.write(part(place, last)) {
            Ok(_durable) => "kept",
            Err(_fault) => "lost",
        };
        say(&format!("{word} {recording} {epoch} {n} {from_ms}"));
        self.from_ms = self.at_ms;
        // Without its first part an epoch is nothing.
        if last || (word == "lost" && n == 0) {
            self.epoch = self.writer.next_epoch();
            self.n = 0;
        } else {
            self.n = n.saturating_add(1);
        }
    }

    fn stop(&mut self) {
        if self.writer.end(false).is_ok() {
            say(&format!("end {}", self.recording));
        }
    }
}

/// One line, at once: what is not said before a kill was not promised.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody to say it to means that the run is over.
    let _said = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush());
}

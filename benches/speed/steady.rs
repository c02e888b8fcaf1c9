//! How many instructions and allocations a packet's way through the media plane takes, counted by
//! callgrind: the same on any machine, however busy, so that it can be a gate.
//!
//! In: a visit in virtual time; what was kept in `benches/instructions.json`. Out: a table, numbers
//! in `target/bench/report.json`, and a failure where three in a hundred more are needed than kept.
//! Never: a clock. `make instructions ARGS=--renew` keeps what is measured now.

mod callgrind;
mod paper;

use bedside_loadtest::light::Lines;
use bedside_loadtest::light::hall::{Arrived, Hall, Outbox, hand, pass};
use bedside_sfu_core::Shard;
use callgrind::{Counts, run};
use paper::{Goal, Sheet, say};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Whatever went wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// One speaks and is seen by so many. What a listener more costs is egress; what is left is ingress.
const FEW: usize = 2;
const MANY: usize = 6;
/// Until every line is known to carry what is sent.
const WARM: Duration = Duration::from_secs(4);
const COUNTED: Duration = Duration::from_secs(2);
/// How much more may be needed than was kept.
const TOLERANCE: f64 = 1.03;
/// How many allocations a packet more; a table that grows at another moment is as much.
const ALLOCATIONS_TOLERANCE: f64 = 0.1;
/// Functions of the sealing and opening itself.
const CIPHER: [&str; 4] = ["aes_gcm", "aesni_", "gcm_ghash", "aes_hw_"];
const SEED: u64 = 7;

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => gate(false),
        ["--renew"] => gate(true),
        ["--listeners", listeners] => visit(listeners.parse()?),
        _ => Err("only --renew is known here".into()),
    }
}

/// The visit that is counted, as a child of callgrind.
fn visit(listeners: usize) -> Outcome<()> {
    fastrand::seed(SEED);
    let mut hall = Hall::new(100);
    for _ in 0..=listeners {
        let lines = Lines { audio: 1, video: 1 };
        if !hall.admit(1, lines, &mut |shard, round, out| round.work(shard, out)) {
            return Err("somebody was not let in".into());
        }
    }
    hall.send(0, true);
    hall.run(WARM, &mut |shard, round, out| round.work(shard, out));
    let (before, mut came) = (hall.delivered_packets(), 0);
    hall.run(COUNTED, &mut |shard, round, out| {
        came += round.media.len();
        counted_beside(shard, round.now, &round.beside);
        counted_media(shard, round.now, &round.media);
        counted_time(shard, round.now, out);
    });
    say(&format!("{came} {}", hall.delivered_packets() - before));
    Ok(())
}

/// Voices and pictures come in; callgrind counts what happens in here.
#[inline(never)]
fn counted_media(shard: &mut Shard, now: Instant, arrived: &[Arrived]) {
    hand(shard, now, arrived);
}

/// What listeners tell of arrivals, and checks of the way.
#[inline(never)]
fn counted_beside(shard: &mut Shard, now: Instant, arrived: &[Arrived]) {
    hand(shard, now, arrived);
}

/// Time passes, and what there is leaves.
#[inline(never)]
fn counted_time(shard: &mut Shard, now: Instant, out: &mut Outbox) {
    pass(shard, now, out);
}

/// What a packet takes.
#[derive(Debug, Clone, Copy)]
struct Needs {
    name: &'static str,
    unit: &'static str,
    value: f64,
    goal: Option<Goal>,
    tolerance: f64,
}

fn gate(renew: bool) -> Outcome<()> {
    let (few, many) = (run(FEW)?, run(MANY)?);
    if few.came == 0 || many.delivered < few.delivered * 2 {
        return Err("what was sent was not delivered".into());
    }
    let mut sheet = Sheet::new(if cfg!(debug_assertions) { "unoptimised" } else { "steady" });
    let needs = needs(&few, &many);
    let mut worse = Vec::new();
    let kept = kept()?;
    for Needs { name, unit, value, goal, tolerance } in &needs {
        match goal {
            Some(goal) => sheet.judged(name, unit, *value, *goal),
            None => sheet.number(name, unit, *value),
        }
        let before = kept.get(build()).and_then(|kept| kept.get(*name)).and_then(Value::as_f64);
        match before {
            Some(before) if *value <= before.mul_add(TOLERANCE, *tolerance) => {}
            Some(before) => worse.push(format!("{name}: {value:.0} {unit}, and {before:.0} were kept")),
            None => worse.push(format!("{name}: nothing was kept of it")),
        }
    }
    sheet.close()?;
    if renew {
        return keep(kept, &needs);
    }
    if worse.is_empty() {
        return Ok(());
    }
    let how = "if that is as it should be, `make instructions ARGS=--renew` keeps it (and say why)";
    Err(format!("a packet takes more than it did:\n  {}\n{how}", worse.join("\n  ")).into())
}

#[expect(clippy::cast_precision_loss, reason = "millions")]
fn needs(few: &Counts, many: &Counts) -> Vec<Needs> {
    let listeners = (MANY - FEW) as f64;
    let of = |count: u64, counts: &Counts| count as f64 / counts.came as f64;
    // By packet that came, without and with what listeners tell.
    let media = |counts: &Counts| of(counts.media + counts.time, counts);
    let egress = (media(many) - media(few)) / listeners;
    let beside = (of(many.beside, many) - of(few.beside, few)) / listeners;
    let ingress = (FEW as f64).mul_add(-egress, media(few));
    let cipher = (of(many.cipher, many) - of(few.cipher, few)) / listeners;
    let allocations = many.allocations as f64 / many.delivered as f64;
    let instructions = |name, value, goal| Needs { name, unit: "instructions", value, goal, tolerance: 0.0 };
    vec![
        instructions("egress, a packet", egress, Some(Goal::AtMost(12_000.0))),
        instructions("of these the cipher", cipher, None),
        instructions("ingress, a packet", ingress, None),
        instructions("what a listener tells, a packet", beside, None),
        Needs {
            name: "allocations a packet delivered, fan-out 6",
            unit: "",
            value: allocations,
            goal: Some(Goal::AtMost(0.0)),
            tolerance: ALLOCATIONS_TOLERANCE,
        },
    ]
}

/// How this was built: tests are built without most optimisation, and have numbers of their own.
const fn build() -> &'static str {
    if cfg!(debug_assertions) { "as tests are built" } else { "as the program is built" }
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json")
}

fn kept() -> Outcome<Map<String, Value>> {
    Ok(serde_json::from_str(&fs::read_to_string(file())?)?)
}

fn keep(mut kept: Map<String, Value>, needs: &[Needs]) -> Outcome<()> {
    let numbers: Map<String, Value> = needs
        .iter()
        .map(|needs| (needs.name.to_owned(), json!((needs.value * 10.0).round() / 10.0)))
        .collect();
    kept.insert(build().to_owned(), Value::Object(numbers));
    fs::write(file(), format!("{:#}\n", Value::Object(kept)))?;
    say(&format!("kept in {}", file().display()));
    Ok(())
}

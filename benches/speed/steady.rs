//! How many instructions a packet's way through the media plane takes, counted by callgrind:
//! the same on any machine, however busy, so that it can be a gate.
//!
//! In: a visit in virtual time; what was kept in `benches/instructions.json`. Out: a table, numbers
//! in `target/bench/report.json`, and a failure where three in a hundred more are needed than kept.
//! Never: a clock. `make instructions ARGS=--renew` keeps what is measured now.

mod callgrind;

use bedside_benches::paper::{Goal, Sheet, say};
use bedside_loadtest::light::Lines;
use bedside_loadtest::light::hall::{Arrived, Hall, Outbox, hand, pass};
use bedside_sfu_core::Shard;
use callgrind::{Counts, run};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Whatever went wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// One alone, whose packets come in and go nowhere; and a visit in which all send. What a packet
/// takes there beyond coming in is egress.
const ALONE: usize = 1;
const FOUR: usize = 4;
/// Until every line is known to carry what is sent.
const WARM: Duration = Duration::from_secs(3);
const COUNTED: Duration = Duration::from_secs(2);
/// How much more may be needed than was kept.
const TOLERANCE: f64 = 1.03;
/// Functions of the sealing and opening itself.
const CIPHER: [&str; 4] = ["aes_gcm", "aesni_", "gcm_ghash", "aes_hw_"];
const SEED: u64 = 7;
const UNIT: &str = "instructions";

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => gate(false),
        ["--renew"] => gate(true),
        ["--people", people] => visit(people.parse()?),
        _ => Err("only --renew is known here".into()),
    }
}

/// The visit that is counted, as a child of callgrind.
fn visit(people: usize) -> Outcome<()> {
    fastrand::seed(SEED);
    let mut hall = Hall::new(100);
    for _ in 0..people {
        let lines = Lines { audio: FOUR - 1, video: FOUR - 1 };
        if !hall.admit(1, lines, &mut |shard, round, out| round.work(shard, out)) {
            return Err("somebody was not let in".into());
        }
    }
    for person in 0..people {
        hall.send(person, true);
    }
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
    // Two functions that do the same would be made one.
    black_box("beside");
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
    value: f64,
    goal: Option<Goal>,
}

fn gate(renew: bool) -> Outcome<()> {
    let (alone, four) = (run(ALONE)?, run(FOUR)?);
    if alone.came == 0 || four.delivered * 100 < four.came * 3 * 99 {
        return Err("what was sent was not delivered".into());
    }
    let mut sheet = Sheet::new(if cfg!(debug_assertions) { "unoptimised" } else { "steady" });
    let needs = needs(&alone, &four);
    let mut worse = Vec::new();
    let kept = kept()?;
    for Needs { name, value, goal } in &needs {
        match goal {
            Some(goal) => sheet.judged(name, UNIT, *value, *goal),
            None => sheet.number(name, UNIT, *value),
        }
        let before = kept.get(build()).and_then(|kept| kept.get(*name)).and_then(Value::as_f64);
        match before {
            Some(before) if *value <= before * TOLERANCE => {}
            Some(before) => {
                worse.push(format!("{name}: {value:.0} {UNIT}, and {before:.0} were kept"))
            }
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
fn needs(alone: &Counts, four: &Counts) -> Vec<Needs> {
    let came = |count: u64| count as f64 / alone.came as f64;
    let delivered = |count: u64| count as f64 / four.delivered as f64;
    // Each packet that came is delivered to three.
    let each = delivered(four.came);
    let ingress = came(alone.media + alone.time);
    let egress = delivered(four.media + four.time) - each * ingress;
    let cipher = delivered(four.cipher) - each * came(alone.cipher);
    let beside = delivered(four.beside);
    let needs = |name, value, goal| Needs { name, value, goal };
    vec![
        needs("egress, a packet delivered", egress, Some(Goal::AtMost(12_000.0))),
        needs("of these the cipher", cipher, None),
        needs("ingress, a packet that came", ingress, None),
        needs("what is told beside, a packet delivered", beside, None),
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

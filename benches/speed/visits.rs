//! How fast scheduling systems and pages are answered, with many visits stored, and how fast
//! the rules of a visit are by themselves.
//!
//! In: how many visits, on which engines (`make bench WHICH=visits ARGS="--visits 10000"`). Out: a
//! table, and the same numbers in `target/bench/report.json`.
//! Never: a verdict; a number of one machine is compared with a number of the same machine.

mod engine;
mod fill;
mod load;
mod machine;
mod report;
mod server;
mod wire;

use bedside_benches::paper::say;
use engine::Engine;
use std::error::Error;
use std::time::Duration;

/// Whatever went wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What the run is asked for.
#[derive(Debug, Clone)]
struct Order {
    /// Visits stored before anything is measured.
    visits: u32,
    /// How long each operation is measured.
    each: Duration,
    engines: Vec<Engine>,
}

impl Order {
    /// From the words behind `--`; cargo adds `--bench` of its own.
    fn read(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut order = Self {
            visits: 1_000_000,
            each: Duration::from_secs(5),
            engines: vec![Engine::Sqlite, Engine::Postgres],
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} wants a value"));
            match word.as_str() {
                "--bench" => {}
                "--visits" => order.visits = value()?.parse()?,
                "--seconds" => order.each = Duration::from_secs(value()?.parse()?),
                "--engine" => order.engines = vec![Engine::named(&value()?)?],
                other => return Err(format!(
                    "{other} is not known here; --visits N, --seconds N, --engine sqlite|postgres"
                )
                .into()),
            }
        }
        Ok(order)
    }
}

fn main() -> Outcome<()> {
    let order = Order::read(std::env::args().skip(1))?;
    let mut report = report::Report::new(&order);
    report.machine(machine::events_a_second(order.each));
    for engine in &order.engines {
        let place = engine.place()?;
        say(&format!("{}: storing {} visits", engine.name(), order.visits));
        let server = server::Server::start(place.config())?;
        let runtime = tokio::runtime::Runtime::new()?;
        let filled = runtime.block_on(fill::fill(&place, &server, order.visits))?;
        say(&format!("{}: stored in {:.0} s", engine.name(), filled.took.as_secs_f64()));
        for measured in runtime.block_on(load::measure(&server, &filled, order.each))? {
            report.operation(*engine, &measured);
        }
        server.stop()?;
    }
    report.close()
}

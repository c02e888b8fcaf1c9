//! `kill -9` at any moment, under load: everything that was acknowledged is there afterwards.
//!
//! The load is scheduling systems that make and change visits, and visits that people are in.
//! Both keep a ledger of what they were told; after each start it is compared with what is
//! there, and everybody comes back with the session of before. What was asked and not answered
//! may be there or not, but wholly, and once.

mod bed;
mod desk;
mod ledger;
mod page;
mod told;
mod wire;

use super::process::{Server, bedside, said, serve};
use bed::Bed;
use desk::Desk;
use fastrand::Rng;
use nix::sys::signal::Signal;
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use wire::{Cut, Wire};

/// Chooses the chance; left out, it is drawn and printed.
const SEED: &str = "BEDSIDE_CRASH_SEED";
/// Kills of a server on the embedded database.
const FILE_KILLS: u32 = 50;
/// Kills of a server on PostgreSQL, which itself lives on.
const SERVER_KILLS: u32 = 10;
/// The part of a server's life that a kill falls into, in milliseconds.
const LIFE_MS: std::ops::Range<u64> = 100..900;
/// Kills that fall into the start itself.
const STILLBORN_EVERY: u32 = 10;
/// The last line of a start says where this is.
const READY: &str = "Metrics and health: http://";

#[test]
fn nothing_acknowledged_is_lost_by_fifty_kills() {
    let data = tempfile::tempdir().expect("a temporary folder");
    Story { data: data.path(), database: None }.go_through(FILE_KILLS);
}

#[test]
fn nothing_acknowledged_is_lost_by_ten_kills_on_postgresql() {
    let address = env::var("BEDSIDE_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!("this test wants a PostgreSQL: use `make unit`, or BEDSIDE_TEST_POSTGRES=skip")
    });
    if address == "skip" {
        return eprintln!("skipped, since BEDSIDE_TEST_POSTGRES=skip");
    }
    let data = tempfile::tempdir().expect("a temporary folder");
    let schema = format!("crash_{}", std::process::id());
    said(Command::new("psql").args(["-qXc", &format!("CREATE SCHEMA {schema}"), &address]));
    let joint = if address.contains('?') { '&' } else { '?' };
    let database = format!("{address}{joint}options=-c%20search_path%3D{schema}");
    Story { data: data.path(), database: Some(database) }.go_through(SERVER_KILLS);
}

/// One data folder, and the servers that live and die on it.
struct Story<'a> {
    data: &'a Path,
    database: Option<String>,
}

impl Story<'_> {
    fn go_through(&self, kills: u32) {
        let seed = env::var(SEED).ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| fastrand::u64(..));
        eprintln!("{SEED}={seed}");
        let made = said(self.on_it(bedside().args(["keys", "create", "--name", "load"])).args([
            "--scope",
            "admin",
            "--data-dir",
            self.data.to_str().expect("a path of letters"),
        ]));
        let key = made.split_whitespace().find(|word| word.starts_with("vk_")).expect("a key");
        let runtime = tokio::runtime::Runtime::new().expect("the async runtime starts");
        runtime.block_on(self.live(kills, seed, key));
    }

    async fn live(&self, kills: u32, seed: u64, key: &str) {
        let mut chance = Rng::with_seed(seed);
        let mut desks: Vec<Desk> = ["a", "b"].map(|name| Desk::new(name, chance.u64(..))).into();
        let mut beds: Vec<Bed> = ["x", "y", "z"].map(|name| Bed::new(name, chance.u64(..))).into();
        let mut webhook = String::new();
        let began = Instant::now();
        for kill in 0..kills {
            if kill % STILLBORN_EVERY == STILLBORN_EVERY - 1 {
                self.kill_at_birth(Duration::from_millis(chance.u64(..300)));
            }
            let (mut server, wire) = self.start(key);
            if webhook.is_empty() {
                webhook = told::subscribe(&wire).await.expect("the server lives");
            }
            look(&wire, &mut desks, &mut beds).await;
            let desks_at_work: Vec<_> =
                desks.into_iter().map(|desk| tokio::spawn(desk.work(wire.clone()))).collect();
            let beds_alive: Vec<_> =
                beds.into_iter().map(|bed| tokio::spawn(bed.live(wire.clone()))).collect();
            tokio::time::sleep(Duration::from_millis(chance.u64(LIFE_MS))).await;
            let early = desks_at_work.iter().any(JoinHandle::is_finished)
                || beds_alive.iter().any(JoinHandle::is_finished);
            let (_, log) = server.stop(Signal::SIGKILL);
            (desks, beds) = (all(desks_at_work).await, all(beds_alive).await);
            assert!(!early, "a line was cut before the server was killed:\n{log}");
        }
        let (_server, wire) = self.start(key);
        look(&wire, &mut desks, &mut beds).await;
        let listed = desk::list(&wire).await.expect("the server lives");
        let (lost, compared) = told::look(&wire, &webhook, &listed).await.expect("it lives");
        assert!(lost.is_empty(), "lost:\n{}", lost.join("\n"));
        eprintln!("{compared} messages are still owed");
        report(kills, began, &desks, &beds);
    }

    fn start(&self, key: &str) -> (Server, Wire) {
        let mut command = serve(self.data);
        command
            .args(["--public-url", "https://visits.example.org"])
            .env("BEDSIDE__OUTWARD__ALLOW", "127.0.0.1")
            .env("BEDSIDE__LIMITS__KEY_PER_SECOND", "0")
            .env("BEDSIDE__LIMITS__ADDRESS_PER_SECOND", "0");
        let server = Server::spawn(self.on_it(&mut command), READY);
        let address = server.word_after("listens on").trim_end_matches(';').parse();
        let address = address.expect("it says where it listens");
        (server, Wire { address, key: key.to_owned() })
    }

    /// A server that is killed before it says anything.
    fn kill_at_birth(&self, after: Duration) {
        let mut command = serve(self.data);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = self.on_it(&mut command).spawn().expect("it can be started");
        std::thread::sleep(after);
        server.kill().expect("it runs");
        server.wait().expect("it ends");
    }

    fn on_it<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        match &self.database {
            Some(database) => command.env("BEDSIDE__STORE__URL", database),
            None => command,
        }
    }
}

/// Compares everything, and brings everybody back.
async fn look(wire: &Wire, desks: &mut [Desk], beds: &mut [Bed]) {
    let looked = async {
        let listed = desk::list(wire).await?;
        let mut lost = Vec::new();
        for desk in desks {
            lost.extend(desk.look(wire, &listed).await?);
        }
        for bed in beds {
            lost.extend(bed.look(wire, &listed).await?);
        }
        Ok::<_, Cut>(lost)
    };
    let lost = looked.await.expect("the server lives");
    assert!(lost.is_empty(), "lost:\n{}", lost.join("\n"));
}

async fn all<T>(at_work: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut back = Vec::new();
    for one in at_work {
        back.push(one.await.expect("the load itself does not fail"));
    }
    back
}

fn report(kills: u32, began: Instant, desks: &[Desk], beds: &[Bed]) {
    let ledgers =
        || desks.iter().map(|desk| &desk.ledger).chain(beds.iter().map(|bed| &bed.ledger));
    let acknowledged: u64 = ledgers().map(|ledger| ledger.acknowledged).sum();
    let compared: u64 = ledgers().map(|ledger| ledger.compared).sum();
    eprintln!(
        "{kills} kills in {:.0} s; {acknowledged} things acknowledged, {compared} comparisons",
        began.elapsed().as_secs_f64()
    );
    let least = u64::from(kills);
    assert!(ledgers().all(|ledger| ledger.compared > least), "the load did too little");
}

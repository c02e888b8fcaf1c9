//! Many callers at once, each with one kept connection, one operation at a time.
//!
//! In: a filled server. Out: for each operation how many were answered, and how long each took.
//! Never: a pause; callers ask again as soon as they are answered.

use crate::Outcome;
use crate::fill::{Filled, new_visit};
use crate::server::Server;
use crate::wire::Wire;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fastrand::Rng;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Callers at once. More only make each other wait; fewer leave the disk idle.
const CALLERS: u64 = 8;
/// Links kept of the visits made, for the callers that redeem.
const LINKS_MAX: usize = 10_000;

/// One operation, measured.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) took: Duration,
    /// How long each took, shortest first.
    pub(crate) times: Vec<Duration>,
}

/// What callers do.
#[derive(Debug, Clone, Copy)]
enum Operation {
    Create,
    Get,
    List,
    Redeem,
}

type Links = Arc<Mutex<Vec<String>>>;

/// Measures every operation in turn.
pub(crate) async fn measure(
    server: &Server,
    filled: &Filled,
    each: Duration,
) -> Outcome<Vec<Measured>> {
    let links = Links::default();
    let mut measured = Vec::new();
    for operation in [Operation::Create, Operation::Get, Operation::List, Operation::Redeem] {
        let began = Instant::now();
        let mut callers = Vec::new();
        for number in 0..CALLERS {
            let wire = Wire::open(server.address, &server.key).await?;
            let caller = Caller {
                wire,
                chance: Rng::with_seed(number),
                visits: filled.visits,
                links: Arc::clone(&links),
            };
            callers.push(tokio::spawn(caller.ask(operation, began + each)));
        }
        let mut times = Vec::new();
        for caller in callers {
            times.extend(caller.await??);
        }
        let took = began.elapsed();
        times.sort_unstable();
        measured.push(Measured { name: operation.name(), took, times });
    }
    Ok(measured)
}

impl Operation {
    const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::List => "list",
            Self::Redeem => "redeem",
        }
    }
}

struct Caller {
    wire: Wire,
    chance: Rng,
    visits: u32,
    links: Links,
}

impl Caller {
    async fn ask(mut self, operation: Operation, until: Instant) -> Outcome<Vec<Duration>> {
        let mut times = Vec::new();
        while Instant::now() < until {
            let began = Instant::now();
            match operation {
                Operation::Create => self.create().await?,
                Operation::Get => self.get().await?,
                Operation::List => self.list().await?,
                Operation::Redeem => self.redeem().await?,
            }
            times.push(began.elapsed());
        }
        Ok(times)
    }

    async fn get(&mut self) -> Outcome<()> {
        let path = format!("/v1/visits/{}", self.any());
        self.wire.get(&path).await.map(drop)
    }

    async fn create(&mut self) -> Outcome<()> {
        let reference = format!("made-{:016x}", self.chance.u64(..));
        let made = self.wire.post("/v1/visits", &new_visit(&reference)).await?;
        let made: Value = serde_json::from_slice(&made)?;
        let link = made.pointer("/participants/0/link").and_then(Value::as_str);
        let link = link.and_then(|link| link.split_once('#')).ok_or("no link")?.1;
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if links.len() < LINKS_MAX {
            links.push(link.to_owned());
        }
        Ok(())
    }

    /// A page from anywhere in the list.
    async fn list(&mut self) -> Outcome<()> {
        let cursor = URL_SAFE_NO_PAD.encode(self.any());
        self.wire.get(&format!("/v1/visits?limit=50&cursor={cursor}")).await.map(drop)
    }

    async fn redeem(&mut self) -> Outcome<()> {
        let link = {
            let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            self.chance.choice(links.iter()).cloned().ok_or("no link was made")?
        };
        self.wire.post("/v1/links/redeem", &json!({ "link": link })).await.map(drop)
    }

    fn any(&mut self) -> uuid::Uuid {
        Filled::visit(self.chance.u32(..self.visits))
    }
}

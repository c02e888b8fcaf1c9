//! Plays a script: threads of people, visits one after another, a look at everything each second.
//!
//! In: a script, a server, the wish to stop. Out: a record of the test, whole or cut short.
//! Never: without an end; whoever does not go by themselves is left behind.

use super::count::Count;
use super::crew::{Crew, NoWait, Order, Reins};
use super::desk::Desk;
use super::janus::{self, Janus};
use super::life::World;
use super::process::{self, Used};
use super::script::Script;
use super::spans::Spans;
use super::stay::{Outcome, Pairs};
use super::visit::{self, Curtain, Number};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout};

/// From one look to the next.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// People who do not go within this are left behind.
const GO_WITHIN: Duration = Duration::from_secs(15);
/// No visit begins when there is less left: its people would come to a closed door.
const VISIT_MIN: Duration = Duration::from_secs(2);
/// Kinds of trouble kept; more are counted as others.
const TROUBLES_MAX: usize = 64;

/// Whom to test.
#[derive(Debug, Clone)]
pub(crate) enum Peer {
    Bedside(Desk),
    Janus(Janus),
}

/// What to play.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) script: Script,
    pub(crate) peer: Peer,
    /// People send from the address that leads there.
    pub(crate) towards: SocketAddr,
    pub(crate) threads: usize,
    pub(crate) pids: Vec<u32>,
    pub(crate) seed: u64,
}

/// One second of the test.
#[derive(Debug, Clone)]
pub(crate) struct Second {
    /// When it ended, from the beginning.
    pub(crate) at: Duration,
    pub(crate) count: Count,
    /// What the server has used so far.
    pub(crate) used: Option<Used>,
}

/// The record of a test.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) script: Script,
    /// What the server used before anybody came.
    pub(crate) before: Option<Used>,
    /// What it uses when everybody has gone.
    pub(crate) after: Option<Used>,
    pub(crate) seconds: Vec<Second>,
    pub(crate) visits: u32,
    pub(crate) joins: Spans,
    pub(crate) first_words: Spans,
    pub(crate) first_pictures: Spans,
    pub(crate) stays: Pairs,
    pub(crate) hearing: Pairs,
    pub(crate) seeing: Pairs,
    pub(crate) times_by_trouble: BTreeMap<String, u64>,
    /// Whether somebody stopped it before its end.
    pub(crate) is_cut_short: bool,
}

/// Why a test cannot begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlayFault {
    #[error(transparent)]
    Wait(#[from] NoWait),
    #[error("this machine has no way to {0}")]
    NoWay(SocketAddr, #[source] std::io::Error),
}

/// Plays a script; `say` hears of each second, and `stop` may end the test early.
pub(crate) async fn play(
    plan: Plan,
    mut say: impl FnMut(&str),
    stop: impl Future<Output = ()>,
) -> Result<Record, PlayFault> {
    let local =
        local_address(plan.towards).map_err(|source| PlayFault::NoWay(plan.towards, source))?;
    let epoch = Instant::now();
    let crews: Vec<Crew> =
        (0..plan.threads.max(1)).map(|_| Crew::start(epoch, local)).collect::<Result<_, _>>()?;
    let reins: Vec<Reins> = crews.iter().map(Crew::reins).collect();
    let (troubles, trouble_inbox) = unbounded_channel();
    let (fall, curtain) = watch::channel(false);
    let mut stage = Stage {
        began: Instant::now(),
        ends_at: Instant::now() + plan.script.lasts,
        script: Arc::new(plan.script.clone()),
        world: host(&plan.peer, troubles, Curtain(curtain)),
        reins,
        trouble_inbox,
        visits: JoinSet::new(),
        fall,
        record: Record::new(&plan),
        pids: plan.pids.clone(),
        seed: plan.seed,
    };
    stage.run(&mut say, stop).await;
    let go_within = timeout(GO_WITHIN, stage.see_off()).await;
    if go_within.is_err() {
        stage.record.note("people who did not go in time".to_owned());
    }
    stage.look().await;
    stage.settle(plan.script.settle, &mut say).await;
    Ok(stage.record)
}

fn host(peer: &Peer, troubles: UnboundedSender<String>, curtain: Curtain) -> Host {
    match peer {
        Peer::Bedside(desk) => {
            let desk = desk.clone();
            Host::Bedside(World { desk, seats: Arc::default(), troubles, curtain })
        }
        Peer::Janus(janus) => Host::Janus(janus::World::new(janus.clone(), troubles, curtain)),
    }
}

/// Who is told of visits.
#[derive(Debug)]
enum Host {
    Bedside(World),
    Janus(janus::World),
}

struct Stage {
    began: Instant,
    ends_at: Instant,
    script: Arc<Script>,
    world: Host,
    reins: Vec<Reins>,
    trouble_inbox: UnboundedReceiver<String>,
    visits: JoinSet<Outcome>,
    /// Ends the visits before their time.
    fall: watch::Sender<bool>,
    record: Record,
    pids: Vec<u32>,
    seed: u64,
}

impl Stage {
    async fn run(&mut self, say: &mut impl FnMut(&str), stop: impl Future<Output = ()>) {
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Skip);
        look.tick().await;
        tokio::pin!(stop);
        loop {
            let next_at = self.next_visit_at();
            tokio::select! {
                _ = look.tick() => {
                    self.look().await;
                    if let Some(second) = self.record.seconds.last() {
                        say(&told(second, &self.script));
                    }
                }
                () = sleep_until(next_at.unwrap_or(self.ends_at).into()), if next_at.is_some() => {
                    self.begin_visit();
                }
                Some(outcome) = self.visits.join_next() => self.ended(outcome.ok()),
                Some(trouble) = self.trouble_inbox.recv() => self.record.note(trouble),
                () = sleep_until(self.ends_at.into()) => return,
                () = &mut stop => {
                    self.record.is_cut_short = true;
                    // Everybody hears of it who is there.
                    let _ = self.fall.send(true);
                    return;
                }
            }
        }
    }

    /// When the next visit begins, if there is one.
    fn next_visit_at(&self) -> Option<Instant> {
        let number = self.record.visits;
        let is_wanted = self.script.visits.is_none_or(|visits| number < visits);
        let at = self.began + self.script.apart * number;
        (is_wanted && at + VISIT_MIN < self.ends_at).then_some(at)
    }

    fn begin_visit(&mut self) {
        let visit = self.record.visits;
        self.record.visits += 1;
        let lasts = self.script.visit_lasts.unwrap_or(self.script.lasts);
        let ends_at = (Instant::now() + lasts).min(self.ends_at);
        let number = Number { visit, ends_at, seed: self.seed };
        let (reins, script) = (self.reins.clone(), Arc::clone(&self.script));
        match &self.world {
            Host::Bedside(world) => {
                self.visits.spawn(visit::hold(world.clone(), reins, script, number));
            }
            Host::Janus(world) => {
                self.visits.spawn(janus::hold(world.clone(), reins, script, number));
            }
        }
    }

    fn ended(&mut self, outcome: Option<Outcome>) {
        let Some(outcome) = outcome else { return };
        let record = &mut self.record;
        outcome.joins.into_iter().for_each(|took| record.joins.add(took));
        outcome.first_words.into_iter().for_each(|took| record.first_words.add(took));
        outcome.first_pictures.into_iter().for_each(|took| record.first_pictures.add(took));
        record.stays.merge(outcome.stays);
        record.hearing.merge(outcome.hearing);
        record.seeing.merge(outcome.seeing);
    }

    async fn look(&mut self) {
        let mut count = Count::default();
        for reins in &self.reins {
            if let Some(one) = reins.ask(|reply| Order::Count { reply }).await {
                count.merge(&one);
            }
        }
        let used = process::used(&self.pids);
        self.record.seconds.push(Second { at: self.began.elapsed(), count, used });
    }

    /// Waits until everybody has gone.
    async fn see_off(&mut self) {
        while let Some(outcome) = self.visits.join_next().await {
            self.ended(outcome.ok());
        }
        while let Ok(trouble) = self.trouble_inbox.try_recv() {
            self.record.note(trouble);
        }
    }

    /// What a server keeps when nobody is there any more.
    async fn settle(&mut self, within: Duration, say: &mut impl FnMut(&str)) {
        if !within.is_zero() && !self.record.is_cut_short {
            say(&format!("everybody has gone; waiting {} s for the server", within.as_secs()));
            tokio::time::sleep(within).await;
        }
        self.record.after = process::used(&self.pids);
    }
}

impl Record {
    fn new(plan: &Plan) -> Self {
        Self {
            script: plan.script.clone(),
            before: process::used(&plan.pids),
            after: None,
            seconds: Vec::new(),
            visits: 0,
            joins: Spans::default(),
            first_words: Spans::default(),
            first_pictures: Spans::default(),
            stays: Pairs::default(),
            hearing: Pairs::default(),
            seeing: Pairs::default(),
            times_by_trouble: BTreeMap::new(),
            is_cut_short: false,
        }
    }

    fn note(&mut self, trouble: String) {
        let is_known = self.times_by_trouble.contains_key(&trouble);
        let room = is_known || self.times_by_trouble.len() < TROUBLES_MAX;
        let words = if room { trouble } else { "others".to_owned() };
        *self.times_by_trouble.entry(words).or_default() += 1;
    }
}

/// One second, for whoever looks on.
fn told(second: &Second, script: &Script) -> String {
    let count = &second.count;
    let ms = |spans: &Spans, permille| {
        spans.ms(permille).map_or_else(|| "–".to_owned(), |ms| format!("{ms:.2}"))
    };
    let direct = count.direct();
    format!(
        "{:>4} of {} s: {} people, {} packets/s, through the server p50 {} p99 {} ms",
        second.at.as_secs(),
        script.lasts.as_secs(),
        count.connected,
        count.forwarded,
        ms(&direct, 500),
        ms(&direct, 990),
    )
}

/// The address of this machine that a server sees.
fn local_address(server: SocketAddr) -> std::io::Result<IpAddr> {
    let any: SocketAddr = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }
        .parse()
        .expect("an address that is written right");
    let socket = UdpSocket::bind(any)?;
    socket.connect(server)?;
    Ok(socket.local_addr()?.ip())
}

//! One film, made while the visit goes on, on cores that are not the media threads'.
//!
//! In: turns of the recorder, frames of those who are named in them, and how late it is. Out: the
//! film's own frames, each with its turn; keyframes it wants; whether it keeps up.
//! Never: makes whoever feeds it wait, or holds a frame of somebody who is not in the turn.

use crate::film::{FilmFault, Plan};
use crate::take::Frame;
use bedside_sfu_api::Turn;
use bedside_sfu_api::{ParticipantId, Source};
use bedside_signaling_api::recorder::Labelled;
use desk::Desk;
pub(crate) use desk::HOLD_MS;
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use uuid::Uuid;

mod desk;
mod pace;

#[cfg(test)]
mod tests;

/// Whose the film's own streams are: nobody's.
pub const FILM: ParticipantId = ParticipantId(Uuid::nil());

/// One stream of somebody.
type Track = (ParticipantId, Source);

/// Frames that may wait for the film's thread: four people for ten seconds. Beyond, they are
/// left out, and it is told.
const WAITING_MAX: usize = 3_000;

/// Something the film has made, or has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Composed {
    /// A frame of the film, in the recording's clock: H.264 as `Source::Camera`, Opus as
    /// `Source::Microphone` of `FILM`. The first picture of a turn needs none before it.
    Frame(Turn, Frame),
    /// Everything of this turn and those before has been made.
    Rested(Turn),
    /// A picture cannot go on without a keyframe.
    Refresh(ParticipantId, Source),
    /// At its lowest rate the film still falls behind; pictures are missing in it.
    TooSlow,
    /// It keeps up again.
    KeepsUp,
}

/// A film that could not begin.
#[derive(Debug, thiserror::Error)]
pub enum CompositeFault {
    /// The system gives no thread.
    #[error("the film's thread does not start")]
    Thread(#[from] io::Error),
    /// An encoder does not start.
    #[error("the film does not start")]
    Film(#[from] FilmFault),
}

/// What the film's thread is told.
#[derive(Debug)]
enum Order {
    Turn {
        turn: Turn,
        at_ms: u64,
        people: Vec<Labelled>,
    },
    Rest {
        at_ms: u64,
    },
    Frame(Frame),
    /// A frame of this picture found the way full.
    Lost(Track),
    Now(u64),
}

/// What both sides look at.
#[derive(Debug, Default)]
struct Shared {
    /// Frames on their way to the thread.
    waiting: AtomicUsize,
    /// The latest moment that was told, in the recording's clock.
    now_ms: AtomicU64,
}

/// A film in the making. It ends when this is dropped.
#[derive(Debug)]
pub struct Composite {
    /// None only while it ends.
    orders: Option<Sender<Order>>,
    made: Receiver<Composed>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Who may be in it now; nobody at rest.
    people: BTreeSet<ParticipantId>,
    /// Pictures of which a frame found the way full; they wait for a keyframe.
    lost: BTreeSet<Track>,
}

impl Composite {
    /// Starts the film's thread on these cores; on any, if none is named.
    ///
    /// # Errors
    /// The system gives no thread, or an encoder does not start.
    pub fn new(plan: Plan, cores: &[usize]) -> Result<Self, CompositeFault> {
        let (orders, told) = channel();
        let (tell, made) = channel();
        let shared = Arc::new(Shared::default());
        let cores = cpu_set(cores);
        let seen = Arc::clone(&shared);
        let desk = Desk::new(plan)?;
        let thread = thread::Builder::new().name("film".to_owned()).spawn(move || {
            if let Some(cores) = cores {
                // Without it the film still is made, on whatever core is free.
                let pinned = sched_setaffinity(Pid::from_raw(0), &cores);
                if let Err(error) = pinned {
                    tracing::warn!(%error, "the film is not kept to its cores");
                }
            }
            run(desk, &told, &tell, &seen);
        })?;
        let (people, lost) = (BTreeSet::new(), BTreeSet::new());
        let (orders, thread) = (Some(orders), Some(thread));
        Ok(Self { orders, made, shared, thread, people, lost })
    }

    /// From this moment on these are in the film, and nobody else.
    pub fn allow(&mut self, turn: Turn, at_ms: u64, people: &[Labelled]) {
        self.people = people.iter().map(|labelled| ParticipantId(labelled.participant)).collect();
        self.order(Order::Turn { turn, at_ms, people: people.to_vec() });
    }

    /// From this moment on nobody is. What came before is still made.
    pub fn rest(&mut self, at_ms: u64) {
        self.people.clear();
        self.order(Order::Rest { at_ms });
    }

    /// A frame of somebody in the turn; anybody else's is dropped.
    pub fn handle_frame(&mut self, frame: Frame) {
        if !self.people.contains(&frame.track.0) {
            return;
        }
        let track = frame.track;
        if self.shared.waiting.load(Ordering::Relaxed) >= WAITING_MAX {
            if track.1 != Source::Microphone && self.lost.insert(track) {
                self.order(Order::Lost(track));
            }
            return;
        }
        if self.lost.contains(&track) && !frame.key {
            return;
        }
        self.lost.remove(&track);
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        self.order(Order::Frame(frame));
    }

    /// How late it is in the recording's clock. Ten times a second is enough.
    pub fn handle_now(&mut self, at_ms: u64) {
        self.shared.now_ms.store(at_ms, Ordering::Relaxed);
        self.order(Order::Now(at_ms));
    }

    /// The next thing the film has made or has to say.
    pub fn poll(&mut self) -> Option<Composed> {
        self.made.try_recv().ok()
    }

    /// Waits for everything that was asked, and takes it: for the end of a recording.
    #[must_use]
    pub fn finish(&mut self) -> Vec<Composed> {
        drop(self.orders.take());
        self.made.iter().collect()
    }

    /// Whether the film's thread still runs; it ends by itself only when an encoder fails.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A thread that has ended is told by `is_alive`.
            let _: Result<_, _> = orders.send(order);
        }
    }
}

impl Drop for Composite {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            let _: thread::Result<()> = thread.join();
        }
    }
}

fn cpu_set(cores: &[usize]) -> Option<CpuSet> {
    let mut set = CpuSet::new();
    let known = cores.iter().filter(|core| set.set(**core).is_ok()).count();
    (known > 0).then_some(set)
}

/// The film's thread: takes orders until nobody gives any.
fn run(mut desk: Desk, told: &Receiver<Order>, tell: &Sender<Composed>, shared: &Shared) {
    for order in told {
        if let Err(fault) = obey(&mut desk, order, shared) {
            tracing::error!(error = &fault as &dyn std::error::Error, "the film has ended");
            return;
        }
        while let Some(composed) = desk.poll() {
            if tell.send(composed).is_err() {
                return;
            }
        }
    }
}

fn obey(desk: &mut Desk, order: Order, shared: &Shared) -> Result<(), FilmFault> {
    match order {
        Order::Turn { turn, at_ms, people } => desk.handle_turn(turn, at_ms, &people),
        Order::Rest { at_ms } => desk.handle_rest(at_ms),
        Order::Frame(frame) => {
            shared.waiting.fetch_sub(1, Ordering::Relaxed);
            desk.handle_frame(frame);
            Ok(())
        }
        Order::Lost(track) => {
            desk.handle_lost(track);
            Ok(())
        }
        Order::Now(at_ms) => desk.handle_now(at_ms, shared.now_ms.load(Ordering::Relaxed)),
    }
}

//! The limit: what this machine can do at this minute, if a packet is received, opened, sealed for
//! each listener and sent, and nothing else.
//!
//! In: who sends to whom, with which keys. Out: a thread at work, and its socket's address.
//! Never: bandwidth, loss, layers, consent, a person. No media plane can be cheaper than this.

use crate::Outcome;
use bedside_benches::processor::{pin, thread_named};
use bedside_loadtest::light::rtp;
use bedside_loadtest::light::srtp::{Keys, Master};
use bedside_loadtest::light::wire::{BATCH, Batches, Outgoing, bind};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Batches taken in a round.
const BATCHES_A_ROUND: usize = 8;
/// The rest of a media thread under load, and from how many packets a second it pays.
const REST: Duration = Duration::from_micros(500);
pub(crate) const RESTS_ABOVE: f64 = 2_000.0;
/// How often the thread looks whether it is still wanted.
const LOOK_EVERY: u16 = 50;
const NAME: &str = "bare";

/// One who sends or listens.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    /// What they seal with, and what is sealed for them.
    pub(crate) theirs: Master,
    pub(crate) ours: Master,
    /// Whom they are heard by.
    pub(crate) heard_by: Vec<usize>,
}

/// The loop at work.
#[derive(Debug)]
pub(crate) struct Bare {
    pub(crate) thread: u32,
    stop: Arc<AtomicBool>,
    joined: JoinHandle<()>,
}

/// The socket of a loop that is yet to start.
pub(crate) fn socket() -> Outcome<UdpSocket> {
    Ok(bind(Ipv4Addr::LOCALHOST, false)?)
}

impl Bare {
    /// Starts it on the first core; `rests` when it gets so many packets that resting pays.
    pub(crate) fn start(socket: UdpSocket, lines: Vec<Line>, rests: bool) -> Outcome<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (told, ready) = (stop.clone(), std::sync::mpsc::channel());
        let (started, is_started) = ready;
        let joined = std::thread::Builder::new().name(NAME.to_owned()).spawn(move || {
            pin(0);
            // Whoever waits for it is still there.
            let _heard = started.send(());
            Loop::new(socket, &lines).run(&told, rests);
        })?;
        is_started.recv()?;
        Ok(Self { thread: thread_named(NAME)?, stop, joined })
    }

    pub(crate) fn stop(self) -> Outcome<()> {
        self.stop.store(true, Ordering::Relaxed);
        self.joined.join().map_err(|_| "the bare loop ended by a panic")?;
        Ok(())
    }
}

struct Loop {
    socket: UdpSocket,
    index_by_address: HashMap<SocketAddr, usize>,
    opens: Vec<Keys>,
    listeners: Vec<Vec<(SocketAddr, Keys)>>,
    batches: Batches,
}

impl Loop {
    fn new(socket: UdpSocket, lines: &[Line]) -> Self {
        let listeners = lines.iter().map(|line| {
            let heard_by = line.heard_by.iter().filter_map(|index| lines.get(*index));
            heard_by.map(|line| (line.address, line.ours.keys())).collect()
        });
        Self {
            socket,
            index_by_address: lines
                .iter()
                .enumerate()
                .map(|(at, line)| (line.address, at))
                .collect(),
            opens: lines.iter().map(|line| line.theirs.keys()).collect(),
            listeners: listeners.collect(),
            batches: Batches::default(),
        }
    }

    fn run(mut self, stop: &AtomicBool, rests: bool) {
        let mut outgoing = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let mut fds = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
            // An interrupted wait is a round with nothing to do.
            let _ready = poll(&mut fds, PollTimeout::from(LOOK_EVERY));
            let began = Instant::now();
            for _ in 0..BATCHES_A_ROUND {
                if self.receive(&mut outgoing) < BATCH {
                    break;
                }
            }
            self.batches.send(&self.socket, &mut outgoing);
            if rests {
                std::thread::sleep(REST.saturating_sub(began.elapsed()));
            }
        }
    }

    fn receive(&mut self, outgoing: &mut Vec<Outgoing>) -> usize {
        let Self { socket, index_by_address, opens, listeners, batches } = self;
        batches.receive(socket, |incoming| {
            let Some(from) = index_by_address.get(&incoming.source) else { return };
            let Some(seen) = rtp::read(incoming.payload, 0) else { return };
            // Nothing here lasts until a number goes round.
            let index = (seen.ssrc, u64::from(seen.seq));
            let Some(keys) = opens.get(*from) else { return };
            let (header, length) = (seen.header_bytes, incoming.payload.len());
            if keys.open_rtp(incoming.payload, header, index).is_none() {
                return;
            }
            let plain = length.saturating_sub(bedside_loadtest::light::srtp::TAG_BYTES);
            for (destination, keys) in listeners.get(*from).into_iter().flatten() {
                let mut payload = Vec::with_capacity(length);
                payload.extend_from_slice(incoming.payload.get(..plain).unwrap_or_default());
                keys.seal_rtp(&mut payload, header, index);
                outgoing.push(Outgoing { destination: *destination, payload });
            }
        })
    }
}

//! One thread, its sockets, one shard: the loop that carries the media.
//!
//! In: datagrams and post. Out: datagrams, events, and what is tapped for a recorder.
//! Never: waits for anything but its sockets, its post and its next deadline, but for a short rest
//! under load (`sfu/src/load.rs`).

use crate::load::Load;
use crate::router::{Inbox, Post};
use crate::udp::{Arriving, BATCH, Leaving, Socket};
use bedside_sfu_api::{Event, RoomId, Tapped};
use bedside_sfu_core::{Datagram, SHARD_PARTICIPANTS_MAX, Shard, ShardConfig, Transmit};
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::time::TimeSpec;
use nix::unistd::Pid;
use rustix::process::{getpriority_process, setpriority_process};
use rustix::thread::set_current_timer_slack;
use std::collections::VecDeque;
use std::num::NonZero;
use std::os::fd::AsFd;
use std::time::Instant;
use tokio::sync::mpsc;

/// Batches taken from one socket in a round, so that a flood on one holds up neither the
/// others nor the timers.
const BATCHES_A_ROUND: usize = 8;
/// Datagrams that wait in a round at most before they are sent: what is still in the processor's cache
/// costs the kernel less to take. Fewer would tear apart what goes to one receiver.
const WAITING_MAX: usize = 128;
/// How far media goes before other work of the machine, in steps of `nice(2)`: a film that is made,
/// or a report that is counted, costs nobody's voice its time. Lower would go before the kernel's
/// own threads.
const NICE: i32 = -10;
/// How late a timer may be (`PR_SET_TIMERSLACK`); Linux lets it be 50 µs late unless told.
const SLACK_NS: u64 = 1_000;
/// Events kept while signaling is slow. Beyond it the oldest are dropped, which is a fault.
const EVENTS_KEPT_MAX: usize = 10_000;

/// One shard's thread.
#[derive(Debug)]
pub(crate) struct Worker {
    shard_number: u16,
    sockets: Vec<Socket>,
    inbox: Inbox,
    desk: Desk,
}

/// What leaves the machine.
struct Exit<'a> {
    sockets: &'a [Socket],
    leaving: Leaving,
    /// Datagrams that wait, by socket, and how many they are.
    outgoing: Vec<Vec<Transmit>>,
    waiting: usize,
    unsent: u64,
}

/// What leaves the thread for others of the program.
#[derive(Debug)]
struct Desk {
    events: mpsc::Sender<Event>,
    kept: VecDeque<Event>,
    taps: mpsc::Sender<Tapped>,
    /// What the recorder had no room for; the rest waits with the shard.
    untaken: Option<Tapped>,
}

impl Worker {
    pub(crate) fn new(
        shard_number: u16,
        sockets: Vec<Socket>,
        inbox: Inbox,
        events: mpsc::Sender<Event>,
        taps: mpsc::Sender<Tapped>,
    ) -> Self {
        let desk = Desk { events, kept: VecDeque::new(), taps, untaken: None };
        Self { shard_number, sockets, inbox, desk }
    }

    /// Runs until told to stop.
    pub(crate) fn run(self, core: Option<u16>) {
        seat(core);
        let Self { shard_number, sockets, inbox, mut desk } = self;
        let announced = sockets.iter().map(|socket| socket.announced).collect();
        let config = ShardConfig {
            shard: shard_number,
            announced,
            participants_max: SHARD_PARTICIPANTS_MAX,
        };
        let now = Instant::now();
        let (mut shard, mut arriving, mut load) =
            (Shard::new(now, config), Arriving::new(), Load::new(now));
        let mut exit = Exit::new(&sockets);
        let fds = sockets.iter().map(|socket| socket.socket.as_fd()).chain([inbox.wake()]);
        let mut fds: Vec<_> = fds.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        let mut running = true;
        while running {
            let has_post = wait(&mut fds, &shard);
            let now = Instant::now();
            let received = receive(&sockets, &mut arriving, |datagram| {
                shard.handle_datagram(now, datagram);
                exit.collect(&mut shard);
            });
            for post in has_post.then(|| inbox.take()).into_iter().flatten() {
                match post {
                    Post::Command(command) => shard.handle_command(now, command),
                    Post::Stop => {
                        shard.close();
                        running = false;
                    }
                }
            }
            shard.handle_timeout(now);
            exit.collect(&mut shard);
            exit.send();
            desk.tell(&mut shard, &inbox, exit.unsent);
            desk.hand_over(&mut shard);
            let rest = load.handle_round(now, received);
            if running && !rest.is_zero() {
                std::thread::sleep(rest.saturating_sub(now.elapsed()));
            }
        }
    }
}

/// Waits for a datagram, post, or the shard's next deadline. Whether there is post; its door is
/// the last.
fn wait(fds: &mut [PollFd<'_>], shard: &Shard) -> bool {
    let patience = shard.poll_timeout().saturating_duration_since(Instant::now());
    // An interrupted wait is a round with nothing to do.
    let _ = ppoll(fds, Some(TimeSpec::from_duration(patience)), None);
    fds.last().and_then(PollFd::any).unwrap_or(false)
}

fn receive(
    sockets: &[Socket],
    arriving: &mut Arriving,
    mut each: impl FnMut(Datagram<'_>),
) -> usize {
    let mut received = 0;
    for socket in sockets {
        for _ in 0..BATCHES_A_ROUND {
            let count = arriving.receive(socket, |source, payload| {
                each(Datagram { source, destination: socket.announced, payload });
            });
            received += count;
            if count < BATCH {
                break;
            }
        }
    }
    received
}

impl<'a> Exit<'a> {
    fn new(sockets: &'a [Socket]) -> Self {
        let outgoing = sockets.iter().map(|_| Vec::new()).collect();
        Self { sockets, leaving: Leaving::new(), outgoing, waiting: 0, unsent: 0 }
    }

    /// Takes what is to leave; many leave at once.
    fn collect(&mut self, shard: &mut Shard) {
        while let Some(transmit) = shard.poll_transmit() {
            let index = self.sockets.iter().position(|socket| socket.announced == transmit.source);
            match index.and_then(|index| self.outgoing.get_mut(index)) {
                Some(outgoing) => outgoing.push(transmit),
                None => self.unsent += 1,
            }
            self.waiting += 1;
            if self.waiting >= WAITING_MAX {
                self.send();
            }
        }
    }

    fn send(&mut self) {
        for (socket, transmits) in self.sockets.iter().zip(&mut self.outgoing) {
            let unsent = self.leaving.send(socket, transmits);
            self.unsent += u64::try_from(unsent).unwrap_or(u64::MAX);
            transmits.clear();
        }
        self.waiting = 0;
    }
}

impl Desk {
    /// Hands what was tapped to the recorder without waiting for it. What it has no room for stays
    /// with the shard, which keeps so much and counts the rest; where nobody listens it is dropped.
    fn hand_over(&mut self, shard: &mut Shard) {
        while let Some(tapped) = self.untaken.take().or_else(|| shard.poll_tapped()) {
            if let Err(mpsc::error::TrySendError::Full(tapped)) = self.taps.try_send(tapped) {
                self.untaken = Some(tapped);
                break;
            }
        }
    }

    /// Passes events on without waiting for signaling.
    fn tell(&mut self, shard: &mut Shard, inbox: &Inbox, unsent: u64) {
        while let Some(mut event) = shard.poll_event() {
            if let Event::Stats(stats) = &mut event {
                stats.datagrams_unsent = unsent;
                inbox.tell_people(usize::try_from(stats.participants).unwrap_or(usize::MAX));
            }
            self.kept.push_back(event);
        }
        while let Some(event) = self.kept.pop_front() {
            if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
                self.kept.push_front(event);
                break;
            }
        }
        while self.kept.len() > EVENTS_KEPT_MAX {
            let dropped = self.kept.pop_front();
            let room: Option<RoomId> = dropped.as_ref().and_then(Event::room);
            tracing::error!(?room, "signaling is too slow; an event was dropped");
        }
    }
}

/// Makes the thread one for media: on its core, before other work, and on time.
fn seat(core: Option<u16>) {
    if let Some(core) = core {
        pin(core);
    }
    // For a thread alone, as Linux has it. Where it is not permitted the thread is one of many.
    // Whoever started us may have put us further before others already.
    let preferred = getpriority_process(None)
        .and_then(|inherited| setpriority_process(None, inherited.min(NICE)));
    if let Err(errno) = preferred {
        tracing::info!(%errno, "media threads have no priority; CAP_SYS_NICE or LimitNICE would permit it");
    }
    if let Err(errno) = set_current_timer_slack(NonZero::new(SLACK_NS)) {
        tracing::debug!(%errno, "a media thread may be woken late");
    }
}

fn pin(core: u16) {
    let mut set = CpuSet::new();
    let pinned =
        set.set(usize::from(core)).and_then(|()| sched_setaffinity(Pid::from_raw(0), &set));
    if let Err(errno) = pinned {
        tracing::info!(core, %errno, "a media thread could not be kept on its core");
    }
}

//! The body of the SFU: threads, sockets, one shard a core.
//!
//! In: settings, then commands on a bounded queue. Out: events and tapped media on bounded queues;
//! datagrams on the network.
//! Never: decides about media; that is `bedside-sfu-core`. No lock and no await on a packet's way.

mod address;
mod batch;
mod fault;
mod home;
mod load;
mod router;
mod udp;
mod worker;

pub use address::{Local, locals};
pub use fault::Fault;

use bedside_config::Media;
use bedside_sfu_api::{Command, Event, Tapped};
use router::Mailbox;
use std::thread::JoinHandle;
use tokio::sync::mpsc;

/// Commands that may wait between signaling and the shards. More rides out a longer stall of a
/// shard; fewer tells people sooner that the server is full.
const COMMANDS_MAX: usize = 1_024;
/// Events that may wait for signaling.
const EVENTS_MAX: usize = 8_192;
/// Packets that may wait for the recorder, of all visits together: half a second of forty visits
/// of four, twenty megabytes. More rides out a longer stall of a disk, at that price; what does
/// not fit is missing in the recording, and it says so.
const TAPS_MAX: usize = 16_384;

/// A media plane at work.
#[derive(Debug)]
pub struct Running {
    /// What signaling asks for.
    pub commands: mpsc::Sender<Command>,
    /// What the media plane has seen.
    pub events: mpsc::Receiver<Event>,
    /// What is taken for a recorder, where `Command::Tap` asked for it. Dropped if nobody listens.
    pub taps: mpsc::Receiver<Tapped>,
    /// Its threads.
    pub threads: Threads,
}

/// The threads of a media plane; each carries one shard.
#[derive(Debug)]
pub struct Threads {
    mailboxes: Vec<Mailbox>,
    workers: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Says goodbye to everybody who is connected and ends the threads.
    pub fn stop(self) {
        for mailbox in &self.mailboxes {
            mailbox.stop();
        }
        for worker in self.workers {
            if worker.join().is_err() {
                tracing::error!("a media thread ended by a panic");
            }
        }
    }
}

/// Binds the sockets and starts the threads.
///
/// # Errors
/// When an address or a port cannot be used; the fault says which.
pub fn start(settings: &Media) -> Result<Running, Fault> {
    let locals = locals(settings)?;
    let shards = if settings.shards == 0 { cores() } else { settings.shards };
    let (commands, command_queue) = mpsc::channel(COMMANDS_MAX);
    let (event_queue, events) = mpsc::channel(EVENTS_MAX);
    let (tap_queue, taps) = mpsc::channel(TAPS_MAX);
    let (mut mailboxes, mut workers) = (Vec::new(), Vec::new());
    for shard in 0..shards {
        let port = settings.port.checked_add(if settings.port == 0 { 0 } else { shard });
        let port = port.ok_or(Fault::Ports { first: settings.port, shards })?;
        let sockets = udp::bind(&locals, port)?;
        let (mailbox, post) = router::mailbox()?;
        let core = settings.pin.then_some(shard);
        let (event_queue, tap_queue) = (event_queue.clone(), tap_queue.clone());
        let worker = worker::Worker::new(shard, sockets, post, event_queue, tap_queue);
        workers.push(spawn(format!("media-{shard}"), move || worker.run(core))?);
        mailboxes.push(mailbox);
    }
    let boxes = mailboxes.clone();
    spawn("media-router".to_owned(), move || router::run(command_queue, &boxes))?;
    Ok(Running { commands, events, taps, threads: Threads { mailboxes, workers } })
}

fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    std::thread::Builder::new().name(name).spawn(body).map_err(Fault::Thread)
}

fn cores() -> u16 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u16::try_from(cores).unwrap_or(u16::MAX)
}

//! Datagrams of nobody, from many addresses: what a scanner or an attacker sends.
//!
//! In: where to, how many a second. Out: that many, until told to stop.
//! Never: anything a connection of ours could have sent.

use crate::Outcome;
use bedside_benches::processor::pin;
use bedside_loadtest::light::wire::{Batches, Outgoing, bind};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Addresses it comes from.
const SOURCES: usize = 256;
/// Length of what is sent; most scanners say little.
const BYTES: usize = 120;
const ROUND: Duration = Duration::from_millis(1);

/// A flood at work.
pub(crate) struct Flood {
    stop: Arc<AtomicBool>,
    joined: JoinHandle<u64>,
}

impl Flood {
    pub(crate) fn start(to: SocketAddr, a_second: usize) -> Outcome<Self> {
        let mut sockets = Vec::new();
        for _ in 0..SOURCES {
            let address =
                Ipv4Addr::new(127, fastrand::u8(1..), fastrand::u8(..), fastrand::u8(1..255));
            sockets.push(bind(address, false)?);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let joined = std::thread::Builder::new()
            .name("flood".to_owned())
            .spawn(move || run(&sockets, to, a_second, &told))?;
        Ok(Self { stop, joined })
    }

    /// Ends it. How many datagrams it sent.
    pub(crate) fn stop(self) -> Outcome<u64> {
        self.stop.store(true, Ordering::Relaxed);
        self.joined.join().map_err(|_| "the flood ended by a panic".into())
    }
}

fn run(sockets: &[UdpSocket], to: SocketAddr, a_second: usize, stop: &AtomicBool) -> u64 {
    pin(1);
    let (mut batches, began, mut sent) = (Batches::default(), Instant::now(), 0);
    let mut sockets = sockets.iter().cycle();
    while !stop.load(Ordering::Relaxed) {
        let due = (began.elapsed().as_micros() * a_second as u128 / 1_000_000).saturating_sub(sent);
        let mut outgoing: Vec<Outgoing> = (0..due).map(|_| junk(to)).collect();
        sent += due;
        if let Some(socket) = sockets.next() {
            batches.send(socket, &mut outgoing);
        }
        std::thread::sleep(ROUND);
    }
    u64::try_from(sent).unwrap_or(u64::MAX).saturating_sub(batches.unsent)
}

/// Looks like a check, a key, a packet of media, or nothing.
fn junk(destination: SocketAddr) -> Outgoing {
    let mut payload: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(BYTES).collect();
    let looks: [u8; 8] = match fastrand::u8(..4) {
        0 => [0, 1, 0, 100, 0x21, 0x12, 0xa4, 0x42],
        1 => [22, 254, 253, 0, 0, 0, 0, 0],
        2 => [0x90, 96, 0, 1, 0, 0, 0, 9],
        _ => [255; 8],
    };
    for (byte, like) in payload.iter_mut().zip(looks) {
        *byte = like;
    }
    Outgoing { destination, payload }
}

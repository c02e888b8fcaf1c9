//! People behind real sockets, all in one thread: each has a port of their own.
//!
//! In: connected people, time. Out: their datagrams on the network; what was delivered to them.
//! Never: a share in what is measured; it has a core of its own, and its time is not counted.

use crate::Outcome;
use bedside_loadtest::light::wire::{BATCH, Batches, Outgoing, stamp};
use bedside_loadtest::light::{Handshake, Person, Session};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant, SystemTime};

/// From a look at all sockets to the next, so that one look finds several packets.
const SWEEP: Duration = Duration::from_micros(400);
/// Sockets looked at in a sweep at most; the others come next.
const READY_MAX: usize = 512;
/// How long somebody may take to connect.
const CONNECTS_WITHIN: Duration = Duration::from_secs(5);

struct Seat {
    socket: UdpSocket,
    server: SocketAddr,
    person: Person,
    sends: bool,
}

/// The people.
pub(crate) struct Crowd {
    seats: Vec<Seat>,
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    epoll: Epoll,
    batches: Batches,
    outgoing: Vec<Outgoing>,
}

impl Crowd {
    pub(crate) fn new() -> Outcome<Self> {
        Ok(Self {
            seats: Vec::new(),
            due: BinaryHeap::new(),
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?,
            batches: Batches::default(),
            outgoing: Vec::new(),
        })
    }

    /// Somebody takes their seat.
    pub(crate) fn seat(
        &mut self,
        socket: UdpSocket,
        server: SocketAddr,
        session: Session,
        sends: bool,
    ) -> Outcome<()> {
        let index = self.seats.len();
        let number = u8::try_from(index % 251)?;
        let person = Person::new(Instant::now(), session, number);
        let event = EpollEvent::new(EpollFlags::EPOLLIN, u64::try_from(index)?);
        self.epoll.add(&socket, event)?;
        self.due.push(Reverse((person.next_at(), index)));
        self.seats.push(Seat { socket, server, person, sends });
        Ok(())
    }

    /// Those who send begin, or end.
    pub(crate) fn send(&mut self, sends: bool) {
        let now = Instant::now();
        for (index, seat) in self.seats.iter_mut().enumerate().filter(|(_, seat)| seat.sends) {
            seat.person.send(now, sends);
            self.due.push(Reverse((seat.person.next_at(), index)));
        }
    }

    /// Everybody opens one packet in so many, to see when it left.
    pub(crate) fn open_every(&mut self, packets: u64) {
        for seat in &mut self.seats {
            seat.person.opens_every = packets;
        }
    }

    /// Packets of voices and pictures delivered so far, and packets that could not be opened.
    pub(crate) fn delivered(&self) -> (u64, u64) {
        let delivered = self.seats.iter().map(|seat| seat.person.delivered());
        delivered
            .fold((0, 0), |(packets, broken), one| (packets + one.packets, broken + one.broken))
    }

    /// How long the packets took that were opened, in nanoseconds, shortest first.
    pub(crate) fn take_times(&mut self) -> Vec<u64> {
        let times = self.seats.iter_mut().flat_map(|seat| seat.person.take_times());
        let mut times: Vec<u64> = times.collect();
        times.sort_unstable();
        times
    }

    /// Lives for this long.
    pub(crate) fn run(&mut self, time: Duration) -> Outcome<()> {
        let until = Instant::now() + time;
        loop {
            let began = Instant::now();
            if began >= until {
                return Ok(());
            }
            self.receive()?;
            self.wake(Instant::now());
            std::thread::sleep(SWEEP.saturating_sub(began.elapsed()));
        }
    }

    fn receive(&mut self) -> Outcome<()> {
        let mut ready = [EpollEvent::empty(); READY_MAX];
        let count = self.epoll.wait(&mut ready, EpollTimeout::ZERO)?;
        let (now, today) = (Instant::now(), SystemTime::now());
        let today = today.duration_since(SystemTime::UNIX_EPOCH)?;
        let Self { seats, batches, due, .. } = self;
        for event in ready.iter().take(count) {
            let index = usize::try_from(event.data())?;
            let Some(Seat { socket, person, .. }) = seats.get_mut(index) else { continue };
            let before = person.next_at();
            let mut more = true;
            while more {
                let count = batches.receive(socket, |incoming| {
                    let age = today.saturating_sub(Duration::from_nanos(incoming.at));
                    let at = now.checked_sub(age).unwrap_or(now);
                    person.handle_datagram(at, incoming.at, incoming.payload);
                });
                more = count == BATCH;
            }
            if person.next_at() < before {
                due.push(Reverse((person.next_at(), index)));
            }
        }
        Ok(())
    }

    /// Whoever is due acts.
    fn wake(&mut self, now: Instant) {
        while let Some(Reverse((at, index))) = self.due.peek().copied() {
            if at > now {
                return;
            }
            self.due.pop();
            let Some(Seat { socket, server, person, .. }) = self.seats.get_mut(index) else {
                continue;
            };
            if person.next_at() > now {
                // They have acted since; whoever made them has said when they are due.
                continue;
            }
            person.handle_timeout(now, stamp());
            let destination = *server;
            while let Some(payload) = person.poll_transmit() {
                self.outgoing.push(Outgoing { destination, payload });
            }
            self.batches.send(socket, &mut self.outgoing);
            self.due.push(Reverse((person.next_at(), index)));
        }
    }
}

/// Brings a connection up, with the answer to its offer.
pub(crate) fn connect(
    socket: &UdpSocket,
    mut handshake: Handshake,
    answer: &str,
) -> Outcome<(SocketAddr, Session)> {
    let began = Instant::now();
    let server = handshake.handle_answer(began, answer).ok_or("an answer without an address")?;
    let mut buffer = [0; 2_048];
    while !handshake.is_connected() {
        while let Some(datagram) = handshake.poll_transmit() {
            socket.send_to(&datagram, server)?;
        }
        match socket.recv_from(&mut buffer) {
            Ok((bytes, source)) => {
                let datagram = buffer.get(..bytes).unwrap_or_default();
                handshake.handle_datagram(Instant::now(), source, datagram);
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_micros(200));
            }
            Err(error) => return Err(error.into()),
        }
        let now = Instant::now();
        if handshake.next_at() <= now {
            handshake.handle_timeout(now);
        }
        if now.saturating_duration_since(began) > CONNECTS_WITHIN {
            return Err("somebody could not connect".into());
        }
    }
    while let Some(datagram) = handshake.poll_transmit() {
        socket.send_to(&datagram, server)?;
    }
    Ok((server, handshake.finish().ok_or("the suite is not AES-256-GCM")?))
}

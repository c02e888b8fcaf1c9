//! A thread that plays many people: their sockets, their alarms, one loop.
//!
//! In: orders from the people's lives. Out: offers, counts, what became of each.
//! Never: waits for anything but a datagram, an alarm or an order. A socket a person: a server
//! tells people apart by where their media comes from.

use super::count::Count;
use super::script::Line;
use super::seat::{Persona, Seat, Told};
use super::stack::StackFault;
use bedside_sfu_api::{LayerWorth, VoiceWorth};
use bedside_signaling_api::socket::{Slot, Source, Sources};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::time::TimeSpec;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Longest datagram taken; WebRTC's are shorter than an Ethernet frame.
const DATAGRAM_BYTES_MAX: usize = 2_048;
/// Datagrams read of one socket before the others have their turn.
const READS_MAX: usize = 32;
/// Sockets told of at once.
const EVENTS_MAX: usize = 256;
/// Datagrams of noise that one act of nonsense sends.
const NOISE: usize = 20;
/// Their length.
const NOISE_BYTES: usize = 300;
/// The token of the bell; people are counted from zero.
const BELL: u64 = u64::MAX;

/// Who sits where; counted over the whole test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SeatId(pub(crate) u64);

/// What a life asks of its thread.
#[derive(Debug)]
pub(crate) enum Order {
    Sit {
        seat: SeatId,
        persona: Box<Persona>,
        reply: oneshot::Sender<Result<String, CrewFault>>,
    },
    /// The server offers: to somebody who sits already, or sits down for it.
    Offered {
        seat: SeatId,
        persona: Box<Persona>,
        sdp: String,
        reply: oneshot::Sender<Result<String, CrewFault>>,
    },
    Answer {
        seat: SeatId,
        sdp: String,
        reply: oneshot::Sender<Result<(), CrewFault>>,
    },
    /// Something for somebody who sits, that nobody waits for.
    Tell {
        seat: SeatId,
        word: Word,
    },
    Rise {
        seat: SeatId,
        reply: oneshot::Sender<Told>,
    },
    Count {
        reply: oneshot::Sender<Count>,
    },
    Stop,
}

/// What somebody who sits is told.
#[derive(Debug)]
pub(crate) enum Word {
    /// What plays where.
    Bind(Vec<Slot>),
    /// What is worth sending of the camera or the screen.
    Worth(Source, Vec<LayerWorth>),
    /// And of the voice.
    VoiceWorth(VoiceWorth),
    /// What is switched on.
    Switch(Sources),
    /// What their line is like.
    Line(Line),
    /// Make noise.
    Noise,
}

/// Why somebody cannot sit down.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CrewFault {
    #[error("no socket for another person")]
    Socket(#[source] std::io::Error),
    #[error(transparent)]
    Stack(#[from] StackFault),
    #[error("the thread of this person has ended")]
    Ended,
}

/// Why a thread cannot begin.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no way to wait for sockets")]
pub(crate) struct NoWait(#[source] Errno);

/// A thread at work.
#[derive(Debug)]
pub(crate) struct Crew {
    orders: Sender<Order>,
    bell: Arc<EventFd>,
    thread: Option<JoinHandle<()>>,
}

/// The way to it, for a life.
#[derive(Debug, Clone)]
pub(crate) struct Reins {
    orders: Sender<Order>,
    bell: Arc<EventFd>,
}

impl Crew {
    /// A thread whose people send from this address; stamps count from `epoch`.
    pub(crate) fn start(epoch: Instant, local: IpAddr) -> Result<Self, NoWait> {
        let (orders, inbox) = channel();
        let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
        let bell = Arc::new(EventFd::from_flags(flags).map_err(NoWait)?);
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(NoWait)?;
        epoll.add(&*bell, EpollEvent::new(EpollFlags::EPOLLIN, BELL)).map_err(NoWait)?;
        let work = Work {
            epoch,
            local,
            epoll,
            bell: Arc::clone(&bell),
            inbox,
            seat_by_id: HashMap::new(),
            alarms: BTreeSet::new(),
            count: Count::default(),
        };
        let thread = thread::Builder::new().name("people".to_owned()).spawn(|| work.run());
        Ok(Self { orders, bell, thread: thread.ok() })
    }

    pub(crate) fn reins(&self) -> Reins {
        Reins { orders: self.orders.clone(), bell: Arc::clone(&self.bell) }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.reins().give(Order::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Reins {
    /// Gives an order that nobody waits for.
    pub(crate) fn give(&self, order: Order) {
        if self.orders.send(order).is_ok() {
            // A bell that rings already is heard.
            let _ = self.bell.write(1);
        }
    }

    /// Tells somebody who sits.
    pub(crate) fn tell(&self, seat: SeatId, word: Word) {
        self.give(Order::Tell { seat, word });
    }

    /// Gives an order and waits for what comes of it; nothing where the thread has ended.
    pub(crate) async fn ask<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<T>) -> Order,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.give(order(reply));
        answer.await.ok()
    }
}

#[derive(Debug)]
struct Seated {
    socket: UdpSocket,
    seat: Seat,
    alarm: Instant,
    server: Option<SocketAddr>,
}

struct Work {
    epoch: Instant,
    local: IpAddr,
    epoll: Epoll,
    bell: Arc<EventFd>,
    inbox: Receiver<Order>,
    seat_by_id: HashMap<SeatId, Seated>,
    alarms: BTreeSet<(Instant, SeatId)>,
    count: Count,
}

impl Work {
    fn run(mut self) {
        let mut events = [EpollEvent::empty(); EVENTS_MAX];
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            let ready = match self.wait(&mut events) {
                Ok(ready) => ready,
                Err(Errno::EINTR) => 0,
                Err(_) => return,
            };
            for event in events.iter().take(ready) {
                match event.data() {
                    BELL => {
                        let _ = self.bell.read();
                    }
                    seat => self.receive(SeatId(seat), &mut buffer),
                }
            }
            while let Ok(order) = self.inbox.try_recv() {
                if matches!(order, Order::Stop) {
                    return;
                }
                self.obey(order);
            }
            self.ring_alarms();
        }
    }

    /// Waits for a datagram, an order, or the next alarm. An epoll waits in whole milliseconds; who
    /// waits for the epoll does not.
    fn wait(&self, events: &mut [EpollEvent]) -> Result<usize, Errno> {
        let patience =
            self.alarms.first().map(|(at, _)| at.saturating_duration_since(Instant::now()));
        let mut epoll = [PollFd::new(self.epoll.0.as_fd(), PollFlags::POLLIN)];
        ppoll(&mut epoll, patience.map(TimeSpec::from_duration), None)?;
        self.epoll.wait(events, EpollTimeout::ZERO)
    }

    fn receive(&mut self, id: SeatId, buffer: &mut [u8]) {
        let Some(seated) = self.seat_by_id.get_mut(&id) else { return };
        for _ in 0..READS_MAX {
            let Ok((bytes, source)) = seated.socket.recv_from(buffer) else { break };
            let Some(datagram) = buffer.get(..bytes) else { break };
            seated.seat.handle_datagram(Instant::now(), (source, datagram), &mut self.count);
        }
        self.settle(id);
    }

    fn ring_alarms(&mut self) {
        let now = Instant::now();
        while let Some((at, id)) = self.alarms.first().copied().filter(|(at, _)| *at <= now) {
            self.alarms.remove(&(at, id));
            self.count.late.add(now.saturating_duration_since(at));
            if let Some(seated) = self.seat_by_id.get_mut(&id) {
                // Sealing takes its time; what is stamped next is stamped when it leaves.
                seated.seat.handle_timeout(Instant::now(), &mut self.count);
            }
            self.settle(id);
        }
    }

    /// Sends what is to be sent, and sets the alarm.
    fn settle(&mut self, id: SeatId) {
        let Some(seated) = self.seat_by_id.get_mut(&id) else { return };
        while let Some((to, datagram)) = seated.seat.poll_transmit() {
            self.count.sent += 1;
            seated.server = Some(to);
            // What a full buffer does not take is lost, as on any line.
            let _ = seated.socket.send_to(&datagram, to);
        }
        self.count.lost += u64::from(seated.seat.poll_lost());
        let next_at = seated.seat.next_at();
        self.alarms.remove(&(seated.alarm, id));
        seated.alarm = next_at;
        self.alarms.insert((next_at, id));
    }

    fn obey(&mut self, order: Order) {
        let now = Instant::now();
        match order {
            Order::Sit { seat, persona, reply } => {
                let sat = self
                    .seat(now, seat, |epoch, address| Seat::offer(now, epoch, *persona, address));
                let _ = reply.send(sat);
                self.settle(seat);
            }
            Order::Offered { seat, persona, sdp, reply } => {
                let answered = match self.seat_by_id.get_mut(&seat) {
                    Some(seated) => seated.seat.handle_offer(now, &sdp).map_err(CrewFault::Stack),
                    None => self.seat(now, seat, |epoch, address| {
                        Seat::accept(now, epoch, *persona, (address, &sdp))
                    }),
                };
                let _ = reply.send(answered);
                self.settle(seat);
            }
            Order::Rise { seat, reply } => {
                if let Some(seated) = self.seat_by_id.remove(&seat) {
                    self.alarms.remove(&(seated.alarm, seat));
                    let _ = self.epoll.delete(&seated.socket);
                    let _ = reply.send(seated.seat.rise(now, &mut self.count));
                }
            }
            Order::Count { reply } => {
                let mut count = std::mem::take(&mut self.count);
                let up =
                    self.seat_by_id.values().filter(|seated| seated.seat.is_somebody()).count();
                count.connected = u64::try_from(up).unwrap_or(u64::MAX);
                let _ = reply.send(count);
            }
            Order::Answer { seat, sdp, reply } => {
                let answered = match self.seat_by_id.get_mut(&seat) {
                    Some(seated) => seated.seat.handle_answer(now, &sdp).map_err(CrewFault::Stack),
                    None => Err(CrewFault::Ended),
                };
                let _ = reply.send(answered);
                self.settle(seat);
            }
            Order::Tell { seat, word } => self.tell(now, seat, word),
            // The loop has ended by it.
            Order::Stop => {}
        }
    }

    fn tell(&mut self, now: Instant, id: SeatId, word: Word) {
        let Some(seated) = self.seat_by_id.get_mut(&id) else { return };
        match word {
            Word::Bind(slots) => seated.seat.bind(now, &slots, &mut self.count),
            Word::Worth(source, worth) => seated.seat.handle_worth(source, worth),
            Word::VoiceWorth(worth) => seated.seat.handle_voice_worth(worth),
            Word::Switch(sources) => seated.seat.switch(sources),
            Word::Line(line) => seated.seat.set_line(now, line),
            Word::Noise => seated.make_noise(),
        }
        self.settle(id);
    }

    /// A socket for somebody, and a seat at it; what they say to the server.
    fn seat(
        &mut self,
        now: Instant,
        id: SeatId,
        sit: impl FnOnce(Instant, SocketAddr) -> Result<(Seat, String), StackFault>,
    ) -> Result<String, CrewFault> {
        let socket = UdpSocket::bind((self.local, 0)).map_err(CrewFault::Socket)?;
        socket.set_nonblocking(true).map_err(CrewFault::Socket)?;
        let address = socket.local_addr().map_err(CrewFault::Socket)?;
        let (seat, sdp) = sit(self.epoch, address)?;
        let interest = EpollEvent::new(EpollFlags::EPOLLIN, id.0);
        self.epoll.add(&socket, interest).map_err(|errno| CrewFault::Socket(errno.into()))?;
        let alarm = now + Duration::from_millis(1);
        self.alarms.insert((alarm, id));
        self.seat_by_id.insert(id, Seated { socket, seat, alarm, server: None });
        Ok(sdp)
    }
}

impl Seated {
    /// Datagrams that no stack sends: noise, and noise that looks like STUN, DTLS and RTP.
    fn make_noise(&self) {
        let Some(server) = self.server else { return };
        for first in [0, 22, 128, 255].into_iter().cycle().take(NOISE) {
            let noise: Vec<u8> =
                std::iter::once(first).chain((1..NOISE_BYTES).map(|_| fastrand::u8(..))).collect();
            let _ = self.socket.send_to(&noise, server);
        }
    }
}

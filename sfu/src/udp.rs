//! Datagrams in and out by the batch: recvmmsg, sendmmsg, and UDP_SEGMENT for trains.
//!
//! In: sockets bound to concrete addresses. Out: datagrams with their source; datagrams sent.
//! Never: blocks, allocates a buffer per packet, looks inside.

use crate::address::Local;
use crate::batch::{Gathered, Order, Run, SEGMENTS_MAX};
use crate::fault::Fault;
use bedside_sfu_core::Transmit;
use nix::errno::Errno;
use nix::sys::socket::{
    ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg, sendmsg,
    setsockopt, sockopt,
};
use std::array::from_fn;
use std::cell::Cell;
use std::io::{IoSlice, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;

/// Datagrams one system call may carry. More saves little (19 % at 8, 21 % at 128).
pub(crate) const BATCH: usize = 32;
/// Longest datagram taken. Media stays under 1,500; a DTLS flight may come unfragmented.
const DATAGRAM_BYTES_MAX: usize = 2_048;
/// Kernel buffers of a socket, in bytes: 100 ms of a full shard.
const SOCKET_BUFFER_BYTES: usize = 4 << 20;

/// A bound socket.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) socket: UdpSocket,
    /// What browsers are told.
    pub(crate) announced: SocketAddr,
    /// Whether the kernel splits trains for us.
    segments: Cell<bool>,
    /// Whether it is an IPv6 socket.
    v6: bool,
}

/// Binds one socket an address. With port zero each takes whatever port the system gives.
pub(crate) fn bind(locals: &[Local], port: u16) -> Result<Vec<Socket>, Fault> {
    let bind_one = |local: &Local| {
        let address = SocketAddr::new(local.local, port);
        let failed = |source| Fault::Bind { address, source };
        let socket = UdpSocket::bind(address).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        // The system may grant less; it says so in its own log, and media flows all the same.
        let _ = setsockopt(&socket, sockopt::RcvBuf, &SOCKET_BUFFER_BYTES);
        let _ = setsockopt(&socket, sockopt::SndBuf, &SOCKET_BUFFER_BYTES);
        let port = socket.local_addr().map_err(failed)?.port();
        let announced = SocketAddr::new(local.announced, port);
        Ok(Socket { socket, announced, segments: Cell::new(true), v6: local.local.is_ipv6() })
    };
    locals.iter().map(bind_one).collect()
}

/// What one thread receives into, used again for each batch.
pub(crate) struct Arriving {
    buffers: Box<[[u8; DATAGRAM_BYTES_MAX]; BATCH]>,
    /// By family: the kernel leaves the length of the last address in the headers, and an IPv6
    /// address does not fit into the length of an IPv4 one.
    received_v4: MultiHeaders<SockaddrStorage>,
    received_v6: MultiHeaders<SockaddrStorage>,
}

/// What one thread sends with, used again for each batch.
pub(crate) struct Leaving {
    sent: MultiHeaders<SockaddrStorage>,
    order: Order,
}

impl Arriving {
    pub(crate) fn new() -> Self {
        Self {
            buffers: Box::new([[0; DATAGRAM_BYTES_MAX]; BATCH]),
            received_v4: MultiHeaders::preallocate(BATCH, None),
            received_v6: MultiHeaders::preallocate(BATCH, None),
        }
    }

    /// Takes one batch from the socket and hands over each datagram. How many there were; a
    /// full batch means that more may wait.
    pub(crate) fn receive(
        &mut self,
        socket: &Socket,
        mut each: impl FnMut(SocketAddr, &[u8]),
    ) -> usize {
        let mut slices =
            self.buffers.each_mut().map(|buffer| [IoSliceMut::new(buffer.as_mut_slice())]);
        let fd = socket.socket.as_raw_fd();
        let flags = MsgFlags::MSG_DONTWAIT;
        let headers = if socket.v6 { &mut self.received_v6 } else { &mut self.received_v4 };
        let results = match recvmmsg(fd, headers, slices.iter_mut(), flags, None) {
            Ok(results) => results,
            Err(Errno::EAGAIN | Errno::EINTR) => return 0,
            Err(errno) => {
                // An ICMP error of an earlier send comes up here and is over once it was read.
                tracing::debug!(%errno, "receive");
                return 0;
            }
        };
        let mut count = 0;
        for message in results {
            count += 1;
            let source = message.address.as_ref().and_then(std_address);
            if let (Some(source), Some(payload)) = (source, message.iovs().next()) {
                each(source, payload);
            }
        }
        count
    }
}

impl Leaving {
    pub(crate) fn new() -> Self {
        Self { sent: MultiHeaders::preallocate(BATCH, None), order: Order::default() }
    }

    /// Sends datagrams of one socket. How many the kernel did not take.
    pub(crate) fn send(&mut self, socket: &Socket, transmits: &[Transmit]) -> usize {
        let gathered = self.order.gather(transmits);
        let mut unsent = 0;
        for run in gathered.runs() {
            let (train, range) = match run {
                Run::Train(range) => (true, range),
                Run::Singles(range) => (false, range),
            };
            let run = gathered.part(range);
            if !(train && socket.segments.get() && send_train(socket, run)) {
                unsent += send_singles(&mut self.sent, socket, run);
            }
        }
        unsent
    }
}

/// Sends one by one, a batch in a call. How many the kernel did not take.
fn send_singles(
    headers: &mut MultiHeaders<SockaddrStorage>,
    socket: &Socket,
    singles: Gathered<'_>,
) -> usize {
    let (mut unsent, mut at) = (0, 0);
    while at < singles.len() {
        let batch = singles.part(at..singles.len().min(at + BATCH));
        let slices: [_; BATCH] = from_fn(|place| [slice(batch, place)]);
        let addresses: [_; BATCH] =
            from_fn(|place| Some(SockaddrStorage::from(batch.get(place)?.destination)));
        let (fd, flags) = (socket.socket.as_raw_fd(), MsgFlags::MSG_DONTWAIT);
        let none: [ControlMessage<'_>; 0] = [];
        let slices = slices.iter().take(batch.len());
        at += match sendmmsg(fd, headers, slices, addresses, none, flags) {
            Ok(results) => results.count().max(1),
            Err(Errno::EAGAIN) => return unsent + singles.len() - at,
            // The first one cannot be sent (no route, refused): go on with the next.
            Err(errno) => {
                tracing::trace!(%errno, "send");
                unsent += 1;
                1
            }
        };
    }
    unsent
}

/// The bytes at a place; none behind the last.
fn slice(gathered: Gathered<'_>, place: usize) -> IoSlice<'_> {
    IoSlice::new(gathered.get(place).map_or(&[], |transmit| &transmit.payload))
}

/// Sends a train in one call. Whether that worked; where the kernel or the driver cannot,
/// trains are not tried again.
fn send_train(socket: &Socket, train: Gathered<'_>) -> bool {
    let Some(first) = train.get(0) else { return true };
    let Ok(size) = u16::try_from(first.payload.len()) else { return false };
    let slices: [_; SEGMENTS_MAX] = from_fn(|place| slice(train, place));
    let slices = slices.get(..train.len()).unwrap_or(&slices);
    let segments = [ControlMessage::UdpGsoSegments(&size)];
    let address = SockaddrStorage::from(first.destination);
    let fd = socket.socket.as_raw_fd();
    match sendmsg(fd, slices, &segments, MsgFlags::MSG_DONTWAIT, Some(&address)) {
        Ok(_) => true,
        Err(errno) => {
            // EINVAL is one receiver's narrow path, not this system.
            if matches!(errno, Errno::EIO | Errno::EOPNOTSUPP | Errno::ENOPROTOOPT) {
                tracing::info!(%errno, "this system does not split trains of datagrams");
                socket.segments.set(false);
            }
            false
        }
    }
}

fn std_address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| SocketAddr::V4((*v4).into()));
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| SocketAddr::V6((*v6).into())))
}

#[cfg(test)]
mod tests;

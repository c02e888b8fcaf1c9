//! Datagrams in and out by the batch, with the time at which the kernel had them.
//!
//! In: sockets. Out: datagrams with their source and arrival; datagrams sent.
//! Never: waits; never loses one silently: what was not taken is counted.

use nix::errno::Errno;
use nix::sys::socket::{
    ControlMessage, ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrIn, recvmmsg, sendmmsg,
    setsockopt, sockopt,
};
use std::io::{IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};
use std::time::{Duration, SystemTime};

/// Datagrams a system call may carry.
pub const BATCH: usize = 32;
/// Longest datagram taken.
const BYTES_MAX: usize = 2_048;
/// Kernel buffers asked for, in bytes.
const BUFFER_BYTES: usize = 4 << 20;

/// A datagram to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// To whom.
    pub destination: SocketAddr,
    /// Its bytes.
    pub payload: Vec<u8>,
}

/// A datagram that has come.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// From whom.
    pub source: SocketAddr,
    /// When, in nanoseconds since 1970; of a socket that does not ask, zero.
    pub at: u64,
    /// Its bytes.
    pub payload: &'a mut [u8],
}

/// A socket on this machine, which never waits.
///
/// # Errors
/// When the system has no port left.
pub fn bind(address: Ipv4Addr, dated: bool) -> std::io::Result<UdpSocket> {
    let socket = UdpSocket::bind((address, 0))?;
    socket.set_nonblocking(true)?;
    // The system may grant less.
    let _ = setsockopt(&socket, sockopt::RcvBuf, &BUFFER_BYTES);
    let _ = setsockopt(&socket, sockopt::SndBuf, &BUFFER_BYTES);
    if dated {
        setsockopt(&socket, sockopt::ReceiveTimestampns, &true)?;
    }
    Ok(socket)
}

/// Nanoseconds since 1970.
#[must_use]
pub fn stamp() -> u64 {
    nanoseconds(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Buffers of one thread, used again for each batch.
pub struct Batches {
    buffers: Vec<Vec<u8>>,
    received: MultiHeaders<SockaddrIn>,
    sent: MultiHeaders<SockaddrIn>,
    /// Datagrams that the kernel did not take.
    pub unsent: u64,
}

impl std::fmt::Debug for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batches").field("unsent", &self.unsent).finish_non_exhaustive()
    }
}

impl Default for Batches {
    fn default() -> Self {
        Self {
            buffers: vec![vec![0; BYTES_MAX]; BATCH],
            received: MultiHeaders::preallocate(
                BATCH,
                Some(nix::cmsg_space!(nix::sys::time::TimeSpec)),
            ),
            sent: MultiHeaders::preallocate(BATCH, None),
            unsent: 0,
        }
    }
}

impl Batches {
    /// Takes one batch. How many there were; a full one means that more may wait.
    pub fn receive(&mut self, socket: &UdpSocket, mut each: impl FnMut(Incoming<'_>)) -> usize {
        let Self { buffers, received, .. } = self;
        let mut heads: [(usize, u64, Option<SocketAddr>); BATCH] = [(0, 0, None); BATCH];
        let mut count = 0;
        {
            let mut slices: Vec<[IoSliceMut<'_>; 1]> =
                buffers.iter_mut().map(|buffer| [IoSliceMut::new(buffer)]).collect();
            let flags = MsgFlags::MSG_DONTWAIT;
            let fd = socket.as_raw_fd();
            let Ok(messages) = recvmmsg(fd, received, slices.iter_mut(), flags, None) else {
                return 0;
            };
            for (head, message) in heads.iter_mut().zip(messages) {
                count += 1;
                let source = message
                    .address
                    .map(|address| SocketAddr::V4(SocketAddrV4::new(address.ip(), address.port())));
                let at = message.cmsgs().ok().and_then(|mut all| all.find_map(dated));
                *head = (message.bytes, at.unwrap_or_default(), source);
            }
        }
        for (buffer, (bytes, at, source)) in buffers.iter_mut().zip(heads).take(count) {
            if let (Some(source), Some(payload)) = (source, buffer.get_mut(..bytes)) {
                each(Incoming { source, at, payload });
            }
        }
        count
    }

    /// Sends datagrams, and empties the list.
    pub fn send(&mut self, socket: &UdpSocket, outgoing: &mut Vec<Outgoing>) {
        for chunk in outgoing.chunks(BATCH) {
            self.send_batch(socket.as_raw_fd(), chunk);
        }
        outgoing.clear();
    }

    fn send_batch(&mut self, fd: RawFd, mut outgoing: &[Outgoing]) {
        while !outgoing.is_empty() {
            let slices: Vec<[IoSlice<'_>; 1]> =
                outgoing.iter().map(|one| [IoSlice::new(&one.payload)]).collect();
            let to: Vec<Option<SockaddrIn>> =
                outgoing.iter().map(|one| v4(one.destination)).collect();
            let none: [ControlMessage<'_>; 0] = [];
            let flags = MsgFlags::MSG_DONTWAIT;
            let taken = match sendmmsg(fd, &mut self.sent, slices.iter(), to, none, flags) {
                Ok(sent) => sent.count(),
                Err(Errno::EINTR) => continue,
                Err(_) => {
                    self.unsent += 1;
                    1
                }
            };
            outgoing = outgoing.get(taken.max(1)..).unwrap_or_default();
        }
    }
}

fn v4(address: SocketAddr) -> Option<SockaddrIn> {
    match address {
        SocketAddr::V4(v4) => Some(SockaddrIn::from(v4)),
        SocketAddr::V6(_) => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a kernel has many things to say")]
fn dated(message: ControlMessageOwned) -> Option<u64> {
    match message {
        ControlMessageOwned::ScmTimestampns(at) => Some(nanoseconds(Duration::from(at))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_comes_in_order_and_says_when() {
        let (here, there) =
            (bind(Ipv4Addr::LOCALHOST, true).unwrap(), bind(Ipv4Addr::LOCALHOST, false).unwrap());
        let destination = here.local_addr().unwrap();
        let mut outgoing: Vec<Outgoing> =
            (0..40).map(|n| Outgoing { destination, payload: vec![n; 100] }).collect();
        let (mut batches, before) = (Batches::default(), stamp());
        batches.send(&there, &mut outgoing);
        let mut got = Vec::new();
        while got.len() < 40 {
            batches.receive(&here, |incoming| {
                assert_eq!(incoming.source, there.local_addr().unwrap());
                assert!(incoming.at >= before && incoming.at <= stamp());
                got.push(incoming.payload[0]);
            });
        }
        assert_eq!(got, (0..40).collect::<Vec<u8>>());
        assert_eq!((batches.unsent, outgoing.len()), (0, 0));
    }
}

//! A UDP socket that never waits.
//!
//! In: datagrams to send. Out: datagrams that came.
//! Never: blocks; takes an error of one datagram for the end (an ICMP error of an earlier one
//! comes up here and is over once it was read).

use super::Fault;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, BorrowedFd};

/// A UDP socket.
#[derive(Debug)]
pub(super) struct Socket {
    socket: UdpSocket,
    pub(super) local: SocketAddr,
}

impl Socket {
    pub(super) fn bind(address: SocketAddr) -> Result<Self, Fault> {
        let failed = |source| Fault::Bind { address, source };
        let socket = UdpSocket::bind(address).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let local = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, local })
    }

    /// Hears nobody but `to` from now on.
    pub(super) fn connect(self, to: SocketAddr) -> Result<Self, Fault> {
        self.socket.connect(to).map_err(|source| Fault::Connect { to, source })?;
        Ok(self)
    }

    /// The length and the source of the next datagram.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        self.socket.recv_from(buffer).ok()
    }

    /// What the kernel does not take is lost, as on any line.
    pub(super) fn send(&self, payload: &[u8], to: SocketAddr) {
        let _ = match self.socket.peer_addr() {
            Ok(_) => self.socket.send(payload),
            Err(_) => self.socket.send_to(payload, to),
        };
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

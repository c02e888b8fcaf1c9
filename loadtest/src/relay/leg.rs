//! One client's line: the sockets of its two ends, and the two directions between them.
//!
//! In: datagrams of the client and of the server, orders, the time. Out: the same datagrams at
//! the other end when their line lets them out.
//! Never: mixes up whom a datagram is for; each address the client uses has its own socket
//! towards the server, as behind a home router.

use super::order::Order;
use super::way::{Parcel, Way, WayReport};
use super::{Fault, Socket};
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::BorrowedFd;
use std::time::Instant;

/// Addresses of a client that are kept; a browser uses one or two a connection. Beyond it the one
/// unused for longest is forgotten.
const FLOWS_MAX: usize = 16;
/// Datagrams taken from one socket before the others have their turn.
const DATAGRAMS_A_TURN: usize = 64;

/// One client's line.
#[derive(Debug)]
pub(super) struct Leg {
    socket: Socket,
    to: SocketAddr,
    /// The one used last at the end.
    flows: Vec<Flow>,
    flows_so_far: u64,
    down: Way,
    up: Way,
}

/// One address of the client.
#[derive(Debug)]
struct Flow {
    number: u64,
    client: SocketAddr,
    /// Connected: the kernel lets in nothing but the server's.
    server: Socket,
}

/// How a leg went since the last report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LegReport {
    /// Where its client sends to.
    pub listen: SocketAddr,
    /// Addresses its client was seen with.
    pub flows: usize,
    /// From the server to the client.
    pub down: WayReport,
    /// From the client to the server.
    pub up: WayReport,
}

impl Leg {
    pub(super) fn open(listen: SocketAddr, to: SocketAddr, seed: u64) -> Result<Self, Fault> {
        Ok(Self {
            socket: Socket::bind(listen)?,
            to,
            flows: Vec::new(),
            flows_so_far: 0,
            down: Way::new(seed),
            up: Way::new(!seed),
        })
    }

    pub(super) const fn listen(&self) -> SocketAddr {
        self.socket.local
    }

    pub(super) fn fds(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let servers = self.flows.iter().map(|flow| flow.server.as_fd());
        std::iter::once(self.socket.as_fd()).chain(servers)
    }

    pub(super) fn handle_order(&mut self, now: Instant, order: &Order) {
        self.down.set(now, order.down.apply(self.down.profile()));
        self.up.set(now, order.up.apply(self.up.profile()));
    }

    /// Takes what both ends have sent.
    pub(super) fn receive(&mut self, now: Instant, buffer: &mut [u8]) -> Result<(), Fault> {
        for _ in 0..DATAGRAMS_A_TURN {
            let Some((length, client)) = self.socket.receive(buffer) else { break };
            let payload = buffer.get(..length).unwrap_or_default().to_vec();
            let flow = self.flow_of(client)?;
            self.up.handle_datagram(now, Parcel { flow, payload });
        }
        for Flow { number, server, .. } in &self.flows {
            for _ in 0..DATAGRAMS_A_TURN {
                let Some((length, _)) = server.receive(buffer) else { break };
                let payload = buffer.get(..length).unwrap_or_default().to_vec();
                self.down.handle_datagram(now, Parcel { flow: *number, payload });
            }
        }
        Ok(())
    }

    /// The flow of a client's address, made where it is new.
    fn flow_of(&mut self, client: SocketAddr) -> Result<u64, Fault> {
        let flow = match self.flows.iter().position(|flow| flow.client == client) {
            Some(place) => self.flows.remove(place),
            None => {
                if self.flows.len() >= FLOWS_MAX {
                    self.flows.remove(0);
                }
                self.flows_so_far += 1;
                let server = Socket::bind(any_of(self.to))?.connect(self.to)?;
                Flow { number: self.flows_so_far, client, server }
            }
        };
        let number = flow.number;
        self.flows.push(flow);
        Ok(number)
    }

    /// Passes on what is due. What belongs to a forgotten address goes nowhere.
    pub(super) fn pass_on(&mut self, now: Instant) {
        while let Some(Parcel { flow, payload }) = self.up.poll_datagram(now) {
            if let Some(flow) = self.flows.iter().find(|each| each.number == flow) {
                flow.server.send(&payload, self.to);
            }
        }
        while let Some(Parcel { flow, payload }) = self.down.poll_datagram(now) {
            if let Some(flow) = self.flows.iter().find(|each| each.number == flow) {
                self.socket.send(&payload, flow.client);
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        [self.down.poll_timeout(), self.up.poll_timeout()].into_iter().flatten().min()
    }

    pub(super) fn report(&mut self) -> LegReport {
        LegReport {
            listen: self.listen(),
            flows: self.flows.len(),
            down: self.down.report(),
            up: self.up.report(),
        }
    }
}

/// Any port of the address family of the server.
const fn any_of(to: SocketAddr) -> SocketAddr {
    let ip = match to {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    SocketAddr::new(ip, 0)
}

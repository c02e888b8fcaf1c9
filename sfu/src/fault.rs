//! What can go wrong with sockets and threads, for the operator.
//!
//! In: errors of the system. Out: one line that says what was tried and what to do.
//! Never: anything about people.

use std::net::{IpAddr, SocketAddr};

/// Why the media plane did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A UDP port could not be bound.
    #[error(
        "media: cannot receive on UDP {address}; is another program on this port? \
         Choose another with `media.port`"
    )]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The ports of all shards do not fit below 65,536.
    #[error("media: {shards} shards from port {first} on go beyond port 65535; lower `media.port`")]
    Ports {
        /// `media.port`.
        first: u16,
        /// How many shards.
        shards: u16,
    },
    /// No address to receive media on.
    #[error("media: this machine has no usable address; name one in `media.addresses`")]
    NoAddress,
    /// A wildcard, link-local, multicast or broadcast address cannot be told to browsers.
    #[error(
        "media: {0} is no address a browser can reach; name another in `media.addresses` or \
         `media.announce`"
    )]
    Unreachable(IpAddr),
    /// Two sockets could not be told apart by what browsers send to.
    #[error("media: {0} would be announced for two addresses; leave one out of `media.addresses`")]
    AnnouncedTwice(IpAddr),
    /// `media.announce` names an address that media is not received on.
    #[error(
        "media: `media.announce` names {0}, which is not one of the addresses media is received on"
    )]
    AnnouncedNotLocal(IpAddr),
    /// The addresses of this machine could not be listed.
    #[error("media: cannot list the addresses of this machine")]
    Interfaces(#[source] std::io::Error),
    /// A wake-up handle could not be made.
    #[error("media: cannot make a wake-up handle")]
    Wake(#[source] std::io::Error),
    /// A thread could not be started.
    #[error("media: cannot start a thread")]
    Thread(#[source] std::io::Error),
}

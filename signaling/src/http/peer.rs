//! Whom a request comes from, seen through a proxy.
//!
//! In: the address of the TCP connection, the proxies the operator named, `X-Forwarded-For`.
//! Out: one address. Never: believes the header of anybody but a named proxy.

#[cfg(test)]
mod tests;

use crate::AppState;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderName;
use axum::http::request::Parts;
use bedside_config::Range;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// Each proxy adds to its end whom it was asked by.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whom the request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    /// The house the address belongs to: one IPv4 address, or a whole /64 of IPv6.
    pub(crate) fn house(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(v4),
            IpAddr::V6(v6) => {
                const NETWORK: u128 = !(u64::MAX as u128);
                IpAddr::V6((v6.to_bits() & NETWORK).into())
            }
        }
    }
}

impl FromRequestParts<AppState> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(peer(parts, state).await)
    }
}

/// Whom a request comes from.
pub(super) async fn peer(parts: &mut Parts, state: &AppState) -> Peer {
    let ConnectInfo(peer) = ConnectInfo::<SocketAddr>::from_request_parts(parts, state)
        .await
        .expect("the server is started with the peer's address");
    let forwarded = parts.headers.get_all(FORWARDED_FOR).iter();
    let forwarded: Vec<&str> = forwarded.map(|value| value.to_str().unwrap_or_default()).collect();
    Peer(seen_through(peer.ip(), &state.trusted_proxies, &forwarded.join(",")))
}

/// The rightmost address that is no named proxy; what stands left of it anybody can have
/// written. What cannot be read ends the search at the proxy that passed it on.
fn seen_through(peer: IpAddr, trusted: &[Range], forwarded: &str) -> IpAddr {
    // An operator may have written an IPv4 proxy as IPv6 carries it.
    let mapped = |address: IpAddr| match address {
        IpAddr::V4(v4) => IpAddr::V6(v4.to_ipv6_mapped()),
        IpAddr::V6(_) => address,
    };
    let is_trusted = |address: IpAddr| {
        trusted.iter().any(|proxies| proxies.holds(address) || proxies.holds(mapped(address)))
    };
    let mut seen = peer.to_canonical();
    for hop in forwarded.rsplit(',') {
        if !is_trusted(seen) {
            break;
        }
        let Some(earlier) = address(hop.trim()) else { break };
        seen = earlier;
    }
    seen
}

/// An address, which some proxies write with its port.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    plain.or_else(with_port).map(|address| address.to_canonical())
}

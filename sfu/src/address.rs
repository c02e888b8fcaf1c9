//! Which addresses media is received on, and how browsers are told them.
//!
//! In: settings, and the addresses of this machine. Out: pairs of local and announced address.
//! Never: a wildcard; a browser could not reach it.

use crate::fault::Fault;
use bedside_config::Media;
use std::net::IpAddr;

/// An address of this machine and the one browsers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    /// To bind to.
    pub local: IpAddr,
    /// To put into answers.
    pub announced: IpAddr,
}

/// The addresses to receive media on.
///
/// # Errors
/// When settings name an address that cannot be used, or the machine has none.
pub fn locals(settings: &Media) -> Result<Vec<Local>, Fault> {
    let found = if settings.addresses.is_empty() { interfaces()? } else { Vec::new() };
    choose(settings, &found)
}

/// Every address of this machine whose interface is up.
fn interfaces() -> Result<Vec<IpAddr>, Fault> {
    use nix::net::if_::InterfaceFlags;
    let interfaces = nix::ifaddrs::getifaddrs().map_err(|errno| Fault::Interfaces(errno.into()))?;
    let up = interfaces.filter(|interface| interface.flags.contains(InterfaceFlags::IFF_UP));
    Ok(up
        .filter_map(|interface| {
            let address = interface.address?;
            let v4 = address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
            v4.or_else(|| address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip())))
        })
        .collect())
}

fn choose(settings: &Media, found: &[IpAddr]) -> Result<Vec<Local>, Fault> {
    let mut addresses: Vec<IpAddr> = if settings.addresses.is_empty() {
        found.iter().copied().filter(|address| usable(*address)).collect()
    } else {
        settings.addresses.clone()
    };
    if let Some(stray) = addresses.iter().find(|address| !usable(**address)) {
        return Err(Fault::Unreachable(*stray));
    }
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.is_empty() {
        return Err(Fault::NoAddress);
    }
    if let Some(stray) = settings.announce.iter().find(|a| !addresses.contains(&a.local)) {
        return Err(Fault::AnnouncedNotLocal(stray.local));
    }
    if let Some(stray) = settings.announce.iter().find(|a| !usable(a.public)) {
        return Err(Fault::Unreachable(stray.public));
    }
    let announced = |local: IpAddr| {
        let named = settings.announce.iter().find(|announce| announce.local == local);
        Local { local, announced: named.map_or(local, |announce| announce.public) }
    };
    let locals: Vec<Local> = addresses.into_iter().map(announced).collect();
    for (index, local) in locals.iter().enumerate() {
        if locals.iter().skip(index + 1).any(|other| other.announced == local.announced) {
            return Err(Fault::AnnouncedTwice(local.announced));
        }
    }
    Ok(locals)
}

/// Whether a browser could reach it. Link-local addresses need a zone it cannot know.
const fn usable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !v4.is_link_local() && !v4.is_unspecified() && !v4.is_multicast() && !v4.is_broadcast()
        }
        IpAddr::V6(v6) => !v6.is_unicast_link_local() && !v6.is_unspecified() && !v6.is_multicast(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bedside_config::Announce;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn every_address_but_link_local_by_default() {
        let found =
            ["127.0.0.1", "10.0.0.5", "169.254.1.1", "::1", "fe80::1", "2001:db8::5"].map(ip);
        let chosen = choose(&Media::default(), &found).unwrap();
        let local: Vec<_> = chosen.iter().map(|local| local.local).collect();
        assert_eq!(local, ["10.0.0.5", "127.0.0.1", "::1", "2001:db8::5"].map(ip));
        assert!(chosen.iter().all(|local| local.local == local.announced));
    }

    #[test]
    fn a_public_address_is_announced_in_place_of_its_local_one() {
        let announce = vec![Announce { local: ip("10.0.0.5"), public: ip("203.0.113.9") }];
        let settings = Media { addresses: vec![ip("10.0.0.5")], announce, ..Media::default() };
        let expected = Local { local: ip("10.0.0.5"), announced: ip("203.0.113.9") };
        assert_eq!(choose(&settings, &[]).unwrap(), [expected]);
    }

    #[test]
    fn what_a_browser_cannot_reach_is_refused() {
        for stray in
            ["0.0.0.0", "169.254.1.1", "255.255.255.255", "224.0.0.1", "fe80::1", "ff02::1"]
        {
            let settings = Media { addresses: vec![ip(stray)], ..Media::default() };
            assert!(matches!(choose(&settings, &[]), Err(Fault::Unreachable(_))), "{stray}");
            let announce = vec![Announce { local: ip("10.0.0.5"), public: ip(stray) }];
            let settings = Media { announce, ..Media::default() };
            let chosen = choose(&settings, &[ip("10.0.0.5")]);
            assert!(matches!(chosen, Err(Fault::Unreachable(_))), "{stray}");
        }
        let public = ip("203.0.113.9");
        let announce = ["10.0.0.5", "10.0.0.6"].map(|local| Announce { local: ip(local), public });
        let twice = Media { announce: announce.into(), ..Media::default() };
        let found = ["10.0.0.5", "10.0.0.6"].map(ip);
        assert!(matches!(choose(&twice, &found), Err(Fault::AnnouncedTwice(_))));
        assert!(matches!(choose(&Media::default(), &[ip("fe80::1")]), Err(Fault::NoAddress)));
        let announce = vec![Announce { local: ip("10.0.0.6"), public: ip("203.0.113.9") }];
        let stray = Media { addresses: vec![ip("10.0.0.5")], announce, ..Media::default() };
        assert!(matches!(choose(&stray, &[]), Err(Fault::AnnouncedNotLocal(_))));
    }
}

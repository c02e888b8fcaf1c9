//! Which way leads to the client (RFC 8445, as an ICE-lite agent).
//!
//! In: connectivity checks, and the client's credentials. Out: answers, and where all else goes.
//! Never: believes a check that is not signed with our password, or sends one.

use super::chance;
use super::stun::Check;
use crate::packet::{Datagram, Transmit};
use bedside_sfu_api::IceCredentials;
use std::net::SocketAddr;

/// Most addresses of a client that are remembered. A telephone that moves between networks has
/// three or four; the one it used longest ago is forgotten.
const ADDRESSES_MAX: usize = 8;

/// A pair of addresses: ours, theirs.
pub(super) type Pair = (SocketAddr, SocketAddr);

/// What became of a check.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) answer: Transmit,
    /// All goes to another address from now on.
    pub(super) moved: bool,
    /// Another way was looked for and is found.
    pub(super) reached: bool,
}

/// The way to one client.
#[derive(Debug)]
pub(super) struct Way {
    ours: IceCredentials,
    /// The client's user name fragment; its password is for checks of ours.
    theirs: Box<str>,
    chosen: Option<Pair>,
    /// Where checks came from; the last is the newest.
    addresses: Vec<SocketAddr>,
    /// Another way is looked for.
    restarting: bool,
}

impl Way {
    /// None yet, to whoever knows these.
    pub(super) fn new(theirs: &str) -> Self {
        Self {
            ours: chance::credentials(),
            theirs: theirs.into(),
            chosen: None,
            addresses: Vec::new(),
            restarting: false,
        }
    }

    /// By what the client's checks are to be signed.
    pub(super) const fn ours(&self) -> &IceCredentials {
        &self.ours
    }

    /// Where all goes, once the client has chosen.
    pub(super) const fn pair(&self) -> Option<Pair> {
        self.chosen
    }

    /// Whether checks came from there.
    pub(super) fn leads_to(&self, address: SocketAddr) -> bool {
        self.addresses.contains(&address)
    }

    /// From now on checks go by `theirs` and by new ones of ours; all goes the old way until
    /// another is chosen.
    pub(super) fn restart(&mut self, theirs: &str) {
        self.ours = chance::credentials();
        self.theirs = theirs.into();
        self.restarting = true;
    }

    /// A check; `None` if it is not from our client.
    pub(super) fn handle_check(&mut self, datagram: Datagram<'_>) -> Option<Checked> {
        let Datagram { source, destination, payload } = datagram;
        let check = Check::read(payload)?;
        let (ours, theirs) = check.username.split_once(':')?;
        let is_ours = ours == self.ours.ufrag() && *theirs == *self.theirs;
        if !is_ours || !check.is_signed(self.ours.password()) {
            return None;
        }
        let payload = check.answer(source, self.ours.password())?;
        let answer = Transmit { source: destination, destination: source, payload };
        self.remember(source);
        let (mut moved, mut reached) = (false, false);
        if check.chooses {
            let pair = (destination, source);
            moved = self.chosen.replace(pair).is_some_and(|former| former != pair);
            reached = std::mem::take(&mut self.restarting);
        }
        Some(Checked { answer, moved, reached })
    }

    fn remember(&mut self, address: SocketAddr) {
        if self.addresses.last() == Some(&address) {
            return;
        }
        self.addresses.retain(|known| *known != address);
        if self.addresses.len() >= ADDRESSES_MAX {
            self.addresses.remove(0);
        }
        self.addresses.push(address);
    }
}

#[cfg(test)]
mod tests {
    use super::super::stun::tests::check;
    use super::*;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn checked(way: &mut Way, from: u16, message: &[u8]) -> Option<(bool, bool)> {
        let datagram =
            Datagram { source: address(from), destination: address(1), payload: message };
        let checked = way.handle_check(datagram)?;
        let answer = &checked.answer;
        assert_eq!((answer.source, answer.destination), (address(1), address(from)));
        Some((checked.moved, checked.reached))
    }

    fn signed(way: &Way, chooses: bool) -> Vec<u8> {
        check(&format!("{}:they", way.ours().ufrag()), way.ours().password(), chooses)
    }

    #[test]
    fn the_client_chooses_and_chooses_anew() {
        let mut way = Way::new("they");
        let (asks, chooses) = (signed(&way, false), signed(&way, true));
        assert_eq!(checked(&mut way, 2, &asks), Some((false, false)));
        assert_eq!(way.pair(), None, "a check alone chooses nothing");
        assert_eq!(checked(&mut way, 2, &chooses), Some((false, false)));
        assert_eq!(way.pair(), Some((address(1), address(2))));
        assert_eq!(checked(&mut way, 3, &asks), Some((false, false)));
        assert_eq!(checked(&mut way, 2, &chooses), Some((false, false)), "the same is no move");
        assert_eq!(checked(&mut way, 3, &chooses), Some((true, false)));
        assert_eq!(way.pair(), Some((address(1), address(3))));
        assert!(way.leads_to(address(2)) && way.leads_to(address(3)) && !way.leads_to(address(4)));
    }

    #[test]
    fn nobody_else_is_answered() {
        let mut way = Way::new("they");
        let (ufrag, password) = (way.ours().ufrag().to_owned(), way.ours().password().to_owned());
        for message in [
            check(&format!("{ufrag}:them"), &password, true),
            check("others:they", &password, true),
            check(&ufrag, &password, true),
            check(&format!("{ufrag}:they"), "guessed", true),
        ] {
            assert_eq!(checked(&mut way, 2, &message), None);
        }
        assert!(way.pair().is_none() && !way.leads_to(address(2)));
    }

    #[test]
    fn another_way_is_found_by_new_checks_only() {
        let mut way = Way::new("they");
        let (former, password) = (signed(&way, true), way.ours().password().to_owned());
        checked(&mut way, 2, &former);
        way.restart("them");
        assert_ne!(way.ours().password(), password);
        assert_eq!(checked(&mut way, 3, &former), None);
        assert_eq!(way.pair(), Some((address(1), address(2))), "all goes as it went");
        let name = format!("{}:them", way.ours().ufrag());
        let (asks, chooses) = [false, true].map(|c| check(&name, way.ours().password(), c)).into();
        assert_eq!(checked(&mut way, 3, &asks), Some((false, false)));
        assert_eq!(checked(&mut way, 3, &chooses), Some((true, true)));
        assert_eq!(checked(&mut way, 3, &chooses), Some((false, false)), "it is found once");
    }

    #[test]
    fn addresses_come_to_an_end() {
        let mut way = Way::new("they");
        let asks = signed(&way, false);
        for port in 2..100 {
            checked(&mut way, port, &asks);
        }
        assert_eq!(way.addresses.len(), ADDRESSES_MAX);
        assert!(way.leads_to(address(99)) && !way.leads_to(address(2)));
    }
}

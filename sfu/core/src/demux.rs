//! Finds out whom a datagram belongs to: by the STUN user name, then by its source address.
//!
//! In: a datagram's source and bytes. Out: the key of a connection, or nothing.
//! Never: trusts an address before a STUN check named the connection, grows without limit.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::SocketAddr;

/// Addresses one connection may be reached from at a time. A phone that moves between
/// networks uses three or four; more would only feed somebody who floods us.
pub(crate) const ADDRESSES_PER_CONNECTION_MAX: usize = 8;

const STUN_HEADER: usize = 20;
const STUN_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const ATTRIBUTE_USERNAME: u16 = 0x0006;

/// Tells by the first byte whether a datagram is STUN (RFC 7983).
fn is_stun(payload: &[u8]) -> bool {
    matches!(payload.first(), Some(0..=3)) && payload.get(4..8) == Some(&STUN_COOKIE)
}

/// The part of a STUN message's USERNAME that is ours: `ours:theirs` (RFC 8445 7.2.2).
pub(crate) fn local_ufrag(payload: &[u8]) -> Option<&str> {
    let mut rest = payload.get(STUN_HEADER..)?;
    loop {
        let kind = u16::from_be_bytes([*rest.first()?, *rest.get(1)?]);
        let length = usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
        let value = rest.get(4..4 + length)?;
        if kind == ATTRIBUTE_USERNAME {
            let name = std::str::from_utf8(value).ok()?;
            return name.split_once(':').map(|(ours, _)| ours);
        }
        rest = rest.get(4 + length.next_multiple_of(4)..)?;
    }
}

/// Which connection a source address or a user fragment stands for.
#[derive(Debug)]
pub(crate) struct Demux<K> {
    key_by_address: HashMap<SocketAddr, K>,
    key_by_ufrag: HashMap<String, K>,
    addresses_by_key: HashMap<K, Vec<SocketAddr>>,
}

impl<K: Copy + Eq + Hash> Demux<K> {
    pub(crate) fn new() -> Self {
        Self {
            key_by_address: HashMap::new(),
            key_by_ufrag: HashMap::new(),
            addresses_by_key: HashMap::new(),
        }
    }

    /// A new connection, known by the user fragment of our answer.
    pub(crate) fn insert(&mut self, ufrag: String, key: K) {
        self.key_by_ufrag.insert(ufrag, key);
        self.addresses_by_key.insert(key, Vec::new());
    }

    /// A connection is known by another user fragment from now on, and by the former no longer:
    /// its checks are refused from the same moment. Media still comes from where it came.
    pub(crate) fn rename(&mut self, former: &str, ufrag: String, key: K) {
        self.key_by_ufrag.remove(former);
        self.key_by_ufrag.insert(ufrag, key);
    }

    /// Forgets a connection and every address it was reached from.
    pub(crate) fn remove(&mut self, ufrag: &str, key: K) {
        self.key_by_ufrag.remove(ufrag);
        for address in self.addresses_by_key.remove(&key).unwrap_or_default() {
            self.key_by_address.remove(&address);
        }
    }

    /// Forgets every connection of a kind.
    pub(crate) fn remove_where(&mut self, gone: impl Fn(&K) -> bool) {
        self.key_by_address.retain(|_, key| !gone(key));
        self.key_by_ufrag.retain(|_, key| !gone(key));
        self.addresses_by_key.retain(|key, _| !gone(key));
    }

    /// Whom the datagram belongs to. A STUN check that names a connection teaches us its
    /// address, unless the address belongs to somebody else: then only the check goes through.
    pub(crate) fn find(&mut self, source: SocketAddr, payload: &[u8]) -> Option<K> {
        if !is_stun(payload) {
            return self.key_by_address.get(&source).copied();
        }
        let Some(key) = local_ufrag(payload).and_then(|ufrag| self.key_by_ufrag.get(ufrag)) else {
            // A STUN response carries no user name.
            return self.key_by_address.get(&source).copied();
        };
        let addresses = self.addresses_by_key.get_mut(key)?;
        match self.key_by_address.get(&source) {
            // The one used last goes to the end; the first is the one to forget.
            Some(owner) if owner == key => {
                addresses.retain(|address| *address != source);
                addresses.push(source);
            }
            Some(_) => {}
            None => {
                if addresses.len() >= ADDRESSES_PER_CONNECTION_MAX {
                    self.key_by_address.remove(&addresses.remove(0));
                }
                addresses.push(source);
                self.key_by_address.insert(source, *key);
            }
        }
        Some(*key)
    }

    /// Addresses known now.
    #[cfg(test)]
    pub(crate) fn addresses(&self) -> usize {
        self.key_by_address.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn binding_request(username: &str) -> Vec<u8> {
        let mut message = vec![0, 1, 0, 0];
        message.extend(STUN_COOKIE);
        message.extend([9; 12]);
        message.extend([0x80, 0x22, 0, 1, b'x', 0, 0, 0]); // SOFTWARE, padded
        message.extend(ATTRIBUTE_USERNAME.to_be_bytes());
        message.extend(u16::try_from(username.len()).unwrap().to_be_bytes());
        message.extend(username.as_bytes());
        message
    }

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn media_is_found_only_after_a_check_named_its_connection() {
        let mut demux = Demux::new();
        demux.insert("abcd".to_owned(), 1);
        let media = [0x80, 96, 0, 1];
        assert_eq!(demux.find(address(1), &media), None);
        assert_eq!(demux.find(address(1), &binding_request("abcd:zz")), Some(1));
        assert_eq!(demux.find(address(1), &media), Some(1));
        assert_eq!(demux.find(address(2), &media), None);
        assert_eq!(demux.find(address(2), &binding_request("nope:zz")), None);
        demux.remove("abcd", 1);
        assert_eq!(demux.find(address(1), &media), None);
        assert_eq!(demux.addresses(), 0);
    }

    #[test]
    fn a_connection_that_is_renamed_keeps_its_addresses_and_is_found_by_its_new_name_only() {
        let mut demux = Demux::new();
        demux.insert("abcd".to_owned(), 1);
        demux.find(address(1), &binding_request("abcd:zz"));
        demux.rename("abcd", "efgh".to_owned(), 1);
        assert_eq!(demux.find(address(1), &[0x80]), Some(1), "media goes on");
        assert_eq!(demux.find(address(2), &binding_request("abcd:zz")), None);
        assert_eq!(demux.find(address(2), &binding_request("efgh:yy")), Some(1));
        assert_eq!(demux.find(address(2), &[0x80]), Some(1));
        demux.remove("efgh", 1);
        assert_eq!(demux.addresses(), 0);
    }

    #[test]
    fn nobody_takes_anothers_address_and_the_table_is_bounded() {
        let mut demux = Demux::new();
        demux.insert("aaaa".to_owned(), 1);
        demux.insert("bbbb".to_owned(), 2);
        demux.find(address(1), &binding_request("aaaa:x"));
        assert_eq!(demux.find(address(1), &binding_request("bbbb:x")), Some(2));
        assert_eq!(demux.find(address(1), &[0x80]), Some(1));
        for port in 10..200 {
            demux.find(address(port), &binding_request("bbbb:x"));
        }
        assert_eq!(demux.addresses(), 1 + ADDRESSES_PER_CONNECTION_MAX);
        assert_eq!(demux.find(address(199), &[0x80]), Some(2), "a telephone that moves goes on");
        assert_eq!(demux.find(address(10), &[0x80]), None, "where it was long ago is forgotten");
        assert_eq!(demux.find(address(1), &[0x80]), Some(1), "nobody else's is");
    }

    #[test]
    fn the_address_in_use_is_not_the_one_forgotten() {
        let mut demux = Demux::new();
        demux.insert("aaaa".to_owned(), 1);
        for port in 0..100 {
            demux.find(address(1), &binding_request("aaaa:x"));
            demux.find(address(100 + port), &binding_request("aaaa:x"));
        }
        assert_eq!(demux.find(address(1), &[0x80]), Some(1));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let mut demux: Demux<u8> = Demux::new();
            demux.insert("abcd".to_owned(), 1);
            prop_assert_eq!(demux.find(address(1), &bytes), None);
            let mut message = binding_request("abcd:zz");
            message.truncate(20);
            message.extend(bytes);
            let _ = demux.find(address(2), &message);
            prop_assert!(demux.addresses() <= 1);
        }
    }
}

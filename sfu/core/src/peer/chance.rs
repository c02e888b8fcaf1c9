//! What has to be different each time, and guessed by nobody.
//!
//! In: nothing but chance, which is the system's as it is for keys. Out: credentials, names of
//! streams.
//! Never: decides anything.

use aws_lc_rs::rand;
use bedside_sfu_api::IceCredentials;

/// What credentials are made of (RFC 8839 section 5.4); six bits each.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Letters of a user name fragment: no two connections of a server have the same.
const UFRAG_LETTERS: usize = 8;
/// Letters of a password: 144 bits, which nobody guesses.
const PASSWORD_LETTERS: usize = 24;

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system gives chance for keys, or nothing works");
    bytes
}

/// Credentials of ours.
pub(super) fn credentials() -> IceCredentials {
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 64)).copied().map_or('A', char::from);
    let drawn = bytes::<{ UFRAG_LETTERS + PASSWORD_LETTERS }>();
    let mut letters = drawn.iter().map(letter);
    let ufrag = letters.by_ref().take(UFRAG_LETTERS).collect();
    IceCredentials::new(ufrag, letters.collect()).expect("letters and digits, enough of them")
}

/// Where the names of a connection's streams begin; each next one is one more. There is room for
/// them before the highest.
pub(super) fn first_name() -> u32 {
    (u32::from_be_bytes(bytes()) >> 1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_are_alike() {
        let drawn: Vec<_> = (0..1_000).map(|_| credentials()).collect();
        let ufrags: HashSet<_> = drawn.iter().map(IceCredentials::ufrag).collect();
        let passwords: HashSet<_> = drawn.iter().map(IceCredentials::password).collect();
        assert_eq!((ufrags.len(), passwords.len()), (1_000, 1_000));
    }
}

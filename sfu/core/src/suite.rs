//! Reads the SRTP protection profile a DTLS server chose from its own ServerHello.
//!
//! In: an outgoing datagram of the handshake. Out: the profile, if the datagram holds it.
//! Never: decrypts; DTLS 1.2 sends this extension in the clear (RFC 5764 section 4.1.1).

use bedside_sfu_api::SrtpSuite;

/// Content type of a handshake record (RFC 6347).
const HANDSHAKE: u8 = 22;
/// Handshake type ServerHello.
const SERVER_HELLO: u8 = 2;
/// Extension `use_srtp`.
const USE_SRTP: u16 = 14;
/// Bytes of a record header.
const RECORD_HEADER: usize = 13;
/// Bytes of a handshake header.
const HANDSHAKE_HEADER: usize = 12;

/// The chosen profile, where `datagram` begins with a ServerHello that names one.
pub(crate) fn chosen_suite(datagram: &[u8]) -> Option<SrtpSuite> {
    if *datagram.first()? != HANDSHAKE {
        return None;
    }
    let handshake = datagram.get(RECORD_HEADER..)?;
    if *handshake.first()? != SERVER_HELLO {
        return None;
    }
    // version (2), random (32), then the session id with its length.
    let hello = handshake.get(HANDSHAKE_HEADER..)?.get(34..)?;
    let session = usize::from(*hello.first()?);
    // cipher suite (2) and compression method (1), then the extensions with their length.
    let mut rest = hello.get(1 + session + 3 + 2..)?;
    loop {
        let kind = read_u16(rest)?;
        let length = usize::from(read_u16(rest.get(2..)?)?);
        let body = rest.get(4..4 + length)?;
        if kind == USE_SRTP {
            // A list of profiles with its length in bytes; a server names just one.
            return profile(read_u16(body.get(2..)?)?);
        }
        rest = rest.get(4 + length..)?;
    }
}

fn read_u16(bytes: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]))
}

/// Numbers of the IANA registry "DTLS-SRTP Protection Profiles".
const fn profile(number: u16) -> Option<SrtpSuite> {
    match number {
        0x0001 => Some(SrtpSuite::Aes128CmSha1),
        0x0007 => Some(SrtpSuite::AeadAes128Gcm),
        0x0008 => Some(SrtpSuite::AeadAes256Gcm),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn server_hello(profile: u16) -> Vec<u8> {
        let mut hello = vec![0xfe, 0xfd];
        hello.extend([7; 32]);
        hello.extend([2, 1, 1]); // session id
        hello.extend([0xc0, 0x2b, 0]); // cipher suite, compression
        let mut extensions = vec![0xff, 0x01, 0, 1, 0]; // renegotiation_info
        extensions.extend([0, 14, 0, 5, 0, 2]);
        extensions.extend(profile.to_be_bytes());
        extensions.push(0);
        hello.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
        hello.extend(extensions);
        let mut datagram = vec![22; 1];
        datagram.extend([0; 12]);
        datagram.push(2);
        datagram.extend([0; 11]);
        datagram.extend(hello);
        datagram
    }

    #[test]
    fn reads_each_profile() {
        assert_eq!(chosen_suite(&server_hello(8)), Some(SrtpSuite::AeadAes256Gcm));
        assert_eq!(chosen_suite(&server_hello(7)), Some(SrtpSuite::AeadAes128Gcm));
        assert_eq!(chosen_suite(&server_hello(1)), Some(SrtpSuite::Aes128CmSha1));
        assert_eq!(chosen_suite(&server_hello(99)), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = chosen_suite(&bytes);
            let mut hello = server_hello(8);
            for (at, byte) in bytes.iter().enumerate() {
                if let Some(slot) = hello.get_mut(13 + at) { *slot ^= byte & 0x11; }
            }
            let _ = chosen_suite(&hello);
        }
    }
}

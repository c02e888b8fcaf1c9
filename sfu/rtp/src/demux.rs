//! What a datagram is, by its first bytes (RFC 7983, RFC 5761).
//!
//! In: a datagram. Out: its kind.
//! Never: judges whether it is whole.

/// What shares a port in WebRTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Connectivity checks.
    Stun,
    /// The handshake.
    Dtls,
    /// Media.
    Rtp,
    /// Reports and requests.
    Rtcp,
    /// Nothing we speak.
    Unknown,
}

/// The kind of a datagram.
#[must_use]
pub const fn kind(datagram: &[u8]) -> Kind {
    match datagram {
        [0..=3, ..] => Kind::Stun,
        [20..=63, ..] => Kind::Dtls,
        [128..=191, 192..=223, ..] => Kind::Rtcp,
        [128..=191, _, ..] => Kind::Rtp,
        _ => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_by_its_first_bytes() {
        assert_eq!(kind(&[0, 1]), Kind::Stun);
        assert_eq!(kind(&[22, 0xfe]), Kind::Dtls);
        assert_eq!(kind(&[0x90, 111]), Kind::Rtp);
        assert_eq!(kind(&[0x80, 0x80 | 96]), Kind::Rtp, "with its marker");
        assert_eq!(kind(&[0x8f, 205]), Kind::Rtcp);
        for other in [&[][..], &[128], &[16, 0], &[70, 0], &[192, 0], &[255, 255]] {
            assert_eq!(kind(other), Kind::Unknown, "{other:?}");
        }
    }
}

//! Where an H.264 stream may be joined (RFC 6184).
//!
//! In: an RTP payload. Out: whether a sequence parameter set begins here.
//! Never: waits for the IDR slice: Chromium sends the parameter sets in a packet before it.

/// NAL unit type: sequence parameter set.
const SPS: u8 = 7;
/// NAL unit type: several units in one packet.
const STAP_A: u8 = 24;

/// Whether a receiver can start decoding at this packet.
pub(crate) fn starts_keyframe(payload: &[u8]) -> bool {
    let kind = |byte: u8| byte & 0x1f;
    match payload.first().map(|&byte| kind(byte)) {
        Some(SPS) => true,
        Some(STAP_A) => {
            let mut rest = payload.get(1..).unwrap_or_default();
            while let [high, low, unit @ ..] = rest {
                if unit.first().is_some_and(|&byte| kind(byte) == SPS) {
                    return true;
                }
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = unit.get(length..).unwrap_or_default();
            }
            false
        }
        Some(_) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn starts_at_the_parameter_set_alone_or_aggregated() {
        assert!(starts_keyframe(&[0x67, 0x42]));
        assert!(starts_keyframe(&[0x78, 0, 1, 0x68, 0, 2, 0x67, 0x42]));
        assert!(!starts_keyframe(&[0x65, 0x88])); // the slice itself
        assert!(!starts_keyframe(&[0x78, 0, 1, 0x68]));
        assert!(!starts_keyframe(&[]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = starts_keyframe(&bytes);
        }
    }
}

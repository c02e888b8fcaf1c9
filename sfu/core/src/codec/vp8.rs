//! The VP8 payload descriptor (RFC 7741 section 4.2) and the head of a keyframe (RFC 6386 9.1).
//!
//! In: an RTP payload. Out: its counters, its temporal layer, whether it starts a keyframe.
//! Never: trusts a length.

/// What a VP8 packet says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vp8 {
    /// 15-bit counter of pictures, when the sender uses the long form.
    pub(crate) picture_id: Option<u16>,
    /// Counter of base-layer pictures.
    pub(crate) tl0_pic_idx: Option<u8>,
    /// Temporal layer; zero is the base.
    pub(crate) temporal: u8,
    /// Whether a receiver may start to show this temporal layer here (the Y bit).
    pub(crate) sync: bool,
    /// Height of the picture, when this packet starts a keyframe.
    pub(crate) keyframe_height: Option<u16>,
}

impl Vp8 {
    /// Whether this packet starts a keyframe.
    pub(crate) const fn starts_keyframe(&self) -> bool {
        self.keyframe_height.is_some()
    }

    /// Reads the descriptor; `None` when it is cut short.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let mut rest = payload.iter().copied();
        let first = rest.next()?;
        let (mut picture_id, mut tl0_pic_idx, mut temporal, mut sync) = (None, None, 0, false);
        if first & 0x80 != 0 {
            let present = rest.next()?;
            if present & 0x80 != 0 {
                let high = rest.next()?;
                if high & 0x80 != 0 {
                    picture_id = Some(u16::from_be_bytes([high & 0x7f, rest.next()?]));
                }
            }
            if present & 0x40 != 0 {
                tl0_pic_idx = Some(rest.next()?);
            }
            if present & 0x30 != 0 {
                let octet = rest.next()?;
                if present & 0x20 != 0 {
                    temporal = octet >> 6;
                    sync = octet & 0x20 != 0;
                }
            }
        }
        let starts_first_partition = first & 0x10 != 0 && first & 0x07 == 0;
        let keyframe_height = starts_first_partition.then(|| keyframe_height(rest)).flatten();
        Some(Self { picture_id, tl0_pic_idx, temporal, sync, keyframe_height })
    }
}

/// Frame tag (3 bytes, lowest bit clear on a keyframe), start code, width, height.
fn keyframe_height(mut frame: impl Iterator<Item = u8>) -> Option<u16> {
    if frame.next()? & 0x01 != 0 {
        return None;
    }
    let mut head = frame.skip(2);
    if [head.next()?, head.next()?, head.next()?] != [0x9d, 0x01, 0x2a] {
        return None;
    }
    let mut size = head.skip(2);
    Some(u16::from_le_bytes([size.next()?, size.next()?]) & 0x3fff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_a_keyframe_with_every_field() {
        let payload = [
            0x90, 0xf0, 0x92, 0x34, 7, 0x60, // descriptor: temporal 1, sync
            0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x41, // 640 by 360, scaled
        ];
        assert_eq!(
            Vp8::parse(&payload),
            Some(Vp8 {
                picture_id: Some(0x1234),
                tl0_pic_idx: Some(7),
                temporal: 1,
                sync: true,
                keyframe_height: Some(360),
            })
        );
    }

    #[test]
    fn a_delta_frame_or_a_later_partition_starts_no_keyframe() {
        let tail = [0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
        let delta: Vec<u8> = [0x10, 0x11].into_iter().chain(tail).collect();
        let later: Vec<u8> = [0x11, 0x10].into_iter().chain(tail).collect();
        assert!(!Vp8::parse(&delta).unwrap().starts_keyframe());
        assert!(!Vp8::parse(&later).unwrap().starts_keyframe());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
            if let Some(vp8) = Vp8::parse(&bytes) {
                prop_assert!(vp8.temporal < 4);
                prop_assert!(vp8.picture_id.is_none_or(|id| id < 0x8000));
            }
        }
    }
}

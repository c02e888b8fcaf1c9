//! The VP8 payload descriptor (RFC 7741 section 4.2) and the head of a keyframe (RFC 6386 9.1).
//!
//! In: an RTP payload. Out: its counters, its temporal layer, whether it starts a keyframe; the same
//! with other counters.
//! Never: trusts a length.

use crate::packet::PictureNumbers;

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

/// Writes other counters over those of a descriptor, each where there is one.
pub(crate) fn renumber(payload: &mut [u8], numbers: PictureNumbers) {
    let Some((&mut [first, present], mut rest)) = payload.split_first_chunk_mut() else { return };
    if first & 0x80 == 0 {
        return;
    }
    if present & 0x80 != 0 {
        let [high, low] = numbers.picture_id.to_be_bytes();
        let long = rest.first().is_some_and(|byte| byte & 0x80 != 0);
        let Some((ours, after)) = rest.split_at_mut_checked(if long { 2 } else { 1 }) else {
            return;
        };
        match ours {
            [first, second] => (*first, *second) = (0x80 | high, low),
            [short] => *short = low & 0x7f,
            _ => {}
        }
        rest = after;
    }
    if present & 0x40 != 0
        && let Some(index) = rest.first_mut()
    {
        *index = numbers.tl0_pic_idx;
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

    #[test]
    fn other_counters_are_written_where_there_are_some() {
        let numbers = PictureNumbers { picture_id: 0x7abc, tl0_pic_idx: 9 };
        let renumbered = |payload: &[u8]| {
            let mut payload = payload.to_vec();
            renumber(&mut payload, numbers);
            payload
        };
        assert_eq!(renumbered(&[0x90, 0xc0, 0x92, 0x34, 7, 1]), [0x90, 0xc0, 0xfa, 0xbc, 9, 1]);
        assert_eq!(renumbered(&[0x90, 0xc0, 0x12, 7, 1]), [0x90, 0xc0, 0x3c, 9, 1]);
        assert_eq!(renumbered(&[0x90, 0x40, 7, 1]), [0x90, 0x40, 9, 1]);
        assert_eq!(renumbered(&[0x90, 0x20, 7, 1]), [0x90, 0x20, 7, 1]);
        assert_eq!(renumbered(&[0x10, 0xc0, 7, 1]), [0x10, 0xc0, 7, 1]);
    }

    proptest! {
        #[test]
        fn any_bytes_keep_their_shape_under_other_counters(
            bytes in proptest::collection::vec(any::<u8>(), 0..24),
        ) {
            let mut renumbered = bytes.clone();
            renumber(&mut renumbered, PictureNumbers { picture_id: 77, tl0_pic_idx: 9 });
            let (before, after) = (Vp8::parse(&bytes), Vp8::parse(&renumbered));
            prop_assert_eq!(before.is_some(), after.is_some());
            if let (Some(before), Some(after)) = (before, after) {
                prop_assert_eq!(after.picture_id, before.picture_id.map(|_| 77));
                prop_assert_eq!(after.tl0_pic_idx, before.tl0_pic_idx.map(|_| 9));
                let blank = |vp8: Vp8| Vp8 { picture_id: None, tl0_pic_idx: None, ..vp8 };
                prop_assert_eq!(blank(after), blank(before));
            }
        }

        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
            if let Some(vp8) = Vp8::parse(&bytes) {
                prop_assert!(vp8.temporal < 4);
                prop_assert!(vp8.picture_id.is_none_or(|id| id < 0x8000));
            }
        }
    }
}

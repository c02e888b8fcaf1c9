//! A stamp at the end of a payload: of which visit it is, and when it left.
//!
//! In: a payload with filler at its end. Out: the same with the stamp in the filler; read back
//! after the server has passed it on.
//! Never: makes a payload longer; one without room for it goes without.

/// What a stamp begins with. Filler is `0xaa`, so that no payload of ours looks like one.
const MARK: [u8; 2] = [0x5e, 0xed];
/// Its length: the mark, flags, the visit, the time.
const BYTES: usize = 2 + 1 + 4 + 8;
/// Sent over a line that is not modelled, so that the time says something of the server.
const DIRECT: u8 = 1;
/// What has to be left before it: heads and names.
const HEAD_BYTES: usize = 24;
/// What stands behind it in a packet of a picture.
pub(crate) const PICTURE_TAIL: usize = 2;
/// And in a packet of a voice.
pub(crate) const VOICE_TAIL: usize = 0;

/// What a packet says of its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Whose visit it is of.
    pub(crate) visit: u32,
    /// When it left, in nanoseconds of the test.
    pub(crate) left: u64,
    /// Whether no modelled line was before the server.
    pub(crate) direct: bool,
}

impl Stamp {
    /// Writes it before the last `tail` bytes.
    pub(crate) fn write(self, payload: &mut [u8], tail: usize) {
        if payload.len() < HEAD_BYTES + BYTES + tail {
            return;
        }
        let from = payload.len() - tail - BYTES;
        let Some(place) = payload.get_mut(from..from + BYTES) else { return };
        let [mark_0, mark_1] = MARK;
        let head = [mark_0, mark_1, if self.direct { DIRECT } else { 0 }];
        let bytes = head.into_iter().chain(self.visit.to_be_bytes()).chain(self.left.to_be_bytes());
        for (place, byte) in place.iter_mut().zip(bytes) {
            *place = byte;
        }
    }

    /// Reads it.
    pub(crate) fn read(payload: &[u8], tail: usize) -> Option<Self> {
        let (_, stamp) = payload.get(..payload.len().checked_sub(tail)?)?.split_last_chunk()?;
        let stamp: &[u8; BYTES] = stamp;
        let (head, left) = stamp.split_last_chunk::<8>()?;
        let (head, visit) = head.split_last_chunk::<4>()?;
        let [mark_0, mark_1, flags] = *head else { return None };
        if [mark_0, mark_1] != MARK {
            return None;
        }
        Some(Self {
            visit: u32::from_be_bytes(*visit),
            left: u64::from_be_bytes(*left),
            direct: flags & DIRECT != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::opus::{self, VoiceFrame};
    use crate::sim::vp8::{Part, Picture};
    use proptest::prelude::*;

    const PICTURE: Picture =
        Picture { origin: 4, layer: 0, id: 7, tl0: 1, temporal: 0, sync: false, key: true };

    proptest! {
        #[test]
        fn what_is_written_is_read_and_nothing_else_is_changed(
            visit: u32, left: u64, direct: bool, bytes in 1_usize..4_000, voice in 5_usize..400,
        ) {
            let stamp = Stamp { visit, left, direct };
            for before in PICTURE.packets(bytes) {
                let mut after = before.clone();
                stamp.write(&mut after, PICTURE_TAIL);
                prop_assert_eq!(after.len(), before.len());
                prop_assert_eq!(Part::read(&after), Part::read(&before));
                let found = Stamp::read(&after, PICTURE_TAIL);
                prop_assert_eq!(found, (after != before).then_some(stamp));
                prop_assert_eq!(after != before, before.len() >= 41);
            }
            let frame = VoiceFrame { origin: 9, index: 77 };
            let before = opus::packet(&[frame.encoded(voice)]);
            let mut after = before.clone();
            stamp.write(&mut after, VOICE_TAIL);
            let read = |packet: &[u8]| VoiceFrame::decoded(opus::frames(packet).unwrap()[0]);
            prop_assert_eq!(read(&after), Some(frame));
            let found = Stamp::read(&after, VOICE_TAIL);
            prop_assert_eq!(found, (before.len() >= 39).then_some(stamp));
        }

        #[test]
        fn no_other_bytes_are_a_stamp(payload in proptest::collection::vec(0_u8..0x5e, 0..200)) {
            prop_assert_eq!(Stamp::read(&payload, VOICE_TAIL), None);
            prop_assert_eq!(Stamp::read(&payload, PICTURE_TAIL), None);
        }
    }
}

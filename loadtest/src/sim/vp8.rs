//! VP8 as far as a network looks into it (RFC 7741): the descriptor before each packet, the head
//! of a keyframe; and behind the last byte, who painted it.
//!
//! In: a picture's numbers and size. Out: its packets; and read back, the same.
//! Never: a picture.

/// Bytes of picture a packet carries; with all headers it stays under 1,200.
const PACKET_BYTES_MAX: usize = 1_100;
/// Bytes at a packet's end that say whose it is.
const TAG_BYTES: usize = 2;

/// The numbers of one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Whose camera.
    pub(crate) origin: u8,
    /// Which simulcast layer.
    pub(crate) layer: u8,
    /// Counts pictures, 15 bits.
    pub(crate) id: u16,
    /// Counts pictures of the base temporal layer.
    pub(crate) tl0: u8,
    /// Temporal layer.
    pub(crate) temporal: u8,
    /// Needs no picture but those of the base.
    pub(crate) sync: bool,
    /// Needs no other picture.
    pub(crate) key: bool,
}

/// What one packet says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// Of which picture. `key` is known of the first packet only.
    pub(crate) picture: Picture,
    /// It is the first of its picture.
    pub(crate) first: bool,
}

impl Picture {
    /// The picture in so many bytes, cut into packets of equal length.
    pub(crate) fn packets(self, bytes: usize) -> Vec<Vec<u8>> {
        let count = bytes.div_ceil(PACKET_BYTES_MAX).max(1);
        let size = bytes.div_ceil(count);
        (0..count).map(|number| self.packet(number == 0, size)).collect()
    }

    fn packet(self, first: bool, size: usize) -> Vec<u8> {
        let [high, low] = self.id.to_be_bytes();
        let start = if first { 0x10 } else { 0 };
        let sync = if self.sync { 0x20 } else { 0 };
        let mut out = vec![0x80 | start, 0xe0, 0x80 | high, low, self.tl0];
        out.push(self.temporal << 6 | sync);
        if first {
            let [small, large] = height(self.layer).to_le_bytes();
            out.extend([u8::from(!self.key), 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, small, large]);
        }
        out.resize(size.max(out.len() + TAG_BYTES) - TAG_BYTES, 0xaa);
        out.extend([self.origin, self.layer]);
        out
    }
}

/// Lines of a layer.
pub(crate) const fn height(layer: u8) -> u16 {
    180 << layer
}

impl Part {
    /// Reads a packet; only what a sender of ours could have written is one.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let (head, rest) = payload.split_first_chunk::<6>()?;
        let [flags, 0xe0, high, low, tl0, layers] = *head else { return None };
        let (body, tag) = rest.split_last_chunk::<TAG_BYTES>()?;
        let first = flags & 0x17 == 0x10;
        let picture = Picture {
            origin: tag[0],
            layer: tag[1],
            id: u16::from_be_bytes([high & 0x7f, low]),
            tl0,
            temporal: layers >> 6,
            sync: layers & 0x20 != 0,
            key: first && body.first().is_some_and(|inter| inter & 1 == 0),
        };
        Some(Self { picture, first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: Picture =
        Picture { origin: 4, layer: 2, id: 0x7ffe, tl0: 255, temporal: 2, sync: true, key: false };

    #[test]
    fn a_picture_is_read_back_from_each_packet() {
        for (bytes, count) in [(30, 1), (1_100, 1), (1_101, 2), (9_000, 9)] {
            let packets = PICTURE.packets(bytes);
            assert_eq!(packets.len(), count);
            let total: usize = packets.iter().map(Vec::len).sum();
            assert!(total >= bytes && total < bytes + count, "{total} of {bytes}");
            for (number, packet) in packets.iter().enumerate() {
                let part = Part { picture: PICTURE, first: number == 0 };
                assert_eq!(Part::read(packet), Some(part));
            }
        }
    }

    #[test]
    fn a_keyframe_says_so_and_how_tall_it_is() {
        let key = Picture { key: true, temporal: 0, ..PICTURE };
        let packet = &key.packets(3_000)[0];
        assert!(Part::read(packet).unwrap().picture.key);
        assert_eq!(packet[14..16], 720_u16.to_le_bytes());
        assert!(!Part::read(&key.packets(3_000)[1]).unwrap().picture.key);
    }

    #[test]
    fn other_bytes_are_none() {
        assert_eq!(Part::read(&[0x90, 0xe0, 0x80, 1, 2]), None);
        assert_eq!(Part::read(&[0x10; 40]), None);
    }
}

//! Redundant audio (RFC 2198): a packet that carries earlier ones along.
//!
//! In: an RTP payload, or what is to lie in one. Out: its blocks, or the payload.
//! Never: decides what is worth carrying; that is `voice`.

/// Farthest a block may lie back, in ticks: 14 bits, which is 341 ms of sound at 48 kHz.
pub(crate) const OFFSET_MAX: u32 = (1 << 14) - 1;

/// Longest earlier block, in bytes: 10 bits.
pub(crate) const BLOCK_BYTES_MAX: usize = (1 << 10) - 1;

/// Bytes in front of an earlier block, and in front of the newest.
pub(crate) const OLDER_HEAD_BYTES: usize = 4;
/// Bytes in front of the newest block.
pub(crate) const PRIMARY_HEAD_BYTES: usize = 1;

/// Most blocks of a packet. Browsers read no more, and nothing sensible has as many.
const BLOCKS_MAX: usize = 32;

/// Set on the head of each block but the last.
const MORE: u8 = 0x80;

/// How an RTP payload is encoded, by the number a session gave it; 7 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PayloadType(u8);

impl PayloadType {
    /// `None` if the number has more than 7 bits.
    pub(crate) const fn new(number: u8) -> Option<Self> {
        if number < MORE { Some(Self(number)) } else { None }
    }
}

/// One block of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// How it is encoded.
    pub(crate) payload_type: PayloadType,
    /// How many ticks it lies before the packet's timestamp.
    pub(crate) offset: u32,
    /// Its own payload.
    pub(crate) data: &'a [u8],
}

/// Whether RFC 2198 has room for such a block behind the newest.
pub(crate) const fn fits(offset: u32, bytes: usize) -> bool {
    offset <= OFFSET_MAX && bytes <= BLOCK_BYTES_MAX
}

/// The blocks of a payload, the newest last; `None` if it is malformed.
pub(crate) fn parse(payload: &[u8]) -> Option<Vec<Block<'_>>> {
    let mut rest = payload;
    let mut heads = Vec::new();
    loop {
        let (&first, after) = rest.split_first()?;
        if first & MORE == 0 {
            rest = after;
            heads.push((PayloadType(first), 0, None));
            break;
        }
        let (&[_, high, middle, low], after) = rest.split_first_chunk()?;
        rest = after;
        let bits = u32::from_be_bytes([0, high, middle, low]);
        let length = usize::from(u16::from_be_bytes([middle & 0x03, low]));
        heads.push((PayloadType(first & !MORE), bits >> 10, Some(length)));
        if heads.len() >= BLOCKS_MAX {
            return None;
        }
    }
    let mut blocks = Vec::with_capacity(heads.len());
    for (payload_type, offset, length) in heads {
        let (data, after) = rest.split_at_checked(length.unwrap_or(rest.len()))?;
        rest = after;
        blocks.push(Block { payload_type, offset, data });
    }
    Some(blocks)
}

/// A payload of the newest block and earlier ones, the earliest first. What does not fit
/// (`fits`, 32 blocks) is left out.
pub(crate) fn write(primary: Block<'_>, older: &[Block<'_>]) -> Vec<u8> {
    let older: Vec<_> = older
        .iter()
        .filter(|block| fits(block.offset, block.data.len()))
        .take(BLOCKS_MAX - 1)
        .collect();
    let heads = older.len() * OLDER_HEAD_BYTES + PRIMARY_HEAD_BYTES;
    let bytes: usize = older.iter().map(|block| block.data.len()).sum();
    let mut payload = Vec::with_capacity(heads + bytes + primary.data.len());
    for block in &older {
        let length = u32::try_from(block.data.len()).expect("a length that fits has 10 bits");
        let [_, high, middle, low] = (block.offset << 10 | length).to_be_bytes();
        payload.extend([block.payload_type.0 | MORE, high, middle, low]);
    }
    payload.push(primary.payload_type.0);
    for block in older {
        payload.extend(block.data);
    }
    payload.extend(primary.data);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OPUS: PayloadType = PayloadType(111);

    fn block(offset: u32, data: &[u8]) -> Block<'_> {
        Block { payload_type: OPUS, offset, data }
    }

    #[test]
    fn one_earlier_block_byte_by_byte() {
        let payload = write(block(0, &[7]), &[block(960, &[1, 2, 3])]);
        // 960 ticks are 00001111000000 in 14 bits, 3 bytes are 0000000011 in 10.
        assert_eq!(payload, [0x80 | 111, 0b0000_1111, 0b0000_0000, 0b0000_0011, 111, 1, 2, 3, 7]);
        assert_eq!(parse(&payload).unwrap(), [block(960, &[1, 2, 3]), block(0, &[7])]);
        assert_eq!(parse(&payload[..7]), None, "cut within a block");
        assert_eq!(parse(&payload[..3]), None, "cut within a head");
        assert_eq!(parse(&[]), None);
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let long = [0; BLOCK_BYTES_MAX + 1];
        let older = [block(OFFSET_MAX + 1, &[1]), block(20, &long), block(10, &[2])];
        let payload = write(block(0, &[3]), &older);
        assert_eq!(parse(&payload).unwrap(), [block(10, &[2]), block(0, &[3])]);
        let many = [block(10, &[2]); BLOCKS_MAX];
        assert_eq!(parse(&write(block(0, &[3]), &many)).unwrap().len(), BLOCKS_MAX);
        assert_eq!(parse(&[0xff; 4 * BLOCKS_MAX + 1]), None, "heads without end");
        assert_eq!(PayloadType::new(128), None);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            primary in proptest::collection::vec(any::<u8>(), 0..100),
            older in proptest::collection::vec(
                (0..=OFFSET_MAX, proptest::collection::vec(any::<u8>(), 0..=BLOCK_BYTES_MAX)),
                0..BLOCKS_MAX,
            ),
        ) {
            let mut blocks: Vec<_> =
                older.iter().map(|(offset, data)| block(*offset, data)).collect();
            let payload = write(block(0, &primary), &blocks);
            blocks.push(block(0, &primary));
            prop_assert_eq!(parse(&payload), Some(blocks));
        }

        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(blocks) = parse(&bytes) {
                let carried: usize = blocks.iter().map(|block| block.data.len()).sum();
                let heads = (blocks.len() - 1) * OLDER_HEAD_BYTES + PRIMARY_HEAD_BYTES;
                prop_assert_eq!(carried + heads, bytes.len());
            }
        }
    }
}

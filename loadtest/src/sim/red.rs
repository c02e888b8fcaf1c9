//! Redundant audio (RFC 2198): a packet that also carries what was said before.
//!
//! In: Opus packets. Out: one payload of them all; and read back, each with its age.
//! Never: decides what is worth saying twice.

/// Another block follows.
const FOLLOWS: u8 = 0x80;
/// Most blocks read of a packet; libwebrtc's receiver stops there too.
const BLOCKS_MAX: usize = 32;
/// A block's length is told in ten bits, and its age in fourteen.
const LENGTH_MAX: usize = 0x3ff;
const AGE_MAX: u32 = 0x3fff;

/// One of several packets in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// What it is.
    pub(crate) payload_type: u8,
    /// How much older than the packet it comes in, in ticks of the RTP clock.
    pub(crate) age: u32,
    /// The packet.
    pub(crate) payload: &'a [u8],
}

/// One payload of these blocks, oldest first, the newest last. Too old or too long ones stay out.
pub(crate) fn payload(blocks: &[Block<'_>]) -> Vec<u8> {
    let Some((newest, older)) = blocks.split_last() else { return Vec::new() };
    let fits = |block: &&Block<'_>| block.age <= AGE_MAX && block.payload.len() <= LENGTH_MAX;
    let older: Vec<&Block<'_>> = older.iter().filter(fits).collect();
    let mut out = Vec::new();
    for block in &older {
        let length = u32::try_from(block.payload.len()).expect("ten bits, checked above");
        let [_, high, middle, low] = ((block.age << 10) | length).to_be_bytes();
        out.extend([FOLLOWS | block.payload_type, high, middle, low]);
    }
    out.push(newest.payload_type);
    for block in older {
        out.extend(block.payload);
    }
    out.extend(newest.payload);
    out
}

/// The blocks of a payload, oldest first; nothing when it makes no sense.
pub(crate) fn blocks(payload: &[u8]) -> Option<Vec<Block<'_>>> {
    let mut heads = Vec::new();
    let mut rest = payload;
    let newest = loop {
        let (&first, after) = rest.split_first()?;
        if first & FOLLOWS == 0 {
            rest = after;
            break first;
        }
        let word = u32::from_be_bytes([0, *after.first()?, *after.get(1)?, *after.get(2)?]);
        let length = usize::try_from(word & 0x3ff).ok()?;
        heads.push((first & !FOLLOWS, word >> 10, length));
        rest = after.get(3..)?;
        if heads.len() > BLOCKS_MAX {
            return None;
        }
    };
    let mut blocks = Vec::new();
    for (payload_type, age, length) in heads {
        blocks.push(Block { payload_type, age, payload: rest.get(..length)? });
        rest = rest.get(length..)?;
    }
    blocks.push(Block { payload_type: newest, age: 0, payload: rest });
    Some(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let (old, mid, new) = ([1_u8; 80], [2_u8; 700], [3_u8; 79]);
        let sent = [
            Block { payload_type: 111, age: 1_920, payload: &old },
            Block { payload_type: 111, age: 960, payload: &mid },
            Block { payload_type: 111, age: 0, payload: &new },
        ];
        assert_eq!(blocks(&payload(&sent)).unwrap(), sent);
        assert_eq!(blocks(&payload(&sent[2..])).unwrap(), sent[2..]);
    }

    #[test]
    fn what_cannot_be_told_stays_out() {
        let (long, new) = ([1_u8; 1_024], [3_u8; 79]);
        let block = |age, payload| Block { payload_type: 111, age, payload };
        let sent = [block(960, &long[..]), block(20_000, &new[..]), block(0, &new[..])];
        assert_eq!(blocks(&payload(&sent)).unwrap(), sent[2..]);
    }

    #[test]
    fn what_is_cut_short_is_none() {
        let old = [1_u8; 80];
        let block = |age| Block { payload_type: 111, age, payload: &old };
        let whole = payload(&[block(960), block(0)]);
        for length in [0, 1, 3, 4, 40] {
            assert_eq!(blocks(&whole[..length]), None, "{length}");
        }
        assert_eq!(blocks(&[0x80; 400]), None, "more blocks than anybody sends");
    }
}

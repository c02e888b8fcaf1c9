//! Room for packets, used again.
//!
//! In: how long a packet may become. Out: room to write it in; once it is written it is split off,
//! shared, and let go.
//! Never: allocates while what was written before is let go as fast as more is written.

use bytes::BytesMut;
use std::collections::VecDeque;

/// Bytes of a block: half a dozen packets of a picture. Longer ones are held longer by the last
/// packet in them, shorter ones end with more that no packet fits into.
const BLOCK_BYTES: usize = 8 << 10;
/// Most blocks that rest: what all layers of a camera fill in the time that repairs are kept for.
/// More are given back.
const RESTING_MAX: usize = 48;

/// The blocks of one direction of one connection.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    open: Option<BytesMut>,
    /// Oldest first.
    resting: VecDeque<BytesMut>,
}

impl Blocks {
    /// An empty buffer with room for so many bytes; they are to be split off, or cleared.
    pub(super) fn room(&mut self, bytes: usize) -> &mut BytesMut {
        // Where nothing is held the same few lines of the processor's cache are written again.
        if let Some(open) = &mut self.open {
            let _ = open.try_reclaim(BLOCK_BYTES);
        }
        if let Some(full) = self.open.take_if(|open| open.capacity() < bytes) {
            self.resting.push_back(full);
        }
        if self.open.is_none() {
            self.open = self.rested(bytes.max(BLOCK_BYTES));
        }
        if self.resting.len() > RESTING_MAX {
            self.resting.pop_front();
        }
        self.open.get_or_insert_with(|| BytesMut::with_capacity(bytes.max(BLOCK_BYTES)))
    }

    /// The buffer in which room was given last, with what was written there.
    pub(super) const fn written(&mut self) -> Option<&mut BytesMut> {
        self.open.as_mut()
    }

    /// The block that has rested the longest, if nothing of it is held any more.
    fn rested(&mut self, bytes: usize) -> Option<BytesMut> {
        self.resting.front_mut()?.try_reclaim(bytes).then(|| self.resting.pop_front())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn packet(blocks: &mut Blocks) -> Bytes {
        let room = blocks.room(1_300);
        room.extend_from_slice(&[7; 1_100]);
        room.split().freeze()
    }

    #[test]
    fn what_is_let_go_is_written_again() {
        let mut blocks = Blocks::default();
        let addresses: Vec<usize> =
            (0..1_000).map(|_| packet(&mut blocks).as_ptr().addr()).collect();
        let mut places = addresses;
        places.sort_unstable();
        places.dedup();
        assert!(places.len() < 50, "{} places", places.len());
    }

    #[test]
    fn what_is_held_stays_as_it_is_and_blocks_come_to_an_end() {
        let mut blocks = Blocks::default();
        let held: Vec<Bytes> = (0..1_000).map(|_| packet(&mut blocks)).collect();
        assert!(blocks.resting.len() <= RESTING_MAX);
        assert!(held.iter().all(|packet| packet.iter().all(|byte| *byte == 7)));
    }
}

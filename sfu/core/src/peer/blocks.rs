//! Room for packets, used again.
//!
//! In: how long a packet may become. Out: room to write it in; once it is written it is split off,
//! shared, and let go.
//! Never: allocates while what was written before is let go as fast as more is written.

use bytes::{Bytes, BytesMut};
use std::cell::Cell;
use std::collections::VecDeque;

/// Bytes of a block for what comes: half a dozen packets of a picture. Longer ones are held longer by
/// the last packet in them, shorter ones end with more that no packet fits into.
const COMING_BLOCK_BYTES: usize = 8 << 10;
/// Bytes of a block for what leaves. A media thread sends two or three of them at a time, and nobody
/// holds one longer than until that.
const LEAVING_BLOCK_BYTES: usize = 64 << 10;
/// Most blocks that rest: what all layers of a camera fill in the time that repairs are kept for.
/// More are given back.
const RESTING_MAX: usize = 48;

thread_local! {
    /// For what leaves, of all connections of a thread: what one has sent another writes over, while
    /// the processor still has it in its cache. With room of its own each would come to it cold.
    static LEAVING: Cell<Option<Box<Blocks>>> = const { Cell::new(None) };
}

/// Writes what is to leave into room for so many bytes. What was written, and what `write` says of
/// it; nothing where it has nothing to say.
pub(super) fn leaving<T>(
    bytes: usize,
    write: impl FnOnce(&mut BytesMut) -> Option<T>,
) -> Option<(Bytes, T)> {
    let mut blocks = LEAVING.take().unwrap_or_else(|| Box::new(Blocks::new(LEAVING_BLOCK_BYTES)));
    let room = blocks.room(bytes);
    let said = write(room);
    let written = room.split().freeze();
    LEAVING.set(Some(blocks));
    Some((written, said?))
}

/// The blocks for what comes of one connection, or for what leaves a thread.
#[derive(Debug)]
pub(super) struct Blocks {
    block_bytes: usize,
    open: Option<BytesMut>,
    /// Oldest first.
    resting: VecDeque<BytesMut>,
}

impl Blocks {
    /// For what comes.
    pub(super) const fn coming() -> Self {
        Self::new(COMING_BLOCK_BYTES)
    }

    const fn new(block_bytes: usize) -> Self {
        Self { block_bytes, open: None, resting: VecDeque::new() }
    }

    /// An empty buffer with room for so many bytes; they are to be split off, or cleared.
    pub(super) fn room(&mut self, bytes: usize) -> &mut BytesMut {
        // Where nothing is held the same few lines of the processor's cache are written again.
        if let Some(open) = &mut self.open {
            let _ = open.try_reclaim(self.block_bytes);
        }
        if let Some(full) = self.open.take_if(|open| open.capacity() < bytes) {
            self.resting.push_back(full);
        }
        if self.open.is_none() {
            self.open = self.rested(bytes.max(self.block_bytes));
        }
        if self.resting.len() > RESTING_MAX {
            self.resting.pop_front();
        }
        let bytes = bytes.max(self.block_bytes);
        self.open.get_or_insert_with(|| BytesMut::with_capacity(bytes))
    }

    /// The block that has rested the longest, if nothing of it is held any more.
    fn rested(&mut self, bytes: usize) -> Option<BytesMut> {
        self.resting.front_mut()?.try_reclaim(bytes).then(|| self.resting.pop_front())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(blocks: &mut Blocks) -> Bytes {
        let room = blocks.room(1_300);
        room.extend_from_slice(&[7; 1_100]);
        room.split().freeze()
    }

    #[test]
    fn what_is_let_go_is_written_again() {
        let mut blocks = Blocks::coming();
        let addresses: Vec<usize> =
            (0..1_000).map(|_| packet(&mut blocks).as_ptr().addr()).collect();
        let mut places = addresses;
        places.sort_unstable();
        places.dedup();
        assert!(places.len() < 50, "{} places", places.len());
    }

    #[test]
    fn what_leaves_is_written_over_once_it_is_gone() {
        let place = |connection: u8| {
            let write = |room: &mut BytesMut| {
                room.extend_from_slice(&[connection; 1_100]);
                Some(connection)
            };
            let (written, said) = leaving(1_300, write).unwrap();
            assert!(written.iter().all(|byte| *byte == said));
            written
        };
        let (first, second) = (place(1), place(2));
        assert_ne!(first.as_ptr(), second.as_ptr(), "neither is sent yet");
        let address = first.as_ptr().addr();
        drop((first, second));
        assert_eq!(leaving(1_300, |_| None::<()>), None, "nothing was written");
        assert_eq!(place(3).as_ptr().addr(), address);
    }

    #[test]
    fn what_is_held_stays_as_it_is_and_blocks_come_to_an_end() {
        let mut blocks = Blocks::coming();
        let held: Vec<Bytes> = (0..1_000).map(|_| packet(&mut blocks)).collect();
        assert!(blocks.resting.len() <= RESTING_MAX);
        assert!(held.iter().all(|packet| packet.iter().all(|byte| *byte == 7)));
    }
}

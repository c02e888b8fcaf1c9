//! Brings commands to the shard whose room they are about.
//!
//! In: commands from signaling. Out: the same, in a bounded mailbox a shard, with a wake-up.
//! Never: reorders; a room's commands all take the same way.

use crate::fault::Fault;
use bedside_sfu_api::{Command, RoomId};
use nix::sys::eventfd::{EfdFlags, EventFd};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::mpsc;

/// Commands that may wait for one shard.
const MAILBOX_MAX: usize = 1_024;

/// What a shard's thread is told.
#[derive(Debug)]
pub(crate) enum Post {
    Command(Command),
    Stop,
}

/// Where a shard's post is put.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    sender: SyncSender<Post>,
    wake: Arc<EventFd>,
}

/// Where a shard takes its post from.
#[derive(Debug)]
pub(crate) struct Inbox {
    receiver: Receiver<Post>,
    wake: Arc<EventFd>,
}

/// Both ends of a mailbox.
pub(crate) fn mailbox() -> Result<(Mailbox, Inbox), Fault> {
    let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
    let wake = EventFd::from_flags(flags).map_err(|errno| Fault::Wake(errno.into()))?;
    let wake = Arc::new(wake);
    let (sender, receiver) = sync_channel(MAILBOX_MAX);
    Ok((Mailbox { sender, wake: wake.clone() }, Inbox { receiver, wake }))
}

impl Mailbox {
    fn put(&self, post: Post) {
        // A thread that has ended takes no more post, and needs none.
        if self.sender.send(post).is_ok() && self.wake.write(1).is_err() {
            tracing::debug!("wake-up counter is full; the thread is awake already");
        }
    }

    /// Asks the shard's thread to end.
    pub(crate) fn stop(&self) {
        self.put(Post::Stop);
    }
}

impl Inbox {
    /// Readable when there is post.
    pub(crate) fn wake(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// The next post. Clears the wake-up first, so that what comes later wakes again.
    pub(crate) fn take(&self) -> Vec<Post> {
        if self.wake.read().is_err() {
            return Vec::new(); // nothing was put
        }
        self.receiver.try_iter().collect()
    }
}

/// Which of so many shards a room lives on.
fn shard_of(room: RoomId, shards: usize) -> usize {
    // The last 64 bits of a UUID version 7 are random.
    let (_, random) = room.0.as_u64_pair();
    usize::try_from(random % u64::try_from(shards.max(1)).unwrap_or(1)).unwrap_or(0)
}

/// Routes until signaling is gone.
pub(crate) fn run(mut commands: mpsc::Receiver<Command>, mailboxes: &[Mailbox]) {
    while let Some(command) = commands.blocking_recv() {
        if let Some(mailbox) = mailboxes.get(shard_of(command.room(), mailboxes.len())) {
            mailbox.put(Post::Command(command));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_room_always_lives_on_one_shard_and_shards_share_the_rooms() {
        let mut rooms = [0; 4];
        for _ in 0..1_000 {
            let room = RoomId(Uuid::now_v7());
            let shard = shard_of(room, 4);
            assert_eq!(shard, shard_of(room, 4));
            rooms[shard] += 1;
        }
        assert!(rooms.iter().all(|count| *count > 150), "{rooms:?}");
    }

    #[test]
    fn post_wakes_and_is_taken_once() {
        let (mailbox, inbox) = mailbox().unwrap();
        assert!(inbox.take().is_empty());
        mailbox.stop();
        mailbox.stop();
        assert_eq!(inbox.take().len(), 2);
        assert!(inbox.take().is_empty());
    }
}

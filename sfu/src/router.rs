//! Brings commands to the shard whose room they are about.
//!
//! In: commands from signaling; from each shard, how many people it has. Out: the commands, in a
//! bounded mailbox a shard, with a wake-up.
//! Never: reorders; a room's commands all take the same way.

use crate::fault::Fault;
use crate::home::Homes;
use bedside_sfu_api::Command;
use nix::sys::eventfd::{EfdFlags, EventFd};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    people: Arc<AtomicUsize>,
}

/// Where a shard takes its post from.
#[derive(Debug)]
pub(crate) struct Inbox {
    receiver: Receiver<Post>,
    wake: Arc<EventFd>,
    people: Arc<AtomicUsize>,
}

/// Both ends of a mailbox.
pub(crate) fn mailbox() -> Result<(Mailbox, Inbox), Fault> {
    let flags = EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC;
    let wake = EventFd::from_flags(flags).map_err(|errno| Fault::Wake(errno.into()))?;
    let wake = Arc::new(wake);
    let (sender, receiver) = sync_channel(MAILBOX_MAX);
    let people = Arc::new(AtomicUsize::new(0));
    let mailbox = Mailbox { sender, wake: wake.clone(), people: people.clone() };
    Ok((mailbox, Inbox { receiver, wake, people }))
}

impl Mailbox {
    fn put(&self, post: Post) {
        if let Post::Command(Command::Admit { .. }) = post {
            // Counted before they are there, so that a hundred who come at once are spread.
            self.people.fetch_add(1, Ordering::Relaxed);
        }
        // A thread that has ended takes no more post, and needs none.
        if self.sender.send(post).is_ok() && self.wake.write(1).is_err() {
            tracing::debug!("wake-up counter is full; the thread is awake already");
        }
    }

    /// How many people the shard has, about: those on their way are counted, those who went a
    /// moment ago may be.
    fn people(&self) -> usize {
        self.people.load(Ordering::Relaxed)
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

    /// Says how many people there are.
    pub(crate) fn tell_people(&self, people: usize) {
        self.people.store(people, Ordering::Relaxed);
    }

    /// The next post. Clears the wake-up first, so that what comes later wakes again.
    pub(crate) fn take(&self) -> Vec<Post> {
        if self.wake.read().is_err() {
            return Vec::new(); // nothing was put
        }
        self.receiver.try_iter().collect()
    }
}

/// Routes until signaling is gone.
pub(crate) fn run(mut commands: mpsc::Receiver<Command>, mailboxes: &[Mailbox]) {
    let mut homes = Homes::default();
    while let Some(command) = commands.blocking_recv() {
        let people: Vec<usize> = mailboxes.iter().map(Mailbox::people).collect();
        let home = homes.find(&command, &people).and_then(|home| mailboxes.get(home));
        if let Some(mailbox) = home {
            mailbox.put(Post::Command(command));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

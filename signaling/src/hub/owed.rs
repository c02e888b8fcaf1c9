//! Commands on their way to the media plane or the recorder.
//!
//! In: commands of one visit. Out: the same, in order, into the other side's bounded queue.
//! Never: forgets a removal because the queue is full; it is owed until it is taken.

use std::collections::VecDeque;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::{SendError, TrySendError};

/// Why a command was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// The other side has more to do than it can.
    Full,
    /// There is no other side any more.
    Gone,
}

/// One visit's way to the media plane, or to the recorder.
#[derive(Debug)]
pub(super) struct Owed<C> {
    commands: mpsc::Sender<C>,
    owed: VecDeque<C>,
}

impl<C> Owed<C> {
    pub(super) const fn new(commands: mpsc::Sender<C>) -> Self {
        Self { commands, owed: VecDeque::new() }
    }

    /// Gives a command that somebody waits for and can be refused.
    pub(super) fn offer(&self, command: C) -> Result<(), NotTaken> {
        if !self.owed.is_empty() {
            // Order is kept: nobody comes in before the one who was to go has gone.
            return Err(NotTaken::Full);
        }
        self.commands.try_send(command).map_err(|refused| match refused {
            TrySendError::Full(_) => NotTaken::Full,
            TrySendError::Closed(_) => NotTaken::Gone,
        })
    }

    /// Gives a command that must not be lost, foremost one that takes somebody out. The list
    /// stays short: while it is not empty no offer, switch or view of a page is taken, so only
    /// people who go lengthen it.
    pub(super) fn insist(&mut self, command: C) {
        if !self.owed.is_empty() {
            self.owed.push_back(command);
            return;
        }
        match self.commands.try_send(command) {
            Ok(()) | Err(TrySendError::Closed(_)) => {}
            Err(TrySendError::Full(command)) => self.owed.push_back(command),
        }
    }

    /// Whether there is no other side any more.
    pub(super) fn is_gone(&self) -> bool {
        self.commands.is_closed()
    }

    /// Whether everything has been taken.
    pub(super) fn is_settled(&self) -> bool {
        self.owed.is_empty()
    }

    /// A place in the other side's queue, as soon as there is one.
    pub(super) async fn place(&self) -> Result<mpsc::OwnedPermit<C>, SendError<()>> {
        self.commands.clone().reserve_owned().await
    }

    /// Gives the first command that is owed.
    pub(super) fn settle(&mut self, place: Result<mpsc::OwnedPermit<C>, SendError<()>>) {
        match (place, self.owed.pop_front()) {
            (Ok(place), Some(command)) => drop(place.send(command)),
            (Ok(_), None) => {}
            // Without a media plane there is nobody in it to be taken out, and without a recorder
            // nobody is recorded.
            (Err(_), _) => self.owed.clear(),
        }
    }
}

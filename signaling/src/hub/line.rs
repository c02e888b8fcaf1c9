//! The line between a visit's actor and one socket.
//!
//! In: messages for one reader. Out: a bounded queue, and a cut when the reader is too slow.
//! Never: waits for a reader; one slow page does not hold the visit up.

use super::ask::{Ask, Joined, Open, Speaker};
use super::limits::QUEUE_MESSAGES;
use crate::socket::Closing;
use bedside_signaling_api::socket::{ClientMessage, ServerMessage};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// One thing for a socket to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// Send this.
    Say(Box<ServerMessage>),
    /// Close, with this reason.
    Close(Closing),
}

/// The actor's end.
#[derive(Debug)]
pub(super) struct Line {
    /// Which socket it is.
    pub(super) number: u64,
    queue: mpsc::Sender<Outgoing>,
    cut: Option<oneshot::Sender<Closing>>,
}

/// The socket's way to speak.
#[derive(Debug)]
pub struct Mouth {
    from: Speaker,
    asks: mpsc::Sender<Ask>,
    _open: Open,
}

/// A new line: the actor's end and the socket's.
pub(super) fn line(from: Speaker, asks: mpsc::Sender<Ask>, open: Open) -> (Line, Joined) {
    let (say, queue) = mpsc::channel(QUEUE_MESSAGES);
    let (cut_now, cut) = oneshot::channel();
    let line = Line { number: from.line, queue: say, cut: Some(cut_now) };
    (line, Joined { queue, cut, mouth: Mouth { from, asks, _open: open } })
}

impl Line {
    /// Sends a message; a reader whose queue is full is cut off.
    pub(super) fn say(&mut self, message: ServerMessage) {
        self.push(Outgoing::Say(Box::new(message)));
    }

    /// Closes the socket behind everything said so far.
    pub(super) fn finish(mut self, closing: Closing) {
        self.push(Outgoing::Close(closing));
    }

    /// Whether nobody reads any more.
    pub(super) fn is_dead(&self) -> bool {
        self.cut.is_none() || self.queue.is_closed()
    }

    fn push(&mut self, outgoing: Outgoing) {
        match self.queue.try_send(outgoing) {
            Ok(()) | Err(TrySendError::Closed(_)) => {}
            Err(TrySendError::Full(_)) => {
                if let Some(cut) = self.cut.take() {
                    // A socket that has just ended by itself needs no cut.
                    let _ended = cut.send(Closing::TooSlow);
                }
            }
        }
    }
}

impl Mouth {
    /// Says what the person wants. Waits while the visit is busy, which slows this socket
    /// only. `false`: the actor is gone, and so is the seat.
    pub async fn say(&self, message: ClientMessage) -> bool {
        self.asks.send(Ask::Said { from: self.from, message }).await.is_ok()
    }
}

impl Drop for Mouth {
    fn drop(&mut self) {
        // When the visit's queue is full this is lost, and the actor finds the dead line by
        // itself on one of the turns that are due anyway.
        let _full = self.asks.try_send(Ask::Gone { from: self.from });
    }
}

//! What can be asked of a live visit's actor.
//!
//! In: a wish of REST, of a socket or of the media plane. Out: the message on the actor's
//! queue, with the way back where an answer is due.
//! Never: state; an ask that is not answered has not been done.

use super::chat::{Note, Noted};
use super::line::Mouth;
use super::{HubError, Outgoing};
use crate::quality::Asked;
use crate::queue::Place;
use crate::socket::Closing;
use crate::store::Actor;
use crate::visit::{Command, Visit};
use axum::body::Bytes;
use bedside_sfu_api::Event;
use bedside_signaling_api::quality::VisitQuality;
use bedside_signaling_api::recorder::RecorderEvent;
use bedside_signaling_api::socket::ClientMessage;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

/// The way back to whoever asked.
pub(super) type Reply<T> = oneshot::Sender<Result<T, HubError>>;

/// One wish.
#[derive(Debug)]
pub(super) enum Ask {
    /// A command from outside the visit (REST).
    Command { actor: Actor, command: Command, reply: Reply<Visit> },
    /// Staff at the desk writes to those who wait.
    Note { note: Note, reply: Reply<Noted> },
    /// A device takes its person's seat.
    Join { device: Device, reply: Reply<Joined> },
    /// A seated device says something.
    Said { from: Speaker, message: ClientMessage },
    /// A seated device's socket is gone.
    Gone { from: Speaker },
    /// The media plane has seen something.
    Media(Event),
    /// The recorder says what has become of a recording.
    Recorder { event: RecorderEvent, reply: Reply<()> },
    /// Somebody wants to know how good the visit is so far.
    Quality { asked: Asked, reply: oneshot::Sender<VisitQuality> },
    /// A person gives a still picture that was asked for.
    GiveStill { from: (Uuid, Uuid), picture: Bytes, reply: Reply<()> },
    /// Whoever asked for a still picture fetches it.
    FetchStill { by: (Uuid, Uuid), reply: Reply<Bytes> },
    /// Where the visit stands in its queue.
    Place { place: Place },
    /// It is to be looked up whether this visit is still this node's.
    Verify,
    /// The service stops: what is known of the quality is to be stored.
    Keep { reply: oneshot::Sender<()> },
}

impl Ask {
    /// Whether somebody waits for the answer. The others mean nothing to an actor that has
    /// not seated their socket or made their room.
    pub(super) const fn is_awaited(&self) -> bool {
        match self {
            Self::Command { .. }
            | Self::Note { .. }
            | Self::Join { .. }
            | Self::Recorder { .. }
            | Self::GiveStill { .. }
            | Self::FetchStill { .. } => true,
            // The store has what a sleeping actor knew.
            Self::Quality { .. } | Self::Keep { .. } | Self::Place { .. } | Self::Verify => false,
            Self::Said { .. } | Self::Gone { .. } | Self::Media(_) => false,
        }
    }
}

/// A redeemed link on one device, as its session proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// The visit.
    pub visit: Uuid,
    /// The person.
    pub participant: Uuid,
    /// The generation of the link the session was opened with.
    pub generation: u64,
    /// Hash of the session's secret: the same after a reload, another on another device.
    pub key: [u8; 32],
}

/// Which socket of which person; a later socket of the same person has a higher number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Speaker {
    /// The person.
    pub(super) participant: Uuid,
    /// The socket.
    pub(super) line: u64,
}

/// A seat taken: what the socket reads from and speaks into. Dropping it gives the seat's
/// socket up.
#[derive(Debug)]
pub struct Joined {
    /// What to send, in order.
    pub queue: mpsc::Receiver<Outgoing>,
    /// Fires when the socket is to be closed at once, past the queue.
    pub cut: oneshot::Receiver<Closing>,
    /// Where to say what the person wants.
    pub mouth: Mouth,
}

/// Counts the sockets that hold a seat.
#[derive(Debug)]
pub(super) struct Open(pub(super) watch::Sender<usize>);

impl Open {
    pub(super) fn new(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|sockets| *sockets = sockets.saturating_add(1));
        Self(count.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.send_modify(|sockets| *sockets = sockets.saturating_sub(1));
    }
}

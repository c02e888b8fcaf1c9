//! The passing side of one person: socket, media connection, what is switched on.
//!
//! In: what the actor learns. Out: where the person's messages go, and how they look to others.
//! Never: admission; that is in the log.

use super::line::Line;
use super::picture::Passing;
use bedside_sfu_api::ConnectionId;
use bedside_signaling_api::socket::{ServerMessage, Sources, View};
use tokio::time::Instant;

/// A person who has, or a moment ago had, a socket.
#[derive(Debug)]
pub(super) struct Client {
    /// The socket, while there is one.
    pub(super) line: Option<Line>,
    /// The device the seat is held by; `None` after a restart.
    pub(super) device: Option<[u8; 32]>,
    /// What is switched on.
    pub(super) sources: Sources,
    /// What the page shows.
    pub(super) views: Vec<View>,
    /// The media connection.
    pub(super) media: Media,
    /// The media connection was there and is not there now.
    pub(super) media_missing: bool,
    /// Without a socket: when the person is lost.
    pub(super) lost_at: Option<Instant>,
    /// The list of people last sent.
    pub(super) told: Option<ServerMessage>,
}

/// One offer of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    /// The number the media plane knows it by.
    pub(super) connection: ConnectionId,
    /// The page's own number, given back with whatever is said about the offer.
    pub(super) number: u32,
}

/// How far a person's media connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// None, as far as is known here.
    None,
    /// The offer is with the media plane.
    Offered(Offer),
    /// The answer is with the page.
    Answered(Offer),
    /// Media can flow.
    Up(Offer),
}

impl Media {
    /// The offer it began with.
    pub(super) const fn offer(self) -> Option<Offer> {
        match self {
            Self::None => None,
            Self::Offered(offer) | Self::Answered(offer) | Self::Up(offer) => Some(offer),
        }
    }

    /// Whether the page has the answer to its offer.
    pub(super) const fn is_answered(self) -> bool {
        match self {
            Self::Answered(_) | Self::Up(_) => true,
            Self::None | Self::Offered(_) => false,
        }
    }

    /// Whether media can flow.
    pub(super) const fn is_up(self) -> bool {
        match self {
            Self::Up(_) => true,
            Self::None | Self::Offered(_) | Self::Answered(_) => false,
        }
    }
}

impl Client {
    /// Somebody without a socket, who is lost at `lost_at` unless one comes.
    pub(super) fn absent(lost_at: Instant) -> Self {
        Self {
            line: None,
            device: None,
            sources: Sources::default(),
            views: Vec::new(),
            media: Media::None,
            media_missing: false,
            lost_at: Some(lost_at),
            told: None,
        }
    }

    /// Sends a message, if there is a socket.
    pub(super) fn say(&mut self, message: ServerMessage) {
        if let Some(line) = &mut self.line {
            line.say(message);
        }
    }

    /// The socket is gone; the person is lost at `lost_at` unless they come back.
    pub(super) fn hang_up(&mut self, lost_at: Instant) {
        self.line = None;
        self.told = None;
        self.lost_at = Some(lost_at);
    }

    /// The media connection is gone; the page, if it is there, is told to offer again.
    pub(super) fn lose_media(&mut self) {
        if let Some(Offer { number, connection: _ }) = self.media.offer() {
            self.media = Media::None;
            self.media_missing = true;
            self.say(ServerMessage::MediaLost { number });
        }
    }

    /// Another device has taken the seat: what the first one had switched on is not its.
    pub(super) fn forget_page(&mut self) {
        self.sources = Sources::default();
        self.views = Vec::new();
        self.media = Media::None;
        self.media_missing = false;
    }

    /// How the person looks to others.
    pub(super) const fn passing(&self) -> Passing {
        Passing { sources: self.sources, reconnecting: self.line.is_none() || self.media_missing }
    }
}

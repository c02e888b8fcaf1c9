//! The passing side of one person: socket, media connection, what is switched on.
//!
//! In: what the actor learns. Out: where the person's messages go, and how they look to others.
//! Never: admission; that is in the log.

use super::line::Line;
use super::lines::Up;
use super::picture::Passing;
use bedside_sfu_api::{Bitrate, ConnectionId, Source};
use bedside_signaling_api::socket::{ServerMessage, Sources, View};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// Seconds without a packet from somebody whose microphone is on, after which they are cut off.
/// The connection itself is given up only after half a minute; an interpreter's listeners would
/// hear next to nothing so long.
const UNHEARD_SECONDS: u8 = 3;

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
    /// The person has chosen to spend little data.
    pub(super) data_saver: bool,
    /// The media connection.
    pub(super) media: Media,
    /// What the media plane last said to the page; said again on a new socket, since a media
    /// connection that outlives the old one changes while nobody listens.
    pub(super) message_by_topic: BTreeMap<Topic, ServerMessage>,
    /// How the person's own way up does.
    pub(super) up: Up,
    /// The media connection was there and is not there now.
    pub(super) media_missing: bool,
    /// Seconds in a row in which nothing came, though the microphone is on.
    unheard_seconds: u8,
    /// Without a socket: when the person is lost.
    pub(super) lost_at: Option<Instant>,
    /// What was last said of the visit, by topic.
    pub(super) told_by_topic: BTreeMap<Told, ServerMessage>,
    /// Where the person stands in the queue, as last worked out.
    pub(super) queue: Option<ServerMessage>,
}

/// What a page is told of the visit whenever it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    /// Who is here.
    People,
    /// What the person is asked.
    Asks,
    /// When the visit is, and which part it is in.
    Schedule,
    /// How the recording stands.
    Recording,
    /// Where they stand in the queue.
    Queue,
    /// What of recorded education they are to see.
    Lesson,
    /// Whom they hear how loud.
    Hearing,
    /// How the lines of the others do.
    Lines,
    /// How the lines of interpreters keep the four standards.
    Standards,
}

/// What the media plane says to a page; a later word on a topic replaces the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// What the slots hold.
    Slots,
    /// Which layers of a source are watched.
    Watched(Source),
    /// What is worth sending of the voice.
    VoiceWanted,
    /// What is given of each picture.
    Delivered,
    /// Who is speaking.
    Speakers,
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
            data_saver: false,
            media: Media::None,
            message_by_topic: BTreeMap::new(),
            up: Up::default(),
            media_missing: false,
            unheard_seconds: 0,
            lost_at: Some(lost_at),
            told_by_topic: BTreeMap::new(),
            queue: None,
        }
    }

    /// Sends a message, if there is a socket.
    pub(super) fn say(&mut self, message: ServerMessage) {
        if let Some(line) = &mut self.line {
            line.say(message);
        }
    }

    /// Tells what is not what was told last.
    pub(super) fn tell(&mut self, topic: Told, message: ServerMessage) {
        if self.line.is_some() && self.told_by_topic.get(&topic) != Some(&message) {
            self.say(message.clone());
            self.told_by_topic.insert(topic, message);
        }
    }

    /// Says what the media plane said, and keeps it for the next socket.
    pub(super) fn say_of_media(&mut self, topic: Topic, message: ServerMessage) {
        self.message_by_topic.insert(topic, message.clone());
        self.say(message);
    }

    /// A new offer begins a new media connection.
    pub(super) fn offers(&mut self, offer: Offer) {
        self.media = Media::Offered(offer);
        self.unheard_seconds = 0;
        self.message_by_topic.clear();
    }

    /// The socket is gone; the person is lost at `lost_at` unless they come back.
    pub(super) fn hang_up(&mut self, lost_at: Instant) {
        self.line = None;
        self.told_by_topic.clear();
        self.lost_at = Some(lost_at);
    }

    /// The media connection is gone; the page, if it is there, is told to offer again.
    pub(super) fn lose_media(&mut self) {
        if let Some(Offer { number, connection: _ }) = self.media.offer() {
            self.media = Media::None;
            self.message_by_topic.clear();
            self.media_missing = true;
            self.say(ServerMessage::MediaLost { number });
        }
    }

    /// Another device has taken the seat: what the first one had switched on is not its.
    pub(super) fn forget_page(&mut self) {
        self.sources = Sources::default();
        self.views = Vec::new();
        self.data_saver = false;
        self.media = Media::None;
        self.message_by_topic.clear();
        self.media_missing = false;
    }

    /// Whether nothing the person says can be counted on to be heard.
    pub(super) const fn is_cut_off(&self) -> bool {
        self.line.is_none() || !self.media.is_up() || self.unheard_seconds >= UNHEARD_SECONDS
    }

    /// So much came from the person in the last second.
    pub(super) fn handle_rate(&mut self, rate: Bitrate) {
        let unheard = self.sources.microphone && rate == Bitrate::ZERO;
        self.unheard_seconds = if unheard { self.unheard_seconds.saturating_add(1) } else { 0 };
    }

    /// How the person looks to others.
    pub(super) const fn passing(&self) -> Passing {
        Passing { sources: self.sources, reconnecting: self.line.is_none() || self.media_missing }
    }
}

//! A person's page: says things, and knows what it was told last.
//!
//! In: messages of the server. Out: the picture they make.

use super::wire::{Cut, Socket, Wire};
use bedside_signaling_api::socket::{ClientMessage, Person, Presence, ServerMessage, Standing};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A page that is open.
pub(super) struct Page {
    socket: Socket,
    pub(super) seen: Seen,
}

/// What a page was told.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) standing: Option<Standing>,
    pub(super) people: BTreeMap<Uuid, Person>,
    /// Whether it was told who is there.
    is_told: bool,
    /// Whether the person agreed, by the name of the purpose; the version of the text.
    pub(super) agreed: BTreeMap<&'static str, (Option<bool>, String)>,
    /// Ids of chat lines by their text.
    pub(super) lines: BTreeMap<String, Uuid>,
    pub(super) ends_at: Option<Timestamp>,
}

impl Page {
    /// Opens a page with a session, and reads the whole first picture: who is there is told
    /// after the welcome and the chat.
    pub(super) async fn open(wire: &Wire, session: &str) -> Result<Self, Cut> {
        let socket = Socket::open(wire.address, session).await?;
        let mut page = Self { socket, seen: Seen::default() };
        page.until(|seen| seen.standing.is_some() && seen.is_told).await?;
        Ok(page)
    }

    pub(super) async fn say(&mut self, message: &ClientMessage) -> Result<(), Cut> {
        self.socket.say(message).await
    }

    /// Reads until the picture is so.
    pub(super) async fn until(&mut self, wanted: impl Fn(&Seen) -> bool) -> Result<(), Cut> {
        while !wanted(&self.seen) {
            self.seen.take(self.socket.hear().await?);
        }
        Ok(())
    }

    /// Reads whatever the server had to say before it answers a ping.
    pub(super) async fn catch_up(&mut self) -> Result<(), Cut> {
        self.say(&ClientMessage::Ping).await?;
        loop {
            let message = self.socket.hear().await?;
            if message == ServerMessage::Pong {
                return Ok(());
            }
            self.seen.take(message);
        }
    }
}

impl Seen {
    /// Takes a message in. Nothing that is asked for here is to be refused.
    fn take(&mut self, message: ServerMessage) {
        match message {
            ServerMessage::Welcome { standing, .. } | ServerMessage::Standing { standing } => {
                self.standing = Some(standing);
            }
            ServerMessage::People { people, .. } => {
                let by_id = people.into_iter().map(|person| (person.participant, person));
                self.people = by_id.collect();
                self.is_told = true;
            }
            ServerMessage::Asks { consents, gates: _ } => {
                let said = consents.into_iter().map(|c| (c.purpose.name(), (c.agreed, c.version)));
                self.agreed = said.collect();
            }
            ServerMessage::Chat { line } => drop(self.lines.insert(line.text, line.id)),
            ServerMessage::Schedule { ends_at, .. } => self.ends_at = Some(ends_at),
            ServerMessage::Refused { to, code, .. } => panic!("{to} was refused: {code:?}"),
            ServerMessage::Answer { .. }
            | ServerMessage::IceRestarted { .. }
            | ServerMessage::Slots { .. }
            | ServerMessage::Watched { .. }
            | ServerMessage::VoiceWanted { .. }
            | ServerMessage::Speakers { .. }
            | ServerMessage::Delivered { .. }
            | ServerMessage::MediaLost { .. }
            | ServerMessage::Queue { .. }
            | ServerMessage::Invited { .. }
            | ServerMessage::GoingAway
            | ServerMessage::Recording { .. }
            | ServerMessage::Caption { .. }
            | ServerMessage::Lesson { .. }
            | ServerMessage::Clock { .. }
            | ServerMessage::Hearing { .. }
            | ServerMessage::Outcome { .. }
            | ServerMessage::Lines { .. }
            | ServerMessage::StillAsked { .. }
            | ServerMessage::Still { .. }
            | ServerMessage::Standards { .. }
            | ServerMessage::Pong => {}
        }
    }

    /// Where somebody is, as staff sees it: `out`, `here`, or since when they wait.
    pub(super) fn place(&self, participant: Uuid) -> String {
        let Some(person) = self.people.get(&participant) else { return "out".to_owned() };
        match person.presence {
            Presence::Expected => "out".to_owned(),
            Presence::Here | Presence::Reconnecting => "here".to_owned(),
            Presence::Waiting => {
                let readiness = person.readiness.as_ref().expect("staff is told");
                format!("waits since {:?}", readiness.waiting_since)
            }
        }
    }
}

//! The chat of visits whose policy keeps it.
//!
//! In: a line and who may read it. Out: the lines one person may read.
//! Never: a line to somebody it was not for; a line longer than the policy says.

use super::db::{on_db, rows};
use super::{Store, row};
use crate::Fault;
use bedside_signaling_api::care::{ChatLine, ChatTo};
use bedside_signaling_api::role::Role;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Most lines read back for a page: the newest. More would not fit the queue of a socket that
/// is just being opened, and nobody scrolls further back in a visit.
pub const CHAT_LINES_SHOWN: usize = 100;
/// Most lines looked at for it, and most read by the API: more than the longest visit has.
const LINES_MAX: i64 = 10_000;

/// A line to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatRow {
    /// The visit.
    pub visit: Uuid,
    /// The line.
    pub line: ChatLine,
    /// Who may read it.
    pub readers: Vec<Uuid>,
    /// For how many days it is kept.
    pub days: u16,
}

/// A row of `chat_line`, as either engine gives it.
#[derive(sqlx::FromRow)]
struct Columns {
    id: Uuid,
    sender: Uuid,
    to_kind: String,
    to_id: Option<Uuid>,
    readers: String,
    body: String,
    at: i64,
    role: Option<String>,
    ready: Option<String>,
}

impl Store {
    /// Keeps a line.
    pub async fn keep_chat(&self, chat: &ChatRow) -> Result<(), Fault> {
        let (to_kind, to_id) = match chat.line.to {
            ChatTo::Everybody => ("everybody", None),
            ChatTo::Staff => ("staff", None),
            ChatTo::Person { participant } => ("person", Some(participant)),
            ChatTo::Waiting => ("waiting", None),
        };
        let ready = chat.line.ready.as_ref().map(serde_json::to_string);
        let ready = ready.transpose().map_err(Fault::stored("ready-made sentence"))?;
        let readers: Vec<String> = chat.readers.iter().map(Uuid::to_string).collect();
        on_db!(&self.db, c => {
            sqlx::query(
                "INSERT INTO chat_line
                   (id, visit, sender, to_kind, to_id, readers, body, at, erase_at, role, ready)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(chat.line.id)
            .bind(chat.visit)
            .bind(chat.line.from)
            .bind(to_kind)
            .bind(to_id)
            .bind(readers.join(" "))
            .bind(&chat.line.text)
            .bind(row::millis(chat.line.at))
            .bind(erase_at(chat.line.at, chat.days))
            .bind(chat.line.role.map(Role::name))
            .bind(ready)
            .execute(c)
            .await
            .map(rows)
        })
        .map_err(Fault::database("keep a line of the chat"))?;
        Ok(())
    }

    /// The lines of a visit, oldest first: all, or the newest that one reader may see.
    pub async fn chat(&self, visit: Uuid, reader: Option<Uuid>) -> Result<Vec<ChatLine>, Fault> {
        let most = if reader.is_some() { CHAT_LINES_SHOWN } else { usize::MAX };
        let found: Vec<Columns> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT id, sender, to_kind, to_id, readers, body, at, role, ready FROM chat_line
                 WHERE visit = $1 ORDER BY id DESC LIMIT $2",
            )
            .bind(visit)
            .bind(LINES_MAX)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("read the chat"))?;
        let reader = reader.map(|reader| reader.to_string());
        let may = |line: &Columns| {
            reader.as_ref().is_none_or(|reader| line.readers.split(' ').any(|id| id == reader))
        };
        let newest = found.into_iter().filter(may).take(most).map(line);
        let mut lines = newest.collect::<Result<Vec<_>, _>>()?;
        lines.reverse();
        Ok(lines)
    }
}

fn line(found: Columns) -> Result<ChatLine, Fault> {
    let to = match (found.to_kind.as_str(), found.to_id) {
        ("everybody", None) => ChatTo::Everybody,
        ("staff", None) => ChatTo::Staff,
        ("waiting", None) => ChatTo::Waiting,
        ("person", Some(participant)) => ChatTo::Person { participant },
        (_, _) => return Err("goes to nobody").map_err(Fault::stored("line of the chat")),
    };
    let at = row::instant(found.at)?;
    let role = found.role.as_deref().map(row::role).transpose()?;
    let ready = found.ready.as_deref().map(serde_json::from_str).transpose();
    let ready = ready.map_err(Fault::stored("ready-made sentence"))?;
    Ok(ChatLine { id: found.id, from: found.sender, role, to, at, text: found.body, ready })
}

/// When something kept for so many days is to be gone.
pub(super) fn erase_at(at: Timestamp, days: u16) -> i64 {
    row::millis(at).saturating_add(row::length(SignedDuration::from_hours(24 * i64::from(days))))
}

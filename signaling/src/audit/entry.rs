//! One entry of the audit log: who did what to what, in code words and keyed hashes.
//!
//! In: what happened, or who looked at what. Out: an entry, and the bytes the chain is made over.
//! Never: a name, a text or a number of a person; a word that is not written in this program.
//!
//! People and keys stand here as keyed hashes (`keys`). The visit's id stands in clear: whoever
//! reads the log has to get from an entry to the visit and back, the id is made here and says
//! nothing by itself, and once the visit's rows are gone it leads nowhere. The same goes for the id
//! of a recording, which `detail` names with how many objects it had and the hash over them.

use super::keys::{Keys, Tag};
use crate::store::Actor;
use std::borrow::Cow;
use uuid::Uuid;

/// A code word: written in this program, or read back from the log.
pub type Word = Cow<'static, str>;

/// What one row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was done: the name of a visit's event, or `read`, `list`.
    pub verb: Word,
    /// Of what kind the one who did it is.
    pub actor_kind: Word,
    /// Who did it; absent for the clock and the operator.
    pub actor: Option<Tag>,
    /// Whom it was done to, where it was a person.
    pub subject: Option<Tag>,
    /// The visit, where it was about one.
    pub visit: Option<Uuid>,
    /// How it went.
    pub outcome: Word,
    /// What exactly, in a code word; empty where the verb says it all.
    pub detail: Word,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// There was nothing of that id for whoever asked.
    NotFound,
}

impl Outcome {
    /// Its code word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotFound => "not_found",
        }
    }
}

/// The code word of the kind of an actor.
#[must_use]
pub const fn kind(actor: &Actor) -> &'static str {
    match actor {
        Actor::Key(_) => "key",
        Actor::Person(_) => "person",
        Actor::Clock => "clock",
        Actor::Recorder => "recorder",
        Actor::Operator => "operator",
    }
}

impl Entry {
    /// An entry of `tenant`'s log that says `actor` did `verb`.
    pub(crate) fn new(keys: &Keys, tenant: &str, actor: &Actor, verb: &'static str) -> Self {
        let id = match actor {
            Actor::Key(id) | Actor::Person(id) => Some(*id),
            Actor::Clock | Actor::Recorder | Actor::Operator => None,
        };
        Self {
            verb: Cow::Borrowed(verb),
            actor_kind: Cow::Borrowed(kind(actor)),
            actor: id.map(|id| keys.tag(tenant, id)),
            subject: None,
            visit: None,
            outcome: Cow::Borrowed(Outcome::Done.word()),
            detail: Cow::Borrowed(""),
        }
    }

    /// Its bytes, each field behind its length, so that no two entries have the same.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let fields: [Option<&[u8]>; 7] = [
            Some(self.verb.as_bytes()),
            Some(self.actor_kind.as_bytes()),
            self.actor.as_ref().map(Tag::as_bytes),
            self.subject.as_ref().map(Tag::as_bytes),
            self.visit.as_ref().map(|visit| &visit.as_bytes()[..]),
            Some(self.outcome.as_bytes()),
            Some(self.detail.as_bytes()),
        ];
        let mut bytes = Vec::new();
        for field in fields {
            put(&mut bytes, field);
        }
        bytes
    }
}

/// Writes whether the field is there, its length, and the field.
fn put(bytes: &mut Vec<u8>, field: Option<&[u8]>) {
    bytes.push(u8::from(field.is_some()));
    let field = field.unwrap_or_default();
    bytes.extend_from_slice(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
    bytes.extend_from_slice(field);
}

//! Scopes of SMART (`system/Appointment.rs`) beside our own, and what a caller may do with
//! either.
//!
//! In: what a client asks for, what it was registered for. Out: the words it gets, and the
//! rights that they are.
//! Never: a right on one kind of record from the word of another, or on what is no record of
//! FHIR from any word of it; a word that is not understood.

#[cfg(test)]
mod tests;

use crate::key::{Scope, Scopes};
use axum::http::Method;

/// What can be done with a record, in the order of SMART's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Act {
    /// Make one.
    Create,
    /// Read one by its id.
    Read,
    /// Change one.
    Update,
    /// Remove one.
    Delete,
    /// Look for some.
    Search,
}

impl Act {
    const ALL: [Self; 5] = [Self::Create, Self::Read, Self::Update, Self::Delete, Self::Search];

    const fn letter(self) -> char {
        match self {
            Self::Create => 'c',
            Self::Read => 'r',
            Self::Update => 'u',
            Self::Delete => 'd',
            Self::Search => 's',
        }
    }
}

/// Every kind of record that words name, and the scope of ours that reading and changing it
/// needs. What has no scope cannot be done at all.
const RECORDS: [(&str, Scope, Option<Scope>); 5] = [
    ("Appointment", Scope::VisitsRead, Some(Scope::VisitsWrite)),
    ("Encounter", Scope::VisitsRead, None),
    ("Consent", Scope::VisitsRead, None),
    ("DocumentReference", Scope::RecordingsRead, None),
    ("AuditEvent", Scope::AuditRead, None),
];

/// The scope of ours that this needs.
fn needed(record: &str, act: Act) -> Option<Scope> {
    let (_, read, write) = RECORDS.into_iter().find(|(name, _, _)| *name == record)?;
    match act {
        Act::Read | Act::Search => Some(read),
        Act::Create | Act::Update | Act::Delete => write,
    }
}

/// Where the records are that words name.
const RECORDS_PATH: &str = "/fhir/";

/// The kind of record a request is for, and what it wants of it; none where it is for no kind.
fn asked_for<'a>(method: &Method, path: &'a str) -> Option<(&'a str, Act)> {
    let (_version, rest) = path.strip_prefix(RECORDS_PATH)?.split_once('/')?;
    let (record, id) = rest.split_once('/').unwrap_or((rest, ""));
    RECORDS.iter().find(|(name, _, _)| *name == record)?;
    let act = match method.as_str() {
        "POST" if id == "_search" => Act::Search,
        "POST" => Act::Create,
        "PUT" | "PATCH" => Act::Update,
        "DELETE" => Act::Delete,
        _ if id.is_empty() => Act::Search,
        _ => Act::Read,
    };
    Some((record, act))
}

/// What a caller may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rights {
    /// Our scopes that were given by name.
    named: Scopes,
    /// Those, and the ones that follow from words.
    scopes: Scopes,
    words: Vec<Word>,
}

/// `system/Appointment.rs`
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    record: String,
    acts: Vec<Act>,
}

impl From<Scopes> for Rights {
    fn from(scopes: Scopes) -> Self {
        Self { named: scopes.clone(), scopes, words: Vec::new() }
    }
}

impl Rights {
    /// Reads what was granted; of words between spaces, those that are understood.
    pub(crate) fn from_granted(text: &str) -> Self {
        let words: Vec<_> = text.split(' ').filter_map(Word::parse).collect();
        let named = Scopes::from_kept(text);
        let mut scopes: Vec<_> = named.iter().collect();
        // A scope of ours follows from words when they allow all that it stands for.
        let all = |record: &str, acts: &[Act]| {
            acts.iter().all(|act| words.iter().any(|word| word.covers(record, *act)))
        };
        if all("Appointment", &[Act::Read, Act::Search]) {
            scopes.push(Scope::VisitsRead);
        }
        if all("Appointment", &[Act::Create, Act::Update]) {
            scopes.push(Scope::VisitsWrite);
        }
        if all("DocumentReference", &[Act::Read, Act::Search]) {
            scopes.push(Scope::RecordingsRead);
        }
        if all("AuditEvent", &[Act::Read, Act::Search]) {
            scopes.push(Scope::AuditRead);
        }
        Self { named, scopes: scopes.into_iter().collect(), words }
    }

    /// What is left of them for one request. Where it is for one kind of record, the words for
    /// that kind decide: a scope that follows from the words for another opens nothing there.
    /// Elsewhere than among the records only what was given by its own name counts: the word for
    /// an appointment opens no chat.
    pub(crate) fn at(self, method: &Method, path: &str) -> Self {
        if !path.starts_with(RECORDS_PATH) {
            return self.named.into();
        }
        let Some((record, act)) = asked_for(method, path) else { return self };
        let scope = needed(record, act).filter(|_| self.cover(record, act));
        scope.into_iter().collect::<Scopes>().into()
    }

    /// Our scopes: those given by name, and those that follow from words.
    pub(crate) const fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// Whether this may be done with that kind of record: by a word for it, or by a scope of
    /// ours that was given by name. A scope that only follows from the words for one kind of
    /// record opens no other.
    fn cover(&self, record: &str, act: Act) -> bool {
        self.words.iter().any(|word| word.covers(record, act))
            || needed(record, act).is_some_and(|scope| self.named.allow(scope))
    }
}

impl Word {
    /// Reads `system/Record.acts`, with the letters of version 2 or the words of version 1.
    fn parse(text: &str) -> Option<Self> {
        let (record, acts) = text.strip_prefix("system/")?.split_once('.')?;
        if record != "*" && !RECORDS.iter().any(|(name, _, _)| *name == record) {
            return None;
        }
        let letters = match acts {
            "read" => "rs",
            "write" => "cud",
            "*" => "cruds",
            letters => letters,
        };
        let acts: Vec<_> =
            Act::ALL.into_iter().filter(|act| letters.contains(act.letter())).collect();
        // Each letter once and in its order; a narrower word (`rs?status=…`) is not understood,
        // and half of it must not be granted.
        let read: String = acts.iter().map(|act| act.letter()).collect();
        (!acts.is_empty() && read == letters).then(|| Self { record: record.to_owned(), acts })
    }

    fn covers(&self, record: &str, act: Act) -> bool {
        (self.record == "*" || self.record == record) && self.acts.contains(&act)
    }

    /// As it is written in an answer.
    fn text(&self) -> String {
        let acts: String = self.acts.iter().map(|act| act.letter()).collect();
        format!("system/{}.{acts}", self.record)
    }

    /// What of this word a client with those scopes may have.
    fn narrowed(&self, registered: &Scopes) -> Vec<Self> {
        let named = RECORDS.into_iter().map(|(name, _, _)| name);
        let wanted = named.filter(|name| self.record == "*" || self.record == *name);
        let had = wanted.filter_map(|record| {
            let allowed =
                |act: &Act| needed(record, *act).is_some_and(|scope| registered.allow(scope));
            let acts: Vec<_> = self.acts.iter().copied().filter(allowed).collect();
            (!acts.is_empty()).then(|| Self { record: record.to_owned(), acts })
        });
        had.collect()
    }
}

/// The words a client gets of those it asked for; `None` when it gets none.
pub(crate) fn grant(asked: &str, registered: &Scopes) -> Option<String> {
    let mut words = Vec::new();
    for text in asked.split(' ') {
        if let Some(scope) = Scope::named(text).filter(|scope| registered.allow(*scope)) {
            words.push(scope.name().to_owned());
        } else if let Some(word) = Word::parse(text) {
            words.extend(word.narrowed(registered).iter().map(Word::text));
        }
    }
    let mut once: Vec<String> = Vec::new();
    for word in words {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    (!once.is_empty()).then(|| once.join(" "))
}

/// The words that can be asked for, for discovery.
pub(super) fn words() -> Vec<String> {
    let smart = RECORDS.into_iter().map(|(record, _, write)| {
        format!("system/{record}.{}", if write.is_some() { "cruds" } else { "rs" })
    });
    let own = Scope::ALL.into_iter().map(|scope| scope.name().to_owned());
    smart.chain(own).collect()
}

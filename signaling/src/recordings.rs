//! What was recorded, as the service keeps it: asked for at the recorder, listed, sealed to keys.
//!
//! In: the way to the recorder, the settings. Out: sealed objects and their list; whether a key
//! can be used.
//! Never: anything opened; a wait without end for a recorder that does not answer.

mod bech32;
mod keeper;
mod key_text;
mod manifest;

pub(crate) use keeper::{Keeper, keep};
pub(crate) use key_text::Unusable;
pub(crate) use manifest::sha256;

use crate::recorder::{Read, ReadFault};
use axum::body::Bytes;
use bedside_config::{Recording, SealingSuite};
use bedside_signaling_api::kept::RecordingObject;
use bedside_signaling_api::recorder::Mode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use uuid::Uuid;

/// Name of the signed list of what a recording is made of.
pub(crate) const MANIFEST: &str = "manifest.jsonl";
/// How the name of a recording's own key begins; it ends like a part's, by the suite.
const OWN_KEY: &str = "key.";
/// Longest name of an object; the longest there is has seventeen letters.
const OBJECT_NAME_CHARS_MAX: usize = 64;
/// How long the recorder may take for one object. A store far away answers within a second or
/// two; whoever waits longer asks again.
const READ_WAIT: Duration = Duration::from_secs(20);

/// The recorder cannot be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Away {
    /// It is not there, does not keep up, or its store does not answer.
    #[error("the recorder does not answer")]
    Now,
}

/// What was recorded. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Recordings {
    reads: Option<mpsc::Sender<Read>>,
    suite: SealingSuite,
    recipients: Arc<[String]>,
    makes_films: bool,
    wanted: Arc<Notify>,
}

impl Recordings {
    /// By the settings, and the way to the recorder's store, where there is a recorder.
    pub(crate) fn new(settings: &Recording, reads: Option<mpsc::Sender<Read>>) -> Self {
        let recipients = settings.recipients.as_slice().into();
        let makes_films = settings.composite_cores > 0;
        let wanted = Arc::new(Notify::new());
        Self { reads, suite: settings.suite, recipients, makes_films, wanted }
    }

    /// Whether that can be made of a visit here.
    pub(crate) fn makes(&self, mode: Mode) -> bool {
        match mode {
            Mode::Tracks => true,
            Mode::Composite => self.makes_films,
        }
    }

    /// The bytes of one object; none where there is no such object.
    pub(crate) async fn object(&self, recording: Uuid, name: &str) -> Result<Option<Bytes>, Away> {
        let (reply, answer) = oneshot::channel();
        let read = Read { recording, object: name.to_owned(), reply };
        let asked = async {
            let reads = self.reads.as_ref().ok_or(Away::Now)?;
            reads.send(read).await.map_err(|_gone| Away::Now)?;
            answer.await.map_err(|_dropped| Away::Now)
        };
        let answered = tokio::time::timeout(READ_WAIT, asked).await.map_err(|_late| Away::Now)?;
        match answered? {
            Ok(bytes) => Ok(Some(Bytes::from(bytes))),
            Err(ReadFault::Missing) => Ok(None),
            Err(ReadFault::Unavailable) => Err(Away::Now),
        }
    }

    /// What a recording is made of, as its manifest says; nothing where there is no manifest.
    pub(crate) async fn objects(&self, recording: Uuid) -> Result<Vec<RecordingObject>, Away> {
        let Some(bytes) = self.object(recording, MANIFEST).await? else { return Ok(Vec::new()) };
        let said = manifest::read(&bytes);
        let mut objects = vec![manifest::object(MANIFEST, &bytes)];
        if let Some(name) = said.own_key
            && let Some(key) = self.object(recording, &name).await?
        {
            objects.push(manifest::object(&name, &key));
        }
        objects.extend(said.parts);
        Ok(objects)
    }

    /// Whether a recording has a key of its own that could be destroyed.
    pub(crate) async fn has_own_key(&self, recording: Uuid) -> Result<bool, Away> {
        let objects = self.objects(recording).await?;
        Ok(objects.iter().any(|object| object.name.starts_with(OWN_KEY)))
    }

    /// Whether recordings can be sealed to this key.
    pub(crate) fn check_key(&self, text: &str) -> Result<(), Unusable> {
        key_text::check(self.suite, text)
    }

    /// Whether the settings name keys for whoever has named none.
    pub(crate) fn has_recipients(&self) -> bool {
        !self.recipients.is_empty()
    }

    /// Something is due at once.
    pub(crate) fn wake(&self) {
        self.wanted.notify_one();
    }

    /// Waits until something is due at once.
    pub(crate) async fn woken(&self) {
        self.wanted.notified().await;
    }
}

/// Whether this can be the name of an object: nothing that leads anywhere else.
pub(crate) fn is_object_name(name: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    first && name.len() <= OBJECT_NAME_CHARS_MAX && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_object_name;

    #[test]
    fn a_name_leads_nowhere_but_into_its_recording() {
        for name in ["manifest.jsonl", "key.age", "00000-000004.age", "00012-000000.gcm"] {
            assert!(is_object_name(name), "{name}");
        }
        let long = "a".repeat(65);
        for name in ["", ".", "..", "../x", "a/b", "a\\b", "A", "a b", "é", "-a", long.as_str()] {
            assert!(!is_object_name(name), "{name}");
        }
    }
}

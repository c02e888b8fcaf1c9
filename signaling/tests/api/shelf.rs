//! The recorder's store, as the service may ask it: objects by name.
//!
//! In: what a test puts there. Out: the same bytes, or that the store is away.
//! Never: more than the real one tells.

use bedside_signaling::recorder::{Read, ReadFault};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use uuid::Uuid;

#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Objects>>);

#[derive(Default)]
struct Objects {
    bytes_by_name: BTreeMap<(Uuid, String), Vec<u8>>,
    away: bool,
}

impl Shelf {
    pub(crate) fn start(mut reads: mpsc::Receiver<Read>) -> Self {
        let shelf = Self::default();
        let answering = shelf.clone();
        tokio::spawn(async move {
            while let Some(Read { recording, object, reply }) = reads.recv().await {
                let _gone = reply.send(answering.answer((recording, object)));
            }
        });
        shelf
    }

    fn answer(&self, name: (Uuid, String)) -> Result<Vec<u8>, ReadFault> {
        let objects = self.0.lock().unwrap();
        if objects.away {
            return Err(ReadFault::Unavailable);
        }
        objects.bytes_by_name.get(&name).cloned().ok_or(ReadFault::Missing)
    }

    pub(crate) fn put(&self, recording: Uuid, name: &str, bytes: &[u8]) {
        let mut objects = self.0.lock().unwrap();
        objects.bytes_by_name.insert((recording, name.to_owned()), bytes.to_vec());
    }

    pub(crate) fn clear(&self, recording: Uuid) -> u32 {
        let mut objects = self.0.lock().unwrap();
        let before = objects.bytes_by_name.len();
        objects.bytes_by_name.retain(|(id, _), _| *id != recording);
        u32::try_from(before - objects.bytes_by_name.len()).unwrap()
    }

    pub(crate) fn is_away(&self, away: bool) {
        self.0.lock().unwrap().away = away;
    }
}

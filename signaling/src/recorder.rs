//! The way to the recorder.
//!
//! In: what the service is given at its start. Out: the ends of the talk with the recorder.
//! Never: a picture or a sound; what passes here is whom to take, what became of it, and sealed
//! objects on their way to whoever has the key.

use bedside_signaling_api::recorder::{RecorderCommand, RecorderEvent};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// The ends of the talk with the recorder.
#[derive(Debug)]
pub struct RecorderLink {
    /// To the recorder.
    pub commands: mpsc::Sender<RecorderCommand>,
    /// From the recorder.
    pub events: mpsc::Receiver<RecorderEvent>,
    /// For what is in the store.
    pub reads: mpsc::Sender<Read>,
}

/// A sealed object that is wanted.
#[derive(Debug)]
pub struct Read {
    /// The recording.
    pub recording: Uuid,
    /// The object's name in it: the manifest, a part, the recording's own sealed key.
    pub object: String,
    /// Where its bytes go, or why there are none.
    pub reply: oneshot::Sender<Result<Vec<u8>, ReadFault>>,
}

/// Why a sealed object was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ReadFault {
    /// There is no such object, in the store or in the spool.
    #[error("there is no such object")]
    Missing,
    /// The store does not answer; trying again may work.
    #[error("the store of recordings does not answer")]
    Unavailable,
}

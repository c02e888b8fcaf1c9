//! The way to the media plane.
//!
//! In: commands. Out: events.
//! Never: a packet.

use bedside_sfu_api::{Command, Event};
use tokio::sync::mpsc;

/// Both ends of the talk with the media plane.
#[derive(Debug)]
pub struct MediaLink {
    /// To the media plane.
    pub commands: mpsc::Sender<Command>,
    /// From the media plane.
    pub events: mpsc::Receiver<Event>,
}

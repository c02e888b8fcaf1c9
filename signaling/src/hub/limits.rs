//! How long and how much, for the actors of live visits.
//!
//! In: nothing. Out: named limits, each with its trade-off.
//! Never: a limit of one socket; those stand with the socket.

use std::time::Duration;

/// Longest list of messages that waits for one reader. The burst of a whole visit (everybody
/// comes, everybody's slots and pictures change), or of a store that stalled, fits in; longer
/// only hides a reader that has stopped.
pub const QUEUE_MESSAGES: usize = 512;
/// Longest list of asks that waits for one visit. It fills only while the store stalls; media
/// events beyond it are dropped and everybody offers again.
pub const QUEUE_ASKS: usize = 1_024;
/// Most pictures one page can show: a camera and a screen of everybody planned.
pub const VIEWS_MAX: usize = 2 * bedside_signaling_api::visit::PARTICIPANTS_MAX;

/// Times that an installation or a test may want otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a person whose socket is gone keeps seat and media connection. Longer rides
    /// out a longer tunnel; shorter tells the others sooner.
    pub grace: Duration,
    /// So long two have to have been together before a line of captions is begun, so that the one
    /// reads it whom the other writes it for. A captioner writes some seconds behind speech, and
    /// what was said before somebody came is not for them: longer keeps more of it back, shorter
    /// gives them the first words sooner.
    pub catch_up: Duration,
    /// How long a visit with nobody in it stays in memory. Longer saves reading its log
    /// again, shorter saves memory.
    pub linger: Duration,
    /// How long until a store that failed is tried again for something nobody waits for.
    pub retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(30),
            catch_up: Duration::from_secs(5),
            linger: Duration::from_secs(60),
            retry: Duration::from_secs(1),
        }
    }
}

//! What is left of a handshake: keys, numbers of streams, and how the connection is kept.
//!
//! In: what two ends agreed on. Out: the same, for whoever seals and opens.
//! Never: how they came to agree.

use super::srtp::{Keys, Master};

/// A stream of a person's own.
#[derive(Debug, Clone)]
pub(super) struct Sends {
    pub(super) ssrc: u32,
    pub(super) payload_type: u8,
    pub(super) mid: String,
}

/// Numbers of header extensions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extensions {
    pub(super) transport: u8,
    pub(super) level: u8,
    pub(super) mid: u8,
    /// Whether arrivals are reported.
    pub(super) told: bool,
}

/// What is left of a handshake.
#[derive(Debug)]
pub struct Session {
    pub(super) ours: Keys,
    pub(super) theirs: Keys,
    pub(super) voice: Sends,
    pub(super) picture: Sends,
    /// What else than VP8 and Opus carries media: voices with copies.
    pub(super) red: Option<u8>,
    pub(super) extensions: Extensions,
    /// The last check of the way; said again and again it keeps the connection.
    pub(super) check: Vec<u8>,
}

impl Session {
    /// A session of two ends that agreed by themselves, to whom nothing is reported. The person's
    /// streams have this number and the next.
    #[must_use]
    pub fn agreed(ours: Master, theirs: Master, ssrc: u32) -> Self {
        let sends = |ssrc, payload_type| Sends { ssrc, payload_type, mid: "0".to_owned() };
        Self {
            ours: ours.keys(),
            theirs: theirs.keys(),
            voice: sends(ssrc, 111),
            picture: sends(ssrc + 1, 96),
            red: None,
            extensions: Extensions { transport: 3, level: 1, mid: 4, told: false },
            check: Vec::new(),
        }
    }
}

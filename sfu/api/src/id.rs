//! Opaque ids of the media plane.
//!
//! In: values minted by signaling. Out: keys of maps and fields of messages.
//! Never: says whom it stands for.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// One room: the media of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoomId(pub Uuid);

/// One person in a room, the same over reloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ParticipantId(pub Uuid);

/// One offer of one person. A later one replaces the earlier; an event that carries an
/// old number is stale and is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConnectionId(pub u64);

/// Who shares media with whom: everybody in a room is in one circle, and media stays in it. A
/// sidebar is a circle of its members; somebody on hold is alone in one.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Circle(pub u32);

impl Circle {
    /// Where everybody is who is nowhere else.
    pub const MAIN: Self = Self(0);
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

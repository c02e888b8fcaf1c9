//! What has happened in a visit: one line of the append-only log.
//!
//! In: decisions. Out: JSON in the store, where it is audit trail and recovery source at once.
//! Never: changed or taken back; a stored line is read by every later version.

use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum VisitEvent {
    /// The visit was planned; always the first line.
    Scheduled {
        /// When it starts.
        starts_at: Timestamp,
        /// How long it is planned to take.
        duration_minutes: u16,
        /// Who is expected.
        participants: Vec<Expected>,
    },
    /// The first person has come.
    Opened,
    /// A person has opened their link and waits in the lobby.
    Arrived {
        /// Who.
        participant: Uuid,
    },
    /// A person was let in.
    Admitted {
        /// Who.
        participant: Uuid,
        /// The member of staff who did it; `None` when the role alone opens the door.
        by: Option<Uuid>,
    },
    /// A waiting person was sent away.
    Declined {
        /// Who.
        participant: Uuid,
        /// The member of staff who did it.
        by: Uuid,
    },
    /// A person was taken out for good.
    Removed {
        /// Who.
        participant: Uuid,
        /// The member of staff who did it.
        by: Uuid,
    },
    /// A person has left by their own will.
    Left {
        /// Who.
        participant: Uuid,
    },
    /// A person's connection was gone for longer than the grace time.
    Lost {
        /// Who.
        participant: Uuid,
    },
    /// A person let in earlier is back.
    Returned {
        /// Who.
        participant: Uuid,
    },
    /// Staff is in the visit for the first time.
    WentLive,
    /// The visit is over.
    Ended {
        /// The member of staff who ended it; `None` when it was abandoned and time ended it.
        by: Option<Uuid>,
    },
    /// The visit will not take place.
    Cancelled,
}

impl VisitEvent {
    /// The name it has in the store (`event`).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "scheduled",
            Self::Opened => "opened",
            Self::Arrived { .. } => "arrived",
            Self::Admitted { .. } => "admitted",
            Self::Declined { .. } => "declined",
            Self::Removed { .. } => "removed",
            Self::Left { .. } => "left",
            Self::Lost { .. } => "lost",
            Self::Returned { .. } => "returned",
            Self::WentLive => "went_live",
            Self::Ended { .. } => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state the visit is in afterwards, where the event changes it.
    #[must_use]
    pub const fn state_after(&self) -> Option<VisitState> {
        match self {
            Self::Scheduled { .. } => Some(VisitState::Scheduled),
            Self::Opened => Some(VisitState::Open),
            Self::WentLive => Some(VisitState::Live),
            Self::Ended { .. } => Some(VisitState::Ended),
            Self::Cancelled => Some(VisitState::Cancelled),
            Self::Arrived { .. }
            | Self::Admitted { .. }
            | Self::Declined { .. }
            | Self::Removed { .. }
            | Self::Left { .. }
            | Self::Lost { .. }
            | Self::Returned { .. } => None,
        }
    }
}

/// Somebody planned for a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Their id in this visit.
    pub id: Uuid,
    /// The part they play.
    pub role: Role,
    /// Their language (BCP 47).
    pub language: String,
    /// What the others see.
    pub display_name: String,
}

//! Why a visit does not do what was asked.
//!
//! In: the rule that stands in the way. Out: a value that becomes a sentence for a person.
//! Never: an operator's fault; nothing is broken when one of these is given.

use bedside_signaling_api::socket::RefusalCode;

/// Why something was not done. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Nobody of that id is where the command needs them.
    #[error("nobody of that id waits or is in the visit")]
    NoSuchPerson,
    /// The role does not carry the capability.
    #[error("this role may not do that")]
    NotAllowed,
    /// The person who asks is not in the visit.
    #[error("staff has to let the person in first")]
    NotAdmitted,
    /// The person was taken out; their link opens nothing any more.
    #[error("the person was taken out of the visit")]
    Removed,
    /// The visit has ended.
    #[error("the visit is over")]
    Ended,
    /// The visit was cancelled.
    #[error("the visit was cancelled")]
    Cancelled,
    /// A visit with somebody in it is ended, not cancelled.
    #[error("somebody is in the visit; staff can end it")]
    SomebodyHere,
}

impl Refusal {
    /// The word for it on the WebSocket.
    #[must_use]
    pub const fn code(self) -> RefusalCode {
        match self {
            Self::NoSuchPerson => RefusalCode::NoSuchPerson,
            Self::NotAllowed | Self::SomebodyHere | Self::Removed => RefusalCode::NotAllowed,
            Self::NotAdmitted => RefusalCode::NotAdmitted,
            Self::Ended | Self::Cancelled => RefusalCode::VisitOver,
        }
    }
}

//! What a visit would not do, in the API's words.
//!
//! In: the hub's no. Out: a problem.
//! Never: a fault's inside; the hub has logged it.

use crate::hub::HubError;
use crate::problem::{Kind, Rejection};
use crate::store::LEASE;
use crate::visit::Refusal;

impl From<HubError> for Rejection {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Unknown => Self::new(Kind::NotFound),
            HubError::Refused(refusal) => refused(refusal),
            HubError::Elsewhere => Self::new(Kind::VisitElsewhere).retry_after(LEASE.as_secs()),
            HubError::Failed => Self::new(Kind::Fault),
        }
    }
}

/// What is about recording has kinds of its own, since programs do something about them.
fn refused(refusal: Refusal) -> Rejection {
    let kind = match refusal {
        Refusal::RecordingNotAllowed => Kind::RecordingNotAllowed,
        Refusal::RecordingRefused => Kind::RecordingRefused,
        Refusal::NoRecipients => Kind::NoRecipients,
        Refusal::NoRecorder => Kind::NoRecorder,
        Refusal::NoSuchPerson
        | Refusal::NotAllowed
        | Refusal::NotAdmitted
        | Refusal::Removed
        | Refusal::Ended
        | Refusal::Cancelled
        | Refusal::Missed
        | Refusal::SomebodyHere
        | Refusal::TooEarly
        | Refusal::TooLate
        | Refusal::Mismatch
        | Refusal::NoStaff
        | Refusal::GateClosed
        | Refusal::ConsentMissing
        | Refusal::TooManyTries
        | Refusal::TooLong
        | Refusal::VisitFull
        | Refusal::NothingProposed
        | Refusal::NoSuchSegment
        | Refusal::SidebarOpen
        | Refusal::NobodyHere
        | Refusal::NotRecording
        | Refusal::NoLesson
        | Refusal::NoFilm
        | Refusal::OneLanguage
        | Refusal::NoChannel
        | Refusal::OwnChannel
        | Refusal::NoCounselling
        | Refusal::CaptionsNotAgreed
        | Refusal::Apart => {
            return Rejection::new(Kind::VisitState).detail(sentence(refusal));
        }
    };
    Rejection::new(kind)
}

fn sentence(refusal: Refusal) -> String {
    let text = refusal.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

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
    /// The patient did not come, and a person has confirmed it.
    #[error("the visit did not take place: the patient did not come")]
    Missed,
    /// A visit with somebody in it is ended, not cancelled or moved.
    #[error("somebody is in the visit; staff can end it")]
    SomebodyHere,
    /// The door is not open yet.
    #[error("the door opens shortly before the visit starts")]
    TooEarly,
    /// The door is closed again.
    #[error("the visit was over before the person came")]
    TooLate,
    /// Whom or what staff saw is not what is there.
    #[error("the name, the time or the queue is another than the one shown; look again")]
    Mismatch,
    /// Nobody is let into a visit in which staff has not been yet.
    #[error("no staff has been in the visit yet")]
    NoStaff,
    /// Something has to be checked first, or gone on without for a reason.
    #[error("something has to be checked first")]
    GateClosed,
    /// The person has not agreed to be seen by video.
    #[error("the person has not agreed to the video visit yet")]
    ConsentMissing,
    /// Too many wrong tries.
    #[error("too many wrong tries; staff has to check it")]
    TooManyTries,
    /// The visit would be longer than any may be, or the change is none.
    #[error("a visit takes at most eight hours")]
    TooLong,
    /// As many people are expected as may be.
    #[error("as many people are expected as a visit may have")]
    VisitFull,
    /// Nothing was proposed or offered that could be answered.
    #[error("nothing was proposed")]
    NothingProposed,
    /// The plan has no such part.
    #[error("the visit has no such part")]
    NoSuchSegment,
    /// Some of staff confer already.
    #[error("some of staff confer already")]
    SidebarOpen,
    /// The rules of the visit allow no recording.
    #[error("the rules of this visit allow no recording")]
    RecordingNotAllowed,
    /// Somebody in the visit has said no to being recorded.
    #[error("somebody in the visit has said no to being recorded")]
    RecordingRefused,
    /// Somebody in the visit has not agreed to captions.
    #[error("somebody in the visit has not agreed that what is said is written down")]
    CaptionsNotAgreed,
    /// Whoever is apart is with nobody.
    #[error("the person is apart from the others")]
    Apart,
    /// There is no recorder.
    #[error("this server records nothing at the moment")]
    NoRecorder,
    /// There is no public key to seal a recording to.
    #[error("no public key is set that a recording could be sealed to")]
    NoRecipients,
    /// Nobody is in the visit.
    #[error("nobody is in the visit")]
    NobodyHere,
    /// Nothing is recorded that could be paused or resumed.
    #[error("the visit is not being recorded")]
    NotRecording,
    /// No tutorial plays.
    #[error("no tutorial plays")]
    NoLesson,
    /// The tutorial has no film, or not that one, or was never shown here.
    #[error("the tutorial has no such film in this visit")]
    NoFilm,
    /// An interpretation is between two languages.
    #[error("an interpretation is between two languages")]
    OneLanguage,
    /// Nobody speaks into a channel that could be handed over or taken.
    #[error("nobody speaks into a channel that could be handed over or taken")]
    NoChannel,
    /// Whoever speaks into a channel does not listen to it.
    #[error("whoever speaks into a channel does not listen to it")]
    OwnChannel,
    /// The visit is not in a part in which medicines are explained.
    #[error("the visit is not in a part in which medicines are explained")]
    NoCounselling,
}

impl Refusal {
    /// The word for it on the WebSocket.
    #[must_use]
    pub const fn code(self) -> RefusalCode {
        match self {
            Self::NoSuchPerson => RefusalCode::NoSuchPerson,
            Self::NotAllowed | Self::SomebodyHere | Self::Removed => RefusalCode::NotAllowed,
            Self::NotAdmitted => RefusalCode::NotAdmitted,
            Self::Ended | Self::Cancelled | Self::Missed => RefusalCode::VisitOver,
            Self::TooEarly | Self::TooLate => RefusalCode::DoorClosed,
            Self::Mismatch => RefusalCode::Mismatch,
            Self::GateClosed => RefusalCode::GateClosed,
            Self::ConsentMissing => RefusalCode::ConsentMissing,
            Self::TooManyTries => RefusalCode::TooManyTries,
            Self::VisitFull => RefusalCode::VisitFull,
            Self::NoStaff
            | Self::TooLong
            | Self::NothingProposed
            | Self::NoSuchSegment
            | Self::SidebarOpen
            | Self::NobodyHere
            | Self::NotRecording
            | Self::NoLesson
            | Self::NoFilm
            | Self::OneLanguage
            | Self::NoChannel
            | Self::OwnChannel
            | Self::NoCounselling
            | Self::Apart => RefusalCode::NotNow,
            Self::CaptionsNotAgreed => RefusalCode::CaptionsNotAgreed,
            Self::RecordingNotAllowed => RefusalCode::RecordingNotAllowed,
            Self::RecordingRefused => RefusalCode::RecordingRefused,
            Self::NoRecorder | Self::NoRecipients => RefusalCode::RecordingUnavailable,
        }
    }
}

//! The types of message a webhook can be sent, one list for code and contract.
//!
//! In: nothing. Out: for each type its name and a sentence.
//! Never: a type that goes or changes its meaning; receivers switch on the name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares the types: `/// sentence` `Variant = "name",` each.
macro_rules! types {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a message tells.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        pub enum WebhookType {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl WebhookType {
            /// Every type.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name on the wire and in the store.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it tells, in a sentence.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+),)+
                }
            }
        }
    };
}

types! {
    /// A visit was scheduled.
    VisitCreated = "visit.created",
    /// A visit was moved, or its length changed.
    VisitRescheduled = "visit.rescheduled",
    /// A visit waits in another queue.
    VisitTransferred = "visit.transferred",
    /// A visit may take longer than planned.
    VisitExtended = "visit.extended",
    /// The first person has come.
    VisitOpened = "visit.opened",
    /// Staff is in the visit for the first time.
    VisitStarted = "visit.started",
    /// The planned end has passed, and the visit goes on.
    VisitOverran = "visit.overran",
    /// The patient has not come in time; a person has to confirm that it is a no-show.
    VisitNoShowProposed = "visit.no_show_proposed",
    /// It was no no-show: the patient came, or staff says so.
    VisitNoShowDismissed = "visit.no_show_dismissed",
    /// A person has confirmed that the patient did not come.
    VisitNoShow = "visit.no_show",
    /// A visit is over.
    VisitEnded = "visit.ended",
    /// A visit will not take place.
    VisitCancelled = "visit.cancelled",
    /// Somebody more is expected.
    ParticipantInvited = "participant.invited",
    /// Somebody is expected no more.
    ParticipantUninvited = "participant.uninvited",
    /// What is written of somebody was put right.
    ParticipantAmended = "participant.amended",
    /// Somebody got a new link; the earlier one opens nothing any more.
    ParticipantLinkRenewed = "participant.link_renewed",
    /// Somebody waits in the lobby.
    ParticipantWaiting = "participant.waiting",
    /// Somebody was let in.
    ParticipantAdmitted = "participant.admitted",
    /// Somebody who waited was sent away.
    ParticipantDeclined = "participant.declined",
    /// Somebody was taken out for good.
    ParticipantRemoved = "participant.removed",
    /// Somebody has left by their own will.
    ParticipantLeft = "participant.left",
    /// Somebody's connection is gone.
    ParticipantLost = "participant.lost",
    /// Somebody who was let in earlier is back.
    ParticipantReturned = "participant.returned",
    /// Somebody is out of the room's media for a while.
    ParticipantSetApart = "participant.set_apart",
    /// Somebody who was set apart is back with the others.
    ParticipantBroughtBack = "participant.brought_back",
    /// Somebody waits longer than they should.
    WaitBreached = "wait.breached",
    /// Somebody's identity was checked.
    IdentityVerified = "identity.verified",
    /// Somebody has passed another check: where they are, how to call them back, whether they
    /// are alone, their device.
    CheckPassed = "check.passed",
    /// Somebody has tried a check and not passed it.
    CheckFailed = "check.failed",
    /// Staff went on without a check that the rules of the visit ask for.
    CheckSkipped = "check.skipped",
    /// Somebody has agreed.
    ConsentGranted = "consent.granted",
    /// Somebody has not agreed.
    ConsentRefused = "consent.refused",
    /// Somebody agrees no longer.
    ConsentWithdrawn = "consent.withdrawn",
    /// Some of staff confer; the others neither hear nor see them.
    SidebarOpened = "sidebar.opened",
    /// Those who conferred are back with the others.
    SidebarClosed = "sidebar.closed",
    /// Somebody of staff was asked to lead.
    HandoverOffered = "handover.offered",
    /// Somebody else leads now.
    HandoverAccepted = "handover.accepted",
    /// A part of the visit has begun; the one before it has ended.
    SegmentStarted = "segment.started",
    /// A recording was asked for; nothing is recorded yet.
    RecordingAsked = "recording.asked",
    /// The visit is being recorded: the first sealed part is on a disk.
    RecordingStarted = "recording.started",
    /// A recording rests; nobody is recorded.
    RecordingPaused = "recording.paused",
    /// A recording goes on after a rest or a fault.
    RecordingResumed = "recording.resumed",
    /// A recording is over; what waits is still being stored.
    RecordingStopped = "recording.stopped",
    /// A recording is whole and in the store.
    RecordingSealed = "recording.sealed",
    /// A recording's own key was destroyed; nobody can read it any more.
    RecordingShredded = "recording.shredded",
    /// A recording was erased; nothing of it is left.
    RecordingErased = "recording.erased",
    /// Something is wrong with a recording; the visit goes on.
    RecordingFailed = "recording.failed",
    /// A tutorial plays.
    LessonStarted = "lesson.started",
    /// The tutorial that plays rests, or goes on elsewhere.
    LessonChanged = "lesson.changed",
    /// The tutorial that plays has come to its end.
    LessonEnded = "lesson.ended",
    /// The tutorial was taken away.
    LessonStopped = "lesson.stopped",
    /// Tutorials are offered to those who wait, or no longer.
    LessonOffered = "lesson.offered",
    /// Somebody has watched a part of a tutorial, in percent; told again when it becomes more.
    TutorialWatched = "tutorial.watched",
    /// Interpreters speak in turn from now on, or into channels.
    InterpretingChanged = "interpreting.changed",
    /// An interpreter works another way, or no longer.
    InterpreterTurned = "interpreter.turned",
    /// An interpreter was asked to take a channel over.
    ChannelOffered = "channel.offered",
    /// An interpreter has taken a channel over.
    ChannelTaken = "channel.taken",
    /// Somebody has chosen what to listen to.
    ListeningChosen = "listening.chosen",
    /// No picture goes to somebody or from them any more, or again.
    ModalityChanged = "modality.changed",
    /// A topic of a counselling has been spoken of.
    TopicCovered = "counselling.topic_covered",
    /// Somebody has given staff a still picture of their camera.
    StillGiven = "still.given",
    /// Somebody has said how it was.
    ExperienceTold = "experience.told",
    /// Somebody has asked for a test of the webhook; it tells of nothing.
    Ping = "ping",
}

impl WebhookType {
    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

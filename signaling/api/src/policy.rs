//! What a visit asks of the people in it, as data: consents, checks, times, what is kept.
//!
//! In: a profile (a file of the product, or an operator's own). Out: the rules a visit was
//! scheduled under; it carries them with it, so a later change of a profile changes no visit.
//! Never: a judgement of law. A profile is a proposal; the operator answers for it.

use crate::recorder::{Layout, Mode};
use crate::role::Role;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// What a person is asked to agree to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To be seen by video at all.
    Telehealth,
    /// To be recorded.
    Recording,
    /// That what is said is written down live.
    Captions,
    /// That observers listen and watch.
    Observers,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Telehealth, Self::Recording, Self::Captions, Self::Observers];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Telehealth => "telehealth",
            Self::Recording => "recording",
            Self::Captions => "captions",
            Self::Observers => "observers",
        }
    }
}

/// Something that is checked before or during a visit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Is this the right person?
    Identity,
    /// Where is the person now?
    Location,
    /// Under which number can they be called back?
    Callback,
    /// Is anybody with them who should not hear?
    Privacy,
    /// Do camera, microphone and line work?
    Device,
}

impl Gate {
    /// Every gate.
    pub const ALL: [Self; 5] =
        [Self::Identity, Self::Location, Self::Callback, Self::Privacy, Self::Device];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Location => "location",
            Self::Callback => "callback",
            Self::Privacy => "privacy",
            Self::Device => "device",
        }
    }
}

/// How much something is needed.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Not asked.
    #[default]
    Off,
    /// Asked; nothing depends on the answer.
    Asked,
    /// Needed; staff may go on without it and says why.
    Skippable,
    /// Needed.
    Required,
}

/// When a gate has to be passed.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// Before staff lets the person in.
    #[default]
    Admission,
    /// Before staff ends the visit: what can only be seen on camera.
    End,
}

/// Who is asked to agree to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRule {
    /// To what.
    pub purpose: Purpose,
    /// Who.
    pub who: Vec<Role>,
    /// How much it is needed.
    pub need: Need,
}

/// Who has to pass which gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateRule {
    /// Which.
    pub gate: Gate,
    /// Who.
    pub who: Vec<Role>,
    /// How much it is needed.
    pub need: Need,
    /// When.
    #[serde(default)]
    pub point: Point,
}

/// The rules of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Name of the profile they come from.
    pub name: String,
    /// Who is asked to agree to what; what is not named is not asked.
    pub consents: Vec<ConsentRule>,
    /// Who has to pass which gate; what is not named is not asked.
    pub gates: Vec<GateRule>,
    /// The rules of time.
    pub times: Times,
    /// What is kept, and for how long.
    pub keep: Keep,
    /// How it is recorded, where `keep.recording_days` allows it.
    #[serde(default)]
    pub recording: RecordingRules,
}

/// The rules of time, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// The door opens this long before the start for those who are not staff.
    pub early_minutes: u16,
    /// It closes this long after the planned end for whoever has not been in yet.
    pub late_minutes: u16,
    /// This long after the start without the patient, a no-show is proposed.
    pub no_show_minutes: u16,
    /// Whoever waits longer than this is pointed out to staff.
    pub wait_breach_minutes: u16,
    /// Whoever is gone from the lobby for less than this keeps their place in the queue.
    pub place_kept_minutes: u16,
}

/// What is kept, in days; zero keeps nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The visit itself: who came when, in which role.
    pub visit_days: u16,
    /// What was written in the chat.
    pub chat_days: u16,
    /// What people stated: where they are, the number to call back.
    pub answer_days: u16,
    /// Recordings; zero allows none.
    pub recording_days: u16,
}

/// How a visit is recorded. Who may start it is in the table of roles, who is asked in `consents`,
/// how long it is kept in `keep`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordingRules {
    /// What happens while somebody in the visit has not agreed.
    #[serde(default)]
    pub late: Late,
    /// What is made of the media.
    #[serde(default)]
    pub mode: Mode,
    /// How pictures are put into one, where that is done while the visit goes on.
    #[serde(default)]
    pub layout: Layout,
}

/// What is made of a visit's media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedAs {
    /// Everybody's streams as they came, or one film; a film only where the server has cores for
    /// it (`recording.composite_cores`).
    pub mode: Mode,
    /// How pictures are put into one, in a film.
    #[serde(default)]
    pub layout: Layout,
}

/// What a recording does about somebody in the visit who has not agreed to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    /// Nobody is recorded until they agree or go.
    #[default]
    Pause,
    /// They are left out, and the others are recorded.
    LeaveOut,
}

impl Policy {
    /// Whether anything may be recorded.
    #[must_use]
    pub const fn allows_recording(&self) -> bool {
        self.keep.recording_days > 0
    }

    /// How much this person's consent is needed.
    #[must_use]
    pub fn consent(&self, purpose: Purpose, role: Role) -> Need {
        let rule = self.consents.iter().find(|rule| rule.purpose == purpose);
        rule.filter(|rule| rule.who.contains(&role)).map_or(Need::Off, |rule| rule.need)
    }

    /// The rule of a gate for this person, if there is one that asks anything.
    #[must_use]
    pub fn gate(&self, gate: Gate, role: Role) -> Option<&GateRule> {
        let asks = |rule: &&GateRule| {
            rule.gate == gate && rule.who.contains(&role) && rule.need != Need::Off
        };
        self.gates.iter().find(asks)
    }
}

impl Default for Policy {
    /// Nothing is needed of anybody, and chat is not kept.
    fn default() -> Self {
        Self {
            name: "plain".to_owned(),
            consents: Vec::new(),
            gates: Vec::new(),
            times: Times::default(),
            keep: Keep::default(),
            recording: RecordingRules::default(),
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            early_minutes: 60,
            late_minutes: 1_440,
            no_show_minutes: 20,
            wait_breach_minutes: 15,
            place_kept_minutes: 15,
        }
    }
}

impl Default for Keep {
    fn default() -> Self {
        Self { visit_days: 2_190, chat_days: 0, answer_days: 30, recording_days: 0 }
    }
}

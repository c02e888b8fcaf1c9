//! What each role may do: one table.
//!
//! In: a role. Out: capabilities for the person's page, and the grant the media plane checks
//! again.
//! Never: an exception for one person; who needs another right is scheduled in another role.

#[cfg(test)]
mod tests;

use bedside_sfu_api::{Grant, Precedence, Sources};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Capability;

/// The pictures of those the visit is between.
const PICTURE_FIRST: u8 = 3;
/// Of those without whom it could not be held.
const PICTURE_SECOND: u8 = 2;
/// Of those who stand by.
const PICTURE_THIRD: u8 = 1;
/// Of those whose face the talk does not need.
const PICTURE_LAST: u8 = 0;

/// Whether the role opens the door by itself and runs the visit.
#[must_use]
pub const fn is_staff(role: Role) -> bool {
    match role {
        Role::Clinician | Role::Pharmacist | Role::Coordinator => true,
        Role::Patient
        | Role::Proxy
        | Role::Family
        | Role::Interpreter
        | Role::Captioner
        | Role::Observer => false,
    }
}

/// What the role may do, in the order of `Capability`.
#[must_use]
pub const fn capabilities(role: Role) -> &'static [Capability] {
    use Capability::{
        Admit, AskStill, Caption, Counsel, End, Extend, HandOver, Hear, Interpret, Invite, Record,
        Remove, See, ShareScreen, ShowFace, Sidebar, Speak, SteerInterpreting, Teach,
    };
    match role {
        Role::Patient | Role::Proxy | Role::Family => &[Speak, ShowFace, ShareScreen, Hear, See],
        Role::Clinician => &[
            Speak,
            ShowFace,
            ShareScreen,
            Hear,
            See,
            SteerInterpreting,
            Admit,
            Remove,
            Invite,
            Sidebar,
            Record,
            Extend,
            HandOver,
            Teach,
            Counsel,
            AskStill,
            End,
        ],
        // They run the door and the plan; medicines and bodies are not theirs.
        Role::Coordinator => &[
            Speak,
            ShowFace,
            ShareScreen,
            Hear,
            See,
            SteerInterpreting,
            Admit,
            Remove,
            Invite,
            Sidebar,
            Record,
            Extend,
            HandOver,
            Teach,
            End,
        ],
        // A pharmacist comes into a visit that others lead and leaves before its end: they
        // run the door, and ending it for all stays with the clinician and the coordinator.
        Role::Pharmacist => &[
            Speak,
            ShowFace,
            ShareScreen,
            Hear,
            See,
            SteerInterpreting,
            Admit,
            Remove,
            Invite,
            Sidebar,
            Extend,
            HandOver,
            Teach,
            Counsel,
            AskStill,
        ],
        // Sign language needs the face. Nothing of the interpreter's own belongs on a screen.
        Role::Interpreter => &[Speak, ShowFace, Hear, See, Interpret, SteerInterpreting],
        // They take part with eyes and ears only, and are in the list for all to see.
        Role::Captioner => &[Hear, See, Caption],
        Role::Observer => &[Hear, See],
    }
}

/// Whether the role may do this.
#[must_use]
pub fn may(role: Role, capability: Capability) -> bool {
    capabilities(role).contains(&capability)
}

/// What the role may do with media.
#[must_use]
pub fn grant(role: Role) -> Grant {
    Grant {
        publish: Sources {
            microphone: may(role, Capability::Speak),
            camera: may(role, Capability::ShowFace),
            screen: may(role, Capability::ShareScreen),
        },
        hear: may(role, Capability::Hear),
        see: may(role, Capability::See),
        precedence: precedence(role),
    }
}

/// Whose voice and picture go first where not everybody's can. Who signs or is pinned is not in
/// it: that is a matter of each viewer's page (`View`).
#[must_use]
pub const fn precedence(role: Role) -> Precedence {
    let (voice_kept, picture) = match role {
        // The two the visit is between. A patient's voice may be weak, and in a full visit it
        // would lose every contest of loudness against the relatives'.
        Role::Patient | Role::Clinician => (true, PICTURE_FIRST),
        // Half of an interpreted sentence, or half of a dose, is worse than none.
        Role::Interpreter | Role::Pharmacist => (true, PICTURE_SECOND),
        // Those who speak for the patient or beside them are heard as the loudest are.
        Role::Proxy => (false, PICTURE_SECOND),
        Role::Family => (false, PICTURE_THIRD),
        // They run the door, or send nothing at all.
        Role::Coordinator | Role::Captioner | Role::Observer => (false, PICTURE_LAST),
    };
    Precedence { voice_kept, picture }
}

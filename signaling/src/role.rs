//! What each role may do: one table.
//!
//! In: a role. Out: capabilities for the person's page, and the grant the media plane checks
//! again.
//! Never: an exception for one person; who needs another right is scheduled in another role.

#[cfg(test)]
mod tests;

use bedside_sfu_api::{Grant, Sources};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Capability;

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
    use Capability::{Admit, End, Remove, ShareScreen, ShowFace, Speak};
    match role {
        Role::Patient | Role::Proxy | Role::Family => &[Speak, ShowFace, ShareScreen],
        Role::Clinician | Role::Coordinator => &[Speak, ShowFace, ShareScreen, Admit, Remove, End],
        // A pharmacist comes into a visit that others lead and leaves before its end: they
        // run the door, and ending it for all stays with the clinician and the coordinator.
        Role::Pharmacist => &[Speak, ShowFace, ShareScreen, Admit, Remove],
        // Sign language needs the face. Nothing of the interpreter's own belongs on a screen.
        Role::Interpreter => &[Speak, ShowFace],
        // They take part with eyes and ears only, and are in the list for all to see.
        Role::Captioner | Role::Observer => &[],
    }
}

/// Whether the role may do this.
#[must_use]
pub fn may(role: Role, capability: Capability) -> bool {
    capabilities(role).contains(&capability)
}

/// What the role may do with media. Everybody in a visit hears and sees it.
#[must_use]
pub fn grant(role: Role) -> Grant {
    Grant {
        publish: Sources {
            microphone: may(role, Capability::Speak),
            camera: may(role, Capability::ShowFace),
            screen: may(role, Capability::ShareScreen),
        },
        hear: true,
        see: true,
    }
}

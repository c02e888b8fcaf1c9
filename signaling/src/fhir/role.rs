//! Which part somebody plays, read from how FHIR names it.
//!
//! In: the codings of `participant.type` and what kind of thing the actor is. Out: a role, or
//! that it is nobody who could come (a room, a device).
//! Never: rights guessed upwards. Who is named by a word we do not know plays the part of their
//! kind: a `RelatedPerson` is family, and speaks for the patient only where a code says so.

use super::words::{PARTICIPANT_TYPE, ROLE_SYSTEM, SNOMED, V3_PARTICIPATION, V3_ROLE_CODE};
use bedside_signaling_api::person::Authority;
use bedside_signaling_api::role::Role;

/// A code and the system it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding<'a> {
    /// Whose word it is.
    pub(super) system: &'a str,
    /// The word.
    pub(super) code: &'a str,
}

/// The part somebody plays.
pub(super) fn role(codings: &[Coding<'_>], kind: Option<&str>) -> Option<Role> {
    let own = codings.iter().find_map(|coding| own(*coding));
    let published = || codings.iter().find_map(|coding| published(*coding));
    own.or_else(published).or_else(|| kind.and_then(of_kind)).or_else(|| {
        // A type without an actor: "some clinician".
        let attends = kind.is_none() && codings.iter().any(|coding| is_staff_code(*coding));
        attends.then_some(Role::Clinician)
    })
}

/// What a proxy's word stands on, where a code says it.
pub(super) fn authority(codings: &[Coding<'_>]) -> Option<Authority> {
    codings.iter().filter(|coding| coding.system == V3_ROLE_CODE).find_map(|coding| {
        match coding.code {
            "HPOWATT" => Some(Authority::HealthCareProxy),
            "GUARD" => Some(Authority::LegalGuardian),
            "POWATT" | "DPOWATT" | "SPOWATT" => Some(Authority::PowerOfAttorney),
            _ => None,
        }
    })
}

fn own(coding: Coding<'_>) -> Option<Role> {
    let ours = coding.system == ROLE_SYSTEM;
    Role::ALL.into_iter().find(|role| ours && role.name() == coding.code)
}

/// Codes that say more than the actor's kind does.
fn published(coding: Coding<'_>) -> Option<Role> {
    match (coding.system, coding.code) {
        (PARTICIPANT_TYPE, "translator") => Some(Role::Interpreter),
        // "Transcriber": writes down what is said.
        (V3_PARTICIPATION, "TRANS") => Some(Role::Captioner),
        (SNOMED, "46255001") => Some(Role::Pharmacist),
        (V3_ROLE_CODE, "HPOWATT" | "GUARD" | "POWATT" | "DPOWATT" | "SPOWATT") => Some(Role::Proxy),
        _ => None,
    }
}

fn of_kind(kind: &str) -> Option<Role> {
    match kind {
        "Patient" => Some(Role::Patient),
        "RelatedPerson" => Some(Role::Family),
        "Practitioner" | "PractitionerRole" => Some(Role::Clinician),
        _ => None,
    }
}

fn is_staff_code(coding: Coding<'_>) -> bool {
    coding.system == V3_PARTICIPATION
        && ["ADM", "ATND", "CON", "DIS", "PPRF", "SPRF"].contains(&coding.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTENDER: Coding<'_> = Coding { system: V3_PARTICIPATION, code: "ATND" };

    #[test]
    fn the_kind_says_the_role_where_no_code_does() {
        assert_eq!(role(&[ATTENDER], Some("Practitioner")), Some(Role::Clinician));
        assert_eq!(role(&[], Some("RelatedPerson")), Some(Role::Family));
        assert_eq!(role(&[], Some("Location")), None);
        assert_eq!(role(&[], None), None);
        assert_eq!(role(&[ATTENDER], None), Some(Role::Clinician), "somebody who attends");
    }

    #[test]
    fn our_word_goes_before_a_published_one_and_both_before_the_kind() {
        let translator = Coding { system: PARTICIPANT_TYPE, code: "translator" };
        let observer = Coding { system: ROLE_SYSTEM, code: "observer" };
        assert_eq!(role(&[translator], Some("Practitioner")), Some(Role::Interpreter));
        assert_eq!(role(&[translator, observer], Some("Practitioner")), Some(Role::Observer));
    }

    #[test]
    fn a_relative_speaks_for_the_patient_only_where_a_code_says_so() {
        let proxy = Coding { system: V3_ROLE_CODE, code: "HPOWATT" };
        assert_eq!(role(&[proxy], Some("RelatedPerson")), Some(Role::Proxy));
        assert_eq!(authority(&[proxy]), Some(Authority::HealthCareProxy));
        assert_eq!(authority(&[ATTENDER]), None);
    }
}

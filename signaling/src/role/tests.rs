//! The table, read back row by row.

use super::{capabilities, grant, is_staff, may};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::socket::Capability;

#[test]
fn only_staff_runs_the_door() {
    for role in Role::ALL {
        assert_eq!(may(role, Capability::Admit), is_staff(role), "{role:?}");
        assert_eq!(may(role, Capability::Remove), is_staff(role), "{role:?}");
    }
}

#[test]
fn clinician_and_coordinator_alone_end_a_visit() {
    let enders: Vec<Role> =
        Role::ALL.into_iter().filter(|role| may(*role, Capability::End)).collect();
    assert_eq!(enders, [Role::Clinician, Role::Coordinator]);
}

#[test]
fn captioner_and_observer_send_nothing_and_receive_all() {
    for role in [Role::Captioner, Role::Observer] {
        let grant = grant(role);
        assert_eq!(grant.publish, bedside_sfu_api::Sources::NONE);
        assert!(grant.hear && grant.see);
    }
}

#[test]
fn the_grant_follows_the_table() {
    for role in Role::ALL {
        let publish = grant(role).publish;
        assert_eq!(publish.microphone, may(role, Capability::Speak));
        assert_eq!(publish.camera, may(role, Capability::ShowFace));
        assert_eq!(publish.screen, may(role, Capability::ShareScreen));
    }
}

#[test]
fn the_voices_a_visit_cannot_do_without_are_always_kept() {
    let kept: Vec<Role> =
        Role::ALL.into_iter().filter(|role| grant(*role).precedence.voice_kept).collect();
    assert_eq!(kept, [Role::Patient, Role::Clinician, Role::Pharmacist, Role::Interpreter]);
    // Who may not speak needs no voice kept.
    assert!(kept.iter().all(|role| may(*role, Capability::Speak)));
}

#[test]
fn patient_and_clinician_are_seen_before_all_others() {
    let picture = |role| grant(role).precedence.picture;
    for other in Role::ALL {
        if !matches!(other, Role::Patient | Role::Clinician) {
            assert!(picture(other) < picture(Role::Patient), "{other:?}");
        }
    }
    assert_eq!(picture(Role::Patient), picture(Role::Clinician));
    assert!(picture(Role::Family) < picture(Role::Interpreter));
}

#[test]
fn rows_are_sorted_and_hold_nothing_twice() {
    for role in Role::ALL {
        assert!(capabilities(role).is_sorted_by(|a, b| a < b), "{role:?}");
    }
}

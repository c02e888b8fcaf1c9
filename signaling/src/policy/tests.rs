//! The profiles are read, and say what they are meant to.

use super::{named, profiles};
use bedside_signaling_api::policy::{Gate, Need, Policy, Purpose};
use bedside_signaling_api::role::Role;
use std::collections::BTreeSet;

#[test]
fn every_profile_is_read_and_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = profiles().iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names.len(), super::FILES.len());
    assert_eq!(named("plain"), Some(&Policy::default()), "what is left out is plain");
}

#[test]
fn each_rule_is_there_once_and_asks_somebody() {
    for policy in profiles() {
        let purposes: BTreeSet<_> = policy.consents.iter().map(|rule| rule.purpose).collect();
        assert_eq!(purposes.len(), policy.consents.len(), "{}", policy.name);
        let gates: BTreeSet<_> = policy.gates.iter().map(|rule| rule.gate).collect();
        assert_eq!(gates.len(), policy.gates.len(), "{}", policy.name);
        assert!(policy.consents.iter().all(|rule| !rule.who.is_empty()));
        assert!(policy.gates.iter().all(|rule| !rule.who.is_empty()));
    }
}

#[test]
fn the_profiles_say_what_their_names_promise() {
    let need = |name: &str, purpose, role| named(name).expect("it is there").consent(purpose, role);
    assert_eq!(need("us-one-party", Purpose::Recording, Role::Patient), Need::Required);
    assert_eq!(need("us-one-party", Purpose::Recording, Role::Family), Need::Off);
    for role in Role::ALL {
        assert_eq!(need("us-all-party", Purpose::Recording, role), Need::Required);
        assert_eq!(need("de-31b", Purpose::Recording, role), Need::Off);
    }
    let german = named("de-31b").expect("it is there");
    assert_eq!((german.keep.recording_days, german.keep.chat_days), (0, 0));
    assert!(german.keep.visit_days <= 92, "three months");
    let pharmacy = named("telepharmacy").expect("it is there");
    let rule = pharmacy.gate(Gate::Identity, Role::Patient).expect("it asks who it is");
    assert_eq!(rule.need, Need::Required);
}

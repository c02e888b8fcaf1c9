//! Everybody with every language and every choice; and the cases one meets in a visit.

use super::super::hearing::Interpreter;
use super::super::{Direction, Tongue};
use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const TONGUES: [&str; 4] = ["ase", "bfi", "de", "en"];

fn guest(number: u128, tongue: &str, listens: Option<&str>) -> Person {
    let (tongue, listens) = (Tongue::of(tongue), listens.map(Tongue::of));
    Person { id: Uuid::from_u128(number), tongue, listens, interprets: None }
}

fn interpreter(number: u128, from: &str, into: &str, rests: bool) -> Person {
    let way = Some(Direction { from: Tongue::of(from), into: Tongue::of(into) });
    Person { interprets: Some(Interpreter { way, rests }), ..guest(number, "en", None) }
}

#[test]
fn a_deaf_patient_and_the_interpreter_see_each_other_s_hands() {
    let patient = guest(1, "ase", Some("ase"));
    let doctor = guest(2, "en", Some("en"));
    for (from, into) in [("en", "ase"), ("ase", "en")] {
        let at_work = interpreter(3, from, into, false);
        assert!(reads(&patient, &at_work), "{from} {into}");
        assert!(reads(&at_work, &patient), "{from} {into}");
        assert!(
            !reads(&doctor, &at_work) && !reads(&at_work, &doctor) && !reads(&patient, &doctor)
        );
        let partner = interpreter(4, from, into, true);
        assert!(!reads(&patient, &partner), "they rest");
        assert!(reads(&partner, &patient), "to be ready to take over");
        assert!(!reads(&at_work, &partner));
    }
}

#[test]
fn who_chose_the_floor_is_shown_nobody() {
    let at_work = interpreter(3, "en", "ase", false);
    assert!(!reads(&guest(1, "ase", None), &at_work));
    assert!(reads(&guest(1, "en", Some("ase")), &at_work), "a student who chose to see it");
    assert!(!reads(&guest(1, "bfi", Some("bfi")), &at_work), "another sign language");
}

fn any_tongue() -> impl Strategy<Value = Tongue> {
    prop::sample::select(TONGUES.map(Tongue::of).to_vec())
}

fn any_person(number: u128) -> impl Strategy<Value = Person> {
    let way = (any_tongue(), any_tongue()).prop_map(|(from, into)| Direction { from, into });
    let interprets =
        (prop::option::of(way), any::<bool>()).prop_map(|(way, rests)| Interpreter { way, rests });
    (any_tongue(), prop::option::of(any_tongue()), prop::option::of(interprets)).prop_map(
        move |(tongue, listens, interprets)| Person {
            id: Uuid::from_u128(number),
            tongue,
            listens,
            interprets,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn hands_are_seen_only_where_a_sign_language_is_at_work(
        viewer in any_person(1),
        signer in any_person(2),
    ) {
        if reads(&viewer, &signer) {
            let at_work = |person: &Person| {
                person.way().is_some_and(|way| way.from.is_signed() || way.into.is_signed())
            };
            prop_assert!(at_work(&viewer) || at_work(&signer), "one of them interprets it");
            let uses = |person: &Person| {
                person.tongue.is_signed() || person.listens.as_ref().is_some_and(Tongue::is_signed)
            };
            prop_assert!(uses(&viewer) || uses(&signer), "the other uses it");
        }
    }

    #[test]
    fn who_rests_is_watched_by_nobody(viewer in any_person(1), signer in any_person(2)) {
        let rests = signer.interprets.as_ref().is_some_and(|interpreter| interpreter.rests);
        prop_assert!(!rests || !reads(&viewer, &signer));
    }
}

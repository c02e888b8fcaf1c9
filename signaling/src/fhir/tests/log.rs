//! What is made of a visit's log: encounters and consents.

use super::{body, kept, made, noon};
use crate::fhir::consent::consents;
use crate::fhir::encounter::encounter;
use crate::fhir::presence::{Line, Span, presence};
use crate::fhir::release::Release;
use crate::fhir::view::View;
use crate::visit::VisitEvent;
use bedside_signaling_api::policy::Purpose;
use bedside_signaling_api::visit::VisitState;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

fn at(minute: i64) -> Timestamp {
    noon().checked_add(SignedDuration::from_mins(minute)).unwrap()
}

const PATIENT: Uuid = Uuid::from_u128(1);
const CLINICIAN: Uuid = Uuid::from_u128(2);

/// A visit from its opening to its end, the patient twice in it.
fn log(patient: Uuid, clinician: Uuid) -> Vec<Line> {
    vec![
        (at(0), VisitEvent::Opened),
        (at(0), VisitEvent::Arrived { participant: patient }),
        (at(1), VisitEvent::Admitted { participant: clinician, by: None }),
        (at(1), VisitEvent::WentLive),
        (at(2), VisitEvent::Admitted { participant: patient, by: Some(clinician) }),
        (at(5), VisitEvent::Lost { participant: patient }),
        (at(7), VisitEvent::Returned { participant: patient }),
        (at(9), VisitEvent::Ended { by: Some(clinician), outcome: None }),
    ]
}

#[test]
fn each_time_in_the_visit_is_a_span_and_the_lobby_is_none() {
    let presence = presence(&log(PATIENT, CLINICIAN));
    assert_eq!(presence.visit, Some(Span { from: at(1), until: Some(at(9)) }));
    let patient = &presence.spans_by_person[&PATIENT];
    let span = |from, until| Span { from: at(from), until: Some(at(until)) };
    assert_eq!(patient, &[span(2, 5), span(7, 9)]);
    assert_eq!(presence.spans_by_person[&CLINICIAN], [span(1, 9)]);
}

/// What a log makes of a visit of two, in a state.
fn of(
    state: VisitState,
    make: impl Fn(&View<'_>, Uuid, Uuid) -> Vec<Option<Value>>,
) -> Vec<Option<Value>> {
    let new = made(body(), Release::R4);
    let mut visit = new.visit.row();
    visit.state = state;
    let [patient, clinician] = [visit.participants[0].id, visit.participants[1].id];
    let kept = kept(&new);
    let view = View { visit: &visit, kept: Some(&kept), version: 9, updated_at: noon() };
    make(&view, patient, clinician)
}

#[test]
fn an_encounter_names_the_patient_once_and_everybody_by_their_times() {
    let both = of(VisitState::Ended, |view, patient, clinician| {
        let log = log(patient, clinician);
        Release::ALL.iter().map(|release| encounter(view, &log, *release)).collect()
    });
    let [r4, r5] = [both[0].as_ref().unwrap(), both[1].as_ref().unwrap()];
    assert_eq!((&r4["status"], &r5["status"]), (&json!("finished"), &json!("completed")));
    assert_eq!(
        (&r4["class"]["code"], &r5["class"][0]["coding"][0]["code"]),
        (&json!("VR"), &json!("VR"))
    );
    assert_eq!(r4["subject"]["reference"], "Patient/1");
    assert_eq!(r4["period"]["start"], r5["actualPeriod"]["start"]);
    assert_eq!(r4["participant"].as_array().unwrap().len(), 3, "the patient was in twice");
    let of_clinician = |entry: &&Value| entry["individual"]["reference"] == "Practitioner/2";
    let clinician = r4["participant"].as_array().unwrap().iter().find(of_clinician).unwrap();
    assert_eq!(clinician["period"]["end"], "2026-12-01T12:09:00Z");
    assert!(r5["participant"][0].get("type").is_none(), "R5 allows no type for a patient");
}

#[test]
fn there_is_no_encounter_before_somebody_comes() {
    for state in [VisitState::Scheduled, VisitState::NoShow, VisitState::NoShowProposed] {
        let none = of(state, |view, _, _| vec![encounter(view, &[], Release::R4)]);
        assert_eq!(none, [None], "{state:?}");
    }
}

#[test]
fn a_consent_stands_as_the_last_word_about_it() {
    let answers = of(VisitState::Live, |view, patient, clinician| {
        let (purpose, telehealth) = (Purpose::Recording, Purpose::Telehealth);
        let given = |participant, purpose| VisitEvent::ConsentGiven {
            participant,
            purpose,
            version: "us-1".to_owned(),
            language: "en".to_owned(),
            by: None,
        };
        let log = [
            (at(0), given(patient, purpose)),
            (at(1), given(patient, telehealth)),
            (at(2), VisitEvent::ConsentWithdrawn { participant: patient, purpose }),
            (at(3), VisitEvent::ConsentRefused { participant: clinician, purpose }),
        ];
        consents(view, &log, Release::R4).into_iter().map(Some).collect()
    });
    let find = |status: &str| {
        answers.iter().flatten().find(|consent| consent["status"] == status).unwrap()
    };
    assert_eq!(find("active")["provision"]["type"], "permit");
    assert_eq!(find("active")["patient"]["reference"], "Patient/1");
    assert_eq!(find("inactive")["provision"]["period"]["end"], "2026-12-01T12:02:00Z");
    assert_eq!(find("rejected")["performer"][0]["reference"], "Practitioner/2");
    assert!(find("rejected").get("patient").is_none(), "the patient has not said it");
    assert_eq!(answers.len(), 3);
}

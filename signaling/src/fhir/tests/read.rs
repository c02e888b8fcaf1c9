//! What is read of an appointment, and what is shown of it.

use super::{body, kept, made, person, shown};
use crate::fhir::release::Release;
use crate::fhir::seats::{Earlier, Present, pair};
use crate::fhir::status::Status;
use crate::fhir::wanted;
use crate::fhir::words::{LINK_URL, VIRTUAL_SERVICE_URL};
use bedside_signaling_api::role::Role;
use bedside_signaling_api::visit::VisitState;
use serde_json::{Value, json};
use uuid::Uuid;

fn places(body: &Value) -> Vec<String> {
    let issues = wanted::read(body).unwrap_err().into_inner();
    issues.into_iter().map(|issue| issue.expression).collect()
}

#[test]
fn a_wrong_type_is_told_with_its_place() {
    let mut wrong = body();
    wrong["status"] = json!(7);
    wrong["minutesDuration"] = json!("thirty");
    wrong["participant"][1]["actor"] = json!([]);
    wrong["participant"][0]["status"] = json!("perhaps");
    let places = places(&wrong);
    for place in [
        "Appointment.status",
        "Appointment.minutesDuration",
        "Appointment.participant[1].actor",
        "Appointment.participant[0].status",
    ] {
        assert!(places.iter().any(|found| found == place), "{place}: {places:?}");
    }
}

#[test]
fn a_visit_has_a_time_and_a_length_within_reason() {
    let mut endless = body();
    endless["end"] = json!("2026-12-09T10:00:00Z");
    assert_eq!(places(&endless), ["Appointment.end"]);
    let mut backwards = body();
    backwards["end"] = json!("2026-12-01T09:00:00+01:00");
    assert_eq!(places(&backwards), ["Appointment.end"]);
    let mut timeless = body();
    timeless.as_object_mut().unwrap().remove("start");
    assert_eq!(places(&timeless), ["Appointment.start"]);
    timeless["status"] = json!("cancelled");
    assert_eq!(wanted::read(&timeless).unwrap().time, None, "to call it off needs no time");
}

#[test]
fn language_name_and_need_of_an_interpreter_are_read_from_a_contained_person() {
    let mut contained = body();
    contained["contained"] = json!([{
        "resourceType": "Patient", "id": "p", "name": [{ "given": ["Ana"], "family": "Gil" }],
        "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
            "valueBoolean": true
        }],
        "communication": [
            { "language": { "coding": [{ "code": "en" }] } },
            { "language": { "coding": [{ "code": "es-MX" }] }, "preferred": true },
        ],
    }]);
    contained["participant"][0]["actor"] = json!({ "reference": "#p" });
    let wanted = wanted::read(&contained).unwrap();
    let asked: Vec<_> = wanted.people.iter().map(|person| &person.asked).collect();
    assert_eq!((asked[0].role, asked[0].language.as_str()), (Role::Patient, "es-MX"));
    assert_eq!(asked[0].display_name, "Ana Gil");
    assert!(asked[0].interpreter_needed);
    assert_eq!((asked[2].role, asked[2].language.as_str()), (Role::Interpreter, "es-MX"));
}

#[test]
fn a_room_and_whoever_has_declined_are_kept_and_not_expected() {
    let mut more = body();
    let people = more["participant"].as_array_mut().unwrap();
    people.push(person("Location/9", "Room 4"));
    people.push(json!({ "actor": { "reference": "RelatedPerson/3" }, "status": "declined" }));
    let new = made(more, Release::R4);
    assert_eq!(new.visit.participants.len(), 2);
    let shown = shown(&new, Release::R4, false);
    assert_eq!(shown["participant"].as_array().unwrap().len(), 4);
    assert_eq!(shown["participant"][2], person("Location/9", "Room 4"));
}

#[test]
fn links_are_for_whoever_writes_and_are_never_kept() {
    let new = made(body(), Release::R4);
    let written = shown(&new, Release::R4, true);
    let holds_link = |shown: &Value| shown.to_string().contains(LINK_URL);
    assert!(holds_link(&written));
    assert!(!holds_link(&shown(&new, Release::R4, false)));
    let again = made(written, Release::R4);
    assert!(!again.written.resource.body.contains("/j"), "{}", again.written.resource.body);
    // What stays of an answer that is written back is the roles that we have named.
    let mut body = kept(&new).body;
    for (index, (code, display)) in
        [("patient", "Patient"), ("clinician", "Clinician")].iter().enumerate()
    {
        let coding = json!({ "system": "urn:bedside:role", "code": code, "display": display });
        body["participant"][index]["type"] = json!([{ "coding": [coding] }]);
    }
    assert_eq!(kept(&again).body, body);
}

#[test]
fn the_virtual_service_comes_in_the_shape_of_each_release() {
    let new = made(body(), Release::R4);
    let r4 = shown(&new, Release::R4, false);
    assert_eq!(r4["extension"][0]["url"], VIRTUAL_SERVICE_URL);
    let address = &r4["extension"][0]["extension"][1];
    assert_eq!(address["valueUrl"], "https://visits.example.org/j");
    let r5 = shown(&new, Release::R5, false);
    assert_eq!(r5["virtualService"][0]["addressUrl"], "https://visits.example.org/j");
    assert!(r5.get("extension").is_none());
}

#[test]
fn an_entry_of_another_service_goes_over_the_border_of_releases_and_back() {
    let mut zoom = body();
    let service =
        json!({ "channelType": { "code": "zoom" }, "addressUrl": "https://z.example.org" });
    zoom["virtualService"] = json!([service]);
    zoom["reason"] = json!([{ "concept": { "text": "pain" } }]);
    let new = made(zoom, Release::R5);
    let r4 = shown(&new, Release::R4, false);
    let url = |extension: &Value| extension["url"] == VIRTUAL_SERVICE_URL;
    assert_eq!(r4["extension"].as_array().unwrap().iter().filter(|e| url(e)).count(), 2);
    assert_eq!(r4["reasonCode"], json!([{ "text": "pain" }]));
    let back = shown(&made(r4, Release::R4), Release::R5, false);
    assert_eq!(back["virtualService"][1], service);
    assert_eq!(back["reason"], json!([{ "concept": { "text": "pain" } }]));
}

#[test]
fn a_code_of_planning_stays_until_somebody_comes() {
    use VisitState::{Cancelled, Ended, Live, NoShow, NoShowProposed, Open, Scheduled};
    let shown = |state, written| Status::shown(state, Some(written));
    assert_eq!(shown(Scheduled, Status::Pending), Status::Pending);
    assert_eq!(shown(Scheduled, Status::Fulfilled), Status::Booked);
    assert_eq!(shown(NoShowProposed, Status::Booked), Status::Booked, "a person confirms");
    assert_eq!(shown(Open, Status::Pending), Status::Arrived);
    assert_eq!(shown(Live, Status::Booked), Status::Arrived);
    assert_eq!(shown(Ended, Status::Arrived), Status::Fulfilled);
    assert_eq!(shown(NoShow, Status::Booked), Status::NoShow);
    assert_eq!(shown(Cancelled, Status::Booked), Status::Cancelled);
    assert_eq!(shown(Cancelled, Status::EnteredInError), Status::EnteredInError);
    for state in VisitState::ALL {
        for written in Status::ALL {
            let status = shown(state, written);
            assert!(status.states().contains(&state), "{status:?} is looked for in {state:?}");
        }
    }
}

#[test]
fn people_are_known_again_by_reference_and_not_by_a_name_two_share() {
    let mut twins = body();
    twins["participant"] =
        json!([person("RelatedPerson/1", "Ana"), person("RelatedPerson/2", "Ana")]);
    let people = wanted::read(&twins).unwrap().people;
    let [first, second] = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let seat = |id| Present { id, role: Role::Family, name: "Ana", theirs: false };
    let before = |participant, actor: &str| Earlier {
        participant,
        actor: Some(actor.to_owned()),
        unasked: false,
    };
    let earlier = [before(first, "RelatedPerson/2"), before(second, "RelatedPerson/3")];
    let pairing = pair(&people, &earlier, &[seat(first), seat(second)]);
    assert_eq!(pairing.asked, [None, Some(first)]);
    assert_eq!(pairing.gone, [second]);
}

#[test]
fn whoever_was_invited_in_another_way_is_not_sent_away() {
    let people = wanted::read(&body()).unwrap().people;
    let other =
        Present { id: Uuid::from_u128(9), role: Role::Observer, name: "Sam", theirs: false };
    let pairing = pair(&people, &[], &[other]);
    assert_eq!(pairing.asked, [None, None]);
    assert!(pairing.gone.is_empty());
}

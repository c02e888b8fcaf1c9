//! What staff does for people beside the talk: who may, when, and what stays.

use super::{Story, admit, anybody, end, seat_of};
use crate::visit::{Attend, AttendEvent, By, Command, Refusal, VisitEvent};
use bedside_signaling_api::attend::{Experience, Topic};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::role::Role;
use proptest::prelude::*;
use uuid::Uuid;

pub(super) fn any_attendance() -> impl Strategy<Value = Command> {
    let topic = prop::sample::select(vec![Topic::Purpose, Topic::TeachBack]);
    let how = prop::sample::select(vec![Experience::Good, Experience::Bad]);
    let wish = prop_oneof![
        (anybody(), anybody(), any::<bool>())
            .prop_map(|(by, participant, on)| Attend::SetVoiceOnly { by, participant, on }),
        (anybody(), topic).prop_map(|(by, topic)| Attend::CoverTopic { by, topic }),
        (anybody(), anybody()).prop_map(|(participant, by)| Attend::GiveStill { participant, by }),
        (anybody(), how).prop_map(|(participant, experience)| Attend::TellExperience {
            participant,
            experience
        }),
    ];
    wish.prop_map(Command::Attend)
}

fn give(story: &mut Story, wish: Attend) -> Result<Vec<VisitEvent>, Refusal> {
    story.give(Command::Attend(wish))
}

/// A clinician with patient and pharmacist.
fn three() -> Story {
    let mut story = Story::live();
    assert!(story.give(admit(Role::Patient)).is_ok());
    story.open(Role::Pharmacist);
    story
}

fn voices(by: Role, of: Role, on: bool) -> Attend {
    Attend::SetVoiceOnly { by: seat_of(by), participant: seat_of(of), on }
}

#[test]
fn staff_takes_the_pictures_from_a_line_and_the_person_brings_them_back() {
    let mut story = three();
    let patient = seat_of(Role::Patient);
    assert_eq!(
        give(&mut story, voices(Role::Patient, Role::Patient, true)),
        Err(Refusal::NotAllowed)
    );
    assert!(give(&mut story, voices(Role::Clinician, Role::Patient, true)).is_ok());
    assert!(story.visit.attended().is_voice_only(patient));
    let again = give(&mut story, voices(Role::Clinician, Role::Patient, true));
    assert_eq!(again, Ok(Vec::new()));
    assert!(give(&mut story, voices(Role::Patient, Role::Patient, false)).is_ok());
    assert!(!story.visit.attended().is_voice_only(patient));
    let staff = give(&mut story, voices(Role::Clinician, Role::Pharmacist, true));
    assert_eq!(staff, Err(Refusal::NotAllowed));
    let absent = give(&mut story, voices(Role::Clinician, Role::Family, true));
    assert_eq!(absent, Err(Refusal::NoSuchPerson));
}

#[test]
fn topics_are_ticked_while_medicines_are_explained() {
    let mut story = three();
    let topic = Topic::SideEffects;
    let cover = |role| Attend::CoverTopic { by: seat_of(role), topic };
    assert_eq!(give(&mut story, cover(Role::Pharmacist)), Err(Refusal::NoCounselling));
    let by = By::Person(seat_of(Role::Pharmacist));
    assert!(story.give(Command::StartSegment { by, segment: 1 }).is_ok());
    assert_eq!(story.visit.segment_since(), Some(story.now));
    assert_eq!(give(&mut story, cover(Role::Patient)), Err(Refusal::NotAllowed));
    let by = seat_of(Role::Pharmacist);
    let covered = VisitEvent::Attend(AttendEvent::TopicCovered { topic, by });
    assert_eq!(covered.about(), Some("side_effects"));
    assert_eq!(give(&mut story, cover(Role::Pharmacist)), Ok(vec![covered]));
    assert_eq!(give(&mut story, cover(Role::Clinician)), Ok(Vec::new()));
    assert!(story.visit.attended().topics().contains(&topic));
}

#[test]
fn a_picture_is_asked_of_somebody_who_shows_their_face_and_is_with_the_others() {
    let mut story = three();
    let asks = |story: &Story, by, of| story.visit.may_ask_still(seat_of(by), seat_of(of));
    assert_eq!(asks(&story, Role::Clinician, Role::Patient), Ok(()));
    assert_eq!(asks(&story, Role::Pharmacist, Role::Patient), Ok(()));
    assert_eq!(asks(&story, Role::Patient, Role::Clinician), Err(Refusal::NotAllowed));
    assert_eq!(asks(&story, Role::Clinician, Role::Clinician), Err(Refusal::NotAllowed));
    assert_eq!(asks(&story, Role::Clinician, Role::Proxy), Err(Refusal::NoSuchPerson));
    let (by, participant) = (seat_of(Role::Clinician), seat_of(Role::Patient));
    assert!(story.give(Command::SetApart { by, participant, why: Apart::Hold }).is_ok());
    assert_eq!(asks(&story, Role::Clinician, Role::Patient), Err(Refusal::NotAllowed));
}

#[test]
fn how_it_was_is_told_also_after_the_end_and_by_those_who_were_there() {
    let mut story = three();
    assert!(story.give(end(seat_of(Role::Clinician))).is_ok());
    let tell =
        |participant: Uuid| Attend::TellExperience { participant, experience: Experience::Fair };
    let patient = seat_of(Role::Patient);
    let told = VisitEvent::Attend(AttendEvent::ExperienceTold {
        participant: patient,
        experience: Experience::Fair,
    });
    assert_eq!(told.about(), Some("fair"));
    assert_eq!(give(&mut story, tell(patient)), Ok(vec![told]));
    assert_eq!(give(&mut story, tell(patient)), Ok(Vec::new()));
    assert_eq!(story.visit.attended().experience(patient), Some(Experience::Fair));
    assert_eq!(give(&mut story, tell(seat_of(Role::Family))), Err(Refusal::NotAdmitted));
    let late = voices(Role::Clinician, Role::Patient, true);
    assert_eq!(give(&mut story, late), Err(Refusal::Ended));
}

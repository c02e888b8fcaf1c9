//! Who may read what a captioner writes down.

use super::{Story, admit, end, seat_of};
use crate::visit::{Answer, By, Command, RecorderWord, Refusal};
use bedside_signaling_api::person::Apart;
use bedside_signaling_api::policy::{ConsentRule, Need, Policy, Purpose};
use bedside_signaling_api::role::Role;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Patient, family, clinician, pharmacist and captioner in a visit under these rules.
fn written_down(policy: Policy) -> Story {
    let mut story = Story::under(policy);
    for role in [Role::Patient, Role::Family, Role::Captioner, Role::Clinician, Role::Pharmacist] {
        story.open(role);
    }
    for role in [Role::Patient, Role::Family, Role::Captioner] {
        assert!(story.give(admit(role)).is_ok());
    }
    story
}

fn readers(story: &Story) -> Result<BTreeSet<Uuid>, Refusal> {
    let readers = story.visit.caption_readers(seat_of(Role::Captioner))?;
    Ok(readers.into_iter().collect())
}

fn all(roles: &[Role]) -> Result<BTreeSet<Uuid>, Refusal> {
    Ok(roles.iter().map(|role| seat_of(*role)).collect())
}

fn asks(who: &[Role], need: Need) -> Policy {
    let rule = ConsentRule { purpose: Purpose::Captions, who: who.to_vec(), need };
    Policy { consents: vec![rule], ..Policy::default() }
}

fn says(story: &mut Story, role: Role, purpose: Purpose, answer: Answer) {
    let participant = seat_of(role);
    let by = By::Person(participant);
    assert!(story.give(Command::Consent { by, participant, purpose, answer }).is_ok());
}

fn yes() -> Answer {
    Answer::Give { version: "1".to_owned(), language: "en".to_owned() }
}

#[test]
fn whoever_is_together_with_the_captioner_reads_and_nobody_else() {
    let mut story = written_down(Policy::default());
    story.open(Role::Observer);
    let everybody =
        [Role::Patient, Role::Family, Role::Clinician, Role::Pharmacist, Role::Captioner];
    assert_eq!(readers(&story), all(&everybody), "not the observer, who waits in the lobby");
    let by = seat_of(Role::Clinician);
    let participant = seat_of(Role::Family);
    for why in [Apart::Hold, Apart::Confidential] {
        assert!(story.give(Command::SetApart { by, participant, why }).is_ok());
        let others = [Role::Patient, Role::Clinician, Role::Pharmacist, Role::Captioner];
        assert_eq!(readers(&story), all(&others), "{why:?}");
        assert!(story.give(Command::BringBack { by, participant }).is_ok());
    }
    let with = vec![seat_of(Role::Pharmacist)];
    assert!(story.give(Command::OpenSidebar { by, with }).is_ok());
    assert_eq!(readers(&story), all(&[Role::Patient, Role::Family, Role::Captioner]));
    assert!(story.give(Command::CloseSidebar { by }).is_ok());
    let with = vec![seat_of(Role::Pharmacist), seat_of(Role::Captioner)];
    assert!(story.give(Command::OpenSidebar { by, with }).is_ok());
    assert_eq!(readers(&story), all(&[Role::Clinician, Role::Pharmacist, Role::Captioner]));
    assert!(story.give(Command::Lose { participant: seat_of(Role::Pharmacist) }).is_ok());
    let left = [Role::Clinician, Role::Captioner];
    assert_eq!(readers(&story), all(&left), "who is gone reads nothing");
}

#[test]
fn only_a_captioner_who_is_in_the_visit_and_with_others_is_read() {
    let mut story = written_down(Policy::default());
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Captioner) {
        let refused = story.visit.caption_readers(seat_of(role));
        assert_eq!(refused, Err(Refusal::NotAllowed), "{role:?}");
    }
    let (by, participant) = (seat_of(Role::Clinician), seat_of(Role::Captioner));
    let why = Apart::Hold;
    assert!(story.give(Command::SetApart { by, participant, why }).is_ok());
    assert_eq!(readers(&story), Err(Refusal::Apart));
    assert!(story.give(Command::Leave { participant }).is_ok());
    assert_eq!(readers(&story), Err(Refusal::NotAdmitted));
    assert!(story.give(end(by)).is_ok());
    assert_eq!(readers(&story), Err(Refusal::Ended));
}

#[test]
fn nobody_reads_before_all_who_are_asked_agree_and_nobody_once_one_does_no_longer() {
    let mut story = written_down(asks(&[Role::Patient, Role::Family], Need::Required));
    assert_eq!(readers(&story), Err(Refusal::CaptionsNotAgreed));
    says(&mut story, Role::Patient, Purpose::Captions, yes());
    assert_eq!(readers(&story), Err(Refusal::CaptionsNotAgreed));
    says(&mut story, Role::Family, Purpose::Captions, yes());
    assert!(readers(&story).is_ok_and(|readers| readers.len() == 5));
    says(&mut story, Role::Family, Purpose::Captions, Answer::Withdraw);
    assert_eq!(readers(&story), Err(Refusal::CaptionsNotAgreed));
    assert!(story.give(Command::Leave { participant: seat_of(Role::Family) }).is_ok());
    assert!(readers(&story).is_ok_and(|readers| readers.len() == 4), "the others have agreed");
}

#[test]
fn where_it_is_only_asked_a_no_counts_and_silence_does_not() {
    let mut story = written_down(asks(&[Role::Patient], Need::Asked));
    assert!(readers(&story).is_ok());
    says(&mut story, Role::Patient, Purpose::Captions, Answer::Refuse);
    assert_eq!(readers(&story), Err(Refusal::CaptionsNotAgreed));
}

#[test]
fn a_recording_keeps_captions_only_while_it_takes_everybody() {
    let recording_days = 30;
    let mut policy = asks(&[], Need::Off);
    policy.keep.recording_days = recording_days;
    policy.recording.late = bedside_signaling_api::policy::Late::LeaveOut;
    policy.consents.push(ConsentRule {
        purpose: Purpose::Recording,
        who: vec![Role::Family],
        need: Need::Required,
    });
    let mut story = written_down(policy);
    let (by, recording) = (By::Person(seat_of(Role::Clinician)), Uuid::from_u128(700));
    assert!(story.give(Command::StartRecording { by, recording }).is_ok());
    let word = RecorderWord::Durable;
    assert!(story.give(Command::Recorded { recording, word }).is_ok());
    assert!(story.visit.recordable().is_some_and(|(_, people)| people.len() == 3));
    assert_eq!(story.visit.recording_of_captions(), None, "the daughter's words would be in it");
    says(&mut story, Role::Family, Purpose::Recording, yes());
    assert_eq!(story.visit.recording_of_captions(), Some(recording));
    says(&mut story, Role::Captioner, Purpose::Recording, Answer::Refuse);
    assert_eq!(story.visit.recording_of_captions(), None, "the captioner's own words are in it");
}

//! The rules of what staff does for people beside the talk.
//!
//! In: the visit, who asks, what they want. Out: events, or why not.
//! Never: the pictures of one member of staff taken away by another; an answer of somebody who
//! was not in the visit.

use super::{By, Decided, Refusal, Visit, VisitEvent};
use crate::role::{is_staff, may};
use crate::visit::Place;
use crate::visit::attend::{Attend, AttendEvent};
use bedside_signaling_api::attend::{Experience, Topic};
use bedside_signaling_api::socket::Capability;
use bedside_signaling_api::visit::SegmentKind;
use uuid::Uuid;

/// What comes of a wish: something, or nothing because all is as wanted.
type Happens = Result<Option<AttendEvent>, Refusal>;

impl Visit {
    pub(super) fn attend(&self, wish: Attend) -> Decided {
        let event = match wish {
            Attend::SetVoiceOnly { by, participant, on } => {
                self.set_voice_only(by, participant, on)?
            }
            Attend::CoverTopic { by, topic } => self.cover_topic(by, topic)?,
            Attend::GiveStill { participant, by } => {
                self.may_ask_still(by, participant)?;
                Some(AttendEvent::StillGiven { participant, by })
            }
            Attend::TellExperience { participant, experience } => {
                self.tell_experience(participant, experience)?
            }
        };
        Ok(event.map(VisitEvent::Attend).into_iter().collect())
    }

    fn set_voice_only(&self, by: Uuid, participant: Uuid, on: bool) -> Happens {
        let seat = self.seat_here(participant)?;
        let brings_back_own = by == participant && !on;
        if !brings_back_own {
            self.actor(By::Person(by), Capability::Admit)?;
            if is_staff(seat.role) {
                return Err(Refusal::NotAllowed);
            }
        }
        if self.attended.is_voice_only(participant) == on {
            return Ok(None);
        }
        Ok(Some(AttendEvent::VoiceOnlySet { participant, on, by }))
    }

    fn cover_topic(&self, by: Uuid, topic: Topic) -> Happens {
        self.actor(By::Person(by), Capability::Counsel)?;
        if self.segment_kind() != Some(SegmentKind::Counselling) {
            return Err(Refusal::NoCounselling);
        }
        if self.attended.topics().contains(&topic) {
            return Ok(None);
        }
        Ok(Some(AttendEvent::TopicCovered { topic, by }))
    }

    /// Whether this member of staff may ask that person for a still picture.
    ///
    /// # Errors
    /// The rule that stands in the way.
    pub fn may_ask_still(&self, by: Uuid, of: Uuid) -> Result<(), Refusal> {
        self.actor(By::Person(by), Capability::AskStill)?;
        let seat = self.seat_here(of)?;
        if by == of || !may(seat.role, Capability::ShowFace) || self.apart(seat).is_some() {
            return Err(Refusal::NotAllowed);
        }
        Ok(())
    }

    /// Also of a visit that is over: that is when people are asked.
    pub(super) fn tell_experience(&self, participant: Uuid, experience: Experience) -> Happens {
        let seat = self.seat(participant).ok_or(Refusal::NoSuchPerson)?;
        if !seat.admitted || seat.place == Place::Removed {
            return Err(Refusal::NotAdmitted);
        }
        if self.attended.experience(participant) == Some(experience) {
            return Ok(None);
        }
        Ok(Some(AttendEvent::ExperienceTold { participant, experience }))
    }
}

//! Who may play recorded education, and what counts as watched.
//!
//! In: a wish of staff, of the scheduling system or of a page that plays a film. Out: events.
//! Never: a film that nobody started or offered here counted as watched; less watched than
//! before.

use super::{By, Decided, Place, Refusal, Visit, VisitEvent};
use crate::visit::lesson::{LessonEvent, Material, Teach};
use bedside_signaling_api::socket::Capability;
use bedside_signaling_api::tutorial::Audience;
use uuid::Uuid;

/// What comes of a wish: something, or nothing because all is as wanted.
type Happens = Result<Option<LessonEvent>, Refusal>;

impl Visit {
    pub(super) fn teach(&self, wish: Teach) -> Decided {
        let events = match wish {
            Teach::Start { by, material, to } => self.start_lesson(by, material, to)?,
            Teach::Steer { by, playing, position_ms } => {
                self.steer_lesson(by, playing, position_ms)?
            }
            Teach::Stop { by } => self.stop_lesson(by)?,
            Teach::Offer { by, materials } => self.offer_lessons(by, materials)?,
            Teach::Watch { participant, film, percent } => {
                self.watch(participant, film, percent)?
            }
        };
        Ok(events.map(VisitEvent::Lesson).into_iter().collect())
    }

    fn start_lesson(&self, by: Uuid, material: Material, to: Audience) -> Happens {
        self.actor(By::Person(by), Capability::Teach)?;
        if material.films.is_empty() {
            return Err(Refusal::NoFilm);
        }
        Ok(Some(LessonEvent::Started { material, to, by }))
    }

    fn steer_lesson(&self, by: Uuid, playing: bool, position_ms: u32) -> Happens {
        self.actor(By::Person(by), Capability::Teach)?;
        let lesson = self.teaching.lesson().ok_or(Refusal::NoLesson)?;
        let position_ms = position_ms.min(lesson.material.length_ms);
        if !playing && !lesson.is_playing() && lesson.steered().0 == position_ms {
            return Ok(None);
        }
        // Whoever plays on from the end begins anew.
        let ended = playing && position_ms == lesson.material.length_ms;
        let position_ms = if ended { 0 } else { position_ms };
        Ok(Some(LessonEvent::Steered { playing, position_ms, by }))
    }

    fn stop_lesson(&self, by: Uuid) -> Happens {
        self.actor(By::Person(by), Capability::Teach)?;
        Ok(self.teaching.lesson().map(|_| LessonEvent::Stopped { by }))
    }

    fn offer_lessons(&self, by: By, materials: Vec<Material>) -> Happens {
        self.actor(by, Capability::Teach)?;
        if materials.iter().any(|material| material.films.is_empty()) {
            return Err(Refusal::NoFilm);
        }
        if materials == self.teaching.offered() {
            return Ok(None);
        }
        Ok(Some(LessonEvent::Offered { materials, by: by.person() }))
    }

    fn watch(
        &self,
        participant: Uuid,
        (tutorial, language): (Uuid, String),
        percent: u8,
    ) -> Happens {
        let seat = self.open_seat(participant)?;
        if !matches!(seat.place, Place::Here | Place::Waiting) {
            return Err(Refusal::NotAdmitted);
        }
        if !self.teaching.has_film(tutorial, &language) {
            return Err(Refusal::NoFilm);
        }
        let percent = percent.min(100);
        if percent <= self.teaching.watched(participant, tutorial, &language) {
            return Ok(None);
        }
        Ok(Some(LessonEvent::Watched { participant, tutorial, language, percent }))
    }
}

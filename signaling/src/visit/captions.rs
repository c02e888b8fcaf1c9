//! Who may read what a captioner writes down.
//!
//! In: the visit as it stands, and who writes. Out: those who are together with them, or why
//! nobody is to read it.
//! Never: the words; a reader of another circle; anybody at all while one who is asked has not
//! agreed.

use super::{By, Circle, Refusal, Visit};
use bedside_signaling_api::policy::Purpose;
use bedside_signaling_api::socket::Capability;
use uuid::Uuid;

impl Visit {
    /// Who may read what this person writes down now, themselves included.
    ///
    /// # Errors
    /// Why nobody may.
    pub fn caption_readers(&self, by: Uuid) -> Result<Vec<Uuid>, Refusal> {
        if self.is_over() {
            return Err(Refusal::Ended);
        }
        self.actor(By::Person(by), Capability::Caption)?;
        if !self.all_agree(Purpose::Captions) {
            return Err(Refusal::CaptionsNotAgreed);
        }
        let circles = self.circles();
        let own = circles.iter().find(|(id, _)| *id == by).map(|(_, circle)| *circle);
        let own = own.filter(|circle| matches!(circle, Circle::Main | Circle::Sidebar));
        let own = own.ok_or(Refusal::Apart)?;
        let reads = |(id, circle): &(Uuid, Circle)| *circle == own && self.is_here(*id);
        Ok(circles.into_iter().filter(reads).map(|(id, _)| id).collect())
    }

    /// The recording that may keep what is written down in the common circle: one that takes
    /// everybody there who speaks, and to which everybody there has agreed.
    #[must_use]
    pub fn recording_of_captions(&self) -> Option<Uuid> {
        let (recording, _) = self.recordable()?;
        self.all_recorded().then_some(recording)
    }
}

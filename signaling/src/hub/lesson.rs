//! Recorded education on people's pages: what staff plays, and what each person is shown of it.
//!
//! In: wishes of staff's pages; the visit as it stands. Out: the visit's commands; where a film
//! stands, in the language each person understands best.
//! Never: a tutorial of another organisation than the visit's own; a film to somebody it was not
//! started for.

use super::live::Live;
use crate::clock;
use crate::role::may;
use crate::store::TutorialRow;
use crate::visit::{By, Command, Material, Place, Seat, Teach, Visit, spoken};
use bedside_signaling_api::socket::{Capability, RefusalCode, ServerMessage};
use bedside_signaling_api::tutorial::{Audience, OFFERED_MAX, Playable, Showing};
use jiff::Timestamp;
use uuid::Uuid;

impl Live {
    pub(super) async fn start_lesson(
        &mut self,
        from: Uuid,
        tutorial: Uuid,
        to: Audience,
    ) -> Result<(), RefusalCode> {
        let material = self.material(tutorial).await?;
        self.wish(from, Command::Teach(Teach::Start { by: from, material, to })).await
    }

    pub(super) async fn offer_lessons(
        &mut self,
        from: Uuid,
        tutorials: Vec<Uuid>,
    ) -> Result<(), RefusalCode> {
        if tutorials.len() > OFFERED_MAX {
            return Err(RefusalCode::BadMessage);
        }
        let mut materials = Vec::with_capacity(tutorials.len());
        for tutorial in tutorials {
            materials.push(self.material(tutorial).await?);
        }
        let by = By::Person(from);
        self.wish(from, Command::Teach(Teach::Offer { by, materials })).await
    }

    async fn material(&self, tutorial: Uuid) -> Result<Material, RefusalCode> {
        let found = self.rooms.store.tutorial(&self.tenant, tutorial).await.map_err(|fault| {
            let fault: &dyn std::error::Error = &fault;
            tracing::error!(visit = %self.id, fault, "a tutorial could not be looked up");
            RefusalCode::Fault
        })?;
        found.map(TutorialRow::into_material).ok_or(RefusalCode::NoSuchTutorial)
    }

    /// Tells a page what the server's clock says.
    pub(super) fn tell_clock(&mut self, from: Uuid, sent: u64) {
        let at_ms = unix_ms(Timestamp::now());
        self.say(from, ServerMessage::Clock { sent, at_ms });
    }
}

/// What plays and is offered, as somebody may see it. Staff who may steer see all of it.
pub(super) fn lesson(visit: &Visit, seat: &Seat) -> ServerMessage {
    let now = clock::now();
    let teaching = visit.teaching();
    let steers = seat.place == Place::Here && may(seat.role, Capability::Teach);
    let showing = teaching.lesson().filter(|lesson| steers || lesson.is_for(seat));
    let showing = showing.map(|lesson| {
        let (position_ms, at) = lesson.steered();
        let playable = playable(&lesson.material, &seat.language);
        let (to, at_ms, state) = (lesson.to, unix_ms(at), lesson.state(now));
        Showing { playable, to, state, position_ms, at_ms }
    });
    let offered = if steers || seat.place == Place::Waiting { teaching.offered() } else { &[] };
    let offered: Vec<_> = offered.iter().map(|each| playable(each, &seat.language)).collect();
    ServerMessage::Lesson { showing, offered }
}

/// A tutorial in the language somebody understands best. Captions they cannot read help nobody;
/// those in the film's own language help whoever does not hear it well.
fn playable(material: &Material, language: &str) -> Playable {
    let fallback = &material.language;
    let films = || material.films.iter();
    let film = spoken(language, films()).or_else(|| spoken(fallback, films()));
    let film = film.or_else(|| films().next().map(String::as_str)).unwrap_or_default();
    let caption = spoken(language, material.captions.iter());
    let caption = caption.or_else(|| spoken(film, material.captions.iter()));
    let tags = || material.title_by_language.keys();
    let title = spoken(language, tags()).or_else(|| spoken(fallback, tags()));
    let title = title
        .and_then(|tag| material.title_by_language.get(tag))
        .or(material.title_by_language.values().next());
    Playable {
        tutorial: material.tutorial,
        title: title.cloned().unwrap_or_default(),
        film: film.to_owned(),
        films: material.films.clone(),
        caption: caption.map(str::to_owned),
        captions: material.captions.clone(),
        length_ms: material.length_ms,
    }
}

pub(super) fn unix_ms(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::playable;
    use crate::visit::Material;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn pump(films: &[&str], captions: &[&str]) -> Material {
        let owned = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
        let title = |(tag, title): (&str, &str)| (tag.to_owned(), title.to_owned());
        Material {
            tutorial: Uuid::nil(),
            title_by_language: BTreeMap::from([("de", "Die Pumpe"), ("en", "The pump")].map(title)),
            language: "en".to_owned(),
            films: owned(films),
            captions: owned(captions),
            length_ms: 1,
        }
    }

    #[test]
    fn each_person_has_the_film_captions_and_title_they_understand_best() {
        let both = pump(&["de", "en"], &["ar", "en"]);
        let chosen = |material: &Material, language| {
            let chosen = playable(material, language);
            (chosen.film, chosen.caption, chosen.title)
        };
        let words = |film: &str, caption: Option<&str>, title: &str| {
            (film.to_owned(), caption.map(str::to_owned), title.to_owned())
        };
        assert_eq!(chosen(&both, "de-AT"), words("de", None, "Die Pumpe"));
        assert_eq!(chosen(&both, "en-GB"), words("en", Some("en"), "The pump"));
        assert_eq!(chosen(&both, "ar"), words("en", Some("ar"), "The pump"));
        assert_eq!(chosen(&both, "tr"), words("en", Some("en"), "The pump"));
        assert_eq!(chosen(&pump(&["fr"], &[]), "tr"), words("fr", None, "The pump"));
    }
}

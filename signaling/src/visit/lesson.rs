//! Recorded education in a visit: what plays, from where, what is offered, who has watched.
//!
//! In: events of the log, and when. Out: where a film stands at any moment, and what each person
//! may see of it.
//! Never: a film itself, a clock; where it stands is worked out from the moment it was steered.

use super::{By, Place, Seat, Tongue};
use bedside_signaling_api::tutorial::{Audience, Playing};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A tutorial as it was when it was started or offered: the visit goes on with it whatever
/// becomes of it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// The tutorial.
    pub tutorial: Uuid,
    /// Its title, by language.
    pub title_by_language: BTreeMap<String, String>,
    /// The language for people who have none of the others.
    pub language: String,
    /// The languages it has films in.
    pub films: Vec<String>,
    /// The languages it has captions in.
    pub captions: Vec<String>,
    /// How long it is, in milliseconds.
    pub length_ms: u32,
}

/// What has happened with recorded education.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum LessonEvent {
    /// A tutorial plays, from its beginning.
    #[serde(rename = "lesson_started")]
    Started {
        /// Which, as it is.
        material: Material,
        /// To whom.
        to: Audience,
        /// Who started it.
        by: Uuid,
    },
    /// It goes on or rests, at this place.
    #[serde(rename = "lesson_steered")]
    Steered {
        /// Whether it runs.
        playing: bool,
        /// Where, in milliseconds.
        position_ms: u32,
        /// Who steered it.
        by: Uuid,
    },
    /// It has come to its end.
    #[serde(rename = "lesson_ended")]
    Ended,
    /// It was taken away.
    #[serde(rename = "lesson_stopped")]
    Stopped {
        /// Who did it.
        by: Uuid,
    },
    /// What people may watch while they wait; the whole list.
    #[serde(rename = "lessons_offered")]
    Offered {
        /// Which, as they are.
        materials: Vec<Material>,
        /// The member of staff who chose them; `None` when the scheduling system did.
        by: Option<Uuid>,
    },
    /// A person has watched this much of a film.
    #[serde(rename = "tutorial_watched")]
    Watched {
        /// Who.
        participant: Uuid,
        /// The tutorial.
        tutorial: Uuid,
        /// The language of the film.
        language: String,
        /// How much, in percent; more each time.
        percent: u8,
    },
}

impl LessonEvent {
    /// The name it has in the store.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Started { .. } => "lesson_started",
            Self::Steered { .. } => "lesson_steered",
            Self::Ended => "lesson_ended",
            Self::Stopped { .. } => "lesson_stopped",
            Self::Offered { .. } => "lessons_offered",
            Self::Watched { .. } => "tutorial_watched",
        }
    }

    /// Who has watched.
    #[must_use]
    pub const fn participant(&self) -> Option<Uuid> {
        if let Self::Watched { participant, .. } = self { Some(*participant) } else { None }
    }

    /// The member of staff who did it.
    #[must_use]
    pub const fn by(&self) -> Option<Uuid> {
        match self {
            Self::Started { by, .. } | Self::Steered { by, .. } | Self::Stopped { by } => Some(*by),
            Self::Offered { by, .. } => *by,
            Self::Ended | Self::Watched { .. } => None,
        }
    }

    /// The one tutorial it names.
    #[must_use]
    pub const fn tutorial(&self) -> Option<Uuid> {
        match self {
            Self::Started { material, .. } => Some(material.tutorial),
            Self::Watched { tutorial, .. } => Some(*tutorial),
            Self::Steered { .. } | Self::Ended | Self::Stopped { .. } | Self::Offered { .. } => {
                None
            }
        }
    }

    /// How much was watched.
    #[must_use]
    pub const fn percent(&self) -> Option<u8> {
        if let Self::Watched { percent, .. } = self { Some(*percent) } else { None }
    }
}

/// What somebody wants of recorded education.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Teach {
    /// A tutorial is to play.
    Start {
        /// Who asks.
        by: Uuid,
        /// Which.
        material: Material,
        /// To whom.
        to: Audience,
    },
    /// It is to go on or to rest, at this place.
    Steer {
        /// Who asks.
        by: Uuid,
        /// Whether it is to run.
        playing: bool,
        /// Where, in milliseconds.
        position_ms: u32,
    },
    /// It is to be taken away.
    Stop {
        /// Who asks.
        by: Uuid,
    },
    /// People are to be offered this while they wait.
    Offer {
        /// Who asks.
        by: By,
        /// The whole list.
        materials: Vec<Material>,
    },
    /// A page has played this much of a film.
    Watch {
        /// Who has watched.
        participant: Uuid,
        /// The tutorial and the language.
        film: (Uuid, String),
        /// How much, in percent.
        percent: u8,
    },
}

/// A film that plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What.
    pub material: Material,
    /// To whom.
    pub to: Audience,
    playing: bool,
    position_ms: u32,
    at: Timestamp,
}

/// All that a visit knows of recorded education.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Teaching {
    lesson: Option<Lesson>,
    offered: Vec<Material>,
    /// The languages of the films of each tutorial that was started or offered here.
    films_by_tutorial: BTreeMap<Uuid, Vec<String>>,
    /// The most of each film that each person is known to have watched, in percent.
    percent_by_viewing: BTreeMap<(Uuid, Uuid, String), u8>,
}

impl Lesson {
    /// Where it stands at `now`, never past its end.
    #[must_use]
    pub fn position_ms(&self, now: Timestamp) -> u32 {
        if !self.playing {
            return self.position_ms;
        }
        let gone = now.duration_since(self.at).as_millis();
        let gone = u32::try_from(gone.max(0)).unwrap_or(u32::MAX);
        self.position_ms.saturating_add(gone).min(self.material.length_ms)
    }

    /// Whether it runs at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> Playing {
        if self.position_ms(now) >= self.material.length_ms {
            Playing::Ended
        } else if self.playing {
            Playing::Playing
        } else {
            Playing::Paused
        }
    }

    /// Where it was steered to, and when: the same until somebody steers it again.
    #[must_use]
    pub const fn steered(&self) -> (u32, Timestamp) {
        (self.position_ms, self.at)
    }

    /// Whether it was left running; the end may have come since.
    #[must_use]
    pub const fn is_playing(&self) -> bool {
        self.playing
    }

    /// When it comes to its end, if it runs.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        let left = self.material.length_ms.saturating_sub(self.position_ms);
        let left = SignedDuration::from_millis(i64::from(left));
        self.playing.then(|| self.at.checked_add(left).unwrap_or(Timestamp::MAX))
    }

    /// Whether somebody there is among those it plays to.
    #[must_use]
    pub fn is_for(&self, seat: &Seat) -> bool {
        match self.to {
            Audience::Visit => seat.place == Place::Here,
            Audience::Lobby => seat.place == Place::Waiting,
        }
    }
}

impl Teaching {
    /// What plays.
    #[must_use]
    pub const fn lesson(&self) -> Option<&Lesson> {
        self.lesson.as_ref()
    }

    /// What people may watch while they wait.
    #[must_use]
    pub fn offered(&self) -> &[Material] {
        &self.offered
    }

    /// Whether that film was started or offered in this visit.
    #[must_use]
    pub fn has_film(&self, tutorial: Uuid, language: &str) -> bool {
        let films = self.films_by_tutorial.get(&tutorial);
        films.is_some_and(|films| films.iter().any(|film| film == language))
    }

    /// The most of a film that the person is known to have watched, in percent.
    #[must_use]
    pub fn watched(&self, participant: Uuid, tutorial: Uuid, language: &str) -> u8 {
        let key = (participant, tutorial, language.to_owned());
        self.percent_by_viewing.get(&key).copied().unwrap_or_default()
    }

    /// Takes in what has happened.
    pub(super) fn apply(&mut self, at: Timestamp, event: &LessonEvent) {
        match event {
            LessonEvent::Started { material, to, by: _ } => {
                self.note(material);
                let (material, to) = (material.clone(), *to);
                self.lesson = Some(Lesson { material, to, playing: true, position_ms: 0, at });
            }
            LessonEvent::Steered { playing, position_ms, by: _ } => {
                self.steer(at, *playing, *position_ms);
            }
            LessonEvent::Ended => self.steer(at, false, u32::MAX),
            LessonEvent::Stopped { by: _ } => self.lesson = None,
            LessonEvent::Offered { materials, by: _ } => {
                materials.iter().for_each(|material| self.note(material));
                self.offered.clone_from(materials);
            }
            LessonEvent::Watched { participant, tutorial, language, percent } => {
                let key = (*participant, *tutorial, language.clone());
                self.percent_by_viewing.insert(key, *percent);
            }
        }
    }

    fn steer(&mut self, at: Timestamp, playing: bool, position_ms: u32) {
        if let Some(lesson) = &mut self.lesson {
            lesson.playing = playing;
            lesson.position_ms = position_ms.min(lesson.material.length_ms);
            lesson.at = at;
        }
    }

    fn note(&mut self, material: &Material) {
        self.films_by_tutorial.insert(material.tutorial, material.films.clone());
    }
}

/// Of these languages the one for somebody who speaks `wanted`: the very one, else one of the
/// same tongue.
#[must_use]
pub fn spoken<'a>(wanted: &str, of: impl Iterator<Item = &'a String> + Clone) -> Option<&'a str> {
    let very = of.clone().find(|tag| tag.eq_ignore_ascii_case(wanted));
    very.or_else(|| of.clone().find(|tag| Tongue::of(tag) == Tongue::of(wanted)))
        .map(String::as_str)
}

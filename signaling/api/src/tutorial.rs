//! Recorded education: films that staff record once and play to people in many visits.
//!
//! In: titles, films and captions by language. Out: tutorials as kept, and what a page is told of
//! the one that plays.
//! Never: anything about a patient; a tutorial belongs to an organisation, not to a visit.

use crate::visit::printable;
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 120;
/// Most languages of one tutorial. Each may be a film of its own on the disk.
pub const LANGUAGES_MAX: usize = 24;
/// Largest film, in bytes. Half an hour at the rate the recording page uses; larger ones would be
/// waited for on a phone.
pub const FILM_BYTES_MAX: u64 = 200 * 1024 * 1024;
/// Longest film, in milliseconds: two hours.
pub const FILM_MS_MAX: u32 = 2 * 60 * 60 * 1000;
/// Largest captions of one language, in bytes. Two hours of speech are a third of it.
pub const CAPTIONS_BYTES_MAX: usize = 512 * 1024;
/// Most tutorials of one tenant; with `FILM_BYTES_MAX` it bounds what they take of the disk.
pub const TUTORIALS_MAX: u16 = 500;
/// Most tutorials offered in one lobby. A longer list is not read while one waits.
pub const OFFERED_MAX: usize = 12;

/// A tutorial to be made; its films and captions come after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTutorial {
    /// Its title, by language (BCP 47).
    #[garde(custom(titled))]
    pub title_by_language: BTreeMap<String, String>,
    /// The language for people who have no film or title in their own; one of `title_by_language`.
    #[garde(custom(tagged))]
    #[schema(example = "en", min_length = 2, max_length = 35)]
    pub language: String,
}

/// A tutorial as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tutorial {
    /// Its id (UUID version 7).
    pub id: Uuid,
    /// Its title, by language.
    pub title_by_language: BTreeMap<String, String>,
    /// The language for people who have none of the others.
    pub language: String,
    /// How long its longest film is, in milliseconds; zero while there is none.
    pub length_ms: u32,
    /// Its films, one a language.
    pub films: Vec<Film>,
    /// The languages it has captions in.
    pub captions: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One film of a tutorial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Film {
    /// The language spoken in it.
    pub language: String,
    /// What kind of file it is.
    pub kind: FilmKind,
    /// Its size.
    pub bytes: u64,
    /// How long it is, in milliseconds.
    pub length_ms: u32,
}

/// Files that every browser plays; which one it is, its own first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilmKind {
    /// `WebM`.
    Webm,
    /// MP4.
    Mp4,
}

impl FilmKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Webm, Self::Mp4];

    /// The name used on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Webm => "webm",
            Self::Mp4 => "mp4",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Webm => "video/webm",
            Self::Mp4 => "video/mp4",
        }
    }
}

/// A page of tutorials, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TutorialPage {
    /// The tutorials.
    pub data: Vec<Tutorial>,
    /// Give it as `cursor` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What people may watch while they wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferLessons {
    /// The tutorials, in the order they are listed in; none takes the list away.
    #[garde(length(max = OFFERED_MAX))]
    #[schema(max_items = 12)]
    pub tutorials: Vec<Uuid>,
}

/// How much of a tutorial somebody watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Watched {
    /// The tutorial.
    pub tutorial: Uuid,
    /// The language of the film they watched.
    pub language: String,
    /// How much of it, in percent.
    #[schema(minimum = 0, maximum = 100)]
    pub percent: u8,
}

/// Who is to see a tutorial that staff starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody who is in the visit.
    Visit,
    /// Everybody who waits in the lobby.
    Lobby,
}

/// Whether a tutorial runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Playing {
    /// It runs.
    Playing,
    /// It stands still.
    Paused,
    /// It has come to its end.
    Ended,
}

/// A tutorial as one person is to see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Playable {
    /// The tutorial.
    pub tutorial: Uuid,
    /// Its title, in the person's language where there is one.
    pub title: String,
    /// The language of the film chosen for them.
    pub film: String,
    /// The languages there are films in.
    pub films: Vec<String>,
    /// The language of the captions chosen for them; `null` where there are none they would read.
    pub caption: Option<String>,
    /// The languages there are captions in.
    pub captions: Vec<String>,
    /// How long it is, in milliseconds.
    pub length_ms: u32,
}

/// A tutorial that plays to several people at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Showing {
    /// What.
    pub playable: Playable,
    /// To whom.
    pub to: Audience,
    /// Whether it runs.
    pub state: Playing,
    /// Where it stood at `at_ms`; while it runs it goes on from there.
    pub position_ms: u32,
    /// A moment of the server's clock, in Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// Whether this could be the tag of a language: letters, digits and hyphens, as BCP 47 has them.
#[must_use]
pub fn is_language(tag: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    (2..=35).contains(&tag.len())
        && tag.chars().all(plain)
        && !tag.starts_with('-')
        && !tag.ends_with('-')
}

fn tagged(tag: &str, _: &()) -> garde::Result {
    if is_language(tag) { Ok(()) } else { Err(garde::Error::new("is not the tag of a language")) }
}

fn titled(title_by_language: &BTreeMap<String, String>, context: &()) -> garde::Result {
    if title_by_language.is_empty() || title_by_language.len() > LANGUAGES_MAX {
        return Err(garde::Error::new(format!("takes 1 to {LANGUAGES_MAX} languages")));
    }
    for (tag, title) in title_by_language {
        tagged(tag, context)?;
        printable(title, context)?;
        if title.chars().count() > TITLE_CHARS_MAX {
            return Err(garde::Error::new(format!("takes titles of {TITLE_CHARS_MAX} characters")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{NewTutorial, is_language};
    use garde::Validate as _;

    fn valid(json: serde_json::Value) -> bool {
        serde_json::from_value::<NewTutorial>(json).is_ok_and(|new| new.validate().is_ok())
    }

    #[test]
    fn titles_are_lines_in_languages() {
        use serde_json::json;
        assert!(valid(json!({ "title_by_language": { "en": "The pump" }, "language": "en" })));
        assert!(valid(json!({ "title_by_language": { "pt-BR": "A bomba" }, "language": "pt-BR" })));
        for titles in [
            json!({}),
            json!({ "en": "" }),
            json!({ "en": "two\nlines" }),
            json!({ "e": "The pump" }),
            json!({ "en_GB": "The pump" }),
            json!({ "en": "x".repeat(121) }),
        ] {
            assert!(!valid(json!({ "title_by_language": titles, "language": "en" })), "{titles}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        assert!(["en", "de-AT", "zh-Hant-TW"].into_iter().all(is_language));
        assert!(!["", "e", "-en", "en-", "en us", "../x"].into_iter().any(is_language));
    }
}

//! The names of settings, and what to say about one that does not exist.
//!
//! In: a name as somebody wrote it. Out: a sentence with the nearest name and all valid ones.
//! Never: decides whether the name is used.

use crate::nearest::nearest;
use crate::section::SectionText;
use crate::settings::SECTIONS;

/// Environment variables are named `BEDSIDE__SECTION__KEY`.
const ENVIRONMENT_PREFIX: &str = "BEDSIDE__";

/// The name of the environment variable that sets a key.
pub(super) fn variable(section: &str, key: &str) -> String {
    format!("{ENVIRONMENT_PREFIX}{section}__{key}").to_uppercase()
}

pub(super) fn outside_a_section(key: &str) -> String {
    let holders: Vec<String> = SECTIONS
        .iter()
        .filter(|section| section.settings.iter().any(|setting| setting.key == key))
        .map(|section| format!("[{}]", section.name))
        .collect();
    if holders.is_empty() {
        return format!("`{key}` stands outside a section; the sections are {}", section_names());
    }
    format!("`{key}` stands outside a section; write it below {}", holders.join(" or "))
}

pub(super) fn unknown_section(name: &str) -> String {
    let meant = nearest(name, SECTIONS.iter().map(|section| section.name));
    let meant = meant.map(|meant| format!(" Did you mean [{meant}]?")).unwrap_or_default();
    format!("there is no section [{name}].{meant} The sections are {}", section_names())
}

pub(super) fn unknown_key(section: &str, key: &str) -> String {
    let Some(known) = SECTIONS.iter().find(|known| known.name == section) else {
        return unknown_section(section);
    };
    let meant = nearest(key, keys(known));
    let meant = meant.map(|meant| format!(" Did you mean `{meant}`?")).unwrap_or_default();
    let keys: Vec<&str> = keys(known).collect();
    format!("[{section}] has no key `{key}`.{meant} The keys are {}", keys.join(", "))
}

/// What to say about a variable that sets nothing; `None` when it is not ours.
pub(super) fn unknown_variable(name: &str) -> Option<String> {
    let known: Vec<String> = SECTIONS
        .iter()
        .flat_map(|section| keys(section).map(|key| variable(section.name, key)))
        .collect();
    let same = known.iter().find(|known| letters(known) == letters(name));
    if same.is_none() && !name.starts_with(ENVIRONMENT_PREFIX) {
        return None;
    }
    let meant =
        same.map(String::as_str).or_else(|| nearest(name, known.iter().map(String::as_str)));
    let meant = meant.map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
    Some(format!("this variable sets nothing.{meant} The variables are {}", known.join(", ")))
}

/// The letters of a name, so that `BEDSIDE_MEDIA_PORT` is seen for what was meant.
fn letters(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').collect::<String>().to_uppercase()
}

fn keys(section: &SectionText) -> impl Iterator<Item = &'static str> {
    section.settings.iter().map(|setting| setting.key)
}

fn section_names() -> String {
    let names: Vec<String> = SECTIONS.iter().map(|section| format!("[{}]", section.name)).collect();
    names.join(", ")
}

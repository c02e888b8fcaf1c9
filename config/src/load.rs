//! Puts the settings together: defaults < file < environment < flags.
//!
//! In: the text of the file, the environment and the flags, as values. Out: a checked `Config`,
//! or everything that is wrong with them, each with its place.
//! Never: opens a file, reads the environment itself, or ignores a name it does not know.

use crate::check::check;
use crate::kind::Raw;
use crate::problem::{ConfigError, Place, Problem};
use crate::section::NotTaken;
use crate::settings::{Config, SECTIONS};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

mod name;

use name::{outside_a_section, unknown_key, unknown_section, unknown_variable, variable};

/// A settings file that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, for messages.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A flag of the command line that sets one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name, with the dashes.
    pub name: &'static str,
    /// The section it sets.
    pub section: &'static str,
    /// The key it sets.
    pub key: &'static str,
    /// The value as written.
    pub value: String,
}

/// Everything the settings are made of. Later ones win: file, environment, flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// The file, if there is one.
    pub file: Option<File>,
    /// The whole environment; names that do not begin with `BEDSIDE` are not looked at.
    pub environment: Vec<(String, String)>,
    /// The flags given.
    pub flags: Vec<Flag>,
}

/// Puts the settings together and checks them.
///
/// # Errors
/// Everything that is wrong: unknown names, wrong values, values that do not go together.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut loading = Loading::default();
    if let Some(file) = &sources.file {
        loading.take_file(file);
    }
    for (name, value) in &sources.environment {
        loading.take_variable(name, value);
    }
    for flag in &sources.flags {
        let place = Place::Flag { name: flag.name.to_owned() };
        loading.take(flag.section, flag.key, &Raw::Text(flag.value.clone()), place);
    }
    loading.finish()
}

/// The settings while they are being put together.
#[derive(Debug, Default)]
struct Loading {
    config: Config,
    place_by_setting: BTreeMap<(String, String), Place>,
    problems: Vec<Problem>,
}

impl Loading {
    fn take_file(&mut self, file: &File) {
        let (document, errors) = DeTable::parse_recoverable(&file.text);
        if !errors.is_empty() {
            // What was recovered from a broken file is a guess, so it is not judged as well.
            for error in errors {
                let place = place_at(file, error.span().map_or(0, |span| span.start));
                self.refuse(place, format!("not TOML: {}", error.message()));
            }
            return;
        }
        for (section, table) in document.get_ref() {
            let place = place_at(file, section.span().start);
            let name: &str = section.get_ref().as_ref();
            match table.get_ref().as_table() {
                Some(table) => self.take_table(file, name, place, table),
                None => self.refuse(place, outside_a_section(name)),
            }
        }
    }

    fn take_table(&mut self, file: &File, section: &str, place: Place, table: &DeTable<'_>) {
        if !SECTIONS.iter().any(|known| known.name == section) {
            self.refuse(place, unknown_section(section));
            return;
        }
        for (key, value) in table {
            let place = place_at(file, key.span().start);
            self.take(section, key.get_ref().as_ref(), &raw(value), place);
        }
    }

    fn take_variable(&mut self, name: &str, value: &str) {
        let place = Place::Environment { name: name.to_owned() };
        let setting = SECTIONS.iter().find_map(|section| {
            let setting = section
                .settings
                .iter()
                .find(|setting| variable(section.name, setting.key) == name)?;
            Some((section.name, setting.key))
        });
        match setting {
            Some((section, key)) => self.take(section, key, &Raw::Text(value.to_owned()), place),
            None => {
                if let Some(message) = unknown_variable(name) {
                    self.refuse(place, message);
                }
            }
        }
    }

    fn take(&mut self, section: &str, key: &str, raw: &Raw, place: Place) {
        match self.config.take(section, key, raw) {
            Ok(()) => {
                self.place_by_setting.insert((section.to_owned(), key.to_owned()), place);
            }
            Err(NotTaken::UnknownKey) => self.refuse(place, unknown_key(section, key)),
            Err(NotTaken::WrongValue { expects }) => {
                let message = format!("`{section}.{key}` wants {expects}, not {}", shown(raw));
                self.refuse(place, message);
            }
        }
    }

    fn refuse(&mut self, place: Place, message: String) {
        self.problems.push(Problem { place, message });
    }

    fn finish(mut self) -> Result<Config, ConfigError> {
        for conflict in check(&self.config) {
            let setting = (conflict.section.to_owned(), conflict.key.to_owned());
            let place = self.place_by_setting.get(&setting).cloned().unwrap_or(Place::Default {
                setting: format!("{}.{}", conflict.section, conflict.key),
            });
            let message = format!("`{}.{}` {}", conflict.section, conflict.key, conflict.message);
            self.refuse(place, message);
        }
        if self.problems.is_empty() {
            return Ok(self.config);
        }
        self.problems.sort_by_key(|problem| match &problem.place {
            Place::File { line, column, .. } => (0, *line, *column),
            Place::Environment { .. } => (1, 0, 0),
            Place::Flag { .. } => (2, 0, 0),
            Place::Default { .. } => (3, 0, 0),
        });
        Err(ConfigError { problems: self.problems })
    }
}

fn raw(value: &Spanned<DeValue<'_>>) -> Raw {
    let value = toml::Value::deserialize(ValueDeserializer::from(value.clone()))
        .expect("a parsed TOML value is a TOML value");
    Raw::Toml(value)
}

/// The value as the person wrote it.
fn shown(raw: &Raw) -> String {
    match raw {
        Raw::Toml(value) => value.to_string(),
        Raw::Text(text) => format!("{text:?}"),
    }
}

/// The line and column of a byte of the file.
fn place_at(file: &File, offset: usize) -> Place {
    let before = file.text.get(..offset).unwrap_or(&file.text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Place::File { path: file.path.clone(), line, column }
}

#[cfg(test)]
mod tests;

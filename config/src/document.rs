//! The settings as text: the manual, and what is in force.
//!
//! In: the declared sections and a `Config`. Out: TOML that `load` reads back to the same.
//! Never: a key without its text in the manual, or a text without its key.

use crate::section::{SectionText, Setting};
use crate::settings::{Config, SECTIONS};

/// The first lines of the manual.
const HEAD: &str = "\
# Every setting of Bedside with its default. Keep only the lines you change.
#
# Bedside reads ./bedside.toml, else /etc/bedside/bedside.toml, or the file of `--config`.
# An environment variable wins over the file: BEDSIDE__HTTP__LISTEN=127.0.0.1:8080 sets
# `listen` of [http]. A flag wins over both: `bedside serve --http 127.0.0.1:8080`.
# `bedside config check` says whether a file is right, `bedside config print` what is in force.
# This file is made of config/src/settings.rs by `make generate`; `bedside config example`
# prints it.
";

/// The manual: every key with its text and its default.
#[must_use]
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    for section in SECTIONS {
        text.push('\n');
        push_comment(&mut text, section.doc);
        push_section(&mut text, section, &Config::default(), |text, setting| {
            push_comment(text, setting.doc);
        });
    }
    text
}

/// The settings in force, in the order of the manual.
#[must_use]
pub fn effective(config: &Config) -> String {
    let mut text = String::new();
    for section in SECTIONS {
        if !text.is_empty() {
            text.push('\n');
        }
        push_section(&mut text, section, config, |_, _| {});
    }
    text
}

fn push_section(
    text: &mut String,
    section: &SectionText,
    config: &Config,
    before_key: impl Fn(&mut String, &Setting),
) {
    let values = toml::Value::try_from(config).expect("settings are plain TOML values");
    text.push_str(&format!("[{}]\n", section.name));
    for setting in section.settings {
        before_key(text, setting);
        let value = values
            .get(section.name)
            .and_then(|values| values.get(setting.key))
            .expect("the section macro lists the fields of the struct it declares");
        text.push_str(&format!("{} = {value}\n", setting.key));
    }
}

fn push_comment(text: &mut String, lines: &[&str]) {
    for line in lines {
        text.push_str(&format!("#{line}\n"));
    }
}

#[cfg(test)]
mod tests;

//! Reads the settings from where they are.
//!
//! In: the flags, the file, the environment. Out: checked settings.
//! Never: a default of its own; those are in `bedside-config`.

use crate::cli;
use anyhow::Context as _;
use bedside_config::{Config, File, Sources};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where a settings file is looked for when none is named; the first one found is used.
const PLACES: [&str; 2] = ["bedside.toml", "/etc/bedside/bedside.toml"];

/// Settings, and the file they came from.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The settings in force.
    pub(crate) config: Config,
    /// The file, where there was one.
    pub(crate) file: Option<PathBuf>,
}

/// Reads and checks the settings.
pub(crate) fn load(settings: &cli::Settings) -> anyhow::Result<Loaded> {
    let file = match &settings.config {
        Some(path) => {
            let text = fs::read_to_string(path)
                .with_context(|| format!("cannot read the settings file {}", path.display()))?;
            Some(File { path: path.clone(), text })
        }
        None => first_of(&PLACES)?,
    };
    let path = file.as_ref().map(|file| file.path.clone());
    let sources = Sources { file, environment: environment(), flags: settings.flags() };
    Ok(Loaded { config: bedside_config::load(&sources)?, file: path })
}

fn first_of(places: &[&str]) -> anyhow::Result<Option<File>> {
    for place in places {
        let path = Path::new(place).to_owned();
        match fs::read_to_string(&path) {
            Ok(text) => return Ok(Some(File { path, text })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {place}"));
            }
        }
    }
    Ok(None)
}

/// The environment; names and values that are not Unicode cannot be ours.
fn environment() -> Vec<(String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

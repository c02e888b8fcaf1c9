//! Files of the simulator: scoreboards, drawings, what is to be replayed.
//!
//! In: paths, and what is to be kept. Out: what a file holds; or why it cannot be read or written.
//! Never: half a file in the place of a whole one.

use crate::sim::replay::{ReplayError, replay};
use crate::sim::run::Drawing;
use crate::sim::scenario::Scenario;
use crate::sim::score::Scoreboard;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the scoreboard is called in its folder.
const SCOREBOARD: &str = "scoreboard.json";

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ShelfFault {
    /// It is not there, or may not be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds something else.
    #[error("{path} is no scoreboard: {source}; `--write-baseline` makes one")]
    Scoreboard {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// It holds no line.
    #[error("{path}: {source}")]
    Replay {
        /// Which.
        path: PathBuf,
        /// Why.
        source: ReplayError,
    },
    /// There is no room for it, or it may not be written.
    #[error("{path} cannot be written: {source}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A scoreboard that was kept.
pub(super) fn scoreboard(path: &Path) -> Result<Scoreboard, ShelfFault> {
    let text = read(path)?;
    serde_json::from_str(&text)
        .map_err(|source| ShelfFault::Scoreboard { path: path.to_owned(), source })
}

/// The line that a file holds.
pub(super) fn line(path: &Path) -> Result<Scenario, ShelfFault> {
    replay(&read(path)?).map_err(|source| ShelfFault::Replay { path: path.to_owned(), source })
}

/// Keeps a scoreboard at a place of its own.
pub(super) fn keep(path: &Path, scoreboard: &Scoreboard) -> Result<(), ShelfFault> {
    // A row a line, so that a change of one number is a change of one line.
    let row = |row| serde_json::to_string(row).expect("numbers and words are JSON");
    let rows: Vec<String> = scoreboard.rows.iter().map(row).collect();
    write(path, &format!("[\n{}\n]\n", rows.join(",\n")))
}

/// Keeps a scoreboard and its drawings in a folder; where the scoreboard is.
pub(super) fn keep_all(
    folder: &Path,
    scoreboard: &Scoreboard,
    drawings: &[Drawing],
) -> Result<PathBuf, ShelfFault> {
    let fault = |source| ShelfFault::Write { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(fault)?;
    for Drawing { name, svg } in drawings {
        write(&folder.join(format!("{name}.svg")), svg)?;
    }
    let path = folder.join(SCOREBOARD);
    keep(&path, scoreboard)?;
    Ok(path)
}

fn read(path: &Path) -> Result<String, ShelfFault> {
    fs::read_to_string(path).map_err(|source| ShelfFault::Read { path: path.to_owned(), source })
}

/// Written beside it and then put in its place, so that who reads meanwhile has the old one.
fn write(path: &Path, text: &str) -> Result<(), ShelfFault> {
    let beside = path.with_extension("part");
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    written.map_err(|source| ShelfFault::Write { path: path.to_owned(), source })
}

//! What is wrong with the settings, and where.
//!
//! In: a place and a sentence. Out: lines an operator can act on, `file:line:column: sentence`.
//! Never: only the first of many.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file; line and column count from one.
    File {
        /// The file.
        path: PathBuf,
        /// Line.
        line: usize,
        /// Column, in characters.
        column: usize,
    },
    /// An environment variable.
    Environment {
        /// Its name.
        name: String,
    },
    /// A flag of the command line.
    Flag {
        /// Its name, with the dashes.
        name: String,
    },
    /// Nobody set it; the default does not fit what was set elsewhere.
    Default {
        /// `section.key`.
        setting: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Environment { name } | Self::Flag { name } => f.write_str(name),
            Self::Default { setting } => write!(f, "{setting} (default)"),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, and what to write instead.
    pub message: String,
}

/// The settings cannot be used; holds everything that is wrong, not only the first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings cannot be used:{}", lines(problems))]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<Problem>,
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

//! The law of the house, as functions over plain text, to which `tests/house.rs` holds the tree; and
//! what the benches under `speed` share.
//!
//! In: paths and texts of the tree, manifests, what cargo lists; what a bench is asked for and has
//! measured. Out: breaches, one sentence each, that name the file and say what to do; a report.
//! Never: a law that reads a file; one that could only be shown on the real tree could not be tested.

pub mod arrow;
pub mod built;
pub mod head;
pub mod makefile;
pub mod manifest;
pub mod manual;
pub mod name;
pub mod order;
pub mod paper;
pub mod processor;
pub mod size;
pub mod word;

/// A file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl Source {
    /// A file from its parts.
    #[must_use]
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The part of the path behind the last dot.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether it is Rust.
    #[must_use]
    pub fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    /// Whether it is TypeScript.
    #[must_use]
    pub fn is_typescript(&self) -> bool {
        matches!(self.extension(), "ts" | "tsx")
    }

    /// Whether it holds tests only.
    #[must_use]
    pub fn is_test(&self) -> bool {
        let in_folder = |folder: &str| {
            self.path.starts_with(&format!("{folder}/"))
                || self.path.contains(&format!("/{folder}/"))
        };
        self.path.ends_with("tests.rs")
            || self.path.contains(".test.")
            || ["tests", "test", "e2e"].into_iter().any(in_folder)
    }

    /// Whether a machine wrote it; its first lines say so.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.text.lines().take(3).any(|line| line.contains("Generated from"))
    }

    /// The lines of code with their numbers; comments on a line of their own are left out.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !is_comment(line.trim_start()))
    }
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "* ", "*/"].iter().any(|mark| line.starts_with(mark)) || line == "*"
}

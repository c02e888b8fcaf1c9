//! The film as far as it is made: a file without a name, and what is where in it.
//!
//! In: pieces of the film, in order. Out: bytes of it, and a list of what is ready.
//! Never: a file that outlives the program, however that ends.

use serde::Serialize;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A piece that can be played when the pieces before it are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// From when.
    pub from_ms: u64,
    /// Until when.
    pub to_ms: u64,
    /// Its first byte.
    pub from: u64,
    /// How many bytes.
    pub length: u64,
}

/// Words under the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// From when.
    pub from_ms: u64,
    /// Until when.
    pub to_ms: u64,
    /// In which language.
    pub language: String,
    /// What is said.
    pub text: String,
}

/// How far the film is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct State {
    /// How long it will be.
    pub duration_ms: u64,
    /// How much of it can be played.
    pub ready_ms: u64,
    /// Whether that is all.
    pub done: bool,
    /// Why it ended early.
    pub fault: Option<String>,
    /// What a browser has to understand, once that is known.
    pub codecs: Option<String>,
    /// Length of the file's head, which each segment needs.
    pub head: u64,
    /// What can be played.
    pub segments: Vec<Segment>,
    /// Captions.
    pub captions: Vec<Shown>,
    /// What is missing in it.
    pub warnings: Vec<String>,
}

/// The film as far as it is made.
#[derive(Debug)]
pub struct Reel {
    file: File,
    state: Mutex<(State, u64)>,
}

impl Reel {
    /// A film of which nothing is made yet.
    ///
    /// # Errors
    /// There is no folder for temporary files, or it cannot be written to.
    pub fn new(duration_ms: u64) -> io::Result<Self> {
        let state = State { duration_ms, ..State::default() };
        Ok(Self { file: tempfile::tempfile()?, state: Mutex::new((state, 0)) })
    }

    /// Whoever panicked while holding it had changed nothing by halves: each change is one step.
    fn state(&self) -> MutexGuard<'_, (State, u64)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds bytes at the end; where they begin.
    ///
    /// # Errors
    /// The disk is full.
    pub fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut state = self.state();
        let from = state.1;
        self.file.write_all_at(bytes, from)?;
        state.1 += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(from)
    }

    /// Changes what is said of it.
    pub fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state().0);
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.state().1
    }

    /// Whether there is nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the film; fewer where it is not made yet.
    ///
    /// # Errors
    /// The disk fails.
    pub fn read(&self, from: u64, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; most];
        let mut read = 0;
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            let at = from.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            match self.file.read_at(rest, at)? {
                0 => break,
                more => read += more,
            }
        }
        bytes.truncate(read);
        Ok(bytes)
    }

    /// How far it is, without segments and captions that are known already.
    #[must_use]
    pub fn since(&self, segments: usize, captions: usize) -> State {
        let state = &self.state().0;
        State {
            segments: state.segments.get(segments..).unwrap_or_default().to_vec(),
            captions: state.captions.get(captions..).unwrap_or_default().to_vec(),
            codecs: state.codecs.clone(),
            fault: state.fault.clone(),
            warnings: state.warnings.clone(),
            ..*state
        }
    }
}

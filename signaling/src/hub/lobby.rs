//! What staff has written to those who wait, for as long as the visit is in memory.
//!
//! In: a line, who may read it, and the request that brought it. Out: the lines of one reader, so
//! that a reload loses none; what a repeated request did the first time.
//! Never: on a disk; that is the store's, and only where the policy keeps the chat.

use super::chat::Note;
use bedside_signaling_api::care::ChatLine;
use std::collections::VecDeque;
use uuid::Uuid;

/// Most lines kept. Whoever waits for hours is told something every few minutes at most, and of
/// more than these nobody reads the first.
const LINES_MAX: usize = 20;

/// The lines, oldest first.
#[derive(Debug, Default)]
pub(super) struct Lobby {
    lines: VecDeque<Kept>,
}

#[derive(Debug)]
struct Kept {
    line: ChatLine,
    readers: Vec<Uuid>,
    request: Option<[u8; 32]>,
    people: usize,
}

/// What became of an earlier request of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earlier {
    /// There was none.
    None,
    /// It wrote the same, to so many.
    Same(usize),
    /// It wrote something else.
    Other,
}

impl Lobby {
    /// Keeps a line of somebody in the visit.
    pub(super) fn keep(&mut self, line: ChatLine, readers: Vec<Uuid>) {
        self.add(Kept { line, readers, request: None, people: 0 });
    }

    /// Keeps a line of the desk, which so many people who wait could read.
    pub(super) fn keep_note(
        &mut self,
        line: ChatLine,
        readers: Vec<Uuid>,
        (request, people): (Option<[u8; 32]>, usize),
    ) {
        self.add(Kept { line, readers, request, people });
    }

    fn add(&mut self, kept: Kept) {
        if self.lines.len() >= LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(kept);
    }

    /// What became of the request that brings this note, if it was here before.
    pub(super) fn earlier(&self, note: &Note) -> Earlier {
        let same = |kept: &&Kept| note.request.is_some() && kept.request == note.request;
        match self.lines.iter().find(same) {
            None => Earlier::None,
            Some(Kept { line, people, .. })
                if (&line.text, line.ready) == (&note.text, note.ready) =>
            {
                Earlier::Same(*people)
            }
            Some(_) => Earlier::Other,
        }
    }

    /// What this person may read.
    pub(super) fn lines_of(&self, reader: Uuid) -> Vec<ChatLine> {
        let theirs = self.lines.iter().filter(|kept| kept.readers.contains(&reader));
        theirs.map(|kept| kept.line.clone()).collect()
    }
}

#[cfg(test)]
mod tests;

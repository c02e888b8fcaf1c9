//! Reads a tenant's chain from its first row to its last and names what is wrong.
//!
//! In: rows in the order of their places, the head, checkpoints. Out: a report; each finding
//! names the row and what was done to it.
//! Never: more than a bounded part of the chain in memory; a wrong row passed over because the
//! one before it was wrong too.
//!
//! What it cannot see: that the end was cut off, the head put back and the newest checkpoints
//! removed, all in the database at once. A checkpoint kept elsewhere shows that too.

#[cfg(test)]
mod tests;

use super::chain::{Hash, Head, Row};
use super::checkpoint::{Claim, Forged};
use super::keys::Keys;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;

/// Most findings told one by one. An operator reads the first few; a million say no more.
const FINDINGS_MAX: usize = 100;
/// How far from its place a row is looked for to tell "moved" from "edited". Farther takes longer
/// for each wrong row (one hash a place), and a row from farther away is still found as edited.
const REACH: u64 = 2_000;

/// Something that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The row is not as it was written.
    Edited,
    /// The row was written at another place.
    Moved {
        /// That place.
        truly: u64,
    },
    /// The row is whole, but was written behind another row than the one before it.
    Unlinked,
    /// From the row on, rows are not there.
    Removed {
        /// The last of them.
        last: u64,
    },
    /// From the row on, the end of the log is not there.
    Cut {
        /// The last row there has been, as far as is known.
        last: u64,
    },
    /// From the row on, there are rows that the head does not know.
    BeyondHead,
    /// The head does not hold the hash of this, the last row.
    HeadDiffers,
    /// There are rows, and no head.
    HeadGone,
    /// The chain up to this row is not the one that was signed at it.
    NotAsSigned,
    /// A checkpoint of this row is none of ours.
    Checkpoint(Forged),
}

/// What is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The first row concerned.
    pub seq: u64,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose chain.
    pub tenant: String,
    /// How many rows were read.
    pub rows: u64,
    /// How many checkpoints of this installation there were.
    pub checkpoints: u64,
    /// When the newest of them was signed, and for which row.
    pub signed: Option<(u64, Timestamp)>,
    /// What is wrong, in the order it was found.
    pub findings: Vec<Finding>,
    /// How much more is wrong.
    pub more: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Reads one chain.
#[derive(Debug)]
pub struct Verifier<'a> {
    keys: &'a Keys,
    hashes_by_seq: BTreeMap<u64, Vec<Hash>>,
    last: Head,
    /// Whether the last row's own hash was right; else the next one's link says nothing new.
    linked: bool,
    report: Report,
}

impl<'a> Verifier<'a> {
    /// Of the chain of `tenant`, before its first row.
    #[must_use]
    pub fn new(keys: &'a Keys, tenant: &str) -> Self {
        let report = Report {
            tenant: tenant.to_owned(),
            rows: 0,
            checkpoints: 0,
            signed: None,
            findings: Vec::new(),
            more: 0,
        };
        Self { keys, hashes_by_seq: BTreeMap::new(), last: Head::EMPTY, linked: true, report }
    }

    /// A checkpoint that is kept as one of row `seq`. To be given before the rows.
    pub fn handle_checkpoint(&mut self, seq: u64, line: &str) {
        match self.keys.signer.open(line) {
            Ok(claim) if claim.tenant == self.report.tenant && claim.head.seq == seq => {
                self.handle_claim(&claim);
            }
            Ok(_) => self.found(seq, Wrong::Checkpoint(Forged::Unreadable)),
            Err(forged) => self.found(seq, Wrong::Checkpoint(forged)),
        }
    }

    /// What a checkpoint claims whose signature was checked, in the database or elsewhere. To be
    /// given before the rows.
    pub fn handle_claim(&mut self, claim: &Claim) {
        let Head { seq, hash } = claim.head;
        self.report.checkpoints = self.report.checkpoints.saturating_add(1);
        if self.report.signed.is_none_or(|(newest, _)| newest <= seq) {
            self.report.signed = Some((seq, claim.at));
        }
        self.hashes_by_seq.entry(seq).or_default().push(hash);
    }

    /// The next row, in the order of places.
    pub fn handle_row(&mut self, row: &Row) {
        let expected = self.last.seq.saturating_add(1);
        let gap = row.seq > expected;
        if gap {
            self.found(expected, Wrong::Removed { last: row.seq.saturating_sub(1) });
        }
        let whole = self.keys.chain.hash(&self.report.tenant, row.seq, row) == row.hash;
        if !whole {
            self.found(row.seq, self.unlike(row));
        } else if self.linked && !gap && row.prev != self.last.hash {
            self.found(row.seq, Wrong::Unlinked);
        }
        self.handle_claims(row, whole);
        self.linked = whole;
        self.last = row.head();
        self.report.rows = self.report.rows.saturating_add(1);
    }

    /// The end, and where the head says it is.
    #[must_use]
    pub fn finish(mut self, head: Option<Head>) -> Report {
        let known = head.map_or(0, |head| head.seq);
        let claimed = self.hashes_by_seq.last_key_value().map_or(0, |(seq, _)| *seq);
        let end = known.max(claimed);
        let behind = self.last.seq.saturating_add(1);
        if end > self.last.seq {
            self.found(behind, Wrong::Cut { last: end });
        }
        match head {
            None if self.last.seq > 0 => self.found(self.last.seq, Wrong::HeadGone),
            Some(head) if head.seq == self.last.seq && head.hash != self.last.hash => {
                self.found(head.seq, Wrong::HeadDiffers);
            }
            Some(head) if head.seq < self.last.seq => {
                self.found(head.seq.saturating_add(1), Wrong::BeyondHead);
            }
            None | Some(_) => {}
        }
        self.report
    }

    /// Compares the row with what was signed at its place. Where the row is known to be wrong,
    /// the checkpoint says nothing new.
    fn handle_claims(&mut self, row: &Row, whole: bool) {
        while let Some(claimed) = self.hashes_by_seq.first_entry() {
            if *claimed.key() > row.seq {
                break;
            }
            let (seq, hashes) = claimed.remove_entry();
            if seq == row.seq && whole && hashes.iter().any(|hash| *hash != row.hash) {
                self.found(seq, Wrong::NotAsSigned);
            }
        }
    }

    /// What was done to a row whose hash is wrong: moved, if it was written within reach.
    fn unlike(&self, row: &Row) -> Wrong {
        if self.full() {
            return Wrong::Edited;
        }
        let was_at = |seq: &u64| self.keys.chain.hash(&self.report.tenant, *seq, row) == row.hash;
        let near = (1..=REACH)
            .flat_map(|far| [row.seq.checked_sub(far), row.seq.checked_add(far)])
            .flatten();
        let truly = near.filter(|seq| *seq > 0).find(was_at);
        truly.map_or(Wrong::Edited, |truly| Wrong::Moved { truly })
    }

    /// Whether no more findings are told one by one.
    const fn full(&self) -> bool {
        self.report.findings.len() >= FINDINGS_MAX
    }

    fn found(&mut self, seq: u64, wrong: Wrong) {
        if self.full() {
            self.report.more = self.report.more.saturating_add(1);
        } else {
            self.report.findings.push(Finding { seq, wrong });
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match self.wrong {
            Wrong::Edited => write!(f, "row {seq} was edited"),
            Wrong::Moved { truly } => {
                write!(f, "row {seq} was reordered: it was written as row {truly}")
            }
            Wrong::Unlinked => {
                write!(f, "row {seq} was written behind another row than the one before it now")
            }
            Wrong::Removed { last } if last == seq => write!(f, "row {seq} was removed"),
            Wrong::Removed { last } => write!(f, "rows {seq} to {last} were removed"),
            Wrong::Cut { last } => {
                write!(f, "the end was cut off: rows {seq} to {last} are not there")
            }
            Wrong::BeyondHead => {
                write!(f, "from row {seq} on there are rows the head of the log does not know")
            }
            Wrong::HeadDiffers => {
                write!(f, "the head of the log does not match its last row, {seq}")
            }
            Wrong::HeadGone => write!(f, "the head of the log was removed; its last row is {seq}"),
            Wrong::NotAsSigned => {
                write!(f, "the log up to row {seq} is not the one that was signed there")
            }
            Wrong::Checkpoint(Forged::Unreadable) => {
                write!(f, "the checkpoint of row {seq} is none of this log")
            }
            Wrong::Checkpoint(Forged::OtherKey) => write!(
                f,
                "the checkpoint of row {seq} was signed with another key: is `audit.key` in the \
                 data folder the file this log was written with?"
            ),
            Wrong::Checkpoint(Forged::Signature) => {
                write!(f, "the checkpoint of row {seq} is forged: its signature is wrong")
            }
        }
    }
}

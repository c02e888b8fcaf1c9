//! What is wrong with a manifest, each thing by its name.
//!
//! In: its lines as they stand in the file. Out: flaws.
//! Never: looks at the parts; that is `verify`.

use super::chain::{Line, NO_LINE};
use super::entry::{Entry, VERSION};
use super::object;
use super::reading::Written;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Most flaws that are told one by one: a file of another kind has as many as lines.
const FLAWS_MAX: usize = 100;

/// Something wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// It has no first line.
    NotBegun,
    /// Its first line is of a version this program does not know.
    Version(u8),
    /// A line is no line of a manifest.
    Unreadable {
        /// Which line of the file.
        place: u32,
    },
    /// A line was changed, or written by somebody else: its signature is not the signer's.
    Edited {
        /// Which line of the file.
        place: u32,
    },
    /// Lines were taken out.
    Removed {
        /// The first one's number.
        from: u32,
        /// The last one's.
        to: u32,
    },
    /// A line stands in another place than where it was written.
    Moved {
        /// Its number.
        line: u32,
    },
    /// A line stands there twice.
    Repeated {
        /// Its number.
        line: u32,
    },
    /// A line of this signer, but of another manifest: it does not follow the one before.
    Spliced {
        /// Its number.
        line: u32,
    },
    /// The tail is missing: there is no end line.
    NoEnd,
    /// Only the beginning of the last line is there.
    Torn,
    /// Lines follow the end line.
    AfterEnd {
        /// The end line's number.
        line: u32,
    },
    /// The end line counts other parts than there are.
    Totals,
    /// Numbers of parts do not follow each other, and no gap says why.
    PartsMissing {
        /// The epoch.
        epoch: u32,
        /// The first missing number.
        from: u32,
        /// The last.
        to: u32,
    },
    /// A part's line names an object by a wrong name.
    Misnamed {
        /// The line's number.
        line: u32,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBegun => write!(f, "the manifest's first line is missing"),
            Self::Version(v) => write!(f, "the manifest is of version {v}; this program knows 1"),
            Self::Unreadable { place } => write!(f, "manifest line {place} cannot be read"),
            Self::Edited { place } => {
                write!(f, "manifest line {place} was edited: its signature is wrong")
            }
            Self::Removed { from, to } if from == to => {
                write!(f, "manifest line {from} was removed")
            }
            Self::Removed { from, to } => write!(f, "manifest lines {from} to {to} were removed"),
            Self::Moved { line } => write!(f, "manifest line {line} was moved"),
            Self::Repeated { line } => write!(f, "manifest line {line} is there twice"),
            Self::Spliced { line } => {
                write!(f, "manifest line {line} is of another manifest of the same signer")
            }
            Self::NoEnd => write!(
                f,
                "the manifest has no end line: the recording still runs, a crash left it open, or \
                 its tail was cut off"
            ),
            Self::Torn => write!(f, "the manifest's last line is cut"),
            Self::AfterEnd { line } => write!(f, "lines follow the end line, {line}"),
            Self::Totals => write!(f, "the end line counts other parts than the manifest has"),
            Self::PartsMissing { epoch, from, to } if from == to => {
                write!(f, "part {from} of epoch {epoch} is in no line, and no gap says why")
            }
            Self::PartsMissing { epoch, from, to } => {
                write!(
                    f,
                    "parts {from} to {to} of epoch {epoch} are in no line, and no gap says why"
                )
            }
            Self::Misnamed { line } => {
                write!(f, "manifest line {line} names its part by a wrong name")
            }
        }
    }
}

/// The flaws of a manifest.
pub(super) fn flaws(lines: &[Written]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    first(lines, &mut flaws);
    legible(lines, &mut flaws);
    let mut line_by_number = BTreeMap::new();
    order(lines, &mut line_by_number, &mut flaws);
    removed(lines, &line_by_number, &mut flaws);
    chained(&line_by_number, &mut flaws);
    end(lines, &mut flaws);
    // What was taken out of the chain leaves holes in the numbers too, and is told already.
    if flaws.is_empty() || flaws == [Flaw::NoEnd] || flaws == [Flaw::Torn, Flaw::NoEnd] {
        numbers(lines, &mut flaws);
        totals(lines, &mut flaws);
    }
    flaws.truncate(FLAWS_MAX);
    flaws
}

/// Lines that are readable and signed, with what they say.
fn good(lines: &[Written]) -> impl Iterator<Item = (&Written, &Line)> {
    lines
        .iter()
        .filter(|written| written.signed)
        .filter_map(|written| Some((written, written.line.as_ref()?)))
}

fn first(lines: &[Written], flaws: &mut Vec<Flaw>) {
    match lines.first().and_then(|written| written.line.as_ref()).map(|line| &line.entry) {
        Some(Entry::Begin(begin)) if begin.v == VERSION => {}
        Some(Entry::Begin(begin)) => flaws.push(Flaw::Version(begin.v)),
        Some(Entry::Part(_) | Entry::Gap(_) | Entry::End(_)) | None => flaws.push(Flaw::NotBegun),
    }
}

fn legible(lines: &[Written], flaws: &mut Vec<Flaw>) {
    // Without a first line nothing says who signs; that is told, and not once more a line.
    let begun = !flaws.contains(&Flaw::NotBegun);
    for written in lines {
        if !written.ended {
            flaws.push(Flaw::Torn);
        } else if written.line.is_none() {
            flaws.push(Flaw::Unreadable { place: written.place });
        } else if !written.signed && begun {
            flaws.push(Flaw::Edited { place: written.place });
        }
    }
}

fn order<'a>(
    lines: &'a [Written],
    line_by_number: &mut BTreeMap<u32, (&'a Written, &'a Line)>,
    flaws: &mut Vec<Flaw>,
) {
    let mut highest = 0;
    for (written, line) in good(lines) {
        if line_by_number.contains_key(&line.line) {
            flaws.push(Flaw::Repeated { line: line.line });
            continue;
        }
        if line.line < highest {
            flaws.push(Flaw::Moved { line: line.line });
        }
        highest = highest.max(line.line);
        line_by_number.insert(line.line, (written, line));
    }
}

/// Numbers no line has. A line that was edited or cannot be read stands for the number that
/// follows the one before it.
fn removed(
    lines: &[Written],
    line_by_number: &BTreeMap<u32, (&Written, &Line)>,
    flaws: &mut Vec<Flaw>,
) {
    let mut there: BTreeSet<u32> = line_by_number.keys().copied().collect();
    let mut before = 0_u32;
    for written in lines {
        match written.line.as_ref().filter(|_| written.signed) {
            Some(line) => before = line.line,
            None => {
                before = before.saturating_add(1);
                there.insert(before);
            }
        }
    }
    let mut expected = 1_u32;
    for number in there {
        if number > expected && !flaws.contains(&Flaw::NotBegun) {
            flaws.push(Flaw::Removed { from: expected, to: number.saturating_sub(1) });
        }
        expected = number.saturating_add(1);
    }
}

fn chained(line_by_number: &BTreeMap<u32, (&Written, &Line)>, flaws: &mut Vec<Flaw>) {
    for (number, (_, line)) in line_by_number {
        let before = number.checked_sub(1).and_then(|before| line_by_number.get(&before));
        let expected = match (number, before) {
            (1, _) => NO_LINE,
            (_, Some((before, _))) => &before.hash,
            (_, None) => continue,
        };
        if line.prev != expected {
            flaws.push(Flaw::Spliced { line: *number });
        }
    }
}

fn end(lines: &[Written], flaws: &mut Vec<Flaw>) {
    let mut all = lines.iter().filter_map(|written| written.line.as_ref());
    let end = all.by_ref().find(|line| matches!(line.entry, Entry::End(_)));
    match end {
        None => flaws.push(Flaw::NoEnd),
        Some(end) if all.next().is_some() => flaws.push(Flaw::AfterEnd { line: end.line }),
        Some(_) => {}
    }
}

/// Whether the numbers of parts follow each other, but where a gap stands between.
fn numbers(lines: &[Written], flaws: &mut Vec<Flaw>) {
    let mut next_by_epoch: BTreeMap<u32, u32> = BTreeMap::new();
    let mut gap = false;
    for (_, line) in good(lines) {
        match &line.entry {
            Entry::Gap(_) => gap = true,
            Entry::Part(part) => {
                let next = next_by_epoch.entry(part.epoch).or_default();
                if part.n > *next && !gap {
                    let to = part.n.saturating_sub(1);
                    flaws.push(Flaw::PartsMissing { epoch: part.epoch, from: *next, to });
                }
                *next = part.n.saturating_add(1);
                gap = false;
                if object::place(&part.object) != Some((part.epoch, part.n)) {
                    flaws.push(Flaw::Misnamed { line: line.line });
                }
            }
            Entry::Begin(_) | Entry::End(_) => {}
        }
    }
}

fn totals(lines: &[Written], flaws: &mut Vec<Flaw>) {
    let (mut parts, mut bytes) = (0_u32, 0_u64);
    for (_, line) in good(lines) {
        match &line.entry {
            Entry::Part(part) => {
                parts = parts.saturating_add(1);
                bytes = bytes.saturating_add(part.len);
            }
            Entry::End(end) if (end.parts, end.bytes) != (parts, bytes) => {
                flaws.push(Flaw::Totals);
            }
            Entry::End(_) | Entry::Begin(_) | Entry::Gap(_) => {}
        }
    }
}

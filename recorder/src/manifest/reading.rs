//! Reads a manifest, whatever is in the file.
//!
//! In: bytes. Out: what it says, its summary, and where its whole lines end.
//! Never: stops at the first thing that is wrong; what can be read is read, and the rest is named
//! by the judge beside.

use super::chain::{Chain, Line, SIG_END, SIG_MARK};
use super::entry::{Begin, End, Entry, Gap, Part};
use super::judge::{self, Flaw};
use super::signer::is_signed;
use crate::hash;
use bedside_signaling_api::recorder::Summary;
use std::collections::BTreeSet;

/// Hex digits of a signature.
const SIG_DIGITS: usize = 128;

/// What a manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its first line.
    pub begin: Option<Begin>,
    /// Its parts, in their order.
    pub parts: Vec<Part>,
    /// Its gaps, in their order.
    pub gaps: Vec<Gap>,
    /// Its last line.
    pub end: Option<End>,
    /// What is wrong with it.
    pub flaws: Vec<Flaw>,
    /// Hash of its last readable line, in hex.
    pub head: String,
    /// How many lines it has.
    lines: u32,
    /// How long it is up to the end of its last whole line.
    whole: usize,
}

/// A line as it stands in the file.
#[derive(Debug)]
pub(super) struct Written {
    /// Which line of the file it is, from 1.
    pub(super) place: u32,
    /// Hash of its bytes, in hex.
    pub(super) hash: String,
    /// What it says, if that can be read.
    pub(super) line: Option<Line>,
    /// Whether it is signed by the manifest's signer.
    pub(super) signed: bool,
    /// Whether it ends with a line end.
    pub(super) ended: bool,
}

impl Manifest {
    /// Reads a manifest.
    #[must_use]
    pub fn read(text: &[u8]) -> Self {
        let mut signer = None;
        let lines: Vec<Written> = text
            .split_inclusive(|byte| *byte == b'\n')
            .zip(1_u32..)
            .map(|(bytes, place)| written(bytes, place, &mut signer))
            .collect();
        let torn = lines.last().is_some_and(|last| !last.ended || last.line.is_none());
        let kept = if torn { lines.len().saturating_sub(1) } else { lines.len() };
        let tail = text.split_inclusive(|byte| *byte == b'\n').next_back().map_or(0, <[u8]>::len);
        let whole = text.len().saturating_sub(if torn { tail } else { 0 });
        let head = lines.iter().take(kept).next_back().map(|last| last.hash.clone());
        let mut manifest = Self {
            begin: None,
            parts: Vec::new(),
            gaps: Vec::new(),
            end: None,
            flaws: judge::flaws(&lines),
            head: head.unwrap_or_else(|| Chain::new().head().to_owned()),
            lines: u32::try_from(kept).unwrap_or(u32::MAX),
            whole,
        };
        for line in lines.into_iter().filter_map(|written| written.line) {
            match line.entry {
                Entry::Begin(begin) => manifest.begin = manifest.begin.or(Some(begin)),
                Entry::Part(part) => manifest.parts.push(part),
                Entry::Gap(gap) => manifest.gaps.push(gap),
                Entry::End(end) => manifest.end = Some(end),
            }
        }
        manifest
    }

    /// How long the file is up to the end of its last whole line. What follows is the beginning
    /// of a line that a crash cut.
    #[must_use]
    pub const fn whole_bytes(&self) -> usize {
        self.whole
    }

    /// The chain that goes on where it ends.
    pub(crate) fn chain(&self) -> Chain {
        Chain::after(self.lines, self.head.clone())
    }

    /// Media known to be missing, in milliseconds.
    #[must_use]
    pub fn missing_ms(&self) -> u64 {
        let parts = self.parts.iter().map(|part| part.missing_ms);
        let gaps = self.gaps.iter().map(|gap| gap.to_ms.saturating_sub(gap.from_ms));
        parts.chain(gaps).fold(0, u64::saturating_add)
    }

    /// What it amounts to, as its parts are; the end line says the same, if it has one.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let epochs: BTreeSet<u32> = self.parts.iter().map(|part| part.epoch).collect();
        Summary {
            parts: u32::try_from(self.parts.len()).unwrap_or(u32::MAX),
            bytes: self.parts.iter().map(|part| part.len).fold(0, u64::saturating_add),
            epochs: u32::try_from(epochs.len()).unwrap_or(u32::MAX),
            duration_ms: self.parts.iter().map(|part| part.to_ms).max().unwrap_or_default(),
            head: self.head.clone(),
            signer: self.begin.as_ref().map(|begin| begin.signer.clone()).unwrap_or_default(),
            aborted: self.end.as_ref().is_none_or(|end| end.aborted),
            missing_ms: self.missing_ms(),
        }
    }
}

/// A line, with the signer that the first one names.
fn written(bytes: &[u8], place: u32, signer: &mut Option<String>) -> Written {
    let (text, ended) = bytes.strip_suffix(b"\n").map_or((bytes, false), |text| (text, true));
    let (unsigned, signature) = parted(text);
    let line: Option<Line> =
        unsigned.as_deref().and_then(|unsigned| serde_json::from_slice(unsigned).ok());
    if let (1, Some(Line { entry: Entry::Begin(begin), .. })) = (place, &line) {
        *signer = Some(begin.signer.clone());
    }
    let signed = match (&unsigned, signature, signer) {
        (Some(unsigned), Some(signature), Some(signer)) => is_signed(signer, unsigned, signature),
        _ => false,
    };
    Written { place, hash: hash::hex(&hash::sha256(text)), line, signed, ended }
}

/// The text that was signed, and the signature.
fn parted(text: &[u8]) -> (Option<Vec<u8>>, Option<&str>) {
    let tail = SIG_MARK.len().saturating_add(SIG_DIGITS).saturating_add(SIG_END.len());
    let parted = text.len().checked_sub(tail).and_then(|at| text.split_at_checked(at));
    let Some((body, tail)) = parted else { return (None, None) };
    let signature = std::str::from_utf8(tail)
        .ok()
        .and_then(|tail| tail.strip_prefix(SIG_MARK)?.strip_suffix(SIG_END));
    match signature {
        Some(_) => ([body, b"}"].concat().into(), signature),
        None => (None, None),
    }
}

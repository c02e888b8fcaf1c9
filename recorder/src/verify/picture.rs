//! A recording as a picture of letters: where people would rather look than read.
//!
//! In: what was found. Out: a line an epoch, on one scale of time.
//! Never: colour; it is read in logs and aloud too, so the numbers stand beside.

use super::Report;
use crate::manifest::Part;
use std::collections::{BTreeMap, BTreeSet};

/// Width of the picture, in characters: with what stands beside, it fits a terminal of 100.
const COLUMNS: usize = 60;
/// Most epochs drawn. A visit in which people come and go has ten.
const EPOCHS_MAX: usize = 40;
const NOTHING: char = '·';
const SEALED: char = '█';
const GAP: char = '░';
const WRONG: char = '×';

/// The picture, without a line end behind.
#[must_use]
pub fn picture(report: &Report) -> String {
    let manifest = &report.manifest;
    let wrong: BTreeSet<&str> = report.findings.iter().filter_map(super::Finding::object).collect();
    let ends = manifest.parts.iter().map(|part| part.to_ms);
    let length = ends.chain(manifest.gaps.iter().map(|gap| gap.to_ms)).max().unwrap_or_default();
    if length == 0 {
        return "(nothing was recorded)".to_owned();
    }
    let scale = Scale { length };
    let mut parts_by_epoch: BTreeMap<u32, Vec<&Part>> = BTreeMap::new();
    for part in &manifest.parts {
        parts_by_epoch.entry(part.epoch).or_default().push(part);
    }
    let mut lines = vec![format!("{:9} 0:00{:>width$}", "", clock(length), width = COLUMNS - 4)];
    for (epoch, parts) in parts_by_epoch.iter().take(EPOCHS_MAX) {
        lines.push(row(*epoch, parts, &wrong, scale));
    }
    if let Some(more) = parts_by_epoch.len().checked_sub(EPOCHS_MAX).filter(|more| *more > 0) {
        lines.push(format!("          and {more} more epochs"));
    }
    if !manifest.gaps.is_empty() {
        let mut bar = [NOTHING; COLUMNS];
        for gap in &manifest.gaps {
            scale.paint(&mut bar, gap.from_ms, gap.to_ms, GAP);
        }
        let bar: String = bar.iter().collect();
        lines.push(format!("missing   {bar}  {}", seconds(manifest.missing_ms())));
    }
    lines.push(format!("{:10}{SEALED} sealed  {GAP} missing  {WRONG} not as it was sealed", ""));
    lines.join("\n")
}

fn row(epoch: u32, parts: &[&Part], wrong: &BTreeSet<&str>, scale: Scale) -> String {
    let mut bar = [NOTHING; COLUMNS];
    for part in parts {
        scale.paint(&mut bar, part.from_ms, part.to_ms, SEALED);
    }
    // Last, so that one among many is seen.
    for part in parts.iter().filter(|part| wrong.contains(part.object.as_str())) {
        scale.paint(&mut bar, part.from_ms, part.to_ms, WRONG);
    }
    let bar: String = bar.iter().collect();
    let bytes = parts.iter().map(|part| part.len).fold(0, u64::saturating_add);
    let last = if parts.last().is_some_and(|part| part.last) { "" } else { ", open end" };
    format!("epoch {epoch:<3} {bar}  {} parts, {}{last}", parts.len(), size(bytes))
}

#[derive(Clone, Copy)]
struct Scale {
    length: u64,
}

impl Scale {
    fn column(self, at_ms: u64) -> usize {
        let column = u128::from(at_ms).saturating_mul(COLUMNS as u128) / u128::from(self.length);
        usize::try_from(column).unwrap_or(COLUMNS).min(COLUMNS)
    }

    /// At least one column, so that nothing is too short to be seen.
    fn paint(self, bar: &mut [char; COLUMNS], from_ms: u64, to_ms: u64, ink: char) {
        let from = self.column(from_ms).min(COLUMNS.saturating_sub(1));
        let to = self.column(to_ms).max(from.saturating_add(1));
        for cell in bar.get_mut(from..to).unwrap_or_default() {
            *cell = ink;
        }
    }
}

/// Minutes and seconds, as a player shows them.
fn clock(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

fn seconds(ms: u64) -> String {
    format!("{}.{} s over all streams", ms / 1_000, ms % 1_000 / 100)
}

/// Bytes as people say them.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => {
            format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
        }
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, size};

    #[test]
    fn numbers_read_as_people_say_them() {
        assert_eq!(clock(754_000), "12:34");
        assert_eq!(clock(3_600_000), "1:00:00");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(48_200_000), "48.2 MB");
        assert_eq!(size(1_550_000_000), "1.5 GB");
    }
}

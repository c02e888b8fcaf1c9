//! Makes a plane larger, by straight lines between its pixels.
//!
//! In: a plane. Out: the rows of a larger one.
//! Never: anything sharper. Whoever speaks is enlarged thirty times a second, and this is two and
//! a half times as fast as the general scaler, which works out its sums with more care.

use super::picture::{Plane, Size};
use std::mem;

/// What stands between two pixels, in 256ths.
const WHOLE: usize = 256;

/// A place between two pixels.
#[derive(Debug, Clone, Copy)]
struct Between {
    /// The pixel before it.
    before: usize,
    /// How far it is towards the next, in 256ths.
    part: u16,
}

/// Enlarges planes; keeps its lines from one to the next.
#[derive(Debug, Default)]
pub(super) struct Enlarger {
    columns: Vec<Between>,
    /// For which widths they are.
    widths: (usize, usize),
    upper: Vec<u8>,
    lower: Vec<u8>,
}

impl Enlarger {
    /// Writes the plane into rows of a larger size.
    pub(super) fn enlarge<'a>(
        &mut self,
        plane: Plane<'_>,
        from: Size,
        rows: impl Iterator<Item = &'a mut [u8]>,
        to: Size,
    ) {
        if self.widths != (from.width, to.width) {
            self.widths = (from.width, to.width);
            self.columns = (0..to.width).map(|x| between(x, from.width, to.width)).collect();
        }
        let source: Vec<&[u8]> = plane.rows(from).collect();
        // Which rows of the source the two lines hold.
        let mut held = (usize::MAX, usize::MAX);
        for (y, row) in rows.enumerate() {
            let Between { before, part } = between(y, from.height, to.height);
            let after = (before + 1).min(from.height.saturating_sub(1));
            if before == held.1 && before != held.0 {
                mem::swap(&mut self.upper, &mut self.lower);
                held = (before, usize::MAX);
            }
            if before != held.0 {
                widen(&self.columns, source.get(before).copied(), &mut self.upper);
            }
            if after != held.1 {
                widen(&self.columns, source.get(after).copied(), &mut self.lower);
            }
            held = (before, after);
            for ((pixel, upper), lower) in row.iter_mut().zip(&self.upper).zip(&self.lower) {
                *pixel = mix(*upper, *lower, part);
            }
        }
    }
}

/// Where a pixel of the larger line stands in the smaller; middles lie on middles.
fn between(at: usize, from: usize, to: usize) -> Between {
    let (from, to) = (from.max(1), to.max(1));
    let doubled = ((2 * at + 1) * from * WHOLE / to).saturating_sub(WHOLE);
    let place = (doubled / 2).min((from - 1) * WHOLE);
    let part = u16::try_from(place % WHOLE).unwrap_or_default();
    Between { before: place / WHOLE, part }
}

/// One row, made wider.
fn widen(columns: &[Between], row: Option<&[u8]>, into: &mut Vec<u8>) {
    let row = row.unwrap_or_default();
    into.clear();
    into.extend(columns.iter().map(|column| {
        let before = row.get(column.before).copied().unwrap_or_default();
        let after = row.get(column.before + 1).copied().unwrap_or(before);
        mix(before, after, column.part)
    }));
}

/// So many 256ths of the way from one to the other.
fn mix(before: u8, after: u8, part: u16) -> u8 {
    let [_, high] = (u16::from(before) * (256 - part) + u16::from(after) * part).to_le_bytes();
    high
}

#[cfg(test)]
mod tests;

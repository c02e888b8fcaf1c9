//! How often each value was measured, in bins that grow with the value.
//!
//! In: whole numbers, one at a time. Out: medians and percentiles, within 1 %.
//! Never: more than `BINS` numbers, however long a visit lasts; two spreads of one visit, before
//! and after a restart, are one.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bins for each doubling of the value. More is more exact and takes more room: 64 is within
/// 1 in 128 of the true value, and exact below 128.
const BINS_AN_OCTAVE: u32 = 64;
/// As a power of two.
const BINS_LOG: u32 = BINS_AN_OCTAVE.ilog2();
/// Bins in all, for any `u32`. A visit's measurements touch a few dozen of them.
#[cfg(test)]
const BINS: usize = 1_728;

/// How often each value was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Spread {
    count_by_bin: BTreeMap<u16, u32>,
}

impl Spread {
    /// One more measurement.
    pub(super) fn add(&mut self, value: u32) {
        let count = self.count_by_bin.entry(bin(value)).or_default();
        *count = count.saturating_add(1);
    }

    /// One more, if there was one.
    pub(super) fn add_if(&mut self, value: Option<u32>) {
        value.into_iter().for_each(|value| self.add(value));
    }

    /// Measurements so far.
    pub(super) fn count(&self) -> u64 {
        self.count_by_bin.values().copied().map(u64::from).sum()
    }

    /// The value that so many of a thousand measurements do not exceed; `None` of nothing.
    pub(super) fn quantile(&self, permille: u64) -> Option<u32> {
        // The rank from one, rounded up: the median of three is the second.
        let rank = self.count().saturating_mul(permille).div_ceil(1_000).max(1);
        let mut seen = 0_u64;
        for (bin, count) in &self.count_by_bin {
            seen = seen.saturating_add(u64::from(*count));
            if seen >= rank {
                return Some(middle(*bin));
            }
        }
        None
    }
}

/// Whose bin a value is.
fn bin(value: u32) -> u16 {
    let octave = value.checked_ilog2().unwrap_or_default();
    let shift = octave.saturating_sub(BINS_LOG);
    let number = shift.saturating_mul(BINS_AN_OCTAVE).saturating_add(value >> shift);
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// What stands for all values of a bin.
fn middle(bin: u16) -> u32 {
    let bin = u32::from(bin);
    let shift = (bin / BINS_AN_OCTAVE).saturating_sub(1);
    let mantissa = bin.saturating_sub(shift.saturating_mul(BINS_AN_OCTAVE));
    let low = mantissa.checked_shl(shift).unwrap_or(u32::MAX);
    let width = 1_u32.checked_shl(shift).unwrap_or(u32::MAX);
    low.saturating_add((width - 1) / 2)
}

//! The two ways to write H.264 down: units behind start codes (Annex B), and behind lengths (MP4).
//!
//! In: an access unit in either. Out: the other, and what a header needs of it.
//! Never: looks further into a unit than its first bytes.

use std::borrow::Cow;

/// Bits of a unit's first byte that say what it is.
const KIND: u8 = 0x1f;

/// A picture that needs none before it.
const IDR: u8 = 5;

/// Sequence parameter set.
const SPS: u8 = 7;

/// Picture parameter set.
const PPS: u8 = 8;

/// What stands in front of a unit.
const START: [u8; 4] = [0, 0, 0, 1];

/// The units behind start codes.
pub(crate) fn units(annex_b: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = annex_b
        .windows(3)
        .enumerate()
        .filter(|(_, three)| *three == [0, 0, 1])
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([annex_b.len()]);
    let unit = |(start, end): (&usize, usize)| {
        let unit = annex_b.get(start + 3..end)?;
        // Zeros at the end belong to the next start code.
        let len = unit.iter().rposition(|byte| *byte != 0)? + 1;
        unit.get(..len)
    };
    starts.iter().zip(ends).filter_map(unit).collect()
}

/// The units behind lengths of four bytes; none if the lengths do not end with the bytes.
fn behind_lengths(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut units = Vec::new();
    while !bytes.is_empty() {
        let (len, rest) = bytes.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_be_bytes(*len)).ok().filter(|len| *len > 0)?;
        let (unit, rest) = rest.split_at_checked(len)?;
        units.push(unit);
        bytes = rest;
    }
    Some(units)
}

/// An access unit behind start codes, in whichever way it came.
pub(crate) fn annex_b(frame: &[u8]) -> Cow<'_, [u8]> {
    match behind_lengths(frame) {
        None => Cow::Borrowed(frame),
        Some(units) => {
            let parts = units.into_iter().flat_map(|unit| [START.as_slice(), unit]);
            Cow::Owned(parts.collect::<Vec<_>>().concat())
        }
    }
}

/// An access unit behind lengths.
pub(crate) fn lengths(annex_b: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(annex_b.len() + 16);
    for unit in units(annex_b) {
        let len = u32::try_from(unit.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(unit);
    }
    out
}

/// Whether a picture in it needs none before it.
pub(crate) fn is_key(annex_b: &[u8]) -> bool {
    units(annex_b).iter().any(|unit| kind(unit) == Some(IDR))
}

/// The parameter sets of a keyframe: sequence, then picture.
pub(crate) fn parameters(annex_b: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let units = units(annex_b);
    let first =
        |wanted| units.iter().find(|unit| kind(unit) == Some(wanted)).map(|unit| unit.to_vec());
    Some((first(SPS)?, first(PPS)?))
}

fn kind(unit: &[u8]) -> Option<u8> {
    unit.first().map(|first| first & KIND)
}

#[cfg(test)]
mod tests;

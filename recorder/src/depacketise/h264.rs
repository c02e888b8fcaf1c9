//! H.264 out of its payloads (RFC 6184, `packetization-mode` 0 and 1): units with a length of four
//! bytes before each, the parameter sets among them.
//!
//! In: payloads. Out: the access unit; `avcC` and the size from its parameter sets.
//! Never: panics.

use super::bits::Bits;
use crate::matroska::Size;

/// Several units in one payload.
const STAP_A: u8 = 24;
/// A piece of a unit.
const FU_A: u8 = 28;
/// A whole picture that nothing before it is needed for.
const IDR: u8 = 5;
/// What a decoder has to know of all pictures.
const SPS: u8 = 7;
/// What it has to know of some of them.
const PPS: u8 = 8;
/// Profiles whose parameter set begins with the sampling (section 7.3.2.1.1).
const HIGH_PROFILES: [u8; 7] = [100, 110, 122, 244, 44, 83, 86];

/// Adds the units of the payload; `open` is where a unit in pieces began.
pub(super) fn handle(data: &mut Vec<u8>, open: &mut Option<usize>, payload: &[u8]) -> Option<()> {
    let (&first, rest) = payload.split_first()?;
    match first & 0x1F {
        1..=23 if open.is_none() => put_unit(data, payload),
        STAP_A if open.is_none() => aggregated(payload)?.iter().try_for_each(|u| put_unit(data, u)),
        FU_A => {
            let (&header, piece) = rest.split_first()?;
            let start = match (header & 0x80 != 0, *open) {
                (true, None) => {
                    let start = data.len();
                    data.extend_from_slice(&[0, 0, 0, 0, first & 0xE0 | header & 0x1F]);
                    start
                }
                (false, Some(start)) => start,
                (true, Some(_)) | (false, None) => return None,
            };
            data.extend_from_slice(piece);
            *open = Some(start);
            if header & 0x40 != 0 {
                *open = None;
                let len = u32::try_from(data.len().checked_sub(start)?.checked_sub(4)?).ok()?;
                data.get_mut(start..start + 4)?.copy_from_slice(&len.to_be_bytes());
            }
            Some(())
        }
        _ => None,
    }
}

fn put_unit(data: &mut Vec<u8>, unit: &[u8]) -> Option<()> {
    data.extend_from_slice(&u32::try_from(unit.len()).ok()?.to_be_bytes());
    data.extend_from_slice(unit);
    Some(())
}

/// The units of a STAP-A; `None` unless they fill it exactly.
fn aggregated(payload: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = payload.get(1..)?;
    let mut units = Vec::new();
    while !rest.is_empty() {
        let (len, after) = rest.split_first_chunk::<2>()?;
        let (unit, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        if unit.is_empty() {
            return None;
        }
        units.push(unit);
        rest = after;
    }
    Some(units)
}

/// The parameter sets come first, so that a decoder can begin here.
pub(super) fn begins_key(payload: &[u8]) -> bool {
    let kind_of = |unit: &[u8]| unit.first().map(|first| first & 0x1F);
    match kind_of(payload) {
        Some(SPS) => true,
        Some(STAP_A) => aggregated(payload)
            .is_some_and(|units| units.first().is_some_and(|unit| kind_of(unit) == Some(SPS))),
        _ => false,
    }
}

/// The units of an access unit, with what kind each is.
fn units(mut data: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (len, after) = data.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
        let (unit, rest) = after.split_at_checked(len)?;
        data = rest;
        Some((unit.first()? & 0x1F, unit))
    })
}

/// A picture that nothing before it is needed for, with its parameter sets.
pub(super) fn is_key(data: &[u8]) -> bool {
    units(data).any(|(kind, _)| kind == IDR) && describe(data).is_some()
}

/// Size and `avcC` (ISO/IEC 14496-15 section 5.3.3.1) from the first parameter sets.
pub(super) fn describe(data: &[u8]) -> Option<(Size, Vec<u8>)> {
    let first = |wanted| units(data).find_map(|(kind, unit)| (kind == wanted).then_some(unit));
    let (sps, pps) = (first(SPS)?, first(PPS)?);
    let set = parameters(sps)?;
    let [profile, compatible, level] = *sps.get(1..)?.first_chunk::<3>()?;
    let mut avcc = vec![1, profile, compatible, level, 0xFF, 0xE1];
    avcc.extend_from_slice(&u16::try_from(sps.len()).ok()?.to_be_bytes());
    avcc.extend_from_slice(sps);
    avcc.push(1);
    avcc.extend_from_slice(&u16::try_from(pps.len()).ok()?.to_be_bytes());
    avcc.extend_from_slice(pps);
    if matches!(profile, 100 | 110 | 122 | 144) {
        avcc.extend_from_slice(&[0xFC | set.chroma, 0xF8 | set.luma_depth]);
        avcc.extend_from_slice(&[0xF8 | set.chroma_depth, 0]);
    }
    Some((set.size, avcc))
}

/// What of a sequence parameter set is needed here.
#[derive(Debug)]
struct Parameters {
    size: Size,
    chroma: u8,
    luma_depth: u8,
    chroma_depth: u8,
}

/// Reads a sequence parameter set (H.264 section 7.3.2.1.1).
fn parameters(sps: &[u8]) -> Option<Parameters> {
    let plain = without_emulation(sps);
    let profile = *plain.get(1)?;
    let mut bits = Bits::new(plain.get(4..)?);
    bits.golomb()?;
    let (mut chroma, mut luma_depth, mut chroma_depth) = (1, 0, 0);
    if HIGH_PROFILES.contains(&profile) {
        chroma = bits.golomb()?;
        if chroma == 3 {
            bits.skip(1)?;
        }
        luma_depth = bits.golomb()?;
        chroma_depth = bits.golomb()?;
        bits.skip(1)?;
        if bits.flag()? {
            skip_scaling(&mut bits, if chroma == 3 { 12 } else { 8 })?;
        }
    }
    bits.golomb()?;
    skip_order(&mut bits)?;
    bits.golomb()?;
    bits.skip(1)?;
    let (columns, rows) = (bits.golomb()?.checked_add(1)?, bits.golomb()?.checked_add(1)?);
    let frames_only = bits.flag()?;
    bits.skip(if frames_only { 1 } else { 2 })?;
    let fields = if frames_only { 1 } else { 2 };
    let mut width = columns.checked_mul(16)?;
    let mut height = rows.checked_mul(16)?.checked_mul(fields)?;
    if bits.flag()? {
        let unit_x = if matches!(chroma, 1 | 2) { 2 } else { 1 };
        let unit_y = if chroma == 1 { 2 * fields } else { fields };
        let (left, right) = (bits.golomb()?, bits.golomb()?);
        let (top, bottom) = (bits.golomb()?, bits.golomb()?);
        width = width.checked_sub(left.checked_add(right)?.checked_mul(unit_x)?)?;
        height = height.checked_sub(top.checked_add(bottom)?.checked_mul(unit_y)?)?;
    }
    let small = |value: u32, most: u32| u8::try_from(value).ok().filter(|_| value <= most);
    Some(Parameters {
        size: (width > 0 && height > 0).then_some(Size { width, height })?,
        chroma: small(chroma, 3)?,
        luma_depth: small(luma_depth, 7)?,
        chroma_depth: small(chroma_depth, 7)?,
    })
}

/// Scaling lists (section 7.3.2.1.1.1).
fn skip_scaling(bits: &mut Bits<'_>, lists: u32) -> Option<()> {
    for list in 0..lists {
        if !bits.flag()? {
            continue;
        }
        let (mut last, mut next) = (8_i32, 8_i32);
        for _ in 0..if list < 6 { 16 } else { 64 } {
            if next != 0 {
                next = last.checked_add(bits.signed_golomb()?)?.rem_euclid(256);
            }
            last = if next == 0 { last } else { next };
        }
    }
    Some(())
}

/// How pictures are put into order, which is nothing to a recorder.
fn skip_order(bits: &mut Bits<'_>) -> Option<()> {
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.skip(1)?;
            bits.golomb()?;
            bits.golomb()?;
            let cycle = bits.golomb()?;
            if cycle > 255 {
                return None;
            }
            for _ in 0..cycle {
                bits.golomb()?;
            }
        }
        _ => {}
    }
    Some(())
}

/// Without the bytes that keep a unit from looking like two (section 7.4.1.1).
fn without_emulation(unit: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(unit.len());
    let mut zeros = 0_u32;
    for &byte in unit {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        plain.push(byte);
    }
    plain
}

//! AV1 out of its payloads (RTP payload format for AV1, section 4): open bitstream units, each
//! with its size, without temporal delimiters.
//!
//! In: payloads. Out: the temporal unit; `av1C` and the size from its sequence header.
//! Never: panics.

use super::bits::Bits;
use crate::matroska::Size;

/// Kinds of units (AV1 section 6.2.2).
const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;
const TILE_LIST: u8 = 8;
/// The bit of a unit's header that says that its size follows.
const HAS_SIZE: u8 = 0x02;
/// The bit that says that a layer's number follows.
const HAS_EXTENSION: u8 = 0x04;

/// Adds the units of the payload. While one continues in the next packet, it stands at the end of
/// `data` as it came, from `open` on.
pub(super) fn handle(data: &mut Vec<u8>, open: &mut Option<usize>, payload: &[u8]) -> Option<()> {
    let (&head, mut rest) = payload.split_first()?;
    let (continues, ends_open) = (head & 0x80 != 0, head & 0x40 != 0);
    if continues != open.is_some() || rest.is_empty() {
        return None;
    }
    let counted = usize::from(head >> 4 & 0x03);
    let mut index = 0;
    while !rest.is_empty() {
        index += 1;
        let element = if index == counted {
            std::mem::take(&mut rest)
        } else {
            let (len, after) = leb128(rest)?;
            let (element, after) = after.split_at_checked(len)?;
            rest = after;
            element
        };
        let start = open.take().unwrap_or(data.len());
        data.extend_from_slice(element);
        if rest.is_empty() && ends_open {
            *open = Some(start);
        } else {
            close(data, start)?;
        }
    }
    (counted == 0 || index == counted).then_some(())
}

/// Gives the unit at the end of `data` its size, or takes it away if no file holds such a unit.
fn close(data: &mut Vec<u8>, start: usize) -> Option<()> {
    let unit = data.split_off(start);
    let &head = unit.first()?;
    if head & 0x80 != 0 {
        return None;
    }
    if matches!(kind(head), TEMPORAL_DELIMITER | TILE_LIST) {
        return Some(());
    }
    let head_len = if head & HAS_EXTENSION == 0 { 1 } else { 2 };
    let (bare, mut held) = unit.split_at_checked(head_len)?;
    if head & HAS_SIZE != 0 {
        let (len, after) = leb128(held)?;
        held = after.get(..len)?;
    }
    data.push(head | HAS_SIZE);
    data.extend_from_slice(bare.get(1..)?);
    put_leb128(data, held.len());
    data.extend_from_slice(held);
    Some(())
}

const fn kind(head: u8) -> u8 {
    head >> 3 & 0x0F
}

/// A number in groups of seven bits, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0_usize;
    for (index, &byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(index + 1..)?));
        }
    }
    None
}

fn put_leb128(data: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        data.extend((number & 0x7F | 0x80).to_le_bytes().first());
        number >>= 7;
    }
    data.extend(number.to_le_bytes().first());
}

/// A new coded video sequence begins here.
pub(super) fn begins_key(payload: &[u8]) -> bool {
    let Some((&head, rest)) = payload.split_first() else { return false };
    let first = if head & 0x30 == 0x10 { Some(rest) } else { leb128(rest).map(|(_, unit)| unit) };
    // Of what is asked first, only a temporal delimiter may stand before a sequence header, and
    // senders leave it out (section 5).
    let is_sequence =
        first.and_then(|unit| unit.first()).is_some_and(|&unit| kind(unit) == SEQUENCE_HEADER);
    head & 0x88 == 0x08 && is_sequence
}

/// The units of a temporal unit: kind, all bytes, what it holds.
fn units(mut data: &[u8]) -> impl Iterator<Item = (u8, &[u8], &[u8])> {
    std::iter::from_fn(move || {
        let &head = data.first()?;
        let head_len = if head & HAS_EXTENSION == 0 { 1 } else { 2 };
        let (len, after) = leb128(data.get(head_len..)?)?;
        let (held, rest) = after.split_at_checked(len)?;
        let unit = data.get(..data.len() - rest.len())?;
        data = rest;
        Some((kind(head), unit, held))
    })
}

/// A picture that nothing before it is needed for, with its sequence header.
pub(super) fn is_key(data: &[u8]) -> bool {
    // `show_existing_frame` is zero, then two bits of `frame_type`, of which zero is a key frame.
    let begins = units(data)
        .find(|&(kind, ..)| kind == FRAME || kind == FRAME_HEADER)
        .and_then(|(_, _, held)| held.first())
        .is_some_and(|first| first & 0xE0 == 0);
    begins && describe(data).is_some()
}

/// Size and `av1C` (AV1 in ISO base media file format, section 2.3) from the sequence header.
pub(super) fn describe(data: &[u8]) -> Option<(Size, Vec<u8>)> {
    let (_, unit, held) = units(data).find(|&(kind, ..)| kind == SEQUENCE_HEADER)?;
    let sequence = sequence(held)?;
    let mut av1c = vec![0x81, sequence.profile << 5 | sequence.level & 0x1F, sequence.color];
    av1c.push(0);
    av1c.extend_from_slice(unit);
    Some((sequence.size, av1c))
}

/// What of a sequence header is needed here.
#[derive(Debug)]
struct Sequence {
    profile: u8,
    level: u8,
    /// The third byte of `av1C`: tier, depth, sampling.
    color: u8,
    size: Size,
}

/// Reads a sequence header (AV1 section 5.5).
fn sequence(held: &[u8]) -> Option<Sequence> {
    let mut bits = Bits::new(held);
    let profile = bits.number(3)?;
    bits.skip(1)?;
    let reduced = bits.flag()?;
    let (level, tier) = if reduced { (bits.number(5)?, false) } else { points(&mut bits)? };
    let (width_bits, height_bits) = (bits.number(4)? + 1, bits.number(4)? + 1);
    let width = bits.number(width_bits)?.checked_add(1)?;
    let height = bits.number(height_bits)?.checked_add(1)?;
    if !reduced && bits.flag()? {
        bits.skip(7)?;
    }
    bits.skip(3)?;
    if !reduced {
        skip_tools(&mut bits)?;
    }
    bits.skip(3)?;
    let color = color(&mut bits, profile)? | u8::from(tier) << 7;
    Some(Sequence {
        profile: u8::try_from(profile).ok()?,
        level: u8::try_from(level).ok()?,
        color,
        size: Size { width, height },
    })
}

/// The operating points: level and tier of the first (section 5.5.1).
fn points(bits: &mut Bits<'_>) -> Option<(u32, bool)> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.skip(64)?;
        if bits.flag()? {
            bits.golomb()?;
        }
        if bits.flag()? {
            delay_bits = Some(usize::try_from(bits.number(5)?).ok()? + 1);
            bits.skip(32 + 5 + 5)?;
        }
    }
    let display_delay = bits.flag()?;
    let mut first = None;
    for _ in 0..=bits.number(5)? {
        bits.skip(12)?;
        let level = bits.number(5)?;
        let tier = level > 7 && bits.flag()?;
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * delay_bits + 1)?;
        }
        if display_delay && bits.flag()? {
            bits.skip(4)?;
        }
        first.get_or_insert((level, tier));
    }
    first
}

/// The tools of pictures that are made from others, up to their order hint.
fn skip_tools(bits: &mut Bits<'_>) -> Option<()> {
    bits.skip(4)?;
    let order_hint = bits.flag()?;
    if order_hint {
        bits.skip(2)?;
    }
    let screen_tools = if bits.flag()? { 2 } else { bits.number(1)? };
    if screen_tools > 0 && !bits.flag()? {
        bits.skip(1)?;
    }
    if order_hint {
        bits.skip(3)?;
    }
    Some(())
}

/// Depth and sampling as `av1C` has them (section 5.5.2).
fn color(bits: &mut Bits<'_>, profile: u32) -> Option<u8> {
    let high = bits.flag()?;
    let twelve = profile == 2 && high && bits.flag()?;
    let mono = profile != 1 && bits.flag()?;
    let described = bits.flag()?;
    let names = if described { bits.number(24)? } else { 0x0002_0202 };
    let (x, y) = if mono {
        (true, true)
    } else if names == 0x0001_0D00 {
        (false, false)
    } else {
        bits.skip(1)?;
        match profile {
            0 => (true, true),
            1 => (false, false),
            _ if twelve => {
                let x = bits.flag()?;
                (x, x && bits.flag()?)
            }
            _ => (true, false),
        }
    };
    let flags = [(high, 6), (twelve, 5), (mono, 4), (x, 3), (y, 2)];
    Some(flags.into_iter().fold(0, |byte, (flag, bit)| byte | u8::from(flag) << bit))
}

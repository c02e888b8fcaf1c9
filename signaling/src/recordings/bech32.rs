//! Bech32 (BIP 173): bytes as letters that people can copy, with a sum that shows a slip.
//!
//! In: a text and the beginning it has to have. Out: the bytes, where every letter is as it was
//! written.
//! Never: a guess at what was meant.

/// The thirty-two letters, in the order of what they stand for.
const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Letters of the sum at the end.
const SUM_LETTERS: usize = 6;
/// The polynomial of the sum.
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
/// What the sum over everything is when nothing was changed.
const UNCHANGED: u32 = 1;

/// The bytes of a text that begins with `prefix` and `1`, in small letters.
pub(super) fn decode(prefix: &str, text: &str) -> Option<Vec<u8>> {
    let letters = text.strip_prefix(prefix)?.strip_prefix('1')?;
    let fives = letters.chars().map(five).collect::<Option<Vec<u8>>>()?;
    let beginning = prefix.bytes().map(|byte| byte >> 5);
    let rest = prefix.bytes().map(|byte| byte & 0x1f);
    let all = beginning.chain([0]).chain(rest).chain(fives.iter().copied());
    if sum(all) != UNCHANGED {
        return None;
    }
    bytes(fives.get(..fives.len().checked_sub(SUM_LETTERS)?)?)
}

/// What a letter stands for.
fn five(letter: char) -> Option<u8> {
    LETTERS.find(letter).and_then(|place| u8::try_from(place).ok())
}

fn sum(fives: impl Iterator<Item = u8>) -> u32 {
    fives.fold(UNCHANGED, |sum, five| {
        let top = sum >> 25;
        let shifted = ((sum & 0x01ff_ffff) << 5) ^ u32::from(five);
        let wanted = (0..).zip(GENERATOR).filter(|(place, _)| (top >> place) & 1 == 1);
        wanted.fold(shifted, |sum, (_, term)| sum ^ term)
    })
}

/// Five bits a letter to eight a byte; what is left over has to be nothing.
fn bytes(fives: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for five in fives {
        held = (held << 5) | u32::from(*five);
        bits = bits.saturating_add(5);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1_u32 << bits).wrapping_sub(1);
        }
    }
    (bits < 5 && held == 0).then_some(bytes)
}

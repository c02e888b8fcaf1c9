//! SHA-256 and hex, as manifests write them.
//!
//! In: bytes. Out: their hash; text and back.
//! Never: a comparison of secrets; nothing here is one.

use aws_lc_rs::digest;

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0_u8; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// The bytes of so many digits of hex.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N.checked_mul(2)? || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0_u8; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(at.checked_mul(2)?..)?.get(..2)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{hex, sha256, unhex};

    #[test]
    fn hex_goes_both_ways_and_takes_nothing_else() {
        let hash = sha256(b"abc");
        let text = hex(&hash);
        assert_eq!(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(unhex::<32>(&text), Some(hash));
        for bad in ["", "ab", &text[1..], "zz7816bf", "éé"] {
            assert_eq!(unhex::<32>(bad), None, "{bad}");
        }
    }
}

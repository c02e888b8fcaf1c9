//! Numbers that have sixteen bits on the wire and go on counting here.
//!
//! In: sixteen bits, and a number near which they belong. Out: the whole number.
//! Never: below zero; a number from before the beginning is taken for one of the first turn.

/// The number nearest to `near` that ends in these sixteen bits.
#[must_use]
pub const fn extend(near: u64, low: u16) -> u64 {
    let turn = 1_u64 << 16;
    #[expect(clippy::cast_lossless, reason = "`u64::from` is not const")]
    let same = (near & !(turn - 1)) | low as u64;
    if same.saturating_add(turn / 2) < near {
        same.saturating_add(turn)
    } else if same > near.saturating_add(turn / 2) && same >= turn {
        same - turn
    } else {
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sixteen_bits_go_on_counting() {
        assert_eq!(extend(0, 5), 5);
        assert_eq!(extend(65_535, 0), 65_536);
        assert_eq!(extend(65_536, 65_535), 65_535);
        assert_eq!(extend(200_000, 3_400), 200_008);
        assert_eq!(extend(3, 65_535), 65_535, "nothing is before the beginning");
    }

    proptest! {
        #[test]
        fn a_number_nearby_is_found_again(near in 40_000_u64..1 << 50, off in -32_767_i64..32_768) {
            let number = near.saturating_add_signed(off);
            prop_assert_eq!(extend(near, crate::bytes::low_16(number)), number);
        }

        #[test]
        fn the_bits_stay(near: u64, low: u16) {
            prop_assert_eq!(crate::bytes::low_16(extend(near, low)), low);
        }
    }
}

//! Percentiles are true to 1 %, bins never grow past their number, the store forgets nothing.

use super::{BINS, Spread, bin, middle};
use proptest::prelude::*;

fn spread(values: &[u32]) -> Spread {
    let mut spread = Spread::default();
    values.iter().for_each(|value| spread.add(*value));
    spread
}

#[test]
fn small_values_are_exact() {
    for value in 0..128 {
        assert_eq!(middle(bin(value)), value);
    }
    let few = spread(&[3, 1, 2]);
    assert_eq!((few.quantile(500), few.quantile(950), few.count()), (Some(2), Some(3), 3));
    assert_eq!(Spread::default().quantile(500), None);
}

#[test]
fn the_last_bin_holds_the_largest_value() {
    assert_eq!(usize::from(bin(u32::MAX)) + 1, BINS);
    assert!(middle(bin(u32::MAX)) > u32::MAX - (1 << 25));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_quantile_is_within_one_percent(
        mut values in prop::collection::vec(0..3_000_000_u32, 1..400), permille in 0..=1_000_u16
    ) {
        let found = spread(&values).quantile(permille.into()).expect("there are values");
        values.sort_unstable();
        let rank = (values.len() * usize::from(permille)).div_ceil(1_000).max(1);
        let exact = values[rank - 1];
        prop_assert!(found.abs_diff(exact) <= exact / 100, "{found} for {exact}");
    }

    #[test]
    fn bins_keep_the_order_of_values(a in any::<u32>(), b in any::<u32>()) {
        prop_assert_eq!(a.cmp(&b).then(bin(a).cmp(&bin(b))), a.cmp(&b));
        prop_assert!(a > b || bin(a) <= bin(b));
    }

    #[test]
    fn what_is_stored_comes_back(values in prop::collection::vec(any::<u32>(), 0..50)) {
        let spread = spread(&values);
        let text = serde_json::to_string(&spread).expect("numbers are JSON");
        prop_assert_eq!(serde_json::from_str::<Spread>(&text).expect("as written"), spread);
    }
}

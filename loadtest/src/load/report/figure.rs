//! Figures made of other figures.
//!
//! In: counts, points. Out: shares, a slope.
//! Never: a division by nothing.

/// A count among measured values.
pub(crate) fn count(number: u64) -> f64 {
    let (high, low) = (number >> 32, number & 0xffff_ffff);
    let half = |half: u64| f64::from(u32::try_from(half).unwrap_or(u32::MAX));
    half(high) * 4_294_967_296.0 + half(low)
}

/// So many percent.
pub(super) fn percent(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| 100.0 * count(part) / count(of))
}

/// A slope of less is one of chance.
const SLOPE_SECONDS_MIN: f64 = 120.0;

/// How steeply points rise over seconds, by least squares, in percent of their mean an hour.
pub(super) fn slope_percent_per_hour(points: &[(f64, f64)]) -> Option<f64> {
    let number = count(u64::try_from(points.len()).unwrap_or(u64::MAX));
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / number;
    let (mid, level) = (mean(|point| point.0), mean(|point| point.1));
    let span = points.last().map(|last| last.0).zip(points.first().map(|first| first.0));
    if span.is_none_or(|(last, first)| last - first < SLOPE_SECONDS_MIN) {
        return None;
    }
    let spread: f64 = points.iter().map(|(at, _)| (at - mid).powi(2)).sum();
    let rise: f64 = points.iter().map(|(at, value)| (at - mid) * (value - level)).sum();
    (spread > 0.0 && level > 0.0).then(|| 100.0 * 3_600.0 * rise / spread / level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_and_counts() {
        assert_eq!(percent(1, 4), Some(25.0));
        assert_eq!(percent(0, 0), None);
        assert_eq!(count(1 << 40), 1_099_511_627_776.0);
        assert_eq!(slope_percent_per_hour(&[]), None);
        assert_eq!(slope_percent_per_hour(&[(1.0, 5.0), (20.0, 6.0)]), None, "too short");
    }

    proptest! {
        #[test]
        fn a_straight_line_has_its_own_slope(from in 50.0_f64..500.0, an_hour in -40.0_f64..40.0) {
            let points: Vec<(f64, f64)> = (0..600_u32)
                .map(|second| (f64::from(second), from + an_hour * f64::from(second) / 3_600.0))
                .collect();
            let level = from + an_hour * 299.5 / 3_600.0;
            let found = slope_percent_per_hour(&points).unwrap();
            prop_assert!((found - 100.0 * an_hour / level).abs() < 1e-3, "{}", found);
        }
    }
}

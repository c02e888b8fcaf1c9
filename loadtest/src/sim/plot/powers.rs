//! How something grows over powers of ten.
//!
//! In: lines with a name, each of counts and values. Out: an SVG that stands by itself.
//! Never: a count below one, or more than four lines: they have no more colours.

use super::svg::{Axis, Panel, Svg};

/// From a power of ten to the next, in the units of the axis.
const STEP: f64 = 10.0;
/// The axis ends at ten thousand.
const POWERS: f64 = 4.0;
const CLASSES: [&str; 4] = ["got", "estimate", "middle", "late"];

/// Draws lines of counts and values over one axis.
#[must_use]
pub fn powers(
    title: &str,
    about: &str,
    unit: &'static str,
    lines: &[(&'static str, &[(f64, f64)])],
) -> String {
    let values = lines.iter().flat_map(|(_, points)| points.iter().map(|(_, value)| *value));
    let mut panel = Panel::new(Axis::over(unit, values.fold(1.0, f64::max)));
    for ((name, points), class) in lines.iter().zip(CLASSES) {
        let points: Vec<(f64, f64)> =
            points.iter().map(|(count, value)| (STEP * count.max(1.0).log10(), *value)).collect();
        panel = panel.line(class, name, &points);
    }
    let mut svg = Svg::new(title, about, STEP * POWERS)
        .labelled(|at| format!("{:.0}", 10_f64.powf(at / STEP)));
    svg.panel(panel);
    svg.finish()
}

#[cfg(test)]
mod tests {
    use super::powers;

    #[test]
    fn a_hundred_stands_in_the_middle_of_ten_thousand() {
        let drawn = powers("t", "a", "µs", &[("l", &[(1.0, 5.0), (100.0, 10.0)])]);
        assert!(drawn.contains("M72.0 "), "one is where the axis begins");
        assert!(drawn.contains("L508.0 "), "a hundred is half way to 944");
        for mark in [">1<", ">10<", ">100<", ">1000<", ">10000<"] {
            assert!(drawn.contains(mark), "{mark}");
        }
    }
}

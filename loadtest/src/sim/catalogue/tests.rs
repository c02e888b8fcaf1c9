//! The list of scenarios is well formed.

use super::all;
use crate::sim::scenario::Bound;
use std::collections::BTreeSet;
use std::time::Duration;

#[test]
fn every_scenario_has_its_own_name_and_something_to_judge() {
    let scenarios = all();
    let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names.len(), scenarios.len());
    for scenario in &scenarios {
        assert!(!scenario.goals.is_empty(), "{}", scenario.name);
        let judged = scenario.goals.iter().any(|goal| goal.bound != Bound::Told);
        let tells = scenario.name.starts_with("page-") || scenario.name.starts_with("up-");
        assert_eq!(judged, !tells, "{}", scenario.name);
    }
}

#[test]
fn every_span_lies_in_its_visit_and_every_number_has_its_own_name() {
    for scenario in all() {
        let mut labels = BTreeSet::new();
        for goal in &scenario.goals {
            let metric = goal.metric;
            assert!(metric.from < metric.until && metric.until <= scenario.lasts);
            assert!(metric.who < scenario.people.len());
            assert!(labels.insert(metric.label()), "{}: {}", scenario.name, metric.label());
        }
        assert!(scenario.lasts <= Duration::from_secs(100));
    }
}

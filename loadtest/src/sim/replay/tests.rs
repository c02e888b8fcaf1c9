//! Series and traces become lines, and what is neither is told.

use super::*;
use crate::sim::world;

/// Twenty seconds as the API writes them: thin and lossy from the tenth on.
fn series() -> String {
    let second = |number: u32| {
        let (estimate, loss) = if number < 10 { (2_000, 0) } else { (200, 50) };
        format!(
            r#"{{"at":"2026-01-01T10:00:00Z","wanted_kbps":1500,"given_kbps":{estimate},
            "sound":"plain","down":{{"loss_permille":{loss},"jitter_ms":3,"rtt_ms":90,
            "queue_ms":30,"estimate_kbps":{estimate},"rate_kbps":150}},
            "up":{{"loss_permille":0,"jitter_ms":1,"queue_ms":0,"rate_kbps":800}}}}"#
        )
    };
    let seconds: Vec<String> = (0..20).map(second).collect();
    format!(r#"{{"participant":"x","seconds":[{}],"minutes":[]}}"#, seconds.join(","))
}

#[test]
fn a_series_is_read_in_each_of_its_wrappings() {
    let person = series();
    let visit = format!(r#"{{"visit":"y","series":[{{"seconds":[]}},{person}]}}"#);
    let from = person.find('[').unwrap();
    let bare = &person[from..person.find(r#","minutes""#).unwrap()];
    for text in [person.as_str(), &visit, bare] {
        let scenario = replay(text).unwrap();
        assert_eq!(scenario.lasts, Duration::from_secs(22));
        let (first, last) = (scenario.people[0].line, scenario.changes.last().unwrap().line);
        assert_eq!(first.down.rate, Some(Bitrate::kbps(2_000)));
        assert_eq!(first.down.delay, Duration::from_millis(30), "half of 90 ms without the queue");
        assert_eq!(last.down.rate, Some(Bitrate::kbps(200)));
        assert_eq!(last.down.loss, Loss::Random { permille: 50 });
        assert_eq!((first.up.rate, first.up.delay), (None, Duration::from_millis(20)));
    }
}

#[test]
fn a_replay_can_be_lived_and_measured() {
    let scenario = replay(&series()).unwrap();
    let record = world::live(&scenario, 1);
    for goal in &scenario.goals {
        let value = goal.metric.measure(&record);
        // A way without a limit has no share that is used, but this one has.
        assert!(value.is_some(), "{}", goal.metric.label());
    }
}

#[test]
fn a_trace_is_a_way_down() {
    let scenario = replay("# a train\n0 2000\n10 250\n20 0\n25 2000\n30 2000\n").unwrap();
    let at: Vec<u64> = scenario.changes.iter().map(|change| change.at.as_secs()).collect();
    assert_eq!(at, [10, 20, 25, 30, 34]);
    assert!(scenario.changes[1].line.down.down, "nothing is an outage");
    assert_eq!(scenario.lasts, Duration::from_secs(37));
}

#[test]
fn what_is_neither_is_told() {
    let told = |text: &str| replay(text).unwrap_err().to_string();
    assert!(told("{\"x\":1}").contains("GET /v1/visits/ID/quality"));
    assert!(told("[]").contains("less than 5 seconds"));
    assert!(told("hello").contains("line 1"));
    assert!(told("0 500").contains("less than 5 seconds"));
}

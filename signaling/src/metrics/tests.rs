//! The page holds what was counted, by the conventions, and nothing that identifies anybody.

use super::{Answered, Metrics, Redeemed};
use crate::hub::HubCounts;
use crate::quality::{Change, Scored, Way};
use bedside_sfu_api::{ShardStats, SrtpSuite};
use bedside_signaling_api::quality::Step;
use bedside_signaling_api::socket::{Cause, Source};
use jiff::Timestamp;
use std::time::Duration;
use uuid::Uuid;

#[test]
fn a_shard_that_starts_over_never_counts_back() {
    let metrics = Metrics::new().unwrap();
    let snapshot = |bytes_in, rooms| ShardStats { shard: 1, bytes_in, rooms, ..Default::default() };
    for (bytes_in, rooms) in [(100, 2), (150, 3), (30, 1)] {
        metrics.take_shard(&snapshot(bytes_in, rooms));
    }
    let page = metrics.page().unwrap();
    assert!(page.contains("bedside_sfu_bytes_total{direction=\"in\",shard=\"1\"} 180\n"), "{page}");
    assert!(page.contains("bedside_sfu_rooms{shard=\"1\"} 1\n"), "{page}");
}

#[test]
fn what_is_counted_is_on_the_page() {
    let metrics = Metrics::new().unwrap();
    let counts = |visits, connections| HubCounts {
        visits,
        sockets: 3,
        connections_by_suite: SrtpSuite::ALL.map(|suite| (suite, connections)),
        media_events_dropped: connections,
    };
    metrics.take_hub(&counts(2, 4));
    metrics.take_hub(&counts(1, 5));
    metrics.take_events(&[("admitted", 2)].into());
    metrics.take_events(&[("admitted", 5), ("left", 1)].into());
    metrics.redeemed(Redeemed::Opened);
    metrics.answered(Answered {
        route: "/v1/visits/{id}",
        method: "GET",
        class: "4xx",
        took: Duration::from_millis(3),
    });
    let page = metrics.page().unwrap();
    for line in [
        "bedside_visit_events_total{event=\"admitted\"} 5",
        "bedside_visit_events_total{event=\"left\"} 1",
        "bedside_visits 1",
        "bedside_ws_connections 3",
        "bedside_dtls_srtp_suite_total{suite=\"SRTP_AEAD_AES_256_GCM\"} 5",
        "bedside_media_events_dropped_total 5",
        "bedside_links_redeemed_total{result=\"opened\"} 1",
        "bedside_links_redeemed_total{result=\"unknown\"} 0",
        "bedside_http_requests_total{method=\"GET\",route=\"/v1/visits/{id}\",status=\"4xx\"} 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
    }
}

#[test]
fn quality_is_counted_without_anybody_s_id() {
    let metrics = Metrics::new().unwrap();
    let before = series_of(&metrics);
    let quality = metrics.quality();
    let way = |loss, rtt| Way { loss, rtt: Some(rtt), estimate: Some(250_000.0) };
    let good = Scored {
        audio_down: Some(4.3),
        audio_up: Some(4.3),
        video: Some(100),
        down: way(0.0, 0.04),
        up: way(0.0, 0.04),
    };
    let poor = Scored { audio_down: Some(2.1), video: Some(20), down: way(0.12, 0.5), ..good };
    let (mut first, mut second) = (quality.person(), quality.person());
    first.observe(&good);
    second.observe(&poor);
    second.observe(&poor);
    quality.stepped(&Change {
        at: Timestamp::UNIX_EPOCH,
        picture: Some((Uuid::from_u128(0xabcd), Source::Camera)),
        from: Some(Step::High),
        step: Step::Slow,
        cause: Cause::YourLine,
    });
    let page = metrics.page().unwrap();
    for line in [
        "bedside_quality_audio_score_bucket{way=\"down\",le=\"3.6\"} 2",
        "bedside_quality_audio_score_count{way=\"down\"} 3",
        "bedside_quality_audio_score_count{way=\"up\"} 3",
        "bedside_quality_video_score_bucket{le=\"50\"} 2",
        "bedside_quality_loss_ratio_bucket{way=\"down\",le=\"0.1\"} 1",
        "bedside_quality_round_trip_seconds_bucket{way=\"down\",le=\"0.4\"} 1",
        "bedside_quality_estimate_bits_per_second_bucket{way=\"up\",le=\"300000\"} 3",
        "bedside_quality_steps_total{cause=\"your_line\",step=\"slow\"} 1",
        "bedside_quality_participants{state=\"measured\"} 2",
        "bedside_quality_participants{state=\"poor_audio\"} 1",
        "bedside_quality_participants{state=\"poor_video\"} 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
    }
    assert_eq!(series_of(&metrics), before, "there are as many series as on the first day");
    drop((first, second));
    let page = metrics.page().unwrap();
    assert!(page.contains("bedside_quality_participants{state=\"measured\"} 0\n"), "{page}");
    assert!(page.contains("bedside_quality_participants{state=\"poor_audio\"} 0\n"), "{page}");
}

/// How many series there are about quality.
fn series_of(metrics: &Metrics) -> usize {
    let page = metrics.page().unwrap();
    page.lines().filter(|line| line.starts_with("bedside_quality_")).count()
}

#[test]
fn names_follow_the_conventions() {
    let metrics = Metrics::new().unwrap();
    metrics.take_shard(&ShardStats::default());
    let page = metrics.page().unwrap();
    for line in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        assert!(name.starts_with("bedside_"), "{name}");
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
        for unit in ["_ms", "_us", "_ns", "_kb"] {
            assert!(!name.ends_with(unit), "{name} is not in a base unit");
        }
    }
}

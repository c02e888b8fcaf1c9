//! Series over a change of the clocks, and requests that make no sense.

use super::Senseless;
use super::series::starts;
use bedside_signaling_api::visit::Repeat;
use jiff::Timestamp;

fn weekly(count: u16, zone: Option<&str>) -> Repeat {
    Repeat { every_days: 7, count, time_zone: zone.map(str::to_owned) }
}

fn found(first: &str, repeat: &Repeat) -> Result<Vec<String>, Senseless> {
    let first: Timestamp = first.parse().expect("a date of RFC 3339");
    Ok(starts(first, Some(repeat))?.iter().map(Timestamp::to_string).collect())
}

#[test]
fn the_hour_stays_over_a_change_of_the_clocks() {
    let berlin = found("2027-03-22T09:00:00Z", &weekly(2, Some("Europe/Berlin")));
    assert_eq!(
        berlin,
        Ok(vec!["2027-03-22T09:00:00Z".to_owned(), "2027-03-29T08:00:00Z".to_owned()])
    );
    let utc = found("2027-03-22T09:00:00Z", &weekly(2, None));
    assert_eq!(utc, Ok(vec!["2027-03-22T09:00:00Z".to_owned(), "2027-03-29T09:00:00Z".to_owned()]));
}

#[test]
fn nonsense_is_named() {
    let nowhere = found("2027-03-22T09:00:00Z", &weekly(2, Some("Europe/Atlantis")));
    assert_eq!(nowhere, Err(Senseless::TimeZone));
    let late = found("9999-12-29T00:00:00Z", &weekly(2, None));
    assert_eq!(late, Err(Senseless::Calendar));
}

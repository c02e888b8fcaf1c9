//! The starts of a series: the same hour of the day, some days apart.
//!
//! In: the first start and how it repeats. Out: every start.
//! Never: an hour that moves because a clock is put forward; the hour is that of the place.

use super::Senseless;
use bedside_signaling_api::visit::Repeat;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Every start, the first one first.
pub(super) fn starts(
    first: Timestamp,
    repeat: Option<&Repeat>,
) -> Result<Vec<Timestamp>, Senseless> {
    let Some(repeat) = repeat else { return Ok(vec![first]) };
    let zone = repeat.time_zone.as_deref().map_or(Ok(TimeZone::UTC), TimeZone::get);
    let zone = zone.map_err(|_unknown| Senseless::TimeZone)?;
    let first = first.to_zoned(zone);
    let nth = |number: u16| {
        let days = i64::from(number).saturating_mul(i64::from(repeat.every_days));
        let span = Span::new().try_days(days).map_err(|_far| Senseless::Calendar)?;
        let start = first.checked_add(span).map_err(|_far| Senseless::Calendar)?;
        Ok(start.timestamp())
    };
    (0..repeat.count).map(nth).collect()
}

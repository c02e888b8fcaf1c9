//! What went wrong for one person, as codes.
//!
//! In: what lasts of their record. Out: codes, the most telling first.
//! Never: a guess where nothing was measured; a rule without its number as a named constant.

#[cfg(test)]
mod tests;

use super::kept::{Kept, Way};
use super::second::permille;
use bedside_signaling_api::quality::CauseCode;
use bedside_signaling_api::socket::Cause;

/// Part of a thousand of the pictures' time for which a line or the other side has held them
/// back, from which it is told. Less is the moment after each join.
const HELD_BACK_PERMILLE: u32 = 100;
/// The same for voices in thin packets, which nobody uses for a moment only.
const THIN_SOUND_PERMILLE: u32 = 50;
/// The same for the server, of which people expect that it always has room.
const SERVER_PERMILLE: u32 = 10;
/// The same for the device. Browsers say so for a while after each start.
const DEVICE_PERMILLE: u32 = 200;
/// Loss, of a thousand, that one second in twenty reaches. Above it a voice without copies
/// begins to break.
const LOSSY_PERMILLE: u32 = 30;
/// Round trip, in milliseconds, that half of the seconds reach: 150 one way are what ITU-T G.114
/// calls nearly not noticed, and the other person's half is still to come.
const LONG_RTT_MS: u32 = 300;
/// Falls a minute because of the person's own line.
const FALLS_A_MINUTE: u64 = 1;
/// Falls that are one event and not a habit.
const FALLS_MIN: u64 = 3;
/// Quantiles, of a thousand.
const HALF: u64 = 500;
const ONE_IN_TWENTY: u64 = 950;

/// The codes of one person.
pub(super) fn causes(kept: &Kept) -> Vec<CauseCode> {
    let rules: [(CauseCode, bool); 9] = [
        (CauseCode::Server, held_back(kept, Cause::TheServer) >= SERVER_PERMILLE),
        (CauseCode::UnstableLine, is_unstable(kept)),
        (CauseCode::ThinLineDown, is_thin_down(kept)),
        (
            CauseCode::ThinLineUp,
            limited(kept, kept.reports.limited_by_line_ms) >= HELD_BACK_PERMILLE,
        ),
        (CauseCode::LossyLineDown, is_lossy(&kept.down)),
        (CauseCode::LossyLineUp, is_lossy(&kept.up)),
        (CauseCode::LongDelay, is_long(kept)),
        (
            CauseCode::WeakDevice,
            limited(kept, kept.reports.limited_by_device_ms) >= DEVICE_PERMILLE,
        ),
        (CauseCode::OtherSide, held_back(kept, Cause::TheirSide) >= HELD_BACK_PERMILLE),
    ];
    let found: Vec<_> =
        rules.into_iter().filter(|(_, is_so)| *is_so).map(|(code, _)| code).collect();
    if found.is_empty() { vec![CauseCode::None] } else { found }
}

/// Part of the pictures' time for which this held them back.
fn held_back(kept: &Kept, cause: Cause) -> u32 {
    let times = &kept.trail.times;
    let all = times.iter().map(|time| time.ms).sum();
    let held = times.iter().filter(|time| time.cause == cause).map(|time| time.ms).sum();
    permille(held, all).unwrap_or_default()
}

fn limited(kept: &Kept, ms: u64) -> u32 {
    permille(ms, kept.reports.span_ms).unwrap_or_default()
}

fn is_thin_down(kept: &Kept) -> bool {
    let thin = permille(kept.thin_seconds.into(), kept.seconds.into()).unwrap_or_default();
    held_back(kept, Cause::YourLine) >= HELD_BACK_PERMILLE || thin >= THIN_SOUND_PERMILLE
}

fn is_lossy(way: &Way) -> bool {
    way.loss.quantile(ONE_IN_TWENTY) >= Some(LOSSY_PERMILLE)
}

fn is_long(kept: &Kept) -> bool {
    kept.down.rtt.quantile(HALF).or(kept.up.rtt.quantile(HALF)) >= Some(LONG_RTT_MS)
}

fn is_unstable(kept: &Kept) -> bool {
    let falls = u64::from(kept.trail.falls);
    let often = falls * 60 > FALLS_A_MINUTE * u64::from(kept.seconds);
    kept.interruptions > 0 || (falls >= FALLS_MIN && often)
}

//! How the lines of interpreters keep the four standards, told while the visit goes on.
//!
//! In: the visit, and its quality record. Out: a message to each interpreter about their own line,
//! and to staff about all.
//! Never: a judgement of its own; it is the record's, over the last minute.

use super::measured::Measured;
use crate::role::{is_staff, may};
use crate::visit::{Seat, Visit};
use bedside_signaling_api::interpreting::StandardsNow;
use bedside_signaling_api::socket::{Capability, ServerMessage};
use jiff::Timestamp;

/// The lines of all interpreters in the visit.
pub(super) fn standards(
    visit: &Visit,
    measured: &mut Measured,
    now: Timestamp,
) -> Vec<StandardsNow> {
    let interpreters =
        visit.seats().iter().filter(|seat| interprets(seat) && visit.is_here(seat.id));
    let lines = interpreters.map(|seat| StandardsNow {
        interpreter: seat.id,
        standards: measured.lately(now, seat.id),
    });
    lines.collect()
}

/// What one person is told of them; `None` to whoever they do not concern.
pub(super) fn told(visit: &Visit, seat: &Seat, lines: &[StandardsNow]) -> Option<ServerMessage> {
    let all = is_staff(seat.role);
    let interpreted = visit.seats().iter().any(interprets);
    if !interpreted || !visit.is_here(seat.id) || !(all || interprets(seat)) {
        return None;
    }
    let theirs = lines.iter().filter(|line| all || line.interpreter == seat.id);
    Some(ServerMessage::Standards { lines: theirs.cloned().collect() })
}

fn interprets(seat: &Seat) -> bool {
    may(seat.role, Capability::Interpret)
}

//! What each person may know of the recording.
//!
//! In: the visit, what is known of the recorder, who looks. Out: the message that tells it.
//! Never: `on` before a part is on a disk; what is wrong inside the server to anybody but staff.

use crate::hub::taking::Taking;
use crate::role::is_staff;
use crate::visit::{Seat, Visit};
use bedside_signaling_api::recording::RecordingState;
use bedside_signaling_api::socket::ServerMessage;

/// How the recording stands; `None` where there never was one.
pub(in crate::hub) fn recording(
    visit: &Visit,
    seat: &Seat,
    taking: Option<&Taking>,
) -> Option<ServerMessage> {
    let shown = visit.recording()?.shown();
    let durable = taking.is_some_and(Taking::is_durable);
    let state = match shown.state {
        RecordingState::On if !durable => RecordingState::Starting,
        state @ (RecordingState::Off
        | RecordingState::Starting
        | RecordingState::On
        | RecordingState::Paused
        | RecordingState::Failed) => state,
    };
    Some(ServerMessage::Recording {
        state,
        taken: visit.is_here(seat.id) && taking.is_some_and(|taking| taking.takes(seat.id)),
        why: shown.why,
        failure: shown.failure.filter(|_| is_staff(seat.role)),
        since: Some(shown.since),
    })
}

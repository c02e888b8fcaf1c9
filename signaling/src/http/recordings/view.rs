//! Recordings and keys as the API shows them.
//!
//! In: rows. Out: bodies.
//! Never: the tenant, which the caller is; what the recorder knows beside.

use crate::store::{RecordingKeyRow, RecordingRow};
use bedside_signaling_api::kept::{KeptRecording, RecordingKey};

/// A recording, without the list of its objects.
pub(super) fn recording(row: RecordingRow) -> KeptRecording {
    KeptRecording {
        id: row.id,
        visit: row.visit,
        state: row.state,
        mode: row.mode,
        asked_at: row.asked_at,
        begun_at: row.begun_at,
        ended_at: row.ended_at,
        failure: row.failure,
        summary: row.summary,
        keep_until: row.keep_until,
        hold: row.hold,
        wish: row.wish.map(|(wish, _)| wish),
        erased_at: row.erased.map(|(at, _)| at),
        erased_objects: row.erased.map(|(_, objects)| objects),
        objects: None,
    }
}

/// A public key.
pub(super) fn key(row: RecordingKeyRow) -> RecordingKey {
    RecordingKey {
        id: row.id,
        label: row.label,
        key: row.key,
        made_at: row.made_at,
        revoked_at: row.revoked_at,
    }
}

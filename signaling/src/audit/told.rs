//! What an event of a visit is in the audit log, and a personal link that was opened.
//!
//! In: an event and who caused it, or whose link it was. Out: one entry of a tenant's log.
//! Never: anything of the event but its name, whom it was about and which gate or purpose; what
//! people said, stated or are called, and staff's reasons, stay in the visit's own log.

use super::entry::{Entry, Word};
use super::keys::Keys;
use crate::store::Actor;
use crate::visit::VisitEvent;
use bedside_signaling_api::recorder::Summary;
use uuid::Uuid;

/// A personal link was opened; the person's own name and the time of the visit were shown.
pub(crate) const LINK_OPENED: &str = "link_opened";

/// Staff at the desk has written to those who wait.
pub(crate) const MESSAGE_WRITTEN: &str = "message_written";

/// A recording was erased; nothing of it is left.
pub(crate) const ERASED: &str = "recording_erased";
/// The public keys that recordings are sealed to were changed.
pub(crate) const KEYS_SET: &str = "recording_keys_set";

/// The event as an entry of the log of `tenant`, which may be the visit's host or a partner:
/// neither is told more than the other, and each has hashes of its own.
pub(crate) fn entry(
    (keys, tenant): (&Keys, &str),
    (visit, actor): (Uuid, &Actor),
    event: &VisitEvent,
) -> Entry {
    Entry {
        visit: Some(visit),
        subject: event.participant().map(|person| keys.tag(tenant, person)),
        detail: detail(event),
        ..Entry::new(keys, tenant, actor, event.name())
    }
}

/// That `person` opened their personal link, on whatever device.
pub(crate) fn link((keys, tenant): (&Keys, &str), visit: Uuid, person: Uuid) -> Entry {
    Entry {
        visit: Some(visit),
        subject: Some(keys.tag(tenant, person)),
        ..Entry::new(keys, tenant, &Actor::Person(person), LINK_OPENED)
    }
}

/// The gate, the purpose, the topic or how it was, where the event is about one; which recording it is about, why that
/// rests or fails, and the hash that names all of it. Of an event this does not know it says
/// nothing, so that nothing gets into the log by itself.
fn detail(event: &VisitEvent) -> Word {
    let word = if let VisitEvent::Checked { gate, .. }
    | VisitEvent::CheckFailed { gate, .. }
    | VisitEvent::Deviated { gate, .. } = event
    {
        gate.name()
    } else if let VisitEvent::ConsentGiven { purpose, .. }
    | VisitEvent::ConsentRefused { purpose, .. }
    | VisitEvent::ConsentWithdrawn { purpose, .. } = event
    {
        purpose.name()
    } else if let VisitEvent::RecordingPaused { why, .. } = event {
        why.name()
    } else if let VisitEvent::RecordingFailed { why, .. } = event {
        why.name()
    } else if let VisitEvent::Attend(event) = event {
        event.about().unwrap_or_default()
    } else {
        ""
    };
    let Some(recording) = event.recording() else { return Word::Borrowed(word) };
    if let VisitEvent::RecordingSealed { summary, .. } = event {
        return Word::Owned(sealed(recording, summary));
    }
    Word::Owned(format!("{recording} {word}").trim_end().to_owned())
}

/// What is noted of a sealed recording: how much it is, and the hash that names all of it.
pub(crate) fn sealed(recording: Uuid, summary: &Summary) -> String {
    format!("{recording} parts={} head={}", summary.parts, summary.head)
}

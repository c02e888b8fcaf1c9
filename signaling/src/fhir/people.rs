//! The people of a visit as other resources refer to them.
//!
//! In: the appointment as it was written, who is which entry. Out: references and words.
//! Never: a reference into the appointment itself (`#id`); outside it means nothing.

use super::person::part;
use super::view::Kept;
use super::words::{ROLE_SYSTEM, concept};
use crate::store::ParticipantRow;
use serde_json::{Value, json};
use uuid::Uuid;

/// Whom the appointment refers to for a person, if to somebody outside it.
pub(super) fn actor(kept: Option<&Kept>, person: Uuid) -> Option<Value> {
    let kept = kept?;
    let seated = kept.seated.iter().find(|seated| seated.participant == person)?;
    let actor = kept.body.get("participant")?.get(seated.entry?)?.get("actor")?;
    let reference = actor.get("reference")?.as_str()?;
    (!reference.starts_with('#')).then(|| actor.clone())
}

/// Whether a reference is to one of these kinds, as far as it says.
pub(super) fn is_kind(actor: &Value, kinds: &[&str]) -> bool {
    let told = actor.get("type").and_then(Value::as_str);
    let reference = actor.get("reference").and_then(Value::as_str).unwrap_or_default();
    let named = |kind: &&str| {
        let inside = format!("/{kind}/");
        told == Some(*kind)
            || reference.starts_with(inside.trim_start_matches('/'))
            || reference.contains(&inside)
    };
    kinds.iter().any(named)
}

/// A person for whom there is nothing to refer to; of one whom another organisation sends only
/// the part they play.
pub(super) fn by_name(seat: &ParticipantRow) -> Value {
    let name = seat.partner.as_ref().map_or(seat.display_name.as_str(), |_| part(seat.role));
    json!({ "display": name })
}

/// Their part, as a concept.
pub(super) fn role(seat: &ParticipantRow) -> Value {
    concept(ROLE_SYSTEM, seat.role.name(), part(seat.role))
}

//! A stored webhook as the API shows it.
//!
//! In: rows. Out: bodies.
//! Never: a secret where the caller did not just make it.

use crate::Fault;
use crate::store::{DeliveryRow, EndpointRow};
use crate::webhook::{Shown, SigningKeys, Which, message_id};
use bedside_signaling_api::webhook::{Delivery, DeliveryState, Webhook};

/// With what anybody may see.
pub(super) fn webhook(row: &EndpointRow, keys: &SigningKeys) -> Result<Webhook, Fault> {
    Ok(Webhook { secret: None, ..with_secret(row, keys)? })
}

/// With its secret, where it has one.
pub(super) fn with_secret(row: &EndpointRow, keys: &SigningKeys) -> Result<Webhook, Fault> {
    let which = Which { endpoint: row.id, generation: row.generation };
    let (secret, public_key) = match keys.shown(row.signature, which)? {
        Shown::Secret(secret) => (Some(secret), None),
        Shown::PublicKey(key) => (None, Some(key)),
    };
    Ok(Webhook {
        id: row.id,
        url: row.url.clone(),
        description: row.description.clone(),
        types: row.types.clone(),
        signature: row.signature,
        state: row.state,
        failing_since: row.failing_since,
        created_at: row.created_at,
        secret,
        public_key,
        previous_until: row.previous_until,
    })
}

/// One message on its way.
pub(super) fn delivery(row: &DeliveryRow) -> Delivery {
    Delivery {
        message: message_id(row.message),
        kind: row.kind,
        visit: row.visit,
        at: row.at,
        state: row.state,
        next_attempt_at: row.due_at.filter(|_| row.state == DeliveryState::Pending),
        attempts: row.attempts.clone(),
    }
}

//! Rows and checkpoints as the API shows them.
//!
//! In: rows, and who of their tenant is known here. Out: bodies.
//! Never: an id that the tenant could not see anyway.

use crate::AppState;
use crate::audit::chain::Row;
use crate::audit::keys::Tag;
use crate::problem::Rejection;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bedside_signaling_api::audit::{AuditActor, AuditCheckpoint, AuditEntry, AuditPerson};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Keys of a tenant, and people of its visits, by how the log writes them.
#[derive(Debug, Default)]
pub(super) struct Known {
    id_by_tag: BTreeMap<Tag, Uuid>,
}

impl Known {
    /// Those whom rows of `tenant` may mean. Whoever was erased is not among them.
    pub(super) async fn of(
        state: &AppState,
        tenant: &str,
        rows: &[Row],
    ) -> Result<Self, Rejection> {
        let keys = state.store.audit_keys();
        let api_keys = state.store.keys().await?;
        let own = api_keys.iter().filter(|key| key.tenant == tenant).map(|key| key.id);
        let mut ids: Vec<Uuid> = own.collect();
        let visits: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.entry.visit).collect();
        for visit in visits {
            let found = state.store.visit(tenant, visit).await?;
            ids.extend(found.iter().flat_map(|visit| &visit.participants).map(|person| person.id));
        }
        Ok(Self { id_by_tag: ids.into_iter().map(|id| (keys.tag(tenant, id), id)).collect() })
    }

    fn id(&self, tag: Option<Tag>) -> Option<Uuid> {
        tag.and_then(|tag| self.id_by_tag.get(&tag).copied())
    }
}

/// A row.
pub(super) fn entry(row: &Row, known: &Known) -> AuditEntry {
    let entry = &row.entry;
    AuditEntry {
        seq: row.seq,
        at: Timestamp::from_millisecond(row.at_ms).unwrap_or_default(),
        verb: entry.verb.to_string(),
        actor: AuditActor {
            kind: entry.actor_kind.to_string(),
            hash: entry.actor.map(|tag| tag.to_string()),
            id: known.id(entry.actor),
        },
        subject: entry
            .subject
            .map(|tag| AuditPerson { hash: tag.to_string(), id: known.id(Some(tag)) }),
        visit: entry.visit,
        outcome: entry.outcome.to_string(),
        detail: Some(entry.detail.to_string()).filter(|word| !word.is_empty()),
        hash: URL_SAFE_NO_PAD.encode(row.hash),
    }
}

/// A checkpoint.
pub(super) fn checkpoint((seq, at, jws): (u64, Timestamp, String)) -> AuditCheckpoint {
    AuditCheckpoint { seq, at, jws }
}

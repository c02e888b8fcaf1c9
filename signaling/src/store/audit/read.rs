//! Reads the audit log back.
//!
//! In: a tenant and a place in its log. Out: rows and checkpoints as they are kept.
//! Never: a row of another tenant; a judgement of a row, which is `verify`'s.

use crate::Fault;
use crate::audit::chain::{Hash, Head, Row};
use crate::audit::checkpoint::AGE_MAX;
use crate::audit::entry::Entry;
use crate::audit::keys::Tag;
use crate::store::db::on_db;
use crate::store::{Store, row};
use jiff::Timestamp;
use uuid::Uuid;

const READ: &str = "read an audit log";

/// Which rows of a tenant's log, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPage<'a> {
    /// Whose log.
    pub tenant: &'a str,
    /// Only those about this visit.
    pub visit: Option<Uuid>,
    /// Only those written from then on.
    pub since: Option<Timestamp>,
    /// Only those behind this place.
    pub after: u64,
    /// At most so many.
    pub limit: u16,
}

/// A row's columns, in the order of `COLUMNS`.
type Columns = (
    i64,
    i64,
    String,
    String,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Uuid>,
    String,
    String,
    Vec<u8>,
    Vec<u8>,
);

impl Store {
    /// Rows of a tenant's log.
    pub async fn audit_rows(&self, page: AuditPage<'_>) -> Result<Vec<Row>, Fault> {
        let after = row::kept(page.after)?;
        let since = page.since.map_or(i64::MIN, row::millis);
        let limit = i64::from(page.limit);
        let found: Vec<Columns> = match page.visit {
            None => on_db!(&self.db, c => {
                sqlx::query_as(
                    "SELECT seq, at, verb, actor_kind, actor, subject, visit, outcome, detail,
                            prev, hash
                     FROM audit WHERE tenant = $1 AND seq > $2 AND at >= $3
                     ORDER BY seq LIMIT $4",
                )
                .bind(page.tenant)
                .bind(after)
                .bind(since)
                .bind(limit)
                .fetch_all(c)
                .await
            }),
            Some(visit) => on_db!(&self.db, c => {
                sqlx::query_as(
                    "SELECT seq, at, verb, actor_kind, actor, subject, visit, outcome, detail,
                            prev, hash
                     FROM audit WHERE tenant = $1 AND visit = $5 AND seq > $2 AND at >= $3
                     ORDER BY seq LIMIT $4",
                )
                .bind(page.tenant)
                .bind(after)
                .bind(since)
                .bind(limit)
                .bind(visit)
                .fetch_all(c)
                .await
            }),
        }
        .map_err(Fault::database(READ))?;
        found.into_iter().map(kept_row).collect()
    }

    /// One row of a tenant's log, by its place.
    pub async fn audit_row(&self, tenant: &str, seq: u64) -> Result<Option<Row>, Fault> {
        let Some(after) = seq.checked_sub(1) else { return Ok(None) };
        let page = AuditPage { tenant, visit: None, since: None, after, limit: 1 };
        let found = self.audit_rows(page).await?.pop();
        Ok(found.filter(|row| row.seq == seq))
    }

    /// Where a tenant's log says its end is, and the place of the last row there is, both at
    /// the same moment.
    pub async fn audit_end(&self, tenant: &str) -> Result<(Option<Head>, u64), Fault> {
        let (seq, hash, last): (Option<i64>, Option<Vec<u8>>, Option<i64>) =
            on_db!(&self.db, c => {
                sqlx::query_as(
                    "SELECT (SELECT seq FROM audit_head WHERE tenant = $1),
                        (SELECT hash FROM audit_head WHERE tenant = $1),
                        (SELECT MAX(seq) FROM audit WHERE tenant = $1)",
                )
                .bind(tenant)
                .fetch_one(c)
                .await
            })
            .map_err(Fault::database(READ))?;
        let head = match (seq, hash) {
            (Some(seq), Some(kept)) => Some(Head { seq: row::count(seq)?, hash: hash_of(kept)? }),
            (None | Some(_), _) => None,
        };
        Ok((head, last.map_or(Ok(0), row::count)?))
    }

    /// A tenant's checkpoints under a place, newest first: the place, when, and the line.
    pub async fn audit_checkpoints(
        &self,
        tenant: &str,
        before: u64,
        limit: u16,
    ) -> Result<Vec<(u64, Timestamp, String)>, Fault> {
        let before = i64::try_from(before).unwrap_or(i64::MAX);
        let found: Vec<(i64, i64, String)> = on_db!(&self.db, c => {
            sqlx::query_as(
                "SELECT seq, at, line FROM audit_checkpoint
                 WHERE tenant = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
            )
            .bind(tenant)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("read the checkpoints of an audit log"))?;
        found
            .into_iter()
            .map(|(seq, at, line)| Ok((row::count(seq)?, row::instant(at)?, line)))
            .collect()
    }

    /// Every tenant that has, or had, a log.
    pub async fn audit_tenants(&self) -> Result<Vec<String>, Fault> {
        on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT tenant FROM audit_head UNION SELECT tenant FROM audit_checkpoint
                 UNION SELECT id FROM tenant ORDER BY 1",
            )
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database(READ))
    }

    /// The tenants whose logs have new rows and were not signed for long enough.
    pub(super) async fn audit_unsigned(&self, now: Timestamp) -> Result<Vec<String>, Fault> {
        let long_ago = row::millis(now).saturating_sub(row::length(AGE_MAX));
        on_db!(&self.db, c => {
            sqlx::query_scalar(
                "SELECT tenant FROM audit_head WHERE seq > signed_seq AND signed_at <= $1
                 ORDER BY tenant",
            )
            .bind(long_ago)
            .fetch_all(c)
            .await
        })
        .map_err(Fault::database("find audit logs to be signed"))
    }
}

fn kept_row(columns: Columns) -> Result<Row, Fault> {
    let (seq, at_ms, verb, actor_kind, actor, subject, visit, outcome, detail, prev, hash) =
        columns;
    let tag = |bytes: Option<Vec<u8>>| bytes.as_deref().map(Tag::kept).transpose();
    let entry = Entry {
        verb: verb.into(),
        actor_kind: actor_kind.into(),
        actor: tag(actor)?,
        subject: tag(subject)?,
        visit,
        outcome: outcome.into(),
        detail: detail.into(),
    };
    Ok(Row { seq: row::count(seq)?, at_ms, entry, prev: hash_of(prev)?, hash: hash_of(hash)? })
}

/// A kept hash.
pub(super) fn hash_of(kept: Vec<u8>) -> Result<Hash, Fault> {
    kept.try_into()
        .map_err(|_: Vec<u8>| "it has not 32 bytes")
        .map_err(Fault::stored("hash of an audit row"))
}
